from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.until import parse_until

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2h", NOW + timedelta(hours=2)),
        ("90m", NOW + timedelta(minutes=90)),
        ("1h 30m", NOW + timedelta(minutes=90)),
        ("1.5h", NOW + timedelta(minutes=90)),
        ("1w", NOW + timedelta(days=7)),
        ("17:30", datetime(2026, 11, 18, 17, 30, tzinfo=UTC)),
        ("9.30", datetime(2026, 11, 19, 9, 30, tzinfo=UTC)),
        ("today 17:30", datetime(2026, 11, 18, 17, 30, tzinfo=UTC)),
        ("tomorrow 09:30", datetime(2026, 11, 19, 9, 30, tzinfo=UTC)),
        ("Friday 12:00", datetime(2026, 11, 20, 12, 0, tzinfo=UTC)),
        ("wed 12:00", datetime(2026, 11, 25, 12, 0, tzinfo=UTC)),
        ("2026-12-24 09:30", datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
    ],
)
def test_ends_as_people_say_them(text: str, end: datetime) -> None:
    assert parse_until(text, NOW, LONDON) == end


def test_a_time_on_the_clock_is_that_of_the_zone_on_that_day() -> None:
    summer = parse_until("2027-07-01 12:00", NOW, LONDON)
    assert summer == datetime(2027, 7, 1, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2",
        "0m",
        "25:00",
        "today 09:00",
        "9y",
        "99999999w",
        "2026-02-30 09:00",
        "2028-01-01 09:00",
        "xyz 09:00",
    ],
)
def test_what_is_no_end_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_until(text, NOW, LONDON)
