"""The poller's whole life, on a clock that stands still until told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from secondline_tui.domain.board import Reading
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.health import Fault, FaultKind, Health, PollFailed
from secondline_tui.domain.items import OnCall
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from tests.fakes.clock import BEGIN, FakeClock, settle
from tests.fakes.items import alert
from tests.fakes.reader import FakeReader

INTERVAL, DEADLINE = 30.0, 10.0


def plan(reader: FakeReader, name: str = "icinga", *, ignore: tuple[str, ...] = ()) -> SourcePlan:
    return SourcePlan(
        name=name,
        type="icinga2",
        environment=SafeText("production"),
        interval=INTERVAL,
        deadline=DEADLINE,
        open=reader.open,
        ignore=tuple(Filter.parse(rule) for rule in ignore),
    )


@asynccontextmanager
async def running(clock: FakeClock, *plans: SourcePlan) -> AsyncIterator[Engine]:
    engine = Engine(plans, clock)
    engine.start()
    await settle()
    try:
        yield engine
    finally:
        await engine.stop()


def health(engine: Engine, name: str = "icinga") -> Health:
    return engine.board.sources[name].health(engine.clock.monotonic())


def failure(kind: FaultKind, *, retry_after: float | None = None, stop: bool = False) -> PollFailed:
    return PollFailed(Fault(kind=kind, message=SafeText("made to fail"), retry_after=retry_after, stop=stop))


async def test_waits_then_is_fresh_then_polls_every_interval(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"),)))
    engine = Engine([plan(reader)], clock)
    assert health(engine) is Health.WAITING
    async with running(clock, plan(reader)) as engine:
        assert health(engine) is Health.FRESH
        assert [item.ref.key for item in engine.board.sources["icinga"].items] == ["a"]
        assert reader.polls == 1
        await clock.advance(INTERVAL - 1)
        assert reader.polls == 1
        await clock.advance(2)
        assert reader.polls == 2


async def test_hanging_reader_times_out_keeps_old_items_and_never_overlaps(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"),)))
    async with running(clock, plan(reader)) as engine:
        reader.hang()
        await clock.advance(INTERVAL + 0.1)
        assert engine.board.sources["icinga"].polling
        await clock.advance(DEADLINE)
        state = engine.board.sources["icinga"]
        assert health(engine) is Health.FAILING
        assert state.fault is not None
        assert state.fault.kind is FaultKind.TIMED_OUT
        assert [item.ref.key for item in state.items] == ["a"]
        await clock.advance(600)
        assert reader.most_at_once == 1


async def test_backs_off_but_never_beyond_the_interval_and_recovers_by_itself(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    async with running(clock, plan(reader)) as engine:
        reader.fail(failure(FaultKind.SERVER_ERROR))
        await clock.advance(INTERVAL + 0.1)
        assert health(engine) is Health.FAILING
        since = engine.board.sources["icinga"].fault_since
        await clock.advance(10 * INTERVAL)
        assert engine.board.sources["icinga"].fault_since == since
        reader.answer(Reading(items=(alert("b"),)))
        await clock.advance(INTERVAL + 0.1)
        assert health(engine) is Health.FRESH
        assert engine.board.sources["icinga"].fault_since is None


async def test_first_failures_are_tried_again_soon(clock: FakeClock) -> None:
    reader = FakeReader(failure(FaultKind.UNREACHABLE))
    async with running(clock, plan(reader)):
        assert reader.polls == 1
        await clock.advance(2.1)
        assert reader.polls == 2
        await clock.advance(4.1)
        assert reader.polls == 3


@pytest.mark.parametrize(("asked", "waited"), [(50.0, 50.0), (86_400.0, 900.0)])
async def test_honours_retry_after_up_to_a_limit(clock: FakeClock, asked: float, waited: float) -> None:
    reader = FakeReader(failure(FaultKind.RATE_LIMITED, retry_after=asked))
    async with running(clock, plan(reader)) as engine:
        polls = reader.polls
        await clock.advance(waited - 1)
        engine.refresh()
        await settle()
        assert reader.polls == polls, "a person's refresh does not override the service's wish"
        await clock.advance(2)
        assert reader.polls == polls + 1


async def test_refused_credentials_stop_polling_until_asked(clock: FakeClock) -> None:
    reader = FakeReader(failure(FaultKind.UNAUTHORISED, stop=True))
    async with running(clock, plan(reader)) as engine:
        assert health(engine) is Health.REFUSED
        await clock.advance(100 * INTERVAL)
        assert reader.polls == 1
        reader.answer(Reading(items=()))
        engine.refresh("icinga")
        await settle()
        assert health(engine) is Health.FRESH
        await clock.advance(INTERVAL + 0.1)
        assert reader.polls == 3


async def test_a_crash_is_a_health_state_and_another_try(clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    reader = FakeReader(KeyError("token=s3cret"))
    async with running(clock, plan(reader)) as engine:
        state = engine.board.sources["icinga"]
        assert state.fault is not None
        assert state.fault.kind is FaultKind.BAD_REPLY
        assert "KeyError" in state.fault.message
        assert "s3cret" not in state.fault.message + caplog.text
        reader.answer(Reading(items=(alert("a"),)))
        await clock.advance(2 * INTERVAL)
        assert health(engine) is Health.FRESH


async def test_refresh_during_a_poll_is_queued_not_dropped(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    async with running(clock, plan(reader)) as engine:
        reader.hang()
        await clock.advance(INTERVAL + 0.1)
        assert reader.polls == 2
        engine.refresh()
        reader.answer(Reading(items=(alert("new"),)))
        reader.let_go()
        await settle()
        assert reader.polls == 3
        assert [item.ref.key for item in engine.board.sources["icinga"].items] == ["new"]


async def test_pause_stops_polling_says_so_and_resume_polls_at_once(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"),)))
    async with running(clock, plan(reader)) as engine:
        engine.pause("icinga")
        assert health(engine) is Health.PAUSED
        engine.refresh()
        await clock.advance(10 * INTERVAL)
        assert reader.polls == 1
        assert len(engine.board.sources["icinga"].items) == 1
        engine.resume("icinga")
        await settle()
        assert reader.polls == 2
        assert health(engine) is Health.FRESH


async def test_goes_stale_when_a_poll_never_ends_and_fails_when_it_does(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    async with running(clock, plan(reader)) as engine:
        clock.jump(2 * INTERVAL + DEADLINE + 1)
        assert health(engine) is Health.STALE


async def test_after_the_machine_slept_everything_is_asked_at_once(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    async with running(clock, plan(reader)) as engine:
        clock.jump(3 * 3_600)
        assert health(engine) is Health.STALE
        await clock.advance(5.1)
        assert health(engine) is Health.FRESH
        assert reader.polls == 2


async def test_an_answer_is_of_when_it_was_asked_for(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    reader.hang()
    async with running(clock, plan(reader)) as engine:
        await clock.advance(3)
        reader.let_go()
        await settle()
        state = engine.board.sources["icinga"]
        assert (state.as_of, state.age(clock.monotonic()), state.took) == (BEGIN, 3.0, 3.0)


async def test_an_answer_that_the_machine_slept_through_is_none_and_is_asked_for_again(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"),)))
    reader.hang()
    async with running(clock, plan(reader)) as engine:
        clock.jump(8 * 3_600)
        reader.let_go()
        await settle()
        state = engine.board.sources["icinga"]
        assert reader.polls == 2
        assert (health(engine), state.as_of) == (Health.FRESH, clock.now())


async def test_an_answer_that_the_machine_slept_through_is_a_failed_poll(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    reader.hang()
    engine = Engine([plan(reader)], clock)
    asking = asyncio.ensure_future(engine.poll_once())
    await settle()
    clock.jump(DEADLINE + 1)
    reader.let_go()
    state = (await asking).sources["icinga"]
    assert state.fault is not None
    assert (state.fault.kind, "slept" in state.fault.message) == (FaultKind.TIMED_OUT, True)
    assert (state.as_of, state.items) == (None, ())
    await engine.stop()


async def test_one_hanging_source_delays_nobody(clock: FakeClock) -> None:
    sick, well = FakeReader(Reading(items=())), FakeReader(Reading(items=(alert("b", source="well"),)))
    sick.hang()
    async with running(clock, plan(sick, "sick"), plan(well, "well")) as engine:
        assert health(engine, "well") is Health.FRESH
        assert health(engine, "sick") is Health.WAITING
        await clock.advance(DEADLINE + 0.1)
        assert health(engine, "sick") is Health.FAILING
        assert health(engine, "well") is Health.FRESH


async def test_stop_takes_no_time_with_every_source_hanging(clock: FakeClock) -> None:
    readers = [FakeReader(Reading(items=())) for _ in range(5)]
    for reader in readers:
        reader.hang()
    engine = Engine([plan(reader, f"s{n}") for n, reader in enumerate(readers)], clock)
    engine.start()
    await settle()
    async with asyncio.timeout(1):
        await engine.stop()


async def test_what_a_source_does_not_see_is_on_the_board_until_it_sees_it(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(), unseen=(clean("satellite-2"),)))
    async with running(clock, plan(reader)) as engine:
        assert health(engine) is Health.FRESH
        assert [str(name) for name in engine.board.sources["icinga"].unseen] == ["satellite-2"]
        reader.answer(Reading(items=()))
        await clock.advance(INTERVAL + 0.1)
        assert not engine.board.sources["icinga"].unseen


async def test_ignored_items_are_left_out_and_counted(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("keep"), alert("puppet", name="puppet last run errors"))))
    async with running(clock, plan(reader, ignore=("name:puppet",))) as engine:
        state = engine.board.sources["icinga"]
        assert [item.ref.key for item in state.items] == ["keep"]
        assert state.hidden == 1


async def test_no_rule_leaves_out_who_is_on_call(clock: FakeClock) -> None:
    ref = ItemRef("icinga", Kind.ON_CALL, "1")
    on_call = OnCall(ref=ref, role=clean("primary"), person=clean("Ana"))
    reader = FakeReader(Reading(items=(alert("a"), on_call)))
    async with running(clock, plan(reader, ignore=("-name:disk",))) as engine:
        assert engine.board.sources["icinga"].items == (on_call,)


async def test_unchanged_items_stay_the_same_objects(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"), alert("b"))))
    async with running(clock, plan(reader)) as engine:
        first = engine.board.sources["icinga"].items
        reader.answer(Reading(items=(alert("b"), alert("a", output="worse"))))
        await clock.advance(INTERVAL + 0.1)
        second = engine.board.sources["icinga"].items
        assert second[0] is first[1]
        assert second[1] is not first[0]
        reader.answer(Reading(items=(alert("b"), alert("a", output="worse"))))
        await clock.advance(INTERVAL + 0.1)
        assert engine.board.sources["icinga"].items is second, "nor is the whole of them another"
        reader.answer(Reading(items=(alert("b"),)))
        await clock.advance(INTERVAL + 0.1)
        assert engine.board.sources["icinga"].items == (second[0],)


async def test_opening_the_reader_may_fail_and_is_tried_again(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=()))
    reader.opening = failure(FaultKind.UNAUTHORISED, stop=True)
    async with running(clock, plan(reader)) as engine:
        assert health(engine) is Health.REFUSED
        reader.opening = None
        engine.refresh()
        await settle()
        assert health(engine) is Health.FRESH


async def test_detail_has_the_same_deadline(clock: FakeClock) -> None:
    reader = FakeReader(Reading(items=(alert("a"),)))
    async with running(clock, plan(reader)) as engine:
        reader.hang()
        asking = asyncio.ensure_future(engine.detail(alert("a").ref))
        await clock.advance(DEADLINE + 0.1)
        with pytest.raises(PollFailed) as failed:
            await asking
        assert failed.value.fault.kind is FaultKind.TIMED_OUT


async def test_poll_once_polls_all_and_survives_every_failure(clock: FakeClock) -> None:
    readers = [FakeReader(Reading(items=())), FakeReader(failure(FaultKind.TLS)), FakeReader(ZeroDivisionError())]
    engine = Engine([plan(reader, f"s{n}") for n, reader in enumerate(readers)], clock)
    board = await engine.poll_once()
    told = [state.health(clock.monotonic()) for state in board.sources.values()]
    assert told == [Health.FRESH, Health.FAILING, Health.FAILING]
    await engine.stop()
    assert all(reader.closed for reader in readers)
