"""A sick source delays nobody: to the very moment, on a clock that stands still until told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import Fault, FaultKind, Health, PollFailed
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from tests.fakes.clock import FakeClock, settle
from tests.fakes.items import alert

INTERVAL, DEADLINE, WORK = 30.0, 10.0, 0.5
WELL = ("one", "two", "three")
Fetch = Callable[[FakeClock], Awaitable[Reading]]


class Reader:
    """Fetches in some manner, and notes when that began and ended."""

    def __init__(self, clock: FakeClock, fetched: Fetch) -> None:
        self.times: list[tuple[float, float]] = []
        self._clock = clock
        self._fetched = fetched

    async def fetch(self) -> Reading:
        began = self._clock.elapsed
        reading = await self._fetched(self._clock)
        self.times.append((began, self._clock.elapsed))
        return reading

    async def detail(self, ref: ItemRef) -> Detail:
        raise AssertionError(ref)

    async def probe(self) -> tuple[str, ...]:
        return ()

    async def close(self) -> None:
        pass


async def well(clock: FakeClock) -> Reading:
    await clock.sleep(WORK)
    return Reading(items=(alert("a"),))


async def hangs(clock: FakeClock) -> Reading:
    await clock.sleep(1e9)
    return Reading(items=())


async def is_slow(clock: FakeClock) -> Reading:
    await clock.sleep(DEADLINE - 0.1)
    return Reading(items=())


async def crashes(_: FakeClock) -> Reading:
    raise ZeroDivisionError


async def fails(_: FakeClock) -> Reading:
    raise PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("refused")))


async def is_told_to_wait(_: FakeClock) -> Reading:
    raise PollFailed(Fault(kind=FaultKind.RATE_LIMITED, message=SafeText("later"), retry_after=600))


async def is_huge(_: FakeClock) -> Reading:
    return Reading(items=HUGE)


HUGE = tuple(alert(f"{n}", source="sick") for n in range(20_000))


async def times_of_the_well(sick: Fetch) -> tuple[dict[str, list[tuple[float, float]]], Engine]:
    """When each source that is well was polled beside a sick one, over five minutes and a person's refresh."""
    clock = FakeClock()
    readers = {"sick": Reader(clock, sick), **{name: Reader(clock, well) for name in WELL}}

    def opening(reader: Reader) -> Callable[[], Awaitable[Reader]]:
        async def opened() -> Reader:
            return reader

        return opened

    plans = [
        SourcePlan(
            name=name,
            type="icinga2",
            environment=SafeText("production"),
            interval=INTERVAL,
            deadline=DEADLINE,
            open=opening(reader),
            phase=number / 4,
        )
        for number, (name, reader) in enumerate(readers.items())
    ]
    engine = Engine(plans, clock)
    engine.start()
    try:
        await settle()
        await clock.advance(142)
        engine.refresh()
        await settle()
        await clock.advance(158)
    finally:
        await engine.stop()
    return {name: readers[name].times for name in WELL}, engine


@pytest.mark.parametrize("sick", [hangs, is_slow, crashes, fails, is_told_to_wait, is_huge])
async def test_the_others_are_polled_as_if_it_were_not_there(sick: Fetch) -> None:
    alone, _ = await times_of_the_well(well)
    beside, engine = await times_of_the_well(sick)
    assert beside == alone
    for name in WELL:
        assert len(beside[name]) > 10
        assert beside[name][0] == (0.0, WORK)
        assert (142.0, 142.0 + WORK) in beside[name], "asked by a person, at once"
        assert all(end == begin + WORK for begin, end in beside[name])
        assert engine.board.sources[name].health(engine.clock.monotonic()) is Health.FRESH
