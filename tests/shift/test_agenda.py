from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.shift.agenda import Event, Recurring, events_on, next_event
from secondline_tui.shift.calendar import Calendar

LONDON, UTC_ZONE = ZoneInfo("Europe/London"), ZoneInfo("UTC")
MON, WED = 0, 2
HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30), HOLIDAYS)
STAND_UP = Recurring("stand-up", time(9, 35), LONDON, minutes=15)
DRILL = Recurring("drill", time(10, 0), UTC_ZONE, WED)
REVIEW = Recurring("review", time(14, 0), LONDON, MON, minutes=60)
HANDOVER = Recurring("handover", time(9, 30), LONDON, MON)
AGENDA = (STAND_UP, DRILL, REVIEW, HANDOVER)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON).astimezone(UTC)


def told(day: date, hour: int, minute: int = 0, calendar: Calendar = CALENDAR) -> tuple[str, datetime]:
    event = next_event(calendar, AGENDA, at(day, hour, minute))
    assert event is not None
    return event.name, event.start.astimezone(LONDON).replace(tzinfo=None)


WEDNESDAY, MONDAY, FRIDAY = date(2026, 11, 18), date(2026, 11, 23), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("hour", "minute", "name", "clock"),
    [
        (8, 0, "stand-up", time(9, 35)),
        (9, 40, "stand-up", time(9, 35)),
        (9, 45, "stand-up", time(9, 35)),
        (9, 50, "drill", time(10, 0)),
        (10, 15, "drill", time(10, 0)),
        (10, 30, "end of shift", time(17, 30)),
        (17, 30, "end of shift", time(17, 30)),
    ],
)
def test_a_wednesday(hour: int, minute: int, name: str, clock: time) -> None:
    assert told(WEDNESDAY, hour, minute) == (name, datetime.combine(WEDNESDAY, clock))


def test_on_monday_the_stand_up_is_not_hidden_by_the_handover_before_it() -> None:
    assert told(MONDAY, 9, 29)[0] == "handover"
    assert told(MONDAY, 9, 30)[0] == "stand-up"
    assert told(MONDAY, 9, 31)[0] == "stand-up"  # in four minutes, while the handover is on
    assert told(MONDAY, 9, 36)[0] == "stand-up"
    assert told(MONDAY, 9, 51)[0] == "handover"  # goes on till ten
    assert told(MONDAY, 10, 1)[0] == "review"


def test_after_the_last_shift_of_a_week_comes_monday() -> None:
    assert told(FRIDAY, 18) == ("handover", datetime(2026, 11, 23, 9, 30))  # noqa: DTZ001  (told as clocks show it)


def test_days_off_have_no_events() -> None:
    assert events_on(CALENDAR, AGENDA, date(2026, 12, 25)) == []
    assert told(date(2026, 12, 24), 18)[0] == "stand-up"
    assert told(date(2026, 12, 24), 18)[1].date() == date(2026, 12, 29)
    never = Calendar(LONDON, frozenset(), time(9, 30), time(17, 30))
    assert next_event(never, AGENDA, at(WEDNESDAY, 12)) is None


def test_a_time_in_another_zone_moves_with_the_clocks() -> None:
    """Ten o'clock UTC is eleven in London's summer."""
    for wednesday, hour in (
        (date(2026, 3, 25), 10),
        (date(2026, 4, 1), 11),
        (date(2026, 10, 21), 11),
        (date(2026, 10, 28), 10),
    ):
        drill = next(event for event in events_on(CALENDAR, AGENDA, wednesday) if event.name == "drill")
        assert drill.start.astimezone(LONDON).hour == hour
        assert drill.start.hour == 10


def test_a_far_zone_is_looked_at_a_day_ahead() -> None:
    """On Thursday's date in Kiritimati it is still Wednesday in London, before the end of the shift."""
    call = Recurring("call", time(7, 0), ZoneInfo("Pacific/Kiritimati"))
    event = next_event(CALENDAR, (call,), at(WEDNESDAY, 12))
    assert event is not None
    assert (event.name, event.start) == ("call", at(WEDNESDAY, 17))


def test_a_night_shifts_daily_events_are_in_its_night() -> None:
    night = Calendar(LONDON, frozenset(range(5)), time(22, 0), time(6, 0))
    break_ = Recurring("break", time(2, 0), LONDON, minutes=20)
    early = Recurring("briefing", time(21, 45), LONDON, minutes=10)
    events = events_on(night, (break_, early), WEDNESDAY)
    assert [(event.name, event.start) for event in events] == [
        ("break", at(WEDNESDAY + timedelta(days=1), 2)),
        ("briefing", at(WEDNESDAY, 21, 45)),
        ("end of shift", at(WEDNESDAY + timedelta(days=1), 6)),
    ]
    assert next_event(night, (break_,), at(WEDNESDAY + timedelta(days=1), 2, 10)) == events[0]


zones = st.sampled_from(
    [ZoneInfo(name) for name in ("Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe")]
)
recurring = st.builds(
    Recurring,
    st.sampled_from("abcdef"),
    st.builds(time, st.integers(0, 23), st.sampled_from((0, 30))),
    zones,
    st.none() | st.integers(0, 6),
    st.integers(1, 300),
)


@given(
    agenda=st.lists(recurring, max_size=4).map(tuple),
    zone=zones,
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    minute=st.integers(0, 14 * 1_440),
    first=st.sampled_from([date(2026, 3, 23), date(2026, 10, 19), date(2026, 12, 21)]),
)
def test_nothing_that_matters_more_is_left_out(
    agenda: tuple[Recurring, ...], zone: ZoneInfo, start: int, length: int, minute: int, first: date
) -> None:
    calendar = Calendar(zone, frozenset(range(5)), time(start), time((start + length) % 24), HOLIDAYS)
    now = datetime.combine(first, time(), tzinfo=UTC) + timedelta(minutes=minute)
    everything: list[Event] = []
    for n in range(-4, 30):
        everything += events_on(calendar, agenda, first + timedelta(days=n))
    event = next_event(calendar, agenda, now)
    assert event in everything
    assert event is not None
    assert event.end > now
    coming = [other.start for other in everything if other.start > now]
    on_now = [other.start for other in everything if other.start <= now < other.end]
    soon = min(coming) - now <= timedelta(minutes=5)
    assert event.start == (max(on_now) if on_now and not soon else min(coming))


# -- holidays ------------------------------------------------------------------------------


def named(day: date, *agenda: Recurring) -> list[str]:
    return [event.name for event in events_on(CALENDAR, agenda, day) if event.name != "end of shift"]


def test_what_moves_is_put_off_to_the_first_shift_after_a_holiday() -> None:
    review = Recurring("review", time(14, 0), LONDON, MON, moves=True)
    assert named(date(2026, 12, 28), review) == []
    assert named(date(2026, 12, 29), review) == ["review"]
    assert [named(date(2026, 12, day), review) for day in (30, 31)] == [[], []]
    assert [named(date(2026, 11, day), review) for day in (23, 24)] == [["review"], []]


def test_what_does_not_move_is_left_out() -> None:
    assert [named(date(2026, 12, day), REVIEW) for day in (28, 29)] == [[], []]


def test_over_a_long_holiday_it_is_put_off_once() -> None:
    friday = Recurring("demo", time(14, 0), LONDON, 4, moves=True)
    days = [date(2026, 12, 24) + timedelta(days=n) for n in range(8)]
    assert [day.day for day in days if named(day, friday)] == [29]


def test_what_is_on_a_day_that_never_has_a_shift_is_not_moved() -> None:
    assert named(MONDAY, Recurring("demo", time(14, 0), LONDON, 6, moves=True)) == []
