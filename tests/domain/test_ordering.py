from __future__ import annotations

import random
from typing import TypeVar

import pytest

from secondline_tui.domain.items import Handling, Item, Severity
from secondline_tui.domain.ordering import Sort, environment_rank, incident_key, sort_key, ticket_key
from secondline_tui.domain.text import clean
from tests.fakes.items import ago, alert, card, incident, ticket

ItemT = TypeVar("ItemT", bound=Item)


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("production", 0),
        ("Production", 0),
        ("prod", 0),
        ("production-eks", 0),
        ("staging", 1),
        ("ci", 3),
        ("", 6),
        ("x", 6),
    ],
)
def test_environment_rank(name: str, rank: int) -> None:
    assert environment_rank(name) == rank


def test_own_order_of_environments() -> None:
    assert environment_rank("eu", ("eu", "us")) == 0
    assert environment_rank("production", ("eu", "us")) == 2


def backwards(items: list[ItemT]) -> list[ItemT]:
    return [*reversed(items)]


def keys(items: list[Item], sort: Sort = Sort.URGENCY) -> list[str]:
    return [item.ref.key for item in sorted(items, key=sort_key(sort))]


def test_alerts_open_before_handled_production_first_worst_first_newest_first() -> None:
    held = Handling(by=clean("x"))
    wanted: list[Item] = [
        alert("new critical", since=ago(minutes=1)),
        alert("old critical", since=ago(hours=1)),
        alert("warning", severity=Severity.WARNING),
        alert("unknown", severity=Severity.UNKNOWN),
        alert("staging critical", environment=clean("staging")),
        alert("nowhere", environment=clean("")),
        alert("acknowledged critical", acknowledged=held),
    ]
    shuffled = random.Random(1).sample(wanted, len(wanted))
    assert keys(shuffled) == [item.ref.key for item in wanted]


def test_pages_unanswered_first_real_before_drill_next_to_escalate_first() -> None:
    wanted = [
        incident("soon", escalates_at=ago(minutes=-1)),
        incident("later", escalates_at=ago(minutes=-20)),
        incident("never"),
        incident("low", urgency=clean("low")),
        incident("drill", drill=True, escalates_at=ago(minutes=-1)),
        incident("answered", status=clean("acknowledged")),
    ]
    assert sorted(backwards(wanted), key=incident_key) == wanted


def test_tickets_in_working_order() -> None:
    wanted = [
        ticket("1", priority=clean("urgent")),
        ticket("2", priority=clean("high"), created=ago(days=3)),
        ticket("3", priority=clean("high"), created=ago(days=1)),
        ticket("4", priority=None, created=ago(hours=9)),
        ticket("5", priority=clean("normal"), created=ago(hours=8)),
        ticket("6", priority=None, created=ago(hours=7)),
        ticket("7", priority=clean("low")),
        ticket("8", priority=clean("high"), status=clean("pending")),
    ]
    assert sorted(backwards(wanted), key=ticket_key) == wanted


@pytest.mark.parametrize("sort", Sort)
def test_every_order_is_total(sort: Sort) -> None:
    items: list[Item] = [
        alert("b"),
        alert("a"),
        alert("a", source="other"),
        card("b"),
        card("a"),
        ticket("2"),
        ticket("1"),
    ]
    same_kind = [[i for i in items if type(i) is kind] for kind in {type(i) for i in items}]
    for group in same_kind:
        assert keys(group, sort) == keys(group[::-1], sort)


def test_newest_and_oldest() -> None:
    items: list[Item] = [
        alert("old", since=ago(days=1)),
        alert("new", since=ago(minutes=1)),
        alert("mid", since=ago(hours=1)),
    ]
    assert keys(items, Sort.NEWEST) == ["new", "mid", "old"]
    assert keys(items, Sort.OLDEST) == ["old", "mid", "new"]
