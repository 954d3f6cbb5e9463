"""Covering: whose schedule is handed to the standby for a while, in one command."""

from __future__ import annotations

from datetime import datetime

from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.items import OnCall
from secondline_tui.domain.text import EMPTY, clean
from secondline_tui.shift.cover import Cover, covers
from secondline_tui.shift.people import role_told
from secondline_tui.ui.commands import Command
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand, target_of


class Covering(Feature):
    """The command that covers for somebody who is away."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self.commands = {"cover": self.cover}

    def _covers(self) -> dict[str, tuple[Cover, OnCall]]:
        """The roles of the pairing whose schedule may be changed, by the turn that would be covered."""
        turns = {turn.ref: turn for turn in self.acting.offers.turns()}
        found = covers(self.desk.pairing, self.session.engine.clock.now()) if self.desk.pairing is not None else ()
        return {
            str(c.pair.ref): (c, turns[c.pair.ref]) for c in found if c.pair.ref is not None and c.pair.ref in turns
        }

    def can(self, command: Command) -> bool:  # noqa: ARG002  (there is one)
        """Somebody can be covered where a schedule can be handed over."""
        return bool(self._covers())

    def cover(self) -> None:
        """Ask who is away, then offer their schedule to the standby until their turn ends."""
        outbox, found = self.acting.open_outbox(), self._covers()
        if outbox is None or not found:
            return
        now = self.session.engine.clock.now()
        choices = [self._choice(key, cover, now) for key, (cover, _) in found.items()]
        chosen = unless_none(lambda key: self._hand_over(*found[key]))
        self.app.push_screen(ChooserScreen("who is away?", choices), chosen)

    def _choice(self, key: str, cover: Cover, now: datetime) -> Choice:
        who = f"{role_told(cover.pair.role)}: {cover.pair.person or 'nobody'}"
        zone = self.session.calendar.zone
        until = f", until {clock(cover.until, zone, now)}" if cover.until is not None else ""
        told = f"{cover.standby} covers ({role_told(cover.role)}){until}" if cover.standby else "no standby is planned"
        return Choice(key=key, name=clean(who), hint=clean(told))

    def _hand_over(self, cover: Cover, turn: OnCall) -> None:
        outbox = self.acting.open_outbox()
        if outbox is None:
            return
        now = self.session.engine.clock.now()
        errand = Errand(
            targets=(target_of(turn, Verb.OVERRIDE, self.desk.board),),
            key=self.desk.key("cover"),
            proposed=clean(cover.standby) if cover.standby else EMPTY,
            absent=clean(cover.pair.person) if cover.pair.person else EMPTY,
            until=cover.until if cover.until is not None and cover.until > now else None,
        )
        self.acting.ask(errand, outbox)
