"""Taking actions back: the last one by its key, an earlier one from the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from secondline_tui.domain.actions import Action, Intent
from secondline_tui.domain.ages import clock
from secondline_tui.domain.undo import way_back
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui import receipts
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.prompts.action_view import ActionScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.errand import Errand, Target, taken_back
from secondline_tui.ui.spans import cells, cut

NAMED = 12
"""Cells that an item's name has at least in a remark: what is said of it counts more."""


class Undoing(Feature):
    """Ways back."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self.commands = {"undo": self.undo, "actions": self.list_actions}
        self._taken_back: set[str] = set()
        """Actions that were taken back, and those that did it."""

    def undo(self) -> None:
        """Take back the last of my actions, or say why there is no way back."""
        outbox = self.acting.open_outbox()
        if outbox is None:
            return
        mine = [action for action in outbox.ledger.mine if action.intent.id not in self._taken_back]
        if not mine:
            self.desk.say("there is nothing to take back")
            return
        last = mine[-1].intent
        batch = [a for a in mine if a.intent.batch == last.batch] if last.batch else mine[-1:]
        if not self._take_back(batch, outbox):
            self.desk.say(self._no_way_back(batch[-1]))

    def list_actions(self) -> None:
        """Everything that was done, and what came of it."""
        outbox = self.session.outbox
        if outbox is not None:
            take_back = partial(self._take_one_back, outbox=outbox)
            self.app.push_screen(ActionScreen(self.session, outbox, self._why_no_way_back, take_back))

    def _take_one_back(self, action: Action, outbox: Outbox) -> None:
        self._take_back([action], outbox)

    def _take_back(self, batch: Sequence[Action], outbox: Outbox) -> bool:
        """Ask whether these are to be taken back; False where there is no way back for any of them."""
        backs = [(action, self._way_back_of(action)) for action in batch]
        targets = tuple(self._back_target(action, back) for action, back in backs if isinstance(back, Intent))
        if not targets:
            return False
        screen = ComposeScreen(self.session, outbox, Errand(targets=targets, key=self.desk.key("undo")))
        last = batch[-1].intent
        at = clock(last.at, self.session.calendar.zone, self.session.engine.clock.now())
        screen.say(f"takes back your {receipts.noun(last.verb)} of {at}")
        self.app.push_screen(screen, partial(self._took_back, batch, targets))
        return True

    def _no_way_back(self, action: Action) -> str:
        """Why the last action stays, and where the earlier ones are: what of it there is room for."""
        what, reason = f"{receipts.noun(action.intent.verb)} of ", self._why_no_way_back(action)
        room = 0
        for why, hint in self._phrases():
            room = self.app.size.width - 2 - cells(f"{what}{why}{reason}{hint}")
            if room >= NAMED:
                break
        return f"{what}{cut(action.intent.item, max(NAMED, room))}{why}{reason}{hint}"

    def _phrases(self) -> Iterator[tuple[str, str]]:
        """The same at length and in brief."""
        actions, undo = (spelt(self.desk.key(name)) for name in ("actions", "undo"))
        yield " cannot be taken back: ", f"; {actions} lists earlier ones, {undo} there takes one back"
        yield " cannot be taken back: ", f"; {actions}: earlier ones"
        yield ": no way back, ", f"; {actions}: others"

    def _why_no_way_back(self, action: Action) -> str:
        """Why it cannot be taken back; "" where it can."""
        back = self._way_back_of(action)
        return back if isinstance(back, str) else ""

    def _way_back_of(self, action: Action) -> Intent | str:
        source = action.intent.ref.source
        state = self.desk.board.sources.get(source)
        if action.intent.id in self._taken_back:
            return "it was taken back already, or took another one back"
        if state is None or state.read_only:
            return f"{source} is read-only here"
        back = way_back(action, state.type, key="back", at=self.session.engine.clock.now())
        if isinstance(back, Intent) and (source, back.verb) in self.acting.offers.forbidden:
            return f"{source}'s account may not {back.verb}"
        return back

    def _back_target(self, action: Action, back: Intent) -> Target:
        item = self.desk.board.find(back.ref)
        type_ = self.desk.board.sources[back.ref.source].type
        return Target(ref=back.ref, name=taken_back(action.intent), verb=back.verb, type=type_, item=item, back=back)

    def _took_back(self, batch: Sequence[Action], targets: Sequence[Target], sent: bool | None) -> None:
        if not sent or self.session.outbox is None:
            return
        self._taken_back |= {action.intent.id for action in batch}
        refs = {target.ref for target in targets}
        newest = self.session.outbox.ledger.mine[-len(targets) :]
        self._taken_back |= {action.intent.id for action in newest if action.intent.ref in refs}
