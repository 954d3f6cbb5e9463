from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.pagerduty.account import OWN_KEY
from secondline_tui.domain.actions import Intent, Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.pagerduty.actor import PagerDutyActor
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.reader import PagerDutyReader
from tests.demo.pager import ANA, Pager


class Served(Pager):
    """The account behind a real address, and readers of it."""

    def __init__(self) -> None:
        super().__init__()
        self.world.listen()
        self.url = self.world.urls["pd"]
        self.ours_ahead = timedelta(0)

    def source(self, **settings: Any) -> PagerDuty:
        roles = {role: schedule.id for role, schedule in self.sim.roles.items()}
        table = {"type": "pagerduty", "url": self.url, "token": OWN_KEY, "schedules": roles, "deadline": 5, **settings}
        return PagerDuty.model_validate(table)

    @asynccontextmanager
    async def reader(self, *, token: str = OWN_KEY, me: str = ANA, **settings: Any) -> AsyncIterator[PagerDutyReader]:
        source = self.source(**settings)
        config = Config.model_validate({"me": {"email": me}})
        made = PagerDutyReader("pd", source, config, Api(source, token), now=self.our_now, monotonic=lambda: self.time)
        try:
            yield made
        finally:
            await made.close()

    @asynccontextmanager
    async def actor(self, *, token: str = OWN_KEY, me: str = ANA, **settings: Any) -> AsyncIterator[PagerDutyActor]:
        source = self.source(**settings)
        config = Config.model_validate({"me": {"email": me}})
        now = self.our_now
        reads, writes = Api(source, token, now=now), Api(source, token, writes=True, now=now)
        made = PagerDutyActor("pd", source, config, reads=reads, writes=writes, now=now)
        try:
            yield made
        finally:
            await made.close()

    def intent(self, verb: Verb, key: str, **told: Any) -> Intent:
        kind = Kind.ON_CALL if verb in (Verb.OVERRIDE, Verb.END_OVERRIDE) else Kind.INCIDENT
        told = {"item": SafeText("the item"), "author": "Ana", "at": self.now(), **told}
        return Intent(id="1", ref=ItemRef("pd", kind, key), verb=verb, **told)

    def turn(self) -> str:
        """The key of the primary's present turn, as the reader makes it."""
        return f"{self.primary.id}/{self.ana.id}/2026-11-18T09:30:00Z/inhours_primary"

    def acts(self) -> list[Any]:
        """Every write that was carried out, as GET /state tells it."""
        return list(self.sim.account.acts)

    def written(self) -> list[str]:
        """Method and path of every request that could write."""
        told = [(str(request["method"]), str(request["path"])) for request in self.world.requests()]
        return [f"{method} {path}" for method, path in told if method != "GET"]

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def our_now(self) -> datetime:
        """What the clock of this machine shows, which may be wrong."""
        return self.now() + self.ours_ahead

    def break_with(self, kind: str, times: int | None = None) -> None:
        self.world.break_service("pd", Fault.parse(kind, times))

    def asked(self) -> Counter[str]:
        """How often each path was asked for, but for the overrides of schedules."""
        paths = (urlsplit(str(request["path"])).path for request in self.world.requests())
        return Counter(path for path in paths if not path.endswith("/overrides"))

    def asked_overrides(self) -> Counter[str]:
        """How often the overrides of each schedule were asked for."""
        paths = (urlsplit(str(request["path"])).path for request in self.world.requests())
        return Counter(path.split("/")[2] for path in paths if path.endswith("/overrides"))


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.world.close()


@pytest.fixture
def page(served: Served) -> str:
    """A page that nobody has answered; Ana is called."""
    return served.sim.trigger("5xx rate", served.icinga)
