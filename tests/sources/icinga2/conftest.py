from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2 as Settings
from secondline_tui.demo.checkables import USERS
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.icinga2 import NEW, OLD, Icinga2
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Alert
from secondline_tui.sources.icinga2.reader import Icinga2Reader, reader

LOAD, DISK, HTTP, LAG, PING = "web1!load", "web1!disk", "web1!http", "db1!lag", "web2!ping"
DOWN = "web2"
ALL = {LOAD, DISK, HTTP, LAG, PING, DOWN}
HOUR = 3_600.0

Handle = Callable[[Request], Answer]


class Served:
    """A simulated Icinga 2 that listens, and readers of it."""

    def __init__(self, world: World, simulator: Icinga2) -> None:
        self.world = world
        self.simulator = simulator

    def settings(self, user: str = "dash", /, **extra: object) -> Settings:
        login = {"username": user, "password": USERS[user].password}
        told = {"url": self.world.urls["icinga"], **self.simulator.settings(), **login, "deadline": 2, **extra}
        return Settings.model_validate(told)

    @asynccontextmanager
    async def reader(self, user: str = "dash", /, **extra: object) -> AsyncIterator[Icinga2Reader]:
        made = reader("icinga", self.settings(user, **extra), Config())
        try:
            yield made
        finally:
            await made.close()

    async def poll(self, user: str = "dash", /, **extra: object) -> Reading:
        async with self.reader(user, **extra) as made:
            return await made.fetch()

    async def alerts(self, user: str = "dash", /, **extra: object) -> dict[str, Alert]:
        """The alerts of one poll, every row of it understood, by their full names."""
        reading = await self.poll(user, **extra)
        assert reading.rejected == ()
        found = {item.ref.key: item for item in reading.items if isinstance(item, Alert)}
        assert len(found) == len(reading.items)
        return found

    async def failure(self, user: str = "dash", /, **extra: object) -> PollFailed:
        with pytest.raises(PollFailed) as caught:
            await self.poll(user, **extra)
        return caught.value

    def break_with(self, kind: str) -> None:
        self.world.break_service("icinga", Fault.parse(kind, None))

    def asked(self) -> list[str]:
        return [str(request["path"]) for request in self.world.requests()]

    def intercept(self, around: Callable[[Handle, Request], Answer]) -> None:
        """Let `around` answer, with the real way to answer at hand."""
        handle = self.simulator.handle
        setattr(self.simulator, "handle", lambda request: around(handle, request))  # noqa: B010  (a test double)


def furnish(icinga: Icinga2) -> None:
    """One problem of each sort, and services that are none."""
    icinga.add_host("web1", "web (10.0.0.1)", environment="production", db_password="host-secret")
    icinga.add_host("web2", "web (10.0.0.2)", environment="staging")
    icinga.add_host("db1", "db (10.0.0.3)")
    for full_name in (LOAD, DISK, HTTP, LAG, PING, "web1!fine", "db1!new"):
        host, _, name = full_name.partition("!")
        icinga.add_service(host, name, notes_url=f"https://docs.example.org/{name}")
    icinga.change(LOAD, 2, "CRITICAL: load is 40\nsecond line", ago=600)
    icinga.services[LOAD].action_url = "https://graphs.example.org/load"
    icinga.change(DISK, 1, "WARNING: 8% free", ago=300)
    icinga.acknowledge(DISK, "Zoë Ångström", "looking\nat it", ago=120, until=icinga.now() + HOUR)
    icinga.comment(DISK, "Bo", "me too", ago=60)
    icinga.change(HTTP, 3, "UNKNOWN: no route to host")
    icinga.services[HTTP].state_type, icinga.services[HTTP].flapping = 0, True
    icinga.change(LAG, 2, "CRITICAL: 95 s behind")
    icinga.plan_downtime(LAG, "Mehmet", "resync", seconds=2 * HOUR, ago=60)
    icinga.plan_downtime(LAG, "Mehmet", "another, tomorrow", seconds=2 * HOUR, ago=-24 * HOUR)
    icinga.change(PING, 2, "CRITICAL: no answer")
    icinga.change(DOWN, 1, "DOWN: no answer", ago=900)
    icinga.services["db1!new"].last_check = -1


@pytest.fixture(scope="package")
def closing() -> Iterator[list[threading.Thread]]:
    """Closing a world takes as long as most of the tests: it is waited for at the end."""
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join()


def serve(version: str, closing: list[threading.Thread]) -> Iterator[Served]:
    world = World()
    simulator = Icinga2("icinga", world.now, world.chance("icinga"), version=version)
    furnish(simulator)
    world.add(simulator)
    world.listen()
    yield Served(world, simulator)
    closing.append(threading.Thread(target=world.close))
    closing[-1].start()


@pytest.fixture
def served(closing: list[threading.Thread]) -> Iterator[Served]:
    yield from serve(OLD, closing)


@pytest.fixture
def strict(closing: list[threading.Thread]) -> Iterator[Served]:
    """One that wants a permission for filters."""
    yield from serve(NEW, closing)
