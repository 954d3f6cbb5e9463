"""Forgotten work: each sort at its limit, one step before it, and left out when it is not wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.items import Handling, Item
from secondline_tui.domain.text import clean
from secondline_tui.shift.forgotten import NEVER, Limits, Slip, forgotten
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket

SECOND = timedelta(seconds=1)
USUAL = Limits()


def slips(*items: Item, limits: Limits = USUAL) -> list[Slip]:
    state = SourceState(name="all", type="x", environment=clean(""), interval=30, deadline=10, items=items)
    return forgotten(Board().with_source(state), BEGIN, limits)


def had(**more: Any) -> Item:
    return alert("a", acknowledged=Handling(by=clean("Bo"), **more))


def late(**length: float) -> Any:
    return BEGIN + timedelta(**length)


@pytest.mark.parametrize(
    ("sort", "item", "told"),
    [
        ("acknowledged", had(at=ago(days=1)), "acknowledged by Bo 1d ago, and still there"),
        ("ending", had(at=ago(hours=1), until=late(hours=1)), "what Bo acknowledged or silenced ends in 1h"),
        ("ending", alert("a", downtime=True, downtime_until=late(minutes=5)), "the downtime ends in 5m"),
        ("waiting", ticket("7", updated=ago(days=1)), "waits on us, and nothing happened for 1d"),
        ("waiting", ticket("7", updated=ago(hours=1), due=ago(minutes=3)), "waits on us, and its target was 3m ago"),
        (
            "pending",
            ticket("7", status=clean("pending"), updated=ago(days=5)),
            "pending for 5d: ask again, or solve it",
        ),
        (
            "escalating",
            incident("p", escalates_at=late(minutes=2)),
            "nobody has answered; the next one is called in 2m",
        ),
    ],
)
def test_each_sort_is_told_at_its_limit_and_may_be_left_out(sort: str, item: Item, told: str) -> None:
    assert [slip.reason for slip in slips(item)] == [told]
    assert slips(item, limits=replace(USUAL, **{sort: NEVER})) == []


@pytest.mark.parametrize(
    "item",
    [
        had(at=ago(days=1) + SECOND),
        had(at=ago(hours=1), until=late(hours=1) + SECOND),
        had(at=ago(hours=1), until=BEGIN),
        had(),
        alert("a", since=ago(days=30)),
        alert("a", downtime=False, downtime_until=late(minutes=5)),
        ticket("7", updated=ago(days=1) + SECOND, due=late(hours=1)),
        ticket("7", status=clean("pending"), updated=ago(days=5) + SECOND),
        ticket("7", status=clean("hold"), updated=ago(days=50)),
        ticket("7", created=None, updated=None),
        incident("p", escalates_at=late(minutes=2) + SECOND),
        incident("p", escalates_at=ago(seconds=1)),
        incident("p", status=clean("acknowledged"), escalates_at=late(minutes=1)),
        card("c", updated=ago(days=300)),
    ],
)
def test_what_is_not_yet_forgotten_is_not_told(item: Item) -> None:
    assert slips(item) == []


def test_what_happens_soonest_comes_first_then_what_lies_longest() -> None:
    found = slips(
        ticket("1", updated=ago(days=2)),
        ticket("2", updated=ago(days=9)),
        had(at=ago(days=3), until=late(minutes=30)),
        incident("p", escalates_at=late(seconds=90)),
    )
    assert [slip.ref.key for slip in found] == ["p", "a", "2", "1"]
    assert [slip.pressing for slip in found] == [True, True, False, False]
