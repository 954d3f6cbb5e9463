from __future__ import annotations

from dataclasses import replace

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind, Health
from secondline_tui.domain.items import Alert, Ticket
from secondline_tui.domain.text import clean
from secondline_tui.domain.trust import judge
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, ticket

BLANK = SourceState(name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10)
GOOD = replace(BLANK, good_at=100.0, as_of=BEGIN, items=(alert("a"),))
FAULT = Fault(kind=FaultKind.TIMED_OUT, message=clean("slow"))
REFUSAL = Fault(kind=FaultKind.UNAUTHORISED, message=clean("no"), stop=True)


@pytest.mark.parametrize(
    ("state", "now", "health"),
    [
        (BLANK, 0, Health.WAITING),
        (BLANK, 10_000, Health.WAITING),
        (GOOD, 100, Health.FRESH),
        (GOOD, 170, Health.FRESH),
        (GOOD, 170.1, Health.STALE),
        (replace(GOOD, fault=FAULT), 101, Health.FAILING),
        (replace(BLANK, fault=FAULT), 101, Health.FAILING),
        (replace(GOOD, fault=REFUSAL), 101, Health.REFUSED),
        (replace(GOOD, paused_since=BEGIN), 101, Health.PAUSED),
        (replace(GOOD, fault=FAULT, paused_since=BEGIN), 101, Health.PAUSED),
    ],
)
def test_health(state: SourceState, now: float, health: Health) -> None:
    assert state.health(now) is health


def board(*states: SourceState) -> Board:
    made = Board()
    for state in states:
        made = made.with_source(state)
    return made


def test_finds_items_by_kind_and_reference() -> None:
    made = board(GOOD, replace(BLANK, name="zendesk", type="zendesk", items=(ticket("1"),)))
    assert [item.ref.key for item in made.items(Alert)] == ["a"]
    assert [item.ref.key for item in made.items(Ticket)] == ["1"]
    assert made.find(alert("a").ref) is GOOD.items[0]
    assert made.find(alert("b").ref) is None
    assert made.find(alert("a", source="nowhere").ref) is None


def test_boards_that_differ_only_in_who_is_being_asked() -> None:
    made = board(GOOD, replace(BLANK, name="b"))
    assert made.same_but_asking(made.with_source(replace(GOOD, polling=True)))
    assert not made.same_but_asking(made.with_source(replace(GOOD, good_at=101.0)))
    assert not made.same_but_asking(made.with_source(replace(GOOD, items=(alert("b"),), polling=True)))
    assert not made.same_but_asking(made.with_source(replace(GOOD, fault=FAULT)))
    assert not made.same_but_asking(board(GOOD))


def test_trust_is_whole_only_when_every_source_is_fresh_and_every_row_understood() -> None:
    assert judge(board(GOOD), 101).whole
    assert not judge(board(GOOD, replace(BLANK, name="b")), 101).whole
    assert not judge(board(replace(GOOD, rejected=(clean("odd"),))), 101).whole
    assert not judge(Board(), 101).whole, "nothing configured is nothing known"


def test_the_worst_doubt_comes_first_with_the_age_of_what_is_still_shown() -> None:
    trust = judge(
        board(
            replace(GOOD, name="paused", paused_since=BEGIN),
            replace(GOOD, name="failing", fault=FAULT, fault_since=BEGIN),
            replace(BLANK, name="waiting"),
            replace(GOOD, name="refused", fault=REFUSAL, fault_since=BEGIN),
            GOOD,
        ),
        101,
    )
    assert [doubt.source for doubt in trust.doubts] == ["refused", "failing", "paused", "waiting"]
    assert (trust.total, trust.fresh, trust.doubts[1].items, trust.doubts[1].as_of) == (5, 1, 1, BEGIN)
    assert not trust.waiting
    assert judge(board(BLANK), 5).waiting
