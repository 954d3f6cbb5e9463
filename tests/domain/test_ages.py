from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.ages import calm, clock, countdown, short

M, H, D = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "0s"), (8.9, "8s"), (59, "59s"), (60, "1m"), (59 * M, "59m"), (H, "1h"), (3 * H + 5 * M, "3h 5m"),
     (5 * H + 59 * M, "5h 59m"), (6 * H + M, "6h"), (12 * H + 5 * M, "12h"), (D, "1d"), (2 * D + 4 * H, "2d 4h"),
     (9 * D + 23 * H, "9d 23h"), (34 * D + H, "34d")],
)  # fmt: skip
def test_short(seconds: float, told: str) -> None:
    assert short(seconds) == told
    assert len(told) <= 6


def test_calm_moves_in_steps() -> None:
    assert [calm(s) for s in (0, 4, 5, 9.9, 59, 61)] == ["0s", "0s", "5s", "5s", "55s", "1m"]


@pytest.mark.parametrize(
    ("seconds", "told"), [(221, "3:41"), (59, "0:59"), (3_730, "1:02:10"), (0, "now"), (-3, "now")]
)
def test_countdown(seconds: float, told: str) -> None:
    assert countdown(seconds) == told


def test_clock_says_as_much_of_the_date_as_is_needed_in_the_shifts_zone() -> None:
    london = ZoneInfo("Europe/London")
    now = datetime(2026, 7, 15, 22, 30, tzinfo=UTC)  # 23:30 in London
    assert clock(now - timedelta(hours=1), london, now) == "22:30"
    assert clock(now + timedelta(hours=1), london, now) == "Thu 00:30"
    assert clock(now - timedelta(days=20), london, now) == "25 Jun 23:30"
    assert clock(now - timedelta(days=400), london, now) == "10 Jun 2025"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
@pytest.mark.parametrize("edge", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_for_ever_and_never_are_times_in_every_zone(zone: str, edge: datetime) -> None:
    assert clock(edge, ZoneInfo(zone), datetime(2026, 11, 18, tzinfo=UTC))
