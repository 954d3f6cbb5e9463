"""`status` as text and as one line: what it says in doubt, and how bad each alert is in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from secondline_tui.cli import plain
from secondline_tui.config.models import Config
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Item, Severity
from secondline_tui.domain.summary import summary
from secondline_tui.domain.text import clean
from secondline_tui.glance.wording import line
from secondline_tui.shift.pairing import Pairing, RolePair
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, incident, ticket

NOW = 110.0
GOOD = SourceState(
    name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10, good_at=100.0, as_of=BEGIN
)
ODD = {"rejected": (clean("odd"),)}
BLIND = {"unseen": (clean("satellite-1"), clean("satellite-2"))}
SICK = {"fault": Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer in 10 s"))}


def board(*items: Item, **changes: Any) -> Board:
    return Board().with_source(replace(GOOD, items=items, **changes)).with_source(replace(GOOD, name="ci"))


def text(made: Board, *roles: RolePair) -> str:
    return plain.text(made, Pairing(BEGIN.date(), on_shift=False, roles=roles), Config(), BEGIN, NOW)


def role(name: str, planned: str | None, actual: str | None, **more: Any) -> RolePair:
    return RolePair(name, planned, actual, None, None, out_of_hours=False, **more)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (board(), "✔"),
        (board(alert("a"), alert("b", severity=Severity.UNKNOWN), incident("p"), ticket("1")), "✖1 ?1 ▲1 ✉1"),
        (board(**ODD), "?1 row"),
        (board(alert("a"), rejected=(clean("a"), clean("b"))), "?2 rows ✖1"),
        (board(**SICK), "?1/2"),
        (board(**SICK, **ODD), "?1/2 ?1 row"),
        (board(**ODD, **BLIND), "?1 row ?2 unseen"),
        (Board(), "?0/0"),
    ],
)
def test_line(made: Board, told: str) -> None:
    assert line(summary(made, BEGIN, NOW)) == told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (board(), "✔ 2 of 2 sources fresh"),
        (board(**ODD), "! 2 of 2 sources fresh, but 1 row not understood"),
        (board(**SICK), "✖ 1 of 2 sources fresh"),
        (board(**SICK, **ODD), "✖ 1 of 2 sources fresh, but 1 row not understood"),
        (board(**BLIND), "! 2 of 2 sources fresh"),
        (Board(), "✖ 0 of 0 sources fresh"),
    ],
)
def test_the_first_line_says_what_is_in_doubt(made: Board, told: str) -> None:
    assert text(made).splitlines()[0] == told


def test_what_a_source_does_not_see_is_said_beside_it() -> None:
    lines = text(board(**BLIND)).splitlines()
    assert lines[1].startswith("  ! icinga fresh, but does not see: satellite-1, satellite-2, 0 items")
    assert lines[2].startswith("  ✔ ci fresh, 0 items")


def test_one_is_one() -> None:
    told = text(board(alert("a"), **ODD))
    assert "icinga fresh, 1 item, 1 row not understood, as of" in told
    assert "ci fresh, 0 items, as of" in told


@pytest.mark.parametrize(
    ("severity", "state", "told"),
    [
        (Severity.CRITICAL, "active", "  ✖ critical active production  "),
        (Severity.WARNING, "Alerting", "  ! warning Alerting production  "),
        (Severity.CRITICAL, "DOWN", "  ✖ critical DOWN production  "),
        (Severity.CRITICAL, "CRITICAL", "  ✖ critical production  "),
    ],
)
def test_an_alert_tells_its_severity_in_words(severity: Severity, state: str, told: str) -> None:
    assert told in text(board(alert("a", severity=severity, state=clean(state))))


def test_whom_only_the_rota_names_is_said_to_be_planned() -> None:
    told = text(
        board(),
        role("primary", "Ana", "Ana"),
        role("secondary", "Bo", "Di"),
        role("shadow", "Cy", None),
        role("standby", "Ed", None, vacant=True),
    )
    assert "  primary: Ana\n  secondary: Di  ✖ the rota says Bo\n  shadow: Cy  planned\n" in told
    assert "  standby: nobody  ✖ the rota says Ed\n" in told
