"""A wallboard on fake readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from secondline_tui.config.models import Config
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, Item, OnCall, Planned, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.engine import store
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.wallboard.app import WallApp, WallScreen
from secondline_tui.ui.wallboard.session import WallSession
from tests.fakes.clock import BEGIN, FakeClock, settle
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.fakes.reader import FakeReader
from tests.ui.desk import dump

LONDON = ZoneInfo("Europe/London")
SOURCES = {
    "icinga": ("icinga2", "production"),
    "ci": ("icinga2", "ci"),
    "alertmanager": ("alertmanager", ""),
    "pagerduty": ("pagerduty", ""),
    "zendesk": ("zendesk", ""),
    "trello": ("trello", ""),
    "rota": ("rota", ""),
}
CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30))
AGENDA = (Recurring("stand-up", time(9, 35), LONDON), Recurring("PagerDuty drill", time(10, 0), LONDON, weekday=2))
KNOWN = Handling(by=clean("Bo Ek"), comment=clean("known, see the card"), at=ago(hours=1))
GONE = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached: connection refused")))
STARTER, GRACE = "Access for Siobhan Whitcombe", "Grace Adeyemi"
"""What a wall must never tell: a ticket's subject and who asks."""


def _icinga() -> list[Item]:
    names = ("low available disk space on root", "5xx rate for www-origin", "overdue publications in Whitehall")
    return [
        *(alert(str(n), name=clean(name), since=ago(minutes=3 + 9 * n)) for n, name in enumerate(names)),
        *(alert(f"w{n}", name=clean(f"queue {n} is long"), severity=Severity.WARNING, since=ago(hours=n + 1))
          for n in range(11)),
        alert("held", name=clean("replication lag"), acknowledged=KNOWN, since=ago(hours=3)),
        alert("staged", name=clean("mapit"), environment=clean("staging"), severity=Severity.UNKNOWN),
    ]  # fmt: skip


def answers() -> dict[str, list[Item]]:
    """Something of everything."""
    return {
        "icinga": _icinga(),
        "ci": [alert("ci1", source="ci", environment=clean("ci"), name=clean("agent offline"), since=ago(days=2))],
        "alertmanager": [
            alert("am1", source="alertmanager", name=clean("SearchLatency"), severity=Severity.WARNING,
                  environment=clean("staging"), since=ago(minutes=50)),
        ],
        "pagerduty": [
            incident("1", title=clean("5xx rate for www-origin"), assigned=(clean("Ana Sowande"),),
                     service=clean("GOV.UK Icinga"), escalates_at=ago(minutes=-3, seconds=-41)),
            incident("2", title=clean("PagerDuty test drill"), drill=True, status=clean("acknowledged"), number=4128),
            OnCall(ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("inhours_primary"),
                   person=clean("Ana Sowande"), start=ago(hours=10), end=ago(hours=-10)),
            OnCall(ref=ItemRef("pagerduty", Kind.ON_CALL, "2"), role=clean("inhours_secondary"),
                   person=clean("Bo Ek"), start=ago(hours=10), end=ago(hours=-10)),
        ],
        "zendesk": [
            ticket("4711", subject=clean("Attachment uploads failing"), requester=clean(GRACE), due=ago(hours=1)),
            ticket("4712", subject=clean(STARTER), priority=None, status=clean("new"), requester=clean(GRACE)),
            ticket("4713", subject=clean("Redirect wanted"), priority=clean("low"), created=ago(days=3)),
            ticket("4714", subject=clean("Domain"), status=clean("pending"), assignee=clean("Cy Ortiz")),
        ],
        "trello": [
            card("1", title=clean("Whitehall 5xx spikes after data sync"), labels=(clean("whitehall"),), comments=3),
            card("2", title=clean("AmazonMQ unprocessed messages"), updated=ago(days=34)),
        ],
        "rota": [
            Planned(ref=ItemRef("rota", Kind.PLANNED, "1"), role=clean("inhours_primary"),
                    person=clean("Ana Sowande"), first=BEGIN.date(), last=BEGIN.date()),
        ],
    }  # fmt: skip


@dataclass
class Wall:
    app: WallApp
    pilot: Pilot[Any]
    clock: FakeClock
    readers: dict[str, FakeReader]

    @property
    def screen(self) -> WallScreen:
        screen = self.app.screen
        assert isinstance(screen, WallScreen)
        return screen

    @property
    def text(self) -> str:
        return dump(self.app)

    async def show(self, page: str) -> str:
        """The wall at one of its pages."""
        self.screen.action_go(self.screen.rotation.pages.index(page))
        await self.pilot.pause()
        return self.text

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def answer(self, source: str, *items: Item, **more: Any) -> None:
        self.readers[source].answer(Reading(items=items, **more))
        await self.ask(source)

    async def fail(self, *sources: str, error: Exception = GONE) -> None:
        for source in sources:
            self.readers[source].fail(error)
        for source in sources:
            await self.ask(source)

    async def ask(self, source: str) -> None:
        self.screen.session.engine.refresh(source)
        await settle()
        await self.shown()

    async def wait(self, seconds: float) -> None:
        """Let that time go by, and the screen notice it."""
        await self.clock.advance(seconds)
        await self.shown()
        self.screen.tick()
        await self.pilot.pause()

    async def shown(self) -> None:
        await asyncio.sleep(2 * store.QUIET)
        await self.pilot.pause()


def build(
    *, config: Config | None = None, given: dict[str, list[Item]] | None = None, hang: bool = False,
    sources: Sequence[str] = tuple(SOURCES),
) -> tuple[WallApp, FakeClock, dict[str, FakeReader]]:  # fmt: skip
    """A wallboard that is not running yet, its clock, and the readers of its sources."""
    store.QUIET = 0.01  # nobody watches the tests
    clock = FakeClock()
    told = answers() if given is None else given
    readers = {name: FakeReader(Reading(items=tuple(told.get(name, ())))) for name in sources}
    if hang:
        for reader in readers.values():
            reader.hang()
    plans = [
        SourcePlan(name=name, type=SOURCES[name][0], environment=clean(SOURCES[name][1]), interval=30, deadline=10,
                   open=reader.open)
        for name, reader in readers.items()
    ]  # fmt: skip
    session = WallSession(Engine(plans, clock), config or Config(), CALENDAR, AGENDA)
    return WallApp(session), clock, readers


@asynccontextmanager
async def wall(
    *, size: tuple[int, int] = (120, 40), config: Config | None = None, given: dict[str, list[Item]] | None = None,
    hang: bool = False, sources: Sequence[str] = tuple(SOURCES),
) -> AsyncIterator[Wall]:  # fmt: skip
    app, clock, readers = build(config=config, given=given, hang=hang, sources=sources)
    async with app.run_test(size=size) as pilot:
        while not all(reader.polls for reader in readers.values()):
            await pilot.pause(0.01)
        await settle()
        found = Wall(app, pilot, clock, readers)
        await found.shown()
        yield found
