from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.shift.calendar import Calendar, Span
from tests.shift.oracle import DAY, HOUR, MINUTE, Obvious, Wall, current, current_or_next, wall

LONDON = ZoneInfo("Europe/London")
WEEKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
NINE_THIRTY, HALF_PAST_FIVE = time(9, 30), time(17, 30)

# Two weeks around each zone's own changes of clocks, and Christmas.
WEEKS = {
    "Europe/London": (date(2026, 3, 22), date(2026, 10, 18), date(2026, 12, 20)),
    "Pacific/Easter": (date(2026, 3, 28), date(2026, 8, 30), date(2026, 12, 20)),
    "Australia/Lord_Howe": (date(2026, 3, 28), date(2026, 9, 27), date(2026, 12, 20)),
}
WALLS = [(zone, first) for zone, beginnings in WEEKS.items() for first in beginnings]
HOURS = {
    "the day": (NINE_THIRTY, HALF_PAST_FIVE),
    "the night": (time(22, 0), time(6, 0)),
    "through a change of clocks": (time(1, 30), time(2, 15)),
    "all day": (time(0, 0), time(0, 0)),
}


def london(days: frozenset[int] = WEEKDAYS, *, start: time = NINE_THIRTY, end: time = HALF_PAST_FIVE) -> Calendar:
    return Calendar(LONDON, days, start, end, holidays=CHRISTMAS)


def utc(year: int, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


# -- against the obvious --------------------------------------------------------------


def moments_to_try(clocks: Wall, spans: list[Span]) -> list[datetime]:
    """Every minute of the hours around a change of clocks, a beginning and an end; every 60th otherwise."""
    edges = {edge for span in spans for edge in (span.start, span.end)}
    near = {edge + n * MINUTE for edge in edges for n in (-2, -1, 0, 1)}
    around = {change + n * MINUTE for change in clocks.changes for n in range(-300, 300)}
    begin = datetime.combine(clocks.first, time(), tzinfo=UTC)
    end = begin + clocks.days * DAY
    return [m for n, m in enumerate(clocks.moments) if begin <= m < end and (n % 60 == 0 or m in near or m in around)]


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize(("zone", "first"), WALLS)
def test_minute_by_minute(zone: str, first: date, hours: str) -> None:
    clocks = wall(zone, first, 14)
    start, end = HOURS[hours]
    obvious = Obvious(clocks, WEEKDAYS, start, end, CHRISTMAS)
    calendar = obvious.calendar()
    shifts, on_calls = obvious.shifts(), obvious.on_calls()
    for now in moments_to_try(clocks, [*shifts, *on_calls]):
        assert calendar.current(now) == current(shifts, now), now
        assert calendar.current_or_next(now) == current_or_next(shifts, now), now
        assert calendar.on_call_now_or_next(now) == current_or_next(on_calls, now), now


def test_these_weeks_hold_every_change_of_clocks() -> None:
    changes = {(zone, first): wall(zone, first, 14).changes for zone, first in WALLS}
    assert [len(found) for found in changes.values()] == [1, 1, 0] * 3
    assert changes["Europe/London", date(2026, 3, 22)] == (utc(2026, 3, 29, 1),)
    assert changes["Europe/London", date(2026, 10, 18)] == (utc(2026, 10, 25, 1),)
    (begin, end), *_ = wall("Australia/Lord_Howe", date(2026, 9, 27), 14).jumps
    assert end - begin == timedelta(minutes=30)


clock_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(
    which=st.sampled_from(WALLS),
    start=clock_times,
    end=clock_times,
    days=st.frozensets(st.integers(0, 6), min_size=4),
    off=st.frozensets(st.integers(0, 13), max_size=3),
    minute=st.integers(0, 14 * 1_440 - 1),
)
def test_any_hours_any_days_any_moment(
    which: tuple[str, date], start: time, end: time, days: frozenset[int], off: frozenset[int], minute: int
) -> None:
    zone, first = which
    clocks = wall(zone, first, 14)
    obvious = Obvious(clocks, days, start, end, frozenset(first + n * DAY for n in off))
    calendar, now = obvious.calendar(), datetime.combine(first, time(), tzinfo=UTC) + minute * MINUTE
    shifts, on_calls = obvious.shifts(), obvious.on_calls()
    assert calendar.current(now) == current(shifts, now)
    expected = current_or_next(shifts, now)
    if expected is not None:  # else it lies beyond the table
        assert calendar.current_or_next(now) == expected
    if (expected_call := current_or_next(on_calls, now)) is not None:
        assert calendar.on_call_now_or_next(now) == expected_call


@given(which=st.sampled_from(WALLS), start=clock_times, end=clock_times, days=st.frozensets(st.integers(0, 6)))
def test_shift_and_on_call_share_all_time_between_them(
    which: tuple[str, date], start: time, end: time, days: frozenset[int]
) -> None:
    zone, first = which
    clocks, calendar = wall(zone, first, 14), Calendar(ZoneInfo(zone), days, start, end)
    spans = []
    for n in range(14):
        day = first + n * DAY
        shift = calendar.shift_on(day)
        spans += [shift] if shift is not None else []
        spans.append(calendar.on_call_from(day))
    for before, after in pairwise(spans):
        near = any(abs(edge - change) < 2 * HOUR for change in clocks.changes for edge in (before.start, before.end))
        assert near or before.start <= before.end  # a time that clocks leave out may come after the one that follows
        assert before.end == after.start
        assert before.day <= after.day


# -- told in words ----------------------------------------------------------------------


def test_a_working_day_in_london() -> None:
    calendar = london()
    shift = Span(date(2026, 11, 18), utc(2026, 11, 18, 9, 30), utc(2026, 11, 18, 17, 30))
    assert calendar.current(utc(2026, 11, 18, 9, 30)) == shift
    assert calendar.current(utc(2026, 11, 18, 9, 29, 59)) is None
    assert calendar.current(utc(2026, 11, 18, 17, 30)) is None
    assert calendar.current_or_next(utc(2026, 11, 17, 20)) == shift


def test_friday_evening_leads_to_monday() -> None:
    calendar, now = london(), utc(2026, 11, 20, 19)
    shift, call = calendar.current_or_next(now), calendar.on_call_now_or_next(now)
    assert shift is not None
    assert call is not None
    assert shift.day == date(2026, 11, 23)
    assert call == Span(date(2026, 11, 20), utc(2026, 11, 20, 17, 30), utc(2026, 11, 21, 9, 30))


def test_a_night_belongs_to_the_day_it_began() -> None:
    call = london().on_call_now_or_next(utc(2026, 11, 19, 3))
    assert call is not None
    assert call.day == date(2026, 11, 18)


def test_on_a_bank_holiday_on_call_covers_the_shifts_hours() -> None:
    calendar, noon = london(), utc(2026, 12, 25, 12)
    assert calendar.current(noon) is None
    call = calendar.on_call_now_or_next(noon)
    assert call == Span(date(2026, 12, 25), utc(2026, 12, 25, 9, 30), utc(2026, 12, 26, 9, 30))
    shift = calendar.current_or_next(noon)
    assert shift is not None
    assert shift.day == date(2026, 12, 29)  # Friday and Monday are holidays, between them is a weekend


def test_the_sunday_when_clocks_change_has_23_or_25_hours() -> None:
    calendar = london()
    spring, autumn = calendar.on_call_from(date(2026, 3, 28)), calendar.on_call_from(date(2026, 10, 24))
    assert (spring.end - spring.start, autumn.end - autumn.start) == (timedelta(hours=23), timedelta(hours=25))


def test_a_day_of_the_zone_is_not_a_day_of_the_world() -> None:
    calendar = Calendar(ZoneInfo("Pacific/Kiritimati"), WEEKDAYS, NINE_THIRTY, HALF_PAST_FIVE)
    shift = calendar.current(utc(2026, 11, 17, 20))
    assert shift is not None
    assert shift.day == date(2026, 11, 18)


def test_a_shift_that_never_ends_leaves_nothing_to_on_call() -> None:
    calendar, now = Calendar(LONDON, EVERY_DAY, NINE_THIRTY, NINE_THIRTY), utc(2026, 11, 18, 12)
    assert calendar.on_call_now_or_next(now) is None
    assert calendar.current(utc(2026, 11, 19, 9, 29)) is not None


def test_without_shift_days_there_is_only_on_call() -> None:
    calendar, now = london(frozenset()), utc(2026, 11, 18, 12)
    assert calendar.current_or_next(now) is None
    assert calendar.current(now) is None
    assert calendar.on_call_now_or_next(now) == Span(
        date(2026, 11, 18), utc(2026, 11, 18, 9, 30), utc(2026, 11, 19, 9, 30)
    )
