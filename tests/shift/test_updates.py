"""When an incident's next update is due, across weekends and both changes of clocks; who is proposed to lead it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.declared import Declared, Event, Noted, Pace, told
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.updates import due, due_briefly, due_in_words, pace_in_words, proposed, waited_for

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30), {date(2026, 12, 25), date(2026, 12, 28)})
HOURLY = Pace(timedelta(hours=1))
TWO_DAYS = Pace(working_days=2)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON).astimezone(UTC)  # type: ignore[misc, arg-type]


def declared(at: datetime, pace: Pace) -> Declared:
    return Declared(id="1", at=at, by="Ana", title="Attachments fail", pace=pace)


@pytest.mark.parametrize(
    ("at", "pace", "then"),
    [
        (local(2026, 11, 18, 9, 31), HOURLY, local(2026, 11, 18, 10, 31)),
        # an hour is an hour, whatever clocks do: 25 October 2026 back, 29 March 2026 forward
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), HOURLY, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), HOURLY, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # working days are counted on a calendar: the same time of day, over a weekend, changes of clocks and holidays
        (local(2026, 11, 18, 10, 0), TWO_DAYS, local(2026, 11, 20, 10, 0)),
        (local(2026, 11, 19, 10, 0), TWO_DAYS, local(2026, 11, 23, 10, 0)),
        (local(2026, 10, 23, 10, 0), TWO_DAYS, local(2026, 10, 27, 10, 0)),
        (local(2026, 3, 27, 16, 0), TWO_DAYS, local(2026, 3, 31, 16, 0)),
        (local(2026, 12, 24, 12, 0), TWO_DAYS, local(2026, 12, 30, 12, 0)),
        # and within the shift's hours
        (local(2026, 11, 21, 3, 0), TWO_DAYS, local(2026, 11, 24, 9, 30)),
        (local(2026, 11, 18, 23, 0), TWO_DAYS, local(2026, 11, 20, 17, 30)),
    ],
)
def test_an_update_is_due_at(at: datetime, pace: Pace, then: datetime) -> None:
    assert due(declared(at, pace), CALENDAR) == then


def test_where_no_shift_is_ever_every_day_counts() -> None:
    never = Calendar(LONDON, frozenset(), time(9, 30), time(17, 30))
    at = local(2026, 11, 18, 9, 31)
    assert due(declared(at, TWO_DAYS), never) == at + timedelta(days=2)


def test_an_update_puts_it_off_and_its_end_ends_it() -> None:
    at = local(2026, 11, 18, 9, 31)
    one = declared(at, HOURLY)
    later = Event(id="1", noted=Noted(at=at + timedelta(minutes=40), by="Bo", text="mended soon"))
    stray = Event(id="2", noted=later.noted)
    earlier = Event(id="1", noted=Noted(at=at + timedelta(minutes=10), by="Bo"))
    (noted,) = told([one, later, stray, earlier])
    assert due(noted, CALENDAR) == at + timedelta(minutes=100)
    end = Event(id="1", noted=Noted(at=at + timedelta(hours=3), by="Ana"), over=True)
    (over,) = told([one, later, end, Event(id="1", noted=stray.noted, over=True)])
    assert over.over == end.noted
    assert due(over, CALENDAR) is None
    assert due(declared(at, Pace()), CALENDAR) is None


@pytest.mark.parametrize(
    ("left", "words"),
    [(720, "update due in 12m"), (1, "update due in 1s"), (0, "UPDATE DUE"), (-59, "UPDATE DUE"),
     (-240, "UPDATE DUE for 4m")],
)  # fmt: skip
def test_it_is_said_in_words(left: int, words: str) -> None:
    now = local(2026, 11, 18, 9, 31)
    assert due_in_words(now + timedelta(seconds=left), now) == words
    brief = due_briefly(now + timedelta(seconds=left), now)
    assert brief == (words.replace(" due", "") if left > 0 else "UPDATE DUE")


def test_so_is_how_often() -> None:
    paces = (HOURLY, TWO_DAYS, Pace(working_days=1), Pace())
    assert [pace_in_words(pace) for pace in paces] == [
        "an update every 1h", "an update every 2 working days", "an update every working day", "no reminders",
    ]  # fmt: skip


def pair(role: str, person: str | None, *, out_of_hours: bool = False) -> RolePair:
    return RolePair(role, person, None, None, None, out_of_hours)


def test_leads_are_proposed_from_who_is_on() -> None:
    roles = (
        pair("inhours_primary_standby", "Di"), pair("inhours_primary", "Ana + Eve"), pair("inhours_secondary", "Bo"),
        pair("oncall_primary", "Cy", out_of_hours=True), pair("oncall_escalations", "Fay", out_of_hours=True),
    )  # fmt: skip
    day, night = Pairing(date(2026, 11, 18), True, roles), Pairing(date(2026, 11, 18), False, roles)
    assert [proposed(day, role) for role in ("primary", "Secondary", "standby", "escalations", "shadow", "")] == [
        "Ana", "Bo", "Di", "Fay", "", "",
    ]  # fmt: skip
    assert [proposed(night, role) for role in ("primary", "secondary")] == ["Cy", "Bo"]
    assert proposed(None, "primary") == ""


def test_an_update_that_is_due_is_told_anew_each_time() -> None:
    at = local(2026, 11, 18, 9, 31)
    one, quiet = declared(at, HOURLY), declared(at, Pace())
    assert waited_for([one, quiet], CALENDAR, at + timedelta(minutes=59)) == ()
    (news,) = waited_for([one, quiet], CALENDAR, at + timedelta(minutes=60))
    assert news.title == "INCIDENT Attachments fail: people wait for an update"
    assert waited_for([one], CALENDAR, at + timedelta(minutes=90)) == (news,)
    (noted,) = told([one, Event(id="1", noted=Noted(at=at + timedelta(minutes=95), by=""))])
    assert waited_for([noted], CALENDAR, at + timedelta(minutes=100)) == ()
    (again,) = waited_for([noted], CALENDAR, at + timedelta(minutes=155))
    assert again.ref != news.ref
