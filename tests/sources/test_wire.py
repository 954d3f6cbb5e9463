"""Rows and times: what is odd costs itself only, and nothing holds up the loop."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from secondline_tui.domain.text import SafeText
from secondline_tui.sources.pacing import paced
from secondline_tui.sources.wire import Epoch, Moment, Wire, rows, unique


class Row(Wire):
    at: Epoch = None
    due: Moment = None


@pytest.mark.parametrize("odd", [1e18, 9e15, 1e300, float("inf")])
async def test_an_odd_time_costs_its_row(odd: float) -> None:
    with pytest.raises(ValidationError):
        Row.model_validate({"at": odd})
    found, rejected = await rows(Row, [{"at": 1}, {"at": odd}, {"at": 2}], lambda row: row, "a row")
    assert (len(found), len(rejected)) == (2, 1)


@pytest.mark.parametrize(
    ("row", "which"),
    [
        ({"at": "x", "name": "web1!load"}, "row 2 (web1!load)"),
        ({"at": "x", "id": 4711}, "row 2 (4711)"),
        ({"at": "x", "labels": {"alertname": "Full"}, "fingerprint": "ab"}, "row 2 (ab)"),
        ({"at": "x", "labels": {"alertname": "Full"}}, "row 2 (Full)"),
        ({"at": "x", "name": "", "title": "a\x1b[2J\nb"}, "row 2 (a b)"),
        ({"at": "x", "name": ["no", "name"], "labels": 7}, "row 2"),
        ({"at": 1e18, "name": "late"}, "row 2 (late)"),
        (7, "row 2"),
    ],
)
async def test_a_row_that_is_not_understood_is_told_by_its_place_and_name(row: object, which: str) -> None:
    _, rejected = await rows(Row, [{}, row, {}], lambda row: row, "a row")
    (reason,) = rejected
    assert reason.startswith(f"a row, {which}: ")


async def test_a_long_name_leaves_room_for_the_reason() -> None:
    _, rejected = await rows(Row, [{"at": "x", "name": "n" * 500}, {}], lambda row: row, "a row")
    assert len(rejected[0]) <= 200
    assert "at: is no time" in rejected[0]


async def test_a_row_of_which_nothing_can_be_made_is_named_too() -> None:
    def at(row: Row) -> Row:
        if row.at is not None:
            raise OverflowError
        return row

    _, rejected = await rows(Row, [{}, {"at": 1, "name": "web1"}], at, "a row")
    assert rejected == ["a row, row 2 (web1): OverflowError"]


@pytest.mark.parametrize("never", [0, -1, 253_370_764_800, 253_402_300_799, float("nan")])
def test_times_that_mean_never(never: float) -> None:
    assert Row(at=never).at is None


def test_times_for_ever() -> None:
    """They would overflow as soon as somebody east of Greenwich looks at them."""
    for told in ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "9999-01-01T00:00:00+14:00"):
        assert Row(due=told).due is None
    last = Row(due="9998-12-31T23:59:59Z").due
    assert last == datetime(9998, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert Row(at=last.timestamp()).at == last


async def test_rows_that_take_long_leave_time_for_keys() -> None:
    """However few they are."""
    turns = 0

    def work() -> None:
        time.sleep(0.006)

    async def keys() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    pressing = asyncio.create_task(keys())
    await rows(Row, [{}] * 10, lambda _: work(), "a row")
    assert turns >= 9
    turns = 0
    async for _ in paced(range(10)):
        work()
    assert turns >= 9
    pressing.cancel()


def test_what_is_the_same_twice_is_dropped_and_what_is_not_is_told() -> None:
    odd: list[SafeText] = []
    pairs = [("a", 1), ("b", 1), ("a", 1), ("a", 2)]
    assert unique(pairs, lambda pair: pair[0], odd) == [("a", 1), ("b", 1)]
    assert odd == ["another row is called a too, and says something else"]
