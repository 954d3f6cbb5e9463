from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.text import clean
from secondline_tui.engine import store
from secondline_tui.engine.backoff import LONGEST_RETRY_AFTER, next_delay
from secondline_tui.engine.store import Store

STATE = SourceState(name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "QUIET", 0.02)


async def test_a_burst_is_told_once_and_nothing_of_it_is_lost() -> None:
    made, told = Store(Board()), list[Board]()
    made.subscribe(told.append)
    made.put(STATE)
    await asyncio.sleep(0)
    for number in range(50):
        made.put(replace(STATE, name=f"s{number}"))
    await asyncio.sleep(0.1)
    assert len(told) <= 2
    assert told[-1] is made.board
    assert len(told[-1].sources) == 51


async def test_who_follows_no_more_is_told_no_more_even_while_all_are_told() -> None:
    made, told = Store(Board()), list[str]()
    leave = made.subscribe(lambda _: told.append("first"))

    def second(_: Board) -> None:
        told.append("second")
        leave()

    made.subscribe(second)
    made.put(STATE)
    await asyncio.sleep(0.05)
    made.put(replace(STATE, polling=True))
    await asyncio.sleep(0.05)
    assert told == ["first", "second", "second"]


async def test_nothing_is_told_after_the_end() -> None:
    made, told = Store(Board()), list[Board]()
    made.subscribe(told.append)
    made.put(STATE)
    made.close()
    await asyncio.sleep(0.05)
    assert told == []


@given(st.floats(5, 3_600), st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_a_source_that_is_back_is_seen_within_one_interval_unless_it_asked_for_peace(
    interval: float, failures: int, jitter: float, asked: float | None
) -> None:
    wait = next_delay(interval, failures, jitter, asked)
    assert 1 <= wait <= max(interval, min(asked or 0, LONGEST_RETRY_AFTER))
    assert next_delay(interval, 0, jitter, asked) == interval
