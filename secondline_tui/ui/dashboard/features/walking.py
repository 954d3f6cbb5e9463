"""The walks at the start and at the end of a shift, from the dashboard."""

from __future__ import annotations

import sqlite3
from functools import partial

from secondline_tui.domain.items import Card
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.prompts.waiting import WaitingScreen
from secondline_tui.ui.walks.beginning import Beginning, beginning
from secondline_tui.ui.walks.card_walk import CardWalkScreen
from secondline_tui.ui.walks.evidence import Evidence, evidence
from secondline_tui.ui.walks.start_walk import StartWalkScreen


class Walking(Feature):
    """The walks."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self.commands = {"start_walk": self.walk_start, "card_walk": self.walk_cards}

    def walk_start(self) -> None:
        """What those who take over should know, step by step."""
        waiting = WaitingScreen("gathering what the last shift left …", partial(beginning, self.session))
        self.app.push_screen(waiting, self._start_walk)

    def _start_walk(self, known: Beginning | None) -> None:
        if known is not None:
            self.app.push_screen(StartWalkScreen(self.session, self.desk.view, lambda: self.desk.today.notice, known))

    def walk_cards(self) -> None:
        """Through the ongoing issues, one by one: seen this shift or not."""
        outbox = self.acting.open_outbox()
        if outbox is None:
            return
        if not any(True for _ in self.session.engine.board.items(Card)):
            self.desk.say("there are no ongoing issues to walk through, as far as is known")
            return
        waiting = WaitingScreen("gathering what was seen this shift …", partial(self._evidence, outbox))
        self.app.push_screen(waiting, partial(self._card_walk, outbox))

    async def _evidence(self, outbox: Outbox) -> Evidence | None:
        try:
            return await evidence(self.session, outbox.ledger)
        except (OSError, sqlite3.Error) as error:
            self.desk.say(f"what was said already cannot be read ({type(error).__name__}), so nothing is asked")
            return None

    def _card_walk(self, outbox: Outbox, known: Evidence | None) -> None:
        if known is not None:
            self.app.push_screen(CardWalkScreen(self.session, outbox, self.desk.view, self.desk.related, known))
