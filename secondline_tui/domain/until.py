"""Ends as people say them: "2h", "30m", "17:30", "tomorrow 09:30", "fri 12:00", "2026-12-24 09:30". Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?\s*[mhdw]\s*)+", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([mhdw])", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(?P<day>[a-z]+|\d{4}-\d{2}-\d{2})\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=366)


def parse_until(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, that `text` says: a duration from now, or a time on clocks in `zone`.

    A time of day without a day is the next such time. ValueError tells what is wrong with anything else, and with what
    is past or more than a year away.
    """
    words = text.strip()
    if _DURATION.fullmatch(words):
        seconds = sum(float(number) * _UNITS[unit.lower()] for number, unit in _PART.findall(words))
        end = now + timedelta(seconds=min(seconds, 2 * LONGEST.total_seconds()))
    else:
        end = _on_the_clock(words, now, zone)
    if end <= now:
        raise ValueError(f"{text!r} is in the past")
    if end - now > LONGEST:
        raise ValueError(f"{text!r} is more than a year away")
    return end


def _on_the_clock(words: str, now: datetime, zone: ZoneInfo) -> datetime:
    found = _CLOCK.fullmatch(words)
    if found is None:
        raise ValueError(f'{words!r} is no end: write one like "2h", "17:30", "tomorrow 09:30" or "fri 12:00"')
    today = now.astimezone(zone).date()
    try:
        clock = time(int(found["hour"]), int(found["minute"]))
        day = _day(found["day"], today)
    except ValueError:
        raise ValueError(f"{words!r}: there is no such time or day") from None
    end = _at(day or today, clock, zone)
    if day is None and end <= now:
        end = _at(today + timedelta(days=1), clock, zone)
    return end


def _day(word: str | None, today: date) -> date | None:
    """The day that a word names; a weekday is the next one that is not today."""
    if word is None:
        return None
    word = word.lower()
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if word[:3] in _DAYS:
        return today + timedelta(days=(_DAYS.index(word[:3]) - today.weekday() - 1) % 7 + 1)
    return date.fromisoformat(word)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
