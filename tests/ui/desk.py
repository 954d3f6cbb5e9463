"""A dashboard on fake readers, and the screen as text."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from secondline_tui.config.models import Config
from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Item
from secondline_tui.domain.text import clean
from secondline_tui.engine import store
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.commands import keymap
from secondline_tui.ui.dashboard.app import Dashboard
from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.dashboard.session import Session
from tests.fakes.actor import Inline
from tests.fakes.clock import FakeClock, settle
from tests.fakes.reader import FakeReader


def dump(app: App[Any]) -> str:
    """The screen as text, a line each, without trailing spaces."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


@dataclass
class Desk:
    app: Dashboard
    pilot: Pilot[Any]
    clock: FakeClock
    readers: dict[str, FakeReader]

    @property
    def screen(self) -> DashboardScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, DashboardScreen)
        return screen

    @property
    def text(self) -> str:
        return dump(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def answer(self, source: str, *items: Item, **more: Any) -> None:
        """Let a source answer this now, and the screen show it."""
        self.readers[source].answer(Reading(items=items, **more))
        await self.ask(source)

    async def fail(self, source: str, error: Exception) -> None:
        self.readers[source].fail(error)
        await self.ask(source)

    async def ask(self, source: str) -> None:
        self.screen.session.engine.refresh(source)
        await settle()
        await self.shown()

    async def shown(self) -> None:
        """Wait for the store's quiet 100 ms, and for the paint after it."""
        await asyncio.sleep(2 * store.QUIET)
        await self.pilot.pause()


TYPES = {
    "icinga": "icinga2",
    "pagerduty": "pagerduty",
    "zendesk": "zendesk",
    "trello": "trello",
    "rota": "rota",
}


def build(
    *sources: str, config: Config | None = None, hang: bool = False
) -> tuple[Dashboard, FakeClock, dict[str, FakeReader]]:
    """A dashboard that is not running yet, its clock, and the readers of its sources."""
    store.QUIET = 0.01  # nobody watches the tests
    clock = FakeClock()
    readers = {name: FakeReader(Reading(items=())) for name in sources or TYPES}
    if hang:
        for reader in readers.values():
            reader.hang()
    config = config or Config()
    plans = [
        SourcePlan(
            name=name,
            type=TYPES.get(name, "icinga2"),
            environment=clean("production"),
            interval=30,
            deadline=10,
            open=reader.open,
        )
        for name, reader in readers.items()
    ]
    shift = config.shift
    days = frozenset(day.weekday for day in shift.days)
    calendar = Calendar(shift.timezone, days, shift.start, shift.end)
    engine = Engine(plans, clock)
    folder = Path(tempfile.mkdtemp(prefix="secondline-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    outbox = Outbox(Journal(folder), plans, clock, engine.refresh, disk=Inline())
    session = Session(engine, config, calendar, (), keymap(config.keys), outbox)
    return Dashboard(lambda: session), clock, readers


async def opened(app: Dashboard, pilot: Pilot[Any], clock: FakeClock, readers: dict[str, FakeReader]) -> Desk:
    """The dashboard as soon as it is there."""
    while not isinstance(app.screen, DashboardScreen):
        await pilot.pause(0.01)
    await settle()
    found = Desk(app, pilot, clock, readers)
    await found.shown()
    return found


@asynccontextmanager
async def desk(
    *sources: str, size: tuple[int, int] = (120, 40), config: Config | None = None, hang: bool = False
) -> AsyncIterator[Desk]:
    app, clock, readers = build(*sources, config=config, hang=hang)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield await opened(app, pilot, clock, readers)
