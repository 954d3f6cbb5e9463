"""The wall's pictures, as a browser's window puts them together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from secondline_tui.config.models import Config
from secondline_tui.domain.board import Reading
from secondline_tui.domain.text import clean
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.ui.wallboard.session import WallSession
from secondline_tui.web.access import Access
from secondline_tui.web.http import Request
from secondline_tui.web.wall import FORGOTTEN, Wall
from tests.fakes.clock import FakeClock, settle
from tests.fakes.items import alert
from tests.fakes.reader import FakeReader
from tests.ui.wall import AGENDA, CALENDAR

ROWS = 20


class Window:
    """What the page's script does with an answer."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.tag = ""
        self.rows = [""] * ROWS

    def look(self, *, rows: int = ROWS) -> int:
        """Ask once; how many rows came."""
        query = {"columns": "120", "rows": str(rows), "seen": self.tag, "page": "alerts"}
        told = json.loads(self.wall.answer(Request("GET", "/picture", query, {"host": "localhost"}, "")).body)
        for row, line in told["lines"].items():
            self.rows[int(row)] = "".join(text for text, _ in line)
        self.tag = told["tag"]
        return len(told["lines"])


class Served:
    """A server of the wall on one monitor, and its clock."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.reader = FakeReader(Reading(items=()))
        plan = SourcePlan(
            name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10,
            open=self.reader.open,
        )  # fmt: skip
        self.engine = Engine([plan], self.clock)
        self.wall = self.anew()

    def anew(self) -> Wall:
        """A server as after a restart."""
        return Wall(WallSession(self.engine, Config(), CALENDAR, AGENDA), Access())

    async def burn(self, *names: str) -> None:
        self.reader.answer(Reading(items=tuple(alert(name, name=clean(name)) for name in names)))
        self.engine.refresh()
        await settle()
        await self.clock.advance(1)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    made = Served()
    made.engine.start()
    await settle()
    yield made
    await made.engine.stop()


async def test_a_window_gets_what_changed_only(served: Served) -> None:
    window = Window(served.wall)
    assert window.look() == ROWS
    assert window.look() == 0, "it has this one"
    await served.burn("disk full")
    assert 0 < window.look() < ROWS
    fresh = Window(served.wall)
    fresh.look()
    assert window.rows == fresh.rows
    assert "disk full" in "\n".join(window.rows)


async def test_a_window_that_was_away_never_keeps_its_old_picture(served: Served) -> None:
    away, other = Window(served.wall), None
    for _ in range(5):
        away.look()
        await served.clock.advance(1)
    await served.burn("payments down")
    await served.clock.advance(2 * FORGOTTEN)
    Window(served.wall).look(rows=4)  # at which what nobody looks at is forgotten
    other = Window(served.wall)
    for _ in range(5):  # as many pictures as were drawn for the other
        other.look()
        await served.clock.advance(1)
    for _ in range(3):
        away.look()
        other.look()
        assert away.rows == other.rows
        await served.clock.advance(1)
    assert "payments down" in "\n".join(away.rows)


async def test_a_server_that_begins_anew_knows_no_window_s_picture(served: Served) -> None:
    window = Window(served.wall)
    window.look()
    await served.burn("payments down")
    window.wall = served.anew()
    window.look()
    assert "payments down" in "\n".join(window.rows)
