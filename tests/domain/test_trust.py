"""Which doubt is the worst."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.text import clean
from secondline_tui.domain.trust import does_not_see, judge
from tests.fakes.clock import BEGIN

FAULT = Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached"))
REFUSED = Fault(kind=FaultKind.UNAUTHORISED, message=clean("wrong token"), stop=True)


def source(name: str, kind: str, environment: str = "", fault: Fault | None = FAULT) -> SourceState:
    return SourceState(
        name=name, type=kind, environment=clean(environment), interval=30, deadline=10, good_at=0.0, fault=fault
    )


def order(*states: SourceState, environments: tuple[str, ...] = ("production", "ci")) -> list[str]:
    board = Board()
    for state in states:
        board = board.with_source(state)
    return [doubt.source for doubt in judge(board, 1.0, environments).doubts]


ALL = (
    source("a-rota", "rota"),
    source("b-trello", "trello", fault=REFUSED),
    source("c-zendesk", "zendesk"),
    source("d-ci", "icinga2", "ci"),
    source("e-icinga", "icinga2", "production"),
    source("f-pager", "pagerduty"),
)


def test_pages_then_production_then_the_others() -> None:
    assert order(*ALL) == ["f-pager", "e-icinga", "d-ci", "b-trello", "a-rota", "c-zendesk"]


def test_which_environment_comes_first_is_the_persons_choice() -> None:
    assert order(*ALL, environments=("ci", "production"))[:3] == ["f-pager", "d-ci", "e-icinga"]


def test_a_monitor_of_no_environment_may_watch_the_first() -> None:
    assert order(*ALL, source("g-grafana", "grafana"))[:3] == ["f-pager", "e-icinga", "g-grafana"]


@pytest.mark.parametrize("quiet", [{"paused_since": BEGIN, "fault": None}, {"good_at": None, "fault": None}])
def test_what_is_paused_or_only_just_asked_is_no_trouble(quiet: dict[str, Any]) -> None:
    pager = replace(source("pager", "pagerduty"), **quiet)
    assert order(pager, source("rota", "rota")) == ["rota", "pager"]


def test_who_does_not_see_everything_is_fresh_and_yet_not_all_may_be_believed() -> None:
    seeing, half = source("seeing", "icinga2", fault=None), source("half", "icinga2", fault=None)
    half = replace(half, unseen=(clean("satellite-2"),))
    trust = judge(Board().with_source(seeing).with_source(half), 1.0)
    assert (trust.fresh, trust.total, trust.doubts, trust.whole) == (2, 2, (), False)
    assert [partial.told for partial in trust.partial] == ["half does not see: satellite-2"]
    failing = judge(Board().with_source(replace(half, fault=FAULT)), 1.0)
    assert failing.partial == (), "what it said before it failed is no news"


def test_many_that_are_not_seen_are_counted() -> None:
    assert does_not_see(()) == ""
    assert does_not_see(tuple(clean(name) for name in "abc")) == "does not see: a, b, c"
    assert does_not_see(tuple(clean(name) for name in "abcde")) == "does not see: a, b, c and 2 more"


def test_the_believed_are_named() -> None:
    board = Board().with_source(source("good", "rota", fault=None)).with_source(source("bad", "rota"))
    trust = judge(board, 1.0)
    assert (trust.believed, trust.fresh, trust.total, trust.oldest) == (("good",), 1, 2, 1.0)
