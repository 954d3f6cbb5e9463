"""Who takes over, and which ongoing issues nobody has touched for long."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.stale import NEVER, stale, untouched
from secondline_tui.shift.takeover import TakeOver, taking_over
from tests.fakes.items import card

LONDON = ZoneInfo("Europe/London")
AGENDA = (Recurring("handover", time(9, 30), LONDON, weekday=0, moves=True),)
FRIDAY = datetime(2026, 11, 20, 17, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def calendar(*holidays: date) -> Calendar:
    return Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30), frozenset(holidays))


def turn(week: int, role: str, person: str) -> Planned:
    first = date(2026, 11, 16) + timedelta(days=7 * week)
    ref = ItemRef("rota", Kind.PLANNED, f"{role} {week}")
    return Planned(ref=ref, role=clean(role), person=clean(person), first=first, last=first + timedelta(days=6))


def board(*items: Item) -> Board:
    state = SourceState(
        name="rota", type="rota", environment=clean(""), interval=30, deadline=10, items=items, as_of=FRIDAY, good_at=1
    )
    return Board().with_source(state)


WEEKS = board(
    turn(0, "inhours_primary", "Ana"),
    turn(1, "inhours_primary", "Zoë"),
    turn(1, "inhours_secondary", "Imogen"),
    turn(1, "inhours_primary_standby", "Mehmet"),
    turn(1, "oncall_primary", "Bo"),
    turn(2, "inhours_primary", "Cy"),
)
NEXT = (("inhours_primary", "Zoë"), ("inhours_secondary", "Imogen"))


@pytest.mark.parametrize(
    ("now", "at", "people"),
    [
        (FRIDAY, MONDAY, NEXT),
        (MONDAY - timedelta(minutes=1), MONDAY, NEXT),
        (MONDAY + timedelta(minutes=10), MONDAY, NEXT),  # it is going on: those are the ones who take over
        (MONDAY + timedelta(minutes=30), MONDAY + timedelta(days=7), (("inhours_primary", "Cy"),)),
    ],
)
def test_the_pair_of_the_next_handover_is_named(
    now: datetime, at: datetime, people: tuple[tuple[str, str], ...]
) -> None:
    assert taking_over(WEEKS, calendar(), AGENDA, now) == TakeOver(at, people)


def test_a_handover_that_a_holiday_puts_off_names_the_day_it_is_put_off_to() -> None:
    found = taking_over(WEEKS, calendar(MONDAY.date()), AGENDA, FRIDAY)
    assert found == TakeOver(MONDAY + timedelta(days=1), NEXT)


def test_the_rota_counts_where_a_schedule_knows_no_end_of_who_is_on() -> None:
    ref = ItemRef("rota", Kind.ON_CALL, "1")
    forever = OnCall(ref=ref, role=clean("inhours_primary"), person=clean("Ana"), start=FRIDAY - timedelta(days=9))
    with_schedule = board(*WEEKS.sources["rota"].items, forever)
    assert taking_over(with_schedule, calendar(), AGENDA, FRIDAY) == TakeOver(MONDAY, NEXT)


def test_a_role_that_only_a_schedule_has_is_taken_over_by_nobody_unless_there_is_no_rota() -> None:
    ref = ItemRef("rota", Kind.ON_CALL, "2")
    manager = OnCall(ref=ref, role=clean("escalations"), person=clean("Priya"), start=FRIDAY - timedelta(days=9))
    assert taking_over(board(*WEEKS.sources["rota"].items, manager), calendar(), AGENDA, FRIDAY) == TakeOver(
        MONDAY, NEXT
    )
    assert taking_over(board(manager), calendar(), AGENDA, FRIDAY) == TakeOver(MONDAY, (("escalations", "Priya"),))


def test_without_handovers_it_is_the_next_shift() -> None:
    wednesday = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    over = taking_over(WEEKS, calendar(), (), wednesday)
    assert over == TakeOver(datetime(2026, 11, 19, 9, 30, tzinfo=UTC), (("inhours_primary", "Ana"),))
    assert taking_over(WEEKS, calendar(), (), FRIDAY) == TakeOver(MONDAY, NEXT)


def test_where_nobody_is_planned_nobody_is_named() -> None:
    over = taking_over(board(), calendar(), AGENDA, FRIDAY)
    assert over == TakeOver(MONDAY, ())


LIMIT = timedelta(days=30)


def test_a_card_is_stale_from_its_limit_on_by_its_last_change() -> None:
    at_limit = card("1", updated=FRIDAY - LIMIT)
    assert untouched(at_limit, FRIDAY, LIMIT) == LIMIT
    assert untouched(at_limit, FRIDAY - timedelta(seconds=1), LIMIT) is None
    old_but_touched = card("2", created=FRIDAY - 2 * LIMIT, updated=FRIDAY)
    assert untouched(old_but_touched, FRIDAY, LIMIT) is None
    never_changed = card("3", created=FRIDAY - 2 * LIMIT, updated=None)
    assert untouched(never_changed, FRIDAY, LIMIT) == 2 * LIMIT
    assert untouched(card("4", updated=None), FRIDAY, LIMIT) is None
    assert untouched(never_changed, FRIDAY, NEVER) is None
    cards = [at_limit, old_but_touched, never_changed]
    assert [one.ref.key for one, _ in stale(cards, FRIDAY, LIMIT)] == ["3", "1"]
