"""Acting from the dashboard: which verbs are offered, to which items, and what became of what was sent.

An item is taken at the key press, by its reference; from there on nothing exchanges it for another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from secondline_tui.domain.actions import Action, Choice, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.forms import form_of
from secondline_tui.domain.items import Alert, Incident, Item
from secondline_tui.domain.offers import IDEAS, nearest
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.engine.outbox import Outbox
from secondline_tui.shift.people import role_told
from secondline_tui.ui import receipts
from secondline_tui.ui.commands import COMMANDS, Command, spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.dashboard.features.offers import ON_TURNS, Offers
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.errand import Errand, target_of
from secondline_tui.ui.spans import Line


class Acting(Feature):
    """What is done to items."""

    def __init__(self, desk: Desk, offers: Offers) -> None:
        super().__init__(desk)
        self.offers = offers
        self._actions: dict[str, Action] = {}
        self._forget: Callable[[], None] = lambda: None
        self.commands = {
            **{command.id: partial(self.act, command) for command in COMMANDS if command.idea is not None},
            "mark": self.mark,
        }

    def begin(self) -> None:
        """Follow what becomes of actions."""
        if self.session.outbox is not None:
            self._forget = self.session.outbox.ledger.subscribe(self._actions_told)

    def end(self) -> None:
        """Follow no more."""
        self._forget()

    def can(self, command: Command) -> bool:
        """Whether that is offered."""
        return self.offers.allow(command)

    # -- doing ------------------------------------------------------------------------------------------------

    def act(self, command: Command) -> None:
        """Do what a command of the table does, to what is chosen at this moment."""
        outbox = self.open_outbox()
        if outbox is None or command.idea is None:
            return
        if command.idea in ON_TURNS:
            self._choose_schedule(command)
        elif self.offers.marked:
            self._act_on_many(command, outbox)
        elif self.desk.item is not None:
            self._act_on(self.desk.item, command, outbox)

    def open_outbox(self) -> Outbox | None:
        """The outbox, if it takes actions; said where it does not."""
        outbox = self.session.outbox
        if outbox is not None and outbox.ledger.why_closed:
            self.desk.say(outbox.ledger.why_closed)
            return None
        return outbox

    def _act_on(self, item: Item, command: Command, outbox: Outbox) -> None:
        idea = command.idea
        verbs = self.offers.of(item)
        possible = [verb for verb in IDEAS.get(idea, ()) if verb in verbs] if idea is Verb.STATUS else []
        verb = nearest(idea, verbs) if idea is not None else None
        if verb is None:
            self.desk.say(self.offers.explain(command) or f"nothing of the sort can be done to {item.name_line}")
        elif len(possible) > 1:
            type_ = self.desk.board.sources[item.ref.source].type
            choices = [Choice(key=one, name=SafeText(form_of(type_, one).word)) for one in possible]
            screen = ChooserScreen(f"{item.name_line}:", choices)
            self.app.push_screen(screen, unless_none(lambda key: self.prompt(item, Verb(key), command, outbox)))
        else:
            self.prompt(item, verb, command, outbox)

    def prompt(self, item: Item, verb: Verb, command: Command, outbox: Outbox) -> None:
        """Ask what is to be said about one item."""
        targets = [target_of(item, verb, self.desk.board)]
        doubtful = set()
        if isinstance(item, Alert) and command.idea is Verb.ACKNOWLEDGE:
            for link in self.desk.related.of(item):
                page = link.item
                if isinstance(page, Incident) and not link.denied and Verb.ACKNOWLEDGE in self.offers.of(page):
                    targets.append(replace(target_of(page, Verb.ACKNOWLEDGE, self.desk.board), beside=True))
                    doubtful |= set() if link.sure else {page.ref}
        self.ask(Errand(targets=tuple(targets), key=self.desk.key(command.id), doubtful=frozenset(doubtful)), outbox)

    def _act_on_many(self, command: Command, outbox: Outbox) -> None:
        """Ask about all marked items at once; those that it makes no sense for are named and left out."""
        pane = self.desk.pane
        if pane is None or command.idea is None:
            return
        marked = self.offers.marked
        gone = [item.name_line for ref, item in pane.list.marks.items() if ref not in {one.ref for one in marked}]
        verbs = [(item, nearest(command.idea, self.offers.of(item))) for item in marked]
        out = [item.name_line for item, verb in verbs if verb is None]
        targets = tuple(target_of(item, verb, self.desk.board) for item, verb in verbs if verb is not None)
        left = [f"gone: {', '.join(gone)}"] if gone else []
        left += [f"not possible: {', '.join(out)}"] if out else []
        if not targets:
            self.desk.say(f"none of the marked items can be acted on like that; {'; '.join(left)}")
            return
        self.ask(Errand(targets=targets, key=self.desk.key(command.id)), outbox, "; ".join(left))

    def ask(self, errand: Errand, outbox: Outbox, left_out: str = "") -> None:
        """Ask a person what is to be sent, if anything."""
        screen = ComposeScreen(self.session, outbox, errand)
        if left_out:
            screen.say(f"left out: {left_out}")
        self.app.push_screen(screen, partial(self._asked, errand))

    def _asked(self, errand: Errand, sent: bool | None) -> None:
        if not sent:
            self._tell_draft(errand)
            return
        for target in errand.targets:
            for pane in self.desk.panes.values():
                pane.list.marks.pop(target.ref, None)
        self.desk.tick()

    def _tell_draft(self, errand: Errand) -> None:
        """What was typed and not sent is kept, and where it is offered again."""
        outbox = self.session.outbox
        if outbox is None or outbox.ledger.drafts.offered(errand.draft) is None:
            return
        own = errand.key and not errand.topic  # else another screen led there
        where = f"{spelt(errand.key)} on {'the same items' if errand.many else 'this item'}"
        self.desk.say(f"draft kept: {where if own else 'the same prompt'} offers it again")

    def _choose_schedule(self, command: Command) -> None:
        """Which schedule, when there are several."""
        outbox, verb = self.open_outbox(), command.idea
        turns = {str(turn.ref): turn for turn in self.offers.turns(verb)} if verb is not None else {}
        if outbox is None or verb is None:
            return
        if not turns:
            self.desk.say(f"{command.word}: there is no turn on a schedule for that")
            return
        zone, now = self.session.calendar.zone, self.session.engine.clock.now()
        choices = [
            Choice(
                key=key,
                name=clean(f"{role_told(turn.role)}: {turn.person or 'nobody'}"),
                hint=clean(f"until {clock(turn.end, zone, now)}") if turn.end else EMPTY,
            )
            for key, turn in turns.items()
        ]
        screen = ChooserScreen("which override ends?" if verb is Verb.END_OVERRIDE else "whose turn?", choices)
        chosen = unless_none(lambda key: self.prompt(turns[key], verb, command, outbox))
        self.app.push_screen(screen, chosen)

    # -- marks ------------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark the item, or take its mark away, and go on to the next one."""
        if self.desk.pane is not None:
            self.desk.pane.list.toggle_mark()
            self.desk.pane.list.move(1)
            self.desk.tick()

    def clear_marks(self) -> None:
        """Take the marks of the pane away."""
        if self.desk.pane is not None:
            self.desk.pane.list.clear_marks()
            self.desk.tick()

    # -- what became of it ------------------------------------------------------------------------------------

    def _actions_told(self, actions: Sequence[Action]) -> None:
        """Not in the outbox's own time: what breaks on the screen must not break what is being sent."""
        self.desk.call_later(self._actions_changed, actions)

    def _actions_changed(self, actions: Sequence[Action]) -> None:
        outbox = self.session.outbox
        if outbox is None:
            return
        mine = [action for action in actions if outbox.ledger.is_mine(action.intent.id)]
        types = {name: state.type for name, state in self.desk.board.sources.items()}
        told = receipts.news(self._actions, mine, types)
        self._actions = {action.intent.id: action for action in mine}
        self.offers.forbidden = outbox.ledger.forbidden
        if told:
            self.desk.say(told)
        self.desk.acted(actions)

    def wanting(self) -> Line:
        """How many actions want a person."""
        outbox = self.session.outbox
        if outbox is None:
            return ()
        return receipts.trouble(outbox.ledger.actions, spelt(self.desk.key("actions")))
