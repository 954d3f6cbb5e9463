from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Zendesk
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk as Simulated
from secondline_tui.sources.zendesk.actor import ZendeskActor, actor
from secondline_tui.sources.zendesk.reader import ZendeskReader, reader

QUEUE = 'group:"2nd Line" status<solved'


@dataclass
class Rig:
    """One simulated Zendesk, and readers for it."""

    world: World
    zendesk: Simulated
    opened: list[ZendeskReader | ZendeskActor] = field(default_factory=list)

    def reader(self, **settings: object) -> ZendeskReader:
        """A reader configured as the simulator says, but for `settings`."""
        made = reader("zendesk", self._source(settings), Config())
        self.opened.append(made)
        return made

    def actor(self, **settings: object) -> ZendeskActor:
        """An actor configured like a reader."""
        made = actor("zendesk", self._source(settings), Config())
        self.opened.append(made)
        return made

    def _source(self, settings: Mapping[str, object]) -> Zendesk:
        table = {"url": self.world.urls["zendesk"], **self.zendesk.settings(), "deadline": 5, **settings}
        return Zendesk.model_validate(table)

    def break_with(self, kind: str, times: int | None = None) -> None:
        self.world.break_service("zendesk", Fault.parse(kind, times))

    def paths(self) -> list[str]:
        """What was asked for since the last time, without addresses' queries."""
        asked = [str(request["path"]).partition("?")[0] for request in self.world.requests()]
        self.world.forget_requests()
        return asked


Start = Callable[[Simulated], Rig]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
async def start(world: World) -> AsyncIterator[Start]:
    """Opens a rig around a simulator; closes its readers afterwards."""
    rigs: list[Rig] = []

    def begin(zendesk: Simulated) -> Rig:
        world.add(zendesk)
        world.listen()
        rigs.append(Rig(world, zendesk))
        return rigs[-1]

    yield begin
    for rig in rigs:
        for made in rig.opened:
            await made.close()


@pytest.fixture
def queue(start: Start, world: World) -> Rig:
    """Seven tickets in one view, three to a page."""
    zendesk = Simulated("zendesk", world.now, world.chance("zendesk"), page_size=3)
    zendesk.add_view("2nd Line", QUEUE)
    for day in range(7):
        zendesk.add_ticket(f"Technical fault {day}", f"Requester {day}", group="2nd Line", ago=3_600 * (day + 1))
    return start(zendesk)
