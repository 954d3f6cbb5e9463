"""Screens that are made of several classes begin once: twice would be two timers, and two questions to a service."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from secondline_tui.ui.dashboard.desk import Desk
from tests.fakes.items import alert
from tests.ui.desk import acting


async def test_the_dashboard_begins_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: Counter[str] = Counter()
    begin = Desk.on_mount

    def counted(self: Desk) -> None:
        begun[type(self).__name__] += 1
        begin(self)

    monkeypatch.setattr(Desk, "on_mount", counted)
    async with acting("icinga") as found:
        assert begun == {"DashboardScreen": 1}
        await found.until(lambda: found.screen.board is found.screen.session.engine.board)


async def test_a_prompt_asks_its_service_once() -> None:
    async with acting("icinga") as found:
        await found.answer("icinga", alert("a"))
        await found.press("a")
        actor: Any = found.actors["icinga"]
        await found.until(lambda: bool(actor.prepared))
        await found.clock.advance(1)
        assert len(actor.prepared) == 1
