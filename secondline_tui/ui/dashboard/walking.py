"""The walks at the start and at the end of a shift, from the dashboard."""

from __future__ import annotations

import sqlite3
from functools import partial

from secondline_tui.domain.items import Card
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.dashboard.closing import Closing
from secondline_tui.ui.prompts.waiting import WaitingScreen
from secondline_tui.ui.walks.beginning import Beginning, beginning
from secondline_tui.ui.walks.card_walk import CardWalkScreen
from secondline_tui.ui.walks.evidence import Evidence, evidence
from secondline_tui.ui.walks.start_walk import StartWalkScreen


class Walking(Closing):
    """The dashboard with its walks."""

    def action_start_walk(self) -> None:
        """What those who take over should know, page by page."""
        waiting = WaitingScreen("gathering what the last shift left …", partial(beginning, self.session))
        self.app.push_screen(waiting, self._start_walk)

    def _start_walk(self, known: Beginning | None) -> None:
        if known is not None:
            self.app.push_screen(StartWalkScreen(self.session, self.view, lambda: self.today.notice, known))

    def action_card_walk(self) -> None:
        """Through the ongoing issues, one by one: seen this shift or not."""
        outbox = self._open_outbox()
        if outbox is None:
            return
        if not any(True for _ in self.session.engine.board.items(Card)):
            self.say("there are no ongoing issues to walk through, as far as is known")
            return
        waiting = WaitingScreen("gathering what was seen this shift …", partial(self._evidence, outbox))
        self.app.push_screen(waiting, partial(self._card_walk, outbox))

    async def _evidence(self, outbox: Outbox) -> Evidence | None:
        try:
            return await evidence(self.session, outbox.ledger)
        except (OSError, sqlite3.Error) as error:
            self.say(f"what was said already cannot be read ({type(error).__name__}), so nothing is asked")
            return None

    def _card_walk(self, outbox: Outbox, known: Evidence | None) -> None:
        if known is not None:
            self.app.push_screen(CardWalkScreen(self.session, outbox, self.view, self.related, known))
