"""Acting from the dashboard: which verbs are offered, to which items, and what became of what was sent.

An item is taken at the key press, by its reference; from there on nothing exchanges it for another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from textual.timer import Timer

from secondline_tui.domain.actions import Action, Choice, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.forms import form_of
from secondline_tui.domain.items import Alert, Incident, Item, OnCall
from secondline_tui.domain.offers import IDEAS, nearest, offered
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.domain.watching import found
from secondline_tui.domain.why_not import why_not
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui import receipts
from secondline_tui.ui.commands import BY_ID, Command, Need, spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.errand import Errand, Target, target_of
from secondline_tui.ui.spans import Line

REMARK_SECONDS = 4.0
ON_TURNS = frozenset({Verb.OVERRIDE, Verb.END_OVERRIDE})
"""What is done to a schedule, from wherever one is."""
WORDS = {Verb.EXPIRE: "end silence"}
"""How the footer calls what has another name for people."""


class Acting(Desk):
    """The dashboard with what can be done to items."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._actions: dict[str, Action] = {}
        self._forbidden: frozenset[tuple[str, Verb]] = frozenset()
        self._offers: frozenset[Verb] = frozenset()
        self._asked_of: tuple[object, ...] = (None, None, (), self._forbidden)
        self._said_read_only = False
        self._remark = ""
        self._remark_ends: Timer | None = None
        self._forget: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Follow what becomes of actions."""
        if self.session.outbox is not None:
            self._forget = self.session.outbox.ledger.subscribe(self._actions_told)

    def on_unmount(self) -> None:
        """Follow no more."""
        self._forget()

    # -- what is offered --------------------------------------------------------------------------------------

    @property
    def marked(self) -> tuple[Item, ...]:
        """The marked items of the pane that has the keys, as they are now; those that are gone are not among them."""
        pane = self.pane
        if self.showing != "panes" or pane is None or not pane.list.marks:
            return ()
        now = found(self.board, pane.list.marks.keys())
        return tuple(now[ref] for ref in pane.list.marks if ref in now)

    def offers(self) -> frozenset[Verb]:
        """What can be done to the marked items, else to the selected one."""
        pane, item = self.pane, self.item
        marks = tuple(pane.list.marks) if pane is not None and self.showing == "panes" else ()
        state = self.board.sources.get(item.ref.source) if item is not None else None
        asked = (item, self.board if marks else state, marks, self._forbidden)
        if any(
            a is not b and not (isinstance(a, tuple) and a == b) for a, b in zip(asked, self._asked_of, strict=True)
        ):
            items = self.marked if marks else () if item is None else (item,)
            self._asked_of = asked
            self._offers = frozenset(verb for one in items for verb in self._offered(one))
        return self._offers

    def _offered(self, item: Item) -> tuple[Verb, ...]:
        if self.session.outbox is None:
            return ()
        return offered(item, self.board.sources.get(item.ref.source), self._forbidden)

    def _schedules(self, verb: Verb = Verb.OVERRIDE) -> tuple[OnCall, ...]:
        """Who is on call on which schedule, where that can be done to it, one turn each."""
        turns = {item.ref: item for item in self.board.items(OnCall)}
        refs: Iterable[ItemRef | None] = [pair.ref for pair in self.pairing.roles] if self.pairing is not None else []
        if verb is Verb.END_OVERRIDE:  # also one that is not in the pairing: a later turn stands there
            refs = turns
        return tuple(turns[ref] for ref in refs if ref in turns and verb in self._offered(turns[ref]))

    def can(self, command: Command) -> bool:
        """Whether something that a command does is offered."""
        if command.idea is None:
            return True
        if command.idea in ON_TURNS:
            return bool(self._schedules(command.idea))
        return nearest(command.idea, self.offers()) is not None

    def worded(self, commands: Iterable[Command]) -> Iterator[Command]:
        """Commands in the words of what they do to the item; of several that do the same, the first."""
        told: set[Verb] = set()
        for command in commands:
            verb = nearest(command.idea, self.offers()) if command.idea is not None else None
            if verb is None:
                yield command
            elif verb not in told:
                told.add(verb)
                yield command if verb is command.idea else replace(command, word=WORDS.get(verb, verb.value))

    def action_of(self, command: Command) -> str:
        """What its key does."""
        writes = command.idea is not None or Need.WRITES in command.needs
        return "read_only" if writes and self.session.outbox is None else command.action

    def explain(self, command: Command) -> str:
        """Why a command cannot be carried out on the selected item, where that is worth saying."""
        item = self.item
        state = self.board.sources.get(item.ref.source) if item is not None else None
        if item is None or state is None or command.idea is None or self.session.outbox is None:
            return ""
        return why_not(command.idea, item, state, self._forbidden)

    # -- doing ------------------------------------------------------------------------------------------------

    def action_act(self, name: str) -> None:
        """Do what a command of the table does, to what is chosen at this moment."""
        command = BY_ID[name]
        outbox = self._open_outbox()
        if outbox is None or command.idea is None:
            return
        if command.idea in ON_TURNS:
            self._choose_schedule(command)
        elif self.marked:
            self._act_on_many(command, outbox)
        elif self.item is not None:
            self._act_on(self.item, command, outbox)

    def action_read_only(self) -> None:
        """Said once, of the first key that would write: nothing of the sort is offered here."""
        if not self._said_read_only:
            self._said_read_only = True
            self.say("read only: nothing is written from here")

    def _open_outbox(self) -> Outbox | None:
        """The outbox, if it takes actions; said where it does not."""
        outbox = self.session.outbox
        if outbox is not None and outbox.ledger.why_closed:
            self.say(outbox.ledger.why_closed)
            return None
        return outbox

    def _act_on(self, item: Item, command: Command, outbox: Outbox) -> None:
        idea = command.idea
        verbs = self._offered(item)
        possible = [verb for verb in IDEAS.get(idea, ()) if verb in verbs] if idea is Verb.STATUS else []
        verb = nearest(idea, verbs) if idea is not None else None
        if verb is None:
            self.say(self.explain(command) or f"nothing of the sort can be done to {item.name_line}")
        elif len(possible) > 1:
            type_ = self.board.sources[item.ref.source].type
            choices = [Choice(key=one, name=SafeText(form_of(type_, one).word)) for one in possible]
            screen = ChooserScreen(f"{item.name_line}:", choices)
            self.app.push_screen(screen, self._then(lambda key: self._prompt(item, Verb(key), command, outbox)))
        else:
            self._prompt(item, verb, command, outbox)

    def _then(self, go_on: Callable[[str], None]) -> Callable[[str | None], None]:
        return lambda key: None if key is None else go_on(key)

    def _prompt(self, item: Item, verb: Verb, command: Command, outbox: Outbox) -> None:
        """Ask what is to be said about one item."""
        targets = [self._target(item, verb)]
        doubtful = set()
        if isinstance(item, Alert) and command.idea is Verb.ACKNOWLEDGE:
            for link in self.related.of(item):
                page = link.item
                if isinstance(page, Incident) and not link.denied and Verb.ACKNOWLEDGE in self._offered(page):
                    targets.append(replace(self._target(page, Verb.ACKNOWLEDGE), beside=True))
                    doubtful |= set() if link.sure else {page.ref}
        self._ask(Errand(targets=tuple(targets), key=self._key(command), doubtful=frozenset(doubtful)), outbox)

    def _act_on_many(self, command: Command, outbox: Outbox) -> None:
        """Ask about all marked items at once; those that it makes no sense for are named and left out."""
        pane = self.pane
        if pane is None or command.idea is None:
            return
        marked = self.marked
        gone = [item.name_line for ref, item in pane.list.marks.items() if ref not in {one.ref for one in marked}]
        verbs = [(item, nearest(command.idea, self._offered(item))) for item in marked]
        out = [item.name_line for item, verb in verbs if verb is None]
        targets = tuple(self._target(item, verb) for item, verb in verbs if verb is not None)
        left = [f"gone: {', '.join(gone)}"] if gone else []
        left += [f"not possible: {', '.join(out)}"] if out else []
        if not targets:
            self.say(f"none of the marked items can be acted on like that; {'; '.join(left)}")
            return
        self._ask(Errand(targets=targets, key=self._key(command)), outbox, "; ".join(left))

    def _target(self, item: Item, verb: Verb) -> Target:
        return target_of(item, verb, self.board)

    def _ask(self, errand: Errand, outbox: Outbox, left_out: str = "") -> None:
        screen = ComposeScreen(self.session, outbox, errand)
        if left_out:
            screen.say(f"left out: {left_out}")
        self.app.push_screen(screen, partial(self._asked, errand))

    def _asked(self, errand: Errand, sent: bool | None) -> None:
        if not sent:
            self._tell_draft(errand)
            return
        for target in errand.targets:
            for pane in self.panes.values():
                pane.list.marks.pop(target.ref, None)
        self.tick()

    def _tell_draft(self, errand: Errand) -> None:
        """What was typed and not sent is kept, and where it is offered again."""
        outbox = self.session.outbox
        if outbox is None or errand.draft not in outbox.ledger.drafts:
            return
        own = errand.key and not errand.topic  # else another screen led there
        where = f"{spelt(errand.key)} on {'the same items' if errand.many else 'this item'}"
        self.say(f"draft kept: {where if own else 'the same prompt'} offers it again")

    def _key(self, command: Command) -> str:
        return self.session.keys[command.id].partition(",")[0]

    def _choose_schedule(self, command: Command) -> None:
        """Which schedule, when there are several."""
        outbox, verb = self._open_outbox(), command.idea
        turns = {str(turn.ref): turn for turn in self._schedules(verb)} if verb is not None else {}
        if outbox is None or verb is None or not turns:
            return
        zone, now = self.session.calendar.zone, self.session.engine.clock.now()
        choices = [
            Choice(
                key=key,
                name=clean(f"{turn.role.replace('_', ' ')}: {turn.person or 'nobody'}"),
                hint=clean(f"until {clock(turn.end, zone, now)}") if turn.end else EMPTY,
            )
            for key, turn in turns.items()
        ]
        screen = ChooserScreen("whose turn?", choices)
        chosen = self._then(lambda key: self._prompt(turns[key], verb, command, outbox))
        self.app.push_screen(screen, chosen)

    # -- marks ------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the item, or take its mark away, and go on to the next one."""
        if self.pane is not None:
            self.pane.list.toggle_mark()
            self.pane.list.move(1)
            self.tick()

    def clear_marks(self) -> None:
        """Take the marks of the pane away."""
        if self.pane is not None:
            self.pane.list.clear_marks()
            self.tick()

    # -- what became of it ------------------------------------------------------------------------------------

    def _actions_told(self, actions: Sequence[Action]) -> None:
        """Not in the outbox's own time: what breaks on the screen must not break what is being sent."""
        self.call_later(self._actions_changed, actions)

    def _actions_changed(self, actions: Sequence[Action]) -> None:
        outbox = self.session.outbox
        if outbox is None:
            return
        mine = [action for action in actions if outbox.ledger.is_mine(action.intent.id)]
        types = {name: state.type for name, state in self.board.sources.items()}
        told = receipts.news(self._actions, mine, types)
        self._actions = {action.intent.id: action for action in mine}
        self._forbidden = outbox.ledger.forbidden
        self.receipts = receipts.receipts(actions)
        if told:
            self.say(told)
        self.tick()

    def wanting(self) -> Line:
        """How many actions want a person."""
        outbox = self.session.outbox
        if outbox is None:
            return ()
        return receipts.trouble(outbox.ledger.actions, spelt(self._key(BY_ID["actions"])))

    # -- passing remarks --------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """A passing remark, in the footer's place for as long as it takes to read. The last one counts."""
        self._remark = text
        if self._remark_ends is not None:
            self._remark_ends.stop()
        self._remark_ends = self.set_timer(REMARK_SECONDS, self._unsay)
        self.tell_footer()

    def _unsay(self) -> None:
        self._remark = ""
        self.tell_footer()
