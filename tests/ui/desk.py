"""A dashboard on fake readers, and the screen as text."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot

from secondline_tui.config.models import Config
from secondline_tui.domain.actions import Intent
from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Item
from secondline_tui.domain.text import clean
from secondline_tui.engine import store
from secondline_tui.engine.history import History
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.verdicts import Verdicts
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.commands import keymap
from secondline_tui.ui.dashboard.app import Dashboard
from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.walks.walk_screen import WalkScreen
from tests.fakes.actor import FakeActor, Inline
from tests.fakes.clock import FakeClock, settle
from tests.fakes.reader import FakeReader

PATIENCE = 20.0
"""Seconds that something is waited for which the program does by itself: a busy machine takes its time."""
ROUNDS = 20
"""How often an answer is looked for; a source that is made to hang gives none."""


def dump(app: App[Any]) -> str:
    """The screen as text, a line each, without trailing spaces."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


class Typed(str):
    """A text among keys, to be typed letter by letter."""

    __slots__ = ()


@dataclass
class Desk:
    app: Dashboard
    pilot: Pilot[Any]
    clock: FakeClock
    readers: dict[str, FakeReader]
    actors: dict[str, FakeActor] = field(default_factory=dict)

    @property
    def outbox(self) -> Outbox:
        outbox = self.screen.session.outbox
        assert outbox is not None
        return outbox

    @property
    def prompt(self) -> ComposeScreen:
        """The prompt that is open."""
        screen = next(screen for screen in reversed(self.app.screen_stack) if isinstance(screen, ComposeScreen))
        assert isinstance(screen, ComposeScreen)
        return screen

    @property
    def sent(self) -> list[Intent]:
        """What any service was sent, in the order of the services."""
        return [intent for actor in self.actors.values() for intent in actor.sends]

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for something that the program does by itself."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while loop.time() < end:
            if met():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"it never came to that\n{self.text}")

    @property
    def screen(self) -> DashboardScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, DashboardScreen)
        return screen

    @property
    def text(self) -> str:
        return dump(self.app)

    async def press(self, *keys: str) -> None:
        for key in keys:
            if isinstance(key, Typed):
                await self.type(key)
            else:
                await self.pilot.press(key)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Keys as fast as a terminal sends them: much faster than the pilot."""
        for sign in text:
            self.app.post_message(events.Key(sign, sign))
        for _ in range(3):
            await self.pilot.pause()

    async def answer(self, source: str, *items: Item, **more: Any) -> None:
        """Let a source answer this now, and the screen show it."""
        self.readers[source].answer(Reading(items=items, **more))
        await self.ask(source)

    async def fail(self, source: str, error: Exception) -> None:
        self.readers[source].fail(error)
        await self.ask(source)

    async def ask(self, source: str) -> None:
        engine = self.screen.session.engine
        before = engine.board.sources[source]
        engine.refresh(source)
        await settle()
        for _ in range(ROUNDS):
            if engine.board.sources[source] is not before:
                break
            await asyncio.sleep(store.QUIET)
        await self.shown()

    async def shown(self) -> None:
        """Wait for the store's quiet 100 ms, and for the paint after it."""
        await asyncio.sleep(2 * store.QUIET)
        await self.until(self._all_is_told)

    def _all_is_told(self) -> bool:
        """Whether no screen has still to tell of the board: a walk waits for the longer, the slower it was drawn."""
        walks = (screen for screen in self.app.screen_stack if isinstance(screen, WalkScreen))
        return self.screen.session.engine._store._pending is None and all(walk._later is None for walk in walks)


TYPES = {
    "icinga": "icinga2",
    "pagerduty": "pagerduty",
    "zendesk": "zendesk",
    "trello": "trello",
    "rota": "rota",
    "alertmanager": "alertmanager",
}
USUAL = ("icinga", "pagerduty", "zendesk", "trello", "rota")


def build(
    *sources: str,
    config: Config | None = None,
    hang: bool = False,
    actors: Mapping[str, FakeActor] | None = None,
    folder: Path | None = None,
    read_only: bool = False,
    remembers: bool = False,
    home: str = "",
) -> tuple[Dashboard, FakeClock, dict[str, FakeReader]]:
    """A dashboard that is not running yet, its clock, and the readers of its sources."""
    store.QUIET = 0.01  # nobody watches the tests
    clock = FakeClock()
    readers = {name: FakeReader(Reading(items=())) for name in sources or USUAL}
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
            home=home,
            act=actors[name].open if actors is not None and name in actors and not read_only else None,
        )
        for name, reader in readers.items()
    ]
    shift = config.shift
    days = frozenset(day.weekday for day in shift.days)
    calendar = Calendar(shift.timezone, days, shift.start, shift.end)
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="secondline-test-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    keep = timedelta(seconds=config.history.keep)
    history = History(folder, clock, calendar.zone, keep, calendar.began, disk=Inline()) if remembers else None
    engine = Engine(plans, clock, [history] if history is not None else [])
    outbox = None if read_only else Outbox(Journal(folder), plans, clock, engine.refresh, disk=Inline())
    session = Session(
        engine, config, calendar, (), keymap(config.keys), outbox, verdicts=Verdicts(folder), history=history
    )
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
    *sources: str,
    size: tuple[int, int] = (120, 40),
    config: Config | None = None,
    hang: bool = False,
    actors: Mapping[str, FakeActor] | None = None,
    folder: Path | None = None,
    read_only: bool = False,
    remembers: bool = False,
    home: str = "",
) -> AsyncIterator[Desk]:
    app, clock, readers = build(
        *sources,
        config=config,
        hang=hang,
        actors=actors,
        folder=folder,
        read_only=read_only,
        remembers=remembers,
        home=home,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        found = await opened(app, pilot, clock, readers)
        found.actors.update(actors or {})
        yield found


@asynccontextmanager
async def acting(
    *sources: str,
    size: tuple[int, int] = (120, 40),
    config: Config | None = None,
    folder: Path | None = None,
    home: str = "",
) -> AsyncIterator[Desk]:
    """A dashboard whose services can be written to."""
    actors = {name: FakeActor() for name in sources or USUAL if name != "rota"}
    async with desk(*sources, size=size, config=config, actors=actors, folder=folder, home=home) as found:
        yield found
