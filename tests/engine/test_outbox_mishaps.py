"""Bad luck between a person's keys, the disk and the service."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.domain.actions import HeldBack, NotSent, Refused, State, Unanswered
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.owners import Turn
from tests.engine.test_outbox import Desk, clock, desk, intent, reread
from tests.fakes.clock import BEGIN, FakeClock

__all__ = ["clock", "desk"]

CUT = Unanswered(SafeText("cut off"))


async def test_a_retry_waits_while_the_service_may_only_be_slow_to_show_it(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = False
    desk.actor.answers("lost", CUT)
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    await desk.outbox.retry("1")
    await clock.advance(1.0)
    assert desk.state() is State.UNKNOWN
    assert "slow" in desk.reason()
    desk.actor.shows = True
    await clock.advance(3.0)
    assert desk.state() is State.CONFIRMED
    assert desk.actor.applied == ["text 1"], "once"


async def test_dropping_a_retry_does_not_call_undone_what_may_have_been_done(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = None
    desk.actor.answers("lost", CUT, HeldBack(SafeText("wait"), 30.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(8.0)
    await desk.outbox.retry("1")
    await clock.advance(1.0)
    assert desk.state() is State.QUEUED
    await desk.outbox.drop("1")
    assert desk.state() is State.UNKNOWN
    assert not desk.outbox.ledger.get("1").wants_a_person


async def test_a_second_attempt_that_never_left_says_nothing_about_the_first(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = None
    desk.actor.answers("lost", CUT, NotSent(SafeText("cannot be reached")))
    await desk.outbox.submit([intent("1")])
    await clock.advance(8.0)
    first = desk.outbox.ledger.get("1").sent_at
    await desk.outbox.retry("1")
    await clock.advance(8.0)
    assert len(desk.actor.sends) == 2
    assert desk.state() is State.UNKNOWN
    assert desk.outbox.ledger.get("1").sent_at == first, "it is the first that is looked for"


async def test_a_retry_is_waited_with_anew(desk: Desk, clock: FakeClock) -> None:
    """However long ago its service has asked for patience the first time."""
    desk.actor.shows = None
    desk.actor.answers(HeldBack(SafeText("wait"), 20.0), CUT)
    await desk.outbox.submit([intent("1")])
    await clock.advance(700.0)
    assert desk.state() is State.UNKNOWN
    desk.actor.answers(HeldBack(SafeText("wait"), 20.0))
    await desk.outbox.retry("1")
    await clock.advance(5.0)
    assert desk.state() is State.QUEUED
    await clock.advance(20.0)
    assert desk.actor.applied == ["text 1"]


@pytest.mark.parametrize(
    ("answer", "stamp"),
    [
        (NotSent(SafeText("away")), "seen"),
        (Refused(SafeText("a field is required")), "seen"),
        (Refused(SafeText("changed since"), outdated=True), ""),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
async def test_only_what_was_told_of_a_change_is_sent_over_it_again(
    tmp_path: Path, clock: FakeClock, answer: Exception, stamp: str, *, restarted: bool
) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.answers(answer)
    await desk.outbox.submit([replace(intent("1"), stamp="seen")])
    await clock.advance(1.0)
    if restarted:
        await desk.killed()
        desk = await Desk(tmp_path, clock, desk.actor).begin()
    await desk.outbox.retry("1")
    await clock.advance(1.0)
    assert [sent.stamp for sent in desk.actor.sends] == ["seen", stamp]
    await desk.killed()


class Slow(Executor):
    """A disk that works when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] | None = None

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.waiting is None:
            self._do(future, lambda: fn(*args, **kwargs))
        else:
            self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    def go_on(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        for future, work in waiting:
            self._do(future, work)

    def _do(self, future: Future[Any], work: Callable[[], Any]) -> None:
        try:
            future.set_result(work())
        except Exception as error:  # noqa: BLE001  (handed on)
            future.set_exception(error)


async def test_what_is_dropped_while_the_disk_is_slow_is_not_sent(desk: Desk, clock: FakeClock, tmp_path: Path) -> None:
    desk.actor.answers(HeldBack(SafeText("wait"), 20.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    disk = desk.outbox.ledger._disk = Slow()
    disk.waiting = []
    dropping = asyncio.ensure_future(desk.outbox.drop("1"))
    await clock.advance(25.0)
    disk.go_on()
    await dropping
    await clock.advance(5.0)
    assert len(desk.actor.sends) == 1
    assert desk.state() is State.FAILED
    assert reread(tmp_path / "state")["1"][0] == "failed"


async def test_what_is_being_written_down_as_sent_is_not_dropped_any_more(
    desk: Desk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.actor.answers(HeldBack(SafeText("wait"), 20.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    disk = desk.outbox.ledger._disk = Slow()

    turn = desk.journal.owner.turn

    def slow_from_now(source: str) -> Turn:
        disk.waiting = []
        return turn(source)

    monkeypatch.setattr(desk.journal.owner, "turn", slow_from_now)
    await clock.advance(25.0)
    disk.go_on()  # the turn
    disk.waiting = []
    await clock.advance(0.1)
    assert disk.waiting, "it is being written down as sent"
    desk.actor.hang()
    dropping = asyncio.ensure_future(desk.outbox.drop("1"))
    await clock.advance(0.1)
    disk.go_on()
    await dropping
    await clock.advance(0.1)
    assert desk.state() is State.SENDING
    desk.actor.let_go()
    await clock.advance(3.0)
    assert desk.state() is State.CONFIRMED


async def test_a_disk_fault_while_looking_around_does_not_end_it(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(HeldBack(SafeText("wait"), 50.0))
    second = await Desk(tmp_path, clock).begin()
    version = second.journal.version
    monkeypatch.setattr(second.journal, "version", _busy)
    await clock.advance(3.0)
    monkeypatch.setattr(second.journal, "version", version)
    await first.outbox.submit([intent("1")])
    await clock.advance(3.0)
    assert second.state() is State.QUEUED, "seen"
    await first.killed()
    await second.killed()


async def test_a_busy_disk_at_the_start_does_not_leave_the_queues_unserved(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Desk(tmp_path, clock)
    monkeypatch.setattr(made.journal, "adopt", lambda *_: _busy())
    await made.begin()
    await made.outbox.submit([intent("1")])
    await clock.advance(2.0)
    assert made.state() is State.CONFIRMED
    await made.killed()


async def test_what_was_found_is_kept_once_the_disk_takes_it(
    desk: Desk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.actor.shows = False
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    put = desk.journal.put
    monkeypatch.setattr(desk.journal, "put", lambda _: _busy())
    desk.actor.shows = True
    await clock.advance(3.0)
    assert desk.state() is State.ACCEPTED
    monkeypatch.setattr(desk.journal, "put", put)
    await clock.advance(20.0)
    assert desk.state() is State.CONFIRMED


async def test_reading_back_that_stumbles_is_tried_again(desk: Desk, clock: FakeClock) -> None:
    desk.actor.reading = KeyError("a shape nobody knows")
    desk.actor.answers("lost", CUT)
    await desk.outbox.submit([intent("1")])
    await clock.advance(3.0)
    assert desk.state() is State.UNKNOWN
    desk.actor.reading = None
    await clock.advance(3.0)
    assert desk.state() is State.CONFIRMED


async def test_what_waited_is_not_sent_when_the_clock_was_put_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open()
    journal.add([(intent("1"), "here")], BEGIN)
    journal.close()
    again = Journal(tmp_path)
    again.open()
    (left,) = again.adopt(BEGIN - timedelta(hours=3), timedelta(minutes=10), {"desk"})
    again.close()
    assert left.action.state is State.FAILED


def test_a_change_that_cannot_be_committed_is_taken_back_and_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = False

    class Disk(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if full and statement == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(statement, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kw: connect(*args, **kw, factory=Disk))
    journal = Journal(tmp_path)
    journal.open()
    full = True
    with pytest.raises(sqlite3.OperationalError):
        journal.add([(intent("1"), "here")], BEGIN)
    full = False
    journal.add([(intent("2"), "here")], BEGIN)
    assert [entry.action.intent.id for entry in journal.entries(BEGIN)] == ["2"]
    journal.close()


async def test_what_waited_while_the_machine_slept_is_told_and_not_sent(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(HeldBack(SafeText("wait 20 s"), 20.0))
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(1.0)
    clock.jump(5 * 3_600.0)
    await clock.advance(30.0)
    assert [sent.id for sent in desk.actor.sends] == ["1"], "the service had refused that one before"
    assert desk.actor.applied == []
    for key in "12":
        assert desk.state(key) is State.FAILED
        assert desk.reason(key) == "asked for 5h ago: not sent; retry it if it still makes sense"
        assert desk.outbox.ledger.get(key).wants_a_person
    await desk.outbox.retry("2")
    await clock.advance(2.0)
    assert desk.state("2") is State.CONFIRMED, "asked for anew"
    assert desk.actor.applied == ["text 2"]


@pytest.mark.parametrize("hours", [5, -5])
async def test_the_wall_clock_alone_tells_that_it_was_long_ago(desk: Desk, clock: FakeClock, hours: int) -> None:
    desk.actor.answers(HeldBack(SafeText("wait 20 s"), 20.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    clock.set(hours * 3_600.0)
    await clock.advance(30.0)
    assert desk.state() is State.FAILED
    assert desk.actor.applied == []


async def test_a_short_sleep_of_the_machine_costs_nothing(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(HeldBack(SafeText("wait 20 s"), 20.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(1.0)
    clock.jump(30.0)
    await clock.advance(30.0)
    assert desk.state() is State.CONFIRMED


async def test_what_may_have_been_done_once_is_not_sent_again_hours_later_and_stays_unknown(
    desk: Desk, clock: FakeClock
) -> None:
    desk.actor.shows = None
    desk.actor.answers("lost", CUT, HeldBack(SafeText("wait"), 30.0))
    await desk.outbox.submit([intent("1")])
    await clock.advance(8.0)
    await desk.outbox.retry("1")
    await clock.advance(1.0)
    clock.jump(5 * 3_600.0)
    await clock.advance(40.0)
    assert len(desk.actor.sends) == 2
    assert desk.state() is State.UNKNOWN, "of the first time nobody knows"
    assert "asked for 5h ago: not sent" in desk.reason()


def _busy() -> int:
    raise sqlite3.OperationalError("database is locked")
