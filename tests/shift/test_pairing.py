from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.pairing import Pairing, RolePair, next_pairing, pairing

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30), frozenset({date(2026, 12, 25)}))
WEDNESDAY = date(2026, 11, 18)
BROKEN = Fault(kind=FaultKind.UNREACHABLE, message=SafeText("down"))


def at(hour: int, minute: int = 0, day: date = WEDNESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=LONDON).astimezone(UTC)


def planned(role: str, person: str, first: date = WEDNESDAY, last: date | None = None) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, f"{role}@{first}/{person}")
    return Planned(ref=ref, role=SafeText(role), person=SafeText(person), first=first, last=last or first)


def turn(
    role: str, person: str, start: datetime | None = None, end: datetime | None = None, *, level: int = 1
) -> OnCall:
    ref = ItemRef("pagerduty", Kind.ON_CALL, f"{role}/{person}/{start}/{level}")
    return OnCall(ref=ref, role=SafeText(role), person=SafeText(person), start=start, end=end, level=level)


def board(*items: Item, fault: Fault | None = None, paused: datetime | None = None) -> Board:
    made = Board()
    for name in ("rota", "pagerduty"):
        state = SourceState(name=name, type=name, environment=EMPTY, interval=30, deadline=10)
        mine = tuple(item for item in items if item.ref.source == name)
        made = made.with_source(replace(state, items=mine, fault=fault, paused_since=paused))
    return made


def on(moment: datetime, *items: Item) -> Pairing:
    return pairing(board(*items), CALENDAR, moment)


def only(moment: datetime, *items: Item) -> RolePair:
    (pair,) = on(moment, *items).roles
    return pair


# -- the shift --------------------------------------------------------------------------


def test_during_the_shift_those_of_the_shift_and_of_the_night_to_come() -> None:
    made = on(
        at(11),
        planned("inhours_primary", "Ana"),
        planned("oncall_primary", "Bo"),
        turn("oncall_primary", "bo", at(17, 30), at(9, 30, WEDNESDAY + timedelta(days=1))),
        turn("inhours_primary", "Ana", at(9, 30), at(17, 30)),
    )
    assert (made.day, made.on_shift, made.remark) == (WEDNESDAY, True, "")
    primary, night = made.roles
    assert (primary.role, primary.planned, primary.actual, primary.person) == ("inhours_primary", "Ana", "Ana", "Ana")
    assert (primary.start, primary.until, primary.out_of_hours) == (at(9, 30), at(17, 30), False)
    assert (night.role, night.planned, night.actual, night.mismatch) == ("oncall_primary", "Bo", "bo", False)
    assert (night.start, night.out_of_hours) == (at(17, 30), True)


def test_in_the_evening_tomorrows_shift_beside_tonights_on_call() -> None:
    thursday = WEDNESDAY + timedelta(days=1)
    made = on(
        at(20),
        planned("primary", "Ana"),
        planned("primary", "Cy", thursday),
        planned("on call", "Bo"),
        planned("on call", "Di", thursday),
    )
    assert (made.day, made.on_shift) == (thursday, False)
    assert [(pair.role, pair.person) for pair in made.roles] == [("primary", "Cy"), ("on call", "Bo")]


def test_at_night_still_last_evenings_on_call() -> None:
    early = at(4, day=WEDNESDAY + timedelta(days=1))
    pair = only(early, planned("oncall", "Bo"), planned("oncall", "Di", WEDNESDAY + timedelta(days=1)))
    assert pair.person == "Bo"


def test_on_a_bank_holiday_on_call_covers_the_day() -> None:
    holiday = date(2026, 12, 25)
    made = on(
        at(12, day=holiday),
        planned("inhours_primary", "Ana", holiday),
        planned("inhours_primary", "Cy", date(2026, 12, 28)),
        planned("oncall_primary", "Bo", holiday),
    )
    assert (made.day, made.on_shift) == (date(2026, 12, 28), False)
    primary, night = made.roles
    assert primary.person == "Cy"
    assert (night.person, night.start, night.until) == (
        "Bo",
        at(9, 30, holiday),
        at(9, 30, holiday + timedelta(days=1)),
    )


def test_at_the_weekend_mondays_shift() -> None:
    sunday = date(2026, 11, 22)
    made = on(
        at(12, day=sunday),
        planned("primary", "Ana", date(2026, 11, 16), sunday),
        planned("primary", "Bo", date(2026, 11, 23), date(2026, 11, 29)),
    )
    assert (made.day, made.roles[0].person) == (date(2026, 11, 23), "Bo")


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 3, 30), date(2026, 4, 5)), (date(2026, 10, 26), date(2026, 11, 1))]
)
def test_the_night_of_a_change_of_clocks_belongs_to_the_old_week(first: date, last: date) -> None:
    """On call from Sunday is the old week's until Monday's shift begins, whatever the clocks do between."""
    old, new = (
        planned("oncall", "Ana", first - timedelta(days=7), first - timedelta(days=1)),
        planned("oncall", "Bo", first, last),
    )
    for hour, minute in ((0, 30), (1, 30), (9, 29)):
        assert only(at(hour, minute, first), old, new).person == "Ana"
    assert only(at(9, 30, first), old, new).person == "Bo"


def test_the_day_is_the_shifts_own() -> None:
    kiritimati = Calendar(ZoneInfo("Pacific/Kiritimati"), frozenset(range(7)), time(9, 30), time(17, 30))
    made = pairing(
        board(planned("primary", "Ana", date(2026, 11, 19))), kiritimati, datetime(2026, 11, 18, 20, tzinfo=UTC)
    )
    assert (made.day, made.on_shift, made.roles[0].person) == (date(2026, 11, 19), True, "Ana")


def test_without_shifts_there_are_only_the_roles_of_on_call() -> None:
    never = Calendar(LONDON, frozenset(), time(9, 30), time(17, 30))
    made = pairing(board(planned("primary", "Ana"), planned("oncall", "Bo")), never, at(12))
    assert (made.day, made.on_shift) == (WEDNESDAY, False)
    assert [pair.person for pair in made.roles] == ["Bo"]
    always = Calendar(LONDON, frozenset(range(7)), time(9, 30), time(9, 30))
    made = pairing(board(planned("primary", "Ana"), planned("oncall", "Bo")), always, at(12))
    assert [pair.person for pair in made.roles] == ["Ana"]


# -- plan and truth ------------------------------------------------------------------------


def test_a_swap_is_a_mismatch() -> None:
    pair = only(at(11), planned("primary", "Ana"), turn("primary", "Bo", at(9), at(18)))
    assert (pair.planned, pair.actual, pair.person, pair.mismatch) == ("Ana", "Bo", "Bo", True)
    assert (pair.start, pair.until) == (at(9, 30), at(17, 30))


def test_cover_for_a_part_of_the_day() -> None:
    turns = (
        turn("primary", "Ana", at(9, 30), at(12)),
        turn("primary", "Bo", at(12), at(14)),
        turn("primary", "Ana", at(14), at(17, 30)),
    )
    seen = [only(at(hour), planned("primary", "Ana"), *turns) for hour in (11, 12, 13, 14)]
    assert [(pair.person, pair.mismatch) for pair in seen] == [
        ("Ana", False),
        ("Bo", True),
        ("Bo", True),
        ("Ana", False),
    ]
    assert [(pair.start, pair.until) for pair in seen] == [
        (at(9, 30), at(12)),
        (at(12), at(14)),
        (at(12), at(14)),
        (at(14), at(17, 30)),
    ]


def test_turns_of_one_person_one_after_the_other_are_one_stretch() -> None:
    turns = (turn("primary", "Ana", None, at(12)), turn("primary", "ANA", at(12), at(20)))
    pair = only(at(11), *turns)
    assert (pair.start, pair.until) == (at(9, 30), at(17, 30))
    assert only(at(13), *turns).start == at(9, 30)


def test_the_lowest_level_answers_first() -> None:
    pair = only(at(11), turn("primary", "Bo", level=2), turn("primary", "Ana", level=1))
    assert pair.person == "Ana"


def test_a_role_that_only_one_side_knows() -> None:
    made = on(at(11), planned("shadow", "Di"), turn("primary", "Ana"))
    assert [(p.role, p.planned, p.actual, p.mismatch) for p in made.roles] == [
        ("primary", None, "Ana", False),
        ("shadow", "Di", None, False),
    ]


def test_one_role_in_two_spellings_is_one() -> None:
    pair = only(at(11), planned("inhours_primary", "Ana"), turn("In-hours primary", "Ana"))
    assert (pair.role, pair.planned, pair.actual) == ("inhours_primary", "Ana", "Ana")


def test_two_people_planned_for_one_role() -> None:
    twice = (planned("primary", "Ana"), planned("primary", "Bo"), planned("primary", "ana "))
    pair = only(at(11), *twice)
    assert pair.planned == "Ana + Bo"
    assert not only(at(11), *twice, turn("primary", "Bo")).mismatch
    assert only(at(11), *twice, turn("primary", "Cy")).mismatch


def test_nobody_on_call_now_is_told_and_not_covered_up_by_the_plan() -> None:
    turns = (turn("primary", "Ana", at(9, 30), at(12)), turn("primary", "Ana", at(14), at(17, 30)))
    pair = only(at(13), planned("primary", "Ana"), *turns)
    assert (pair.person, pair.vacant, pair.mismatch) == (None, True, True)
    assert (pair.start, pair.until) == (at(12), at(14))
    alone = only(at(13), *turns)
    assert (alone.person, alone.vacant, alone.mismatch) == (None, True, False)


def test_a_schedule_with_nobody_in_it_at_all_is_told() -> None:
    empty = turn("primary", "")
    pair = only(at(11), planned("primary", "Ana"), empty)
    assert (pair.planned, pair.actual, pair.person, pair.vacant, pair.mismatch) == ("Ana", None, None, True, True)
    assert (pair.start, pair.until) == (at(9, 30), at(17, 30))
    assert only(at(11), empty).vacant
    assert only(at(11), empty, turn("primary", "Bo", level=2)).person == "Bo"
    (broken,) = pairing(board(planned("primary", "Ana"), empty, fault=BROKEN), CALENDAR, at(11)).roles
    assert (broken.person, broken.vacant) == ("Ana", False)
    assert on(at(20), empty).roles == ()


def test_turns_that_nobody_tells_any_more_are_no_gap() -> None:
    items = (planned("primary", "Ana"), turn("primary", "Ana", at(9, 30), at(12)))
    for doubtful in (board(*items, fault=BROKEN), board(*items, paused=at(11))):
        (pair,) = pairing(doubtful, CALENDAR, at(13)).roles
        assert (pair.person, pair.vacant, pair.mismatch) == ("Ana", False, False)


def test_a_turn_not_yet_told_is_no_gap() -> None:
    """In the evening a schedule may not yet tell of tomorrow."""
    thursday = WEDNESDAY + timedelta(days=1)
    pair = only(at(20), planned("primary", "Cy", thursday), turn("primary", "Ana", at(9, 30), at(17, 30)))
    assert (pair.person, pair.vacant) == ("Cy", False)


def test_a_role_for_which_there_is_nobody_is_left_out() -> None:
    assert on(at(11), planned("primary", "Ana", date(2026, 1, 1))).roles == ()
    assert on(at(11)).roles == ()


# -- the rota itself -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "remark"),
    [
        (date(2026, 6, 1), date(2026, 6, 28), "the rota ends on Sun 28 Jun 2026"),
        (date(2027, 1, 4), date(2027, 1, 10), "the rota begins on Mon 4 Jan 2027"),
        (WEDNESDAY, WEDNESDAY, ""),
    ],
)
def test_a_rota_that_does_not_cover_the_day_says_so(first: date, last: date, remark: str) -> None:
    assert on(at(11), planned("primary", "Ana", first, last)).remark == remark


def test_a_week_that_is_missing_says_so() -> None:
    made = on(
        at(11), planned("a", "Ana", date(2026, 11, 9), date(2026, 11, 15)), planned("b", "Bo", date(2026, 11, 23))
    )
    assert made.remark == "the rota names nobody for Wed 18 Nov 2026"


def test_where_there_is_no_rota_nothing_is_remarked() -> None:
    assert on(at(11), turn("primary", "Ana")).remark == ""


# -- against the obvious -------------------------------------------------------------------

BEGIN = at(0, day=date(2026, 10, 23))  # clocks go back on the 25th
HALF_HOUR = timedelta(minutes=30)
LENGTH = 5 * 48
turns_drawn = st.lists(
    st.tuples(st.sampled_from(("Ana", "Bo", "ana")), st.integers(0, LENGTH), st.integers(1, 60), st.integers(1, 2)),
    max_size=8,
)


def obvious(slots: Sequence[tuple[str, int, int, int]], half_hour: int) -> str | None:
    """Who is on in one half hour: the first, by level, of those whose turn has begun and has not ended."""
    here = [
        (level, n, who) for n, (who, start, length, level) in enumerate(slots) if start <= half_hour < start + length
    ]
    return min(here)[2] if here else None


@given(turns_drawn, st.integers(0, LENGTH - 1))
def test_half_hour_by_half_hour(drawn: list[tuple[str, int, int, int]], half_hour: int) -> None:
    items = [
        OnCall(
            ref=ItemRef("pagerduty", Kind.ON_CALL, f"{n:02}"),
            role=SafeText("primary"),
            person=SafeText(who),
            start=BEGIN + start * HALF_HOUR,
            end=BEGIN + (start + length) * HALF_HOUR,
            level=level,
        )
        for n, (who, start, length, level) in enumerate(drawn)
    ]
    now = BEGIN + half_hour * HALF_HOUR + timedelta(minutes=7)
    shift = CALENDAR.current_or_next(now)
    assert shift is not None
    first, last = ((moment - BEGIN) // HALF_HOUR for moment in (shift.start, shift.end))
    looked_at = max(half_hour, first)
    who = obvious(drawn, looked_at)
    pairs = on(now, *items).roles
    if who is None:
        assert all(pair.person is None for pair in pairs)
        assert bool(pairs) is (bool(items) and shift.covers(now))
        return
    (pair,) = pairs
    assert pair.actual is not None
    assert pair.actual.casefold() == who.casefold()
    start, until = pair.start, pair.until
    assert start is not None
    assert until is not None
    stretch = range((start - BEGIN) // HALF_HOUR, (until - BEGIN) // HALF_HOUR)
    assert looked_at in stretch
    assert all((obvious(drawn, n) or "").casefold() == who.casefold() for n in stretch)
    for beyond in (stretch.start - 1, stretch.stop):
        if first <= beyond < last:
            assert (obvious(drawn, beyond) or "").casefold() != who.casefold()


# -- the next shift, and tiers -------------------------------------------------------------


def test_the_next_shift_is_on_the_next_working_day_with_its_own_night() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    plan = (
        planned("primary", "Ana", date(2026, 11, 16), date(2026, 11, 22)),
        planned("primary", "Cy", monday, date(2026, 11, 29)),
        planned("oncall", "Bo", date(2026, 11, 16), date(2026, 11, 20)),
        planned("oncall", "Di", date(2026, 11, 21), date(2026, 11, 29)),
    )
    now = at(11, day=friday)
    made = next_pairing(board(*plan), CALENDAR, now)
    assert made is not None
    assert (made.day, made.on_shift) == (monday, False)
    assert [(pair.role, pair.person) for pair in made.roles] == [("primary", "Cy"), ("oncall", "Di")]
    assert [(pair.role, pair.person) for pair in on(now, *plan).roles] == [("primary", "Ana"), ("oncall", "Bo")]


def test_over_christmas_the_next_shift_is_after_the_holidays() -> None:
    calendar = replace(CALENDAR, holidays=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))
    made = next_pairing(board(planned("primary", "Ana", date(2026, 12, 29))), calendar, at(11, day=date(2026, 12, 24)))
    assert made is not None
    assert (made.day, made.roles[0].person) == (date(2026, 12, 29), "Ana")


def test_where_no_further_shift_comes_there_is_none() -> None:
    assert next_pairing(board(), Calendar(LONDON, frozenset(), time(9, 30), time(17, 30)), at(11)) is None


def test_tiers_of_a_week_each_are_on_round_the_clock() -> None:
    always = Calendar(LONDON, frozenset(range(7)), time(10), time(10))
    tiers = ("third line", "first line", "second line")
    turns = [
        turn(tier, f"Ms {tier[:5]}", at(10, day=date(2026, 11, 16)), at(10, day=date(2026, 11, 23))) for tier in tiers
    ]
    for moment in (at(3), at(9, 59), at(10), at(23)):
        made = pairing(board(*turns), always, moment)
        assert [pair.person for pair in made.roles] == ["Ms first", "Ms secon", "Ms third"]
        assert made.on_shift
