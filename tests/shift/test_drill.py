from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Incident
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.drill import NAME, DrillWatch
from tests.shift.test_pairing import CALENDAR, LONDON, WEDNESDAY, at

AGENDA = (Recurring(NAME, time(10, 0), LONDON, 2),)
BROKEN = Fault(kind=FaultKind.UNREACHABLE, message=SafeText("down"))


def page(created: datetime, *, drill: bool = True) -> Incident:
    return Incident(
        ref=ItemRef("pd", Kind.INCIDENT, "P1"), number=7, title=SafeText("PagerDuty test drill"), drill=drill,
        status=SafeText("triggered"), urgency=SafeText("high"), created=created,
    )  # fmt: skip


class Watching:
    """A watch that looks every minute, at a PagerDuty that answers."""

    def __init__(self) -> None:
        self._watch = DrillWatch("escalate it", timedelta(minutes=10))

    def at(self, moment: datetime, *pages: Incident, fault: Fault | None = None) -> str:
        state = SourceState(name="pd", type="pagerduty", environment=EMPTY, interval=30, deadline=10)
        state = replace(state, items=pages, as_of=moment, good_at=0.0, fault=fault)
        return self._watch.look(Board().with_source(state), CALENDAR, AGENDA, moment, 0.0)


def test_a_drill_that_did_not_arrive_is_told_until_the_shift_ends() -> None:
    watch = Watching()
    assert watch.at(at(9, 45)) == ""
    assert watch.at(at(10, 9)) == ""
    assert watch.at(at(10, 10)) == "the drill has not arrived: it was due 10 min ago"
    assert "due 420 min ago" in watch.at(at(17, 0))
    assert watch.at(at(17, 30)) == ""
    assert watch.at(at(10, 30, WEDNESDAY + timedelta(days=1))) == ""


def test_while_its_page_is_there_it_is_told_what_to_do() -> None:
    watch = Watching()
    watch.at(at(9, 45))
    assert watch.at(at(10, 3), page(at(10, 2))) == "DRILL #7: escalate it"
    assert watch.at(at(10, 30)) == ""


def test_a_page_that_is_no_drill_and_last_weeks_drill_are_not_the_drill() -> None:
    for other in (page(at(10, 2), drill=False), page(at(10, 2) - timedelta(days=7))):
        watch = Watching()
        watch.at(at(9, 45), other)
        watch.at(at(10, 5), other)
        assert watch.at(at(10, 30)).startswith("the drill has not arrived")


def test_what_was_not_watched_from_the_beginning_is_not_told() -> None:
    late = Watching()
    assert late.at(at(10, 5)) == ""
    assert late.at(at(10, 30)) == ""
    broken = Watching()
    broken.at(at(9, 45))
    broken.at(at(10, 1), fault=BROKEN)
    assert broken.at(at(10, 30)) == ""


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21)])
def test_on_other_days_nothing_is_waited_for(day: date) -> None:
    watch = Watching()
    watch.at(at(9, 45, day))
    assert watch.at(at(10, 30, day)) == ""


def test_nothing_is_waited_for_on_a_holiday() -> None:
    watch = DrillWatch("", timedelta(minutes=10))
    calendar = replace(CALENDAR, holidays=frozenset({WEDNESDAY}))
    state = SourceState(name="pd", type="pagerduty", environment=EMPTY, interval=30, deadline=10)
    board = Board().with_source(replace(state, as_of=at(9, 45), good_at=0.0))
    assert [watch.look(board, calendar, AGENDA, at(*clock), 0.0) for clock in ((9, 45), (10, 30))] == ["", ""]
