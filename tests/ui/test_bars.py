"""The bars tell what is known, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any
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
from secondline_tui.ui.spans import Line, Role, width_of
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
    assert "✔" not in told
    told = trust(replace(FRESH, good_at=270.0), sick, now=280.0)
    assert "✖ believe all but ci  for 3m: cannot be reached; its 2 items are from 09:31" in told


def test_no_fresh_source_at_all() -> None:
    told = trust(replace(BLANK, fault=FAULT, fault_since=BEGIN))
    assert told == " ✖ believe nothing  icinga for 40s: cannot be reached"


def failing(name: str, **changes: Any) -> SourceState:
    return replace(FRESH, name=name, fault=FAULT, fault_since=BEGIN, **changes)


def test_when_most_are_bad_the_good_ones_are_named() -> None:
    names = ("grafana", "alertmanager", "icinga", "pagerduty", "rota", "trello", "zendesk")
    told = trust(*(failing(name) for name in names), replace(FRESH, name="ci"), width=80)
    assert told.startswith(" ✖ believe only ci  alertmanager for 40s: cannot be reached")
    assert "and" not in told


def test_when_as_many_are_good_the_bad_ones_are_named() -> None:
    told = trust(failing("a"), failing("b"), replace(FRESH, name="ci"), replace(FRESH, name="cd"))
    assert told.startswith(" ✖ believe all but a, b  a for 40s: ")


def test_a_long_list_of_names_leaves_room_for_the_reason() -> None:
    bad = [failing(f"monitor-{n}") for n in range(4)]
    good = [replace(FRESH, name=f"good-{n}") for n in range(5)]
    told = trust(*bad, *good, width=80)
    assert "believe all but monitor-0 and 3 more  monitor-0 for 40s: cannot be" in told


def test_one_name_is_not_said_twice() -> None:
    told = trust(failing("icinga", items=(alert("a"),)), replace(FRESH, name="ci"), width=80)
    assert told == " ✖ believe all but icinga  for 40s: cannot be reached; its item is from 09:31"


def test_rows_not_understood_are_a_doubt() -> None:
    told = trust(replace(FRESH, rejected=(clean("odd"), clean("odd"))))
    assert "believe this screen but for 2 rows not understood" in told
    assert "✔" not in told


def test_what_a_source_does_not_see_is_a_doubt() -> None:
    half = replace(FRESH, unseen=(clean("satellite-2"),))
    told = trust(half, replace(FRESH, name="zendesk"))
    assert told == " ! believe this screen, but icinga does not see: satellite-2"
    told = trust(replace(half, rejected=(clean("odd"),)))
    assert told == " ! believe this screen but for 1 row not understood; icinga does not see: satellite-2"
    told = trust(half, replace(FRESH, name="ci", fault=FAULT, fault_since=BEGIN))
    assert told.startswith(" ✖ believe all but ci")
    assert told.endswith("icinga does not see: satellite-2")
    told = trust(half, replace(BLANK, name="zendesk"))
    assert told.startswith(" ✖ believe all but zendesk  no answer yet")
    assert told.endswith("icinga does not see: satellite-2")


def test_the_strip_says_what_a_fresh_source_does_not_see() -> None:
    names = [clean(f"satellite-{n}") for n in range(3)]
    assert lines_and_text(0, replace(FRESH, unseen=(names[2],)))[1].rstrip() == " ! icinga 0s blind to satellite-2"
    assert lines_and_text(0, replace(FRESH, unseen=tuple(names)))[1].rstrip() == " ! icinga 0s blind to 3"
    long = replace(FRESH, unseen=(clean("a name that is far too long"),))
    assert lines_and_text(0, long)[1].rstrip() == " ! icinga 0s blind to a name that is…"
    assert "blind" not in lines_and_text(30, replace(failing("ci"), unseen=(names[2],)))[1]


def test_the_strip_has_every_source_with_its_age_in_as_many_lines_as_it_takes() -> None:
    names = [f"source{n}" for n in range(8)]
    states = [replace(FRESH, name=name) for name in names]
    for width in (40, 80, 120, 200):
        lines = bars.strip_lines(board(*states, replace(BLANK, name="never", fault=FAULT)), 140.0, width)
        assert all(width_of(line) <= width for line in lines)
        told = text(*lines)
        assert all(f"{name} 40s" in told for name in names)
        assert "never failing · no answer yet" in told


def lines_and_text(age: float, *states: SourceState, width: int = 120) -> tuple[int, str]:
    lines = bars.strip_lines(board(*states), 100.0 + age, width)
    return len(lines), text(*lines)


@pytest.mark.parametrize("width", range(40, 130))
def test_time_alone_does_not_change_how_many_lines_the_strip_has(width: int) -> None:
    names = ("grafana", "alertmanager", "icinga", "pagerduty", "rota", "trello", "zendesk")
    states = [replace(FRESH, name=name, interval=90_000) for name in names]
    states += [failing("ci"), failing("cd", rejected=(clean("odd"),))]
    states[2] = replace(states[2], unseen=(clean("satellite-2"),))
    ages = [*range(0, 62), *range(62, 601, 59), 3_599, 3_600, 7_260, 35_999, 36_000, 86_399, 86_400, 97_000]
    assert len({lines_and_text(age, *states, width=width)[0] for age in ages}) == 1


def test_ages_of_any_length_take_the_same_cells() -> None:
    after = replace(FRESH, name="zendesk", interval=90_000)
    for before in (replace(FRESH, interval=90_000), failing("icinga"), replace(FRESH, paused_since=BEGIN)):
        places = {lines_and_text(age, before, after)[1].index("zendesk") for age in (0, 10, 60, 600, 3_700, 80_000)}
        assert len(places) == 1


def test_the_strip_says_what_an_age_is_the_age_of() -> None:
    assert lines_and_text(30, failing("ci"))[1].rstrip() == " ✖ ci failing · 30s old"
    assert lines_and_text(30, replace(FRESH, paused_since=BEGIN))[1].rstrip() == " ‖ icinga paused · 30s old"
    assert lines_and_text(30, replace(BLANK, fault=FAULT))[1].rstrip() == " ✖ icinga failing · no answer yet"
    assert lines_and_text(30, BLANK)[1].rstrip() == " … icinga asking"
    assert lines_and_text(0, replace(FRESH, rejected=(clean("odd"),)))[1].rstrip() == " ✔ icinga 0s 1 row?"
    assert lines_and_text(0, replace(FRESH, rejected=(clean("a"), clean("b"))))[1].rstrip() == " ✔ icinga 0s 2 rows?"


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
    today = bars.Today(Pairing(date(2026, 11, 18), True, people), hours, event, sure=True)
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


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_who_is_on_is_a_question_when_its_sources_are_in_doubt(width: int) -> None:
    people = (pair("inhours_primary", "Ana Sowande"), pair("inhours_secondary", "Bo Lind" * 20))
    today = bars.Today(Pairing(date(2026, 11, 18), True, people), None, None, sure=True)
    assert not text(bars.title(today, BEGIN, LONDON, width, read_only=False)).endswith("? ")
    line = bars.title(replace(today, sure=False), BEGIN, LONDON, width, read_only=False)
    assert text(line).endswith("? ")
    assert line[-1][1] is not Role.GOOD
    assert width_of(line) == width


def test_which_sources_say_who_is_on() -> None:
    fresh = [replace(FRESH, name=kind, type=kind) for kind in ("rota", "pagerduty", "icinga2")]
    assert bars.sure_who_is_on(board(*fresh), 110.0)
    assert not bars.sure_who_is_on(board(*fresh), 1_000.0)
    for kind, sure in (("rota", False), ("pagerduty", False), ("icinga2", True)):
        sick = [replace(state, fault=FAULT) if state.type == kind else state for state in fresh]
        assert bars.sure_who_is_on(board(*sick), 110.0) is sure


def test_outside_the_shift_the_next_one_is_told() -> None:
    hours = Hours(date(2026, 11, 19), BEGIN + timedelta(hours=24), BEGIN + timedelta(hours=32))
    line = bars.title(
        bars.Today(Pairing(date(2026, 11, 19), False, ()), hours, None, sure=True), BEGIN, UTC, 100, read_only=False
    )
    assert "off shift, next Thu 09:31" in text(line)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_footer_always_has_help(width: int) -> None:
    line = bars.footer([command for command in COMMANDS if command.footer], keymap({"help": "f1"}), (), width)
    assert width_of(line) <= width
    assert text(line).rstrip().endswith("f1 help")


def test_the_footer_cuts_no_word() -> None:
    commands = [command for command in COMMANDS if command.footer]
    for width in range(20, 200):
        assert "…" not in text(bars.footer(commands, keymap({}), (), width)), width


def test_footer_shows_own_keys() -> None:
    line = bars.footer([command for command in COMMANDS if command.footer], keymap({"open": "f5"}), (), 200)
    assert text(line).startswith(" f5 open")
