from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.pagerduty.account import OWN_KEY
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.reader import PagerDutyReader
from tests.demo.pager import ANA, Pager


class Served(Pager):
    """The account behind a real address, and readers of it."""

    def __init__(self) -> None:
        super().__init__()
        self.world.listen()
        self.url = self.world.urls["pd"]

    def source(self, **settings: Any) -> PagerDuty:
        roles = {role: schedule.id for role, schedule in self.sim.roles.items()}
        table = {"type": "pagerduty", "url": self.url, "token": OWN_KEY, "schedules": roles, "deadline": 5, **settings}
        return PagerDuty.model_validate(table)

    @asynccontextmanager
    async def reader(self, *, token: str = OWN_KEY, me: str = ANA, **settings: Any) -> AsyncIterator[PagerDutyReader]:
        source = self.source(**settings)
        config = Config.model_validate({"me": {"email": me}})
        made = PagerDutyReader("pd", source, config, Api(source, token), now=self.now, monotonic=lambda: self.time)
        try:
            yield made
        finally:
            await made.close()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def break_with(self, kind: str, times: int | None = None) -> None:
        self.world.break_service("pd", Fault.parse(kind, times))

    def asked(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(urlsplit(str(request["path"])).path for request in self.world.requests())


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.world.close()
