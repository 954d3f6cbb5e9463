"""The bars tell what is known, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.text import clean
from secondline_tui.domain.trust import judge
from secondline_tui.shift.agenda import Event
from secondline_tui.shift.calendar import Span as Hours
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.ui import bars
from secondline_tui.ui.commands import COMMANDS, keymap
from secondline_tui.ui.spans import Line, width_of
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert

LONDON = ZoneInfo("Europe/London")
BLANK = SourceState(name="icinga", type="icinga2", environment=clean("production"), interval=30, deadline=10)
FRESH = replace(BLANK, good_at=100.0, as_of=BEGIN)
FAULT = Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached"))


def text(*lines: Line) -> str:
    return "\n".join("".join(part for part, _ in line) for line in lines)


def board(*states: SourceState) -> Board:
    made = Board()
    for state in states:
        made = made.with_source(state)
    return made


def trust(*states: SourceState, now: float = 140.0, width: int = 200) -> str:
    line = bars.trust_line(judge(board(*states), now), BEGIN + timedelta(seconds=now - 100), LONDON, width)
    assert width_of(line) <= width
    return text(line)


def test_all_fresh() -> None:
    told = trust(FRESH, replace(FRESH, name="zendesk", good_at=130.0))
    assert "✔ believe this screen: 2 of 2 sources fresh, oldest answer 40s ago" in told


def test_nothing_known_yet_is_not_believed() -> None:
    told = trust(FRESH, replace(BLANK, name="zendesk"))
    assert "1 of 2 sources have answered" in told
    assert "✔" not in told
    assert "nothing is known" in trust()


def test_one_failing_source_is_named_with_since_why_and_the_age_of_its_items() -> None:
    sick = replace(FRESH, name="ci", fault=FAULT, fault_since=BEGIN, items=(alert("a"), alert("b")))
    told = trust(FRESH, sick, now=280.0)
    assert "believe all but ci" not in told or "✔" not in told
    told = trust(replace(FRESH, good_at=270.0), sick, now=280.0)
    assert "✖ believe all but ci  ci for 3m: cannot be reached; its 2 items are from 09:31" in told


def test_no_fresh_source_at_all() -> None:
    assert "do not believe this screen" in trust(replace(BLANK, fault=FAULT, fault_since=BEGIN))


def test_rows_not_understood_are_a_doubt() -> None:
    told = trust(replace(FRESH, rejected=(clean("odd"), clean("odd"))))
    assert "believe this screen but for 2 rows not understood" in told
    assert "✔" not in told


def test_the_strip_has_every_source_with_its_age_in_as_many_lines_as_it_takes() -> None:
    names = [f"source{n}" for n in range(8)]
    states = [replace(FRESH, name=name) for name in names]
    for width in (40, 80, 120, 200):
        lines = bars.strip_lines(board(*states, replace(BLANK, name="never", fault=FAULT)), 140.0, width)
        assert all(width_of(line) <= width for line in lines)
        told = text(*lines)
        assert all(f"{name} 40s" in told for name in names)
        assert "never failing never" in told


def pair(role: str, person: str, *, out_of_hours: bool = False) -> RolePair:
    return RolePair(role, person, None, None, None, out_of_hours)


@pytest.mark.parametrize("width", [40, 80, 100, 120, 160, 200])
def test_title(width: int) -> None:
    people = (
        pair("inhours_primary", "Ana Sowande"),
        pair("inhours_secondary", "Bo Lind"),
        pair("oncall_primary", "Zoë", out_of_hours=True),
    )
    hours = Hours(date(2026, 11, 18), BEGIN - timedelta(minutes=1), BEGIN + timedelta(hours=8))
    event = Event("PagerDuty drill", BEGIN + timedelta(minutes=29), BEGIN + timedelta(minutes=59))
    today = bars.Today(Pairing(date(2026, 11, 18), True, people), hours, event)
    line = bars.title(today, BEGIN, LONDON, width, read_only=True)
    assert width_of(line) == width
    told = text(line)
    assert "Wed 09:31 London" in told or width == 40
    if width >= 100:
        assert "READ-ONLY" in told
        assert "░ 09:30–17:31" in told
        assert "Ana" in told
        assert "Zoë" not in told
    if width >= 120:
        assert "next: PagerDuty drill 10:00, in 29m" in told
    off = bars.title(
        replace(today, pairing=replace(today.pairing, on_shift=False)), BEGIN, LONDON, width, read_only=False
    )
    assert "Zoë on" in text(off)


def test_outside_the_shift_the_next_one_is_told() -> None:
    hours = Hours(date(2026, 11, 19), BEGIN + timedelta(hours=24), BEGIN + timedelta(hours=32))
    line = bars.title(bars.Today(Pairing(date(2026, 11, 19), False, ()), hours, None), BEGIN, UTC, 100, read_only=False)
    assert "off shift, next Thu 09:31" in text(line)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_footer_always_has_help(width: int) -> None:
    line = bars.footer([command for command in COMMANDS if command.footer], keymap({"help": "f1"}), (), width)
    assert width_of(line) <= width
    assert text(line).rstrip().endswith("f1 help")


def test_footer_shows_own_keys() -> None:
    line = bars.footer([command for command in COMMANDS if command.footer], keymap({"open": "f5"}), (), 200)
    assert text(line).startswith(" f5 open")
