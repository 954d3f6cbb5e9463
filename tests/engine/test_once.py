"""What is to be said of an item once is taken on once, whoever asks and however often."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from secondline_tui.domain.actions import Intent, NotSent, Refused, Repeated, State, Unanswered
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.records import marks_of, read, written
from tests.engine.test_outbox import Desk, intent
from tests.fakes.clock import FakeClock

WALK = "card walk since 2026-11-16T09:30:00+00:00"


def once(key: str, *, word: str = WALK, ref: ItemRef | None = None, text: str = "") -> Intent:
    made = replace(intent(key, text), once=word)
    return made if ref is None else replace(made, ref=ref)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_the_same_is_not_taken_on_twice(tmp_path: Path, clock: FakeClock) -> None:
    desk = await Desk(tmp_path, clock).begin()
    await desk.outbox.submit([once("1")])
    with pytest.raises(Repeated, match="said of it already"):
        await desk.outbox.submit([once("2")])
    await clock.advance(5)
    with pytest.raises(Repeated, match="is confirmed"):
        await desk.outbox.submit([once("3")])
    assert [sent.id for sent in desk.actor.sends] == ["1"]
    await desk.outbox.stop()


async def test_other_items_other_words_and_what_is_no_such_thing_are_taken_on(tmp_path: Path, clock: FakeClock) -> None:
    desk = await Desk(tmp_path, clock).begin()
    other = ItemRef("desk", Kind.TICKET, "71")
    quoting = once("4", word="quotes", text=written(once("x", word="of another")))
    await desk.outbox.submit([once("1")])
    await desk.outbox.submit([once("2", ref=other)])
    await desk.outbox.submit([once("3", word=WALK + "0"), quoting, once("5", word="of another")])
    for key in ("6", "7"):
        await desk.outbox.submit([intent(key)])
    await clock.advance(5)
    assert sorted(sent.id for sent in desk.actor.sends) == ["1", "2", "3", "4", "5", "6", "7"]
    await desk.outbox.stop()


async def test_two_programs_at_the_same_moment_take_it_on_once(tmp_path: Path, clock: FakeClock) -> None:
    first, second = await Desk(tmp_path, clock).begin(), await Desk(tmp_path, clock).begin()
    tries = (first.outbox.submit([once("1")]), second.outbox.submit([once("2")]))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Repeated]
    await clock.advance(5)
    assert len(first.actor.sends) + len(second.actor.sends) == 1
    await first.outbox.stop()
    await second.outbox.stop()


@pytest.mark.parametrize("answers", [["done"], ["lost", Unanswered(SafeText("no answer"))]])
async def test_a_program_that_was_killed_has_said_it(tmp_path: Path, clock: FakeClock, answers: list[object]) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.answers(*answers)  # type: ignore[arg-type]
    desk.actor.hang()
    await desk.outbox.submit([once("1")])
    await clock.advance(0.1)
    desk.actor.let_go()
    await desk.killed()
    again = await Desk(tmp_path, clock, desk.actor).begin()
    with pytest.raises(Repeated):
        await again.outbox.submit([once("2")])
    await clock.advance(120)
    assert len(desk.actor.sends) == 1
    await again.outbox.stop()


@pytest.mark.parametrize("no", [Refused(SafeText("too long")), NotSent(SafeText("away"))])
async def test_what_was_not_done_and_is_dropped_may_be_said_anew_and_its_retry_is_over(
    tmp_path: Path, clock: FakeClock, no: Exception
) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.answers(no)
    await desk.outbox.submit([once("1", text="first")])
    await clock.advance(1)
    with pytest.raises(Repeated):
        await desk.outbox.submit([once("2")])  # it may still be retried
    await desk.outbox.drop("1")
    await desk.outbox.submit([once("2", text="second")])
    await clock.advance(5)
    await desk.outbox.retry("1")
    await clock.advance(5)
    assert desk.state("1") in (State.REFUSED, State.FAILED)
    assert "another one has taken its place" in desk.reason("1")
    assert desk.actor.applied == ["second"]
    await desk.outbox.stop()


async def test_a_clock_that_is_put_back_does_not_hide_what_has_taken_its_place(
    tmp_path: Path, clock: FakeClock
) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.answers(NotSent(SafeText("away")))
    await desk.outbox.submit([once("1", text="first")])
    await clock.advance(1)
    await desk.outbox.drop("1")
    clock.set(-7_200)
    await desk.outbox.submit([once("2", text="second")])
    await clock.advance(5)
    clock.set(7_200)
    await desk.outbox.retry("1")
    await clock.advance(5)
    assert desk.actor.applied == ["second"]
    assert "another one has taken its place" in desk.reason("1")
    await desk.outbox.stop()


@pytest.mark.parametrize("retried_first", [True, False])
async def test_a_retry_and_another_programs_second_try_at_the_same_moment_are_one(
    tmp_path: Path, clock: FakeClock, retried_first: bool
) -> None:
    desk = await Desk(tmp_path, clock).begin()
    other = await Desk(tmp_path, clock, desk.actor).begin()
    desk.actor.answers(NotSent(SafeText("away")))
    await desk.outbox.submit([once("1", text="first")])
    await clock.advance(1)
    await desk.outbox.drop("1")
    tries = (desk.outbox.retry("1"), other.outbox.submit([once("2", text="second")]))
    await asyncio.gather(*(tries if retried_first else reversed(tries)), return_exceptions=True)
    await clock.advance(5)
    assert len(desk.actor.applied) == 1
    await desk.outbox.stop()
    await other.outbox.stop()


async def test_it_may_be_retried_while_nothing_has_taken_its_place(tmp_path: Path, clock: FakeClock) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.answers(NotSent(SafeText("away")))
    await desk.outbox.submit([once("1", text="first")])
    await clock.advance(1)
    await desk.outbox.retry("1")
    await clock.advance(5)
    assert desk.actor.applied == ["first"]
    await desk.outbox.stop()


def test_an_intent_of_an_earlier_version_is_still_read() -> None:
    record = json.loads(written(intent("1")))
    del record["once"]
    assert read(json.dumps(record)) == intent("1")
    assert read(written(once("1"))) == once("1")
    assert all(mark in written(once("1")) for mark in marks_of(once("1")))
