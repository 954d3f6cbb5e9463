"""The days that a rota's rows and cells speak of. Pure.

Dates are YYYY-MM-DD or DD/MM/YYYY. A spreadsheet set to American writes MM/DD/YYYY: on most days that is another day,
so a rota in which one date can only be read so is refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 62
"""The most days that one row may be about."""
WEEKS = 530

_DATE = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_ONE_DATE = re.compile(_DATE)
_RANGE = re.compile(rf"({_DATE})\s*(?:-|–|—|to)\s*({_DATE})", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:week\s*)?(\d{1,3})", re.IGNORECASE)
_INSTEAD = re.compile(r"(?P<main>[^()]*)\((?P<others>[^()]*\bon\s+\d[^()]*)\)", re.IGNORECASE)
_OTHER = re.compile(rf"(?P<person>.+?)\s+on\s+(?P<day>{_DATE})", re.IGNORECASE)


class MonthFirstError(Exception):
    """A date that makes sense only as MM/DD/YYYY."""


class Shape(StrEnum):
    """How a rota tells the days of a row."""

    ORDINAL = "weeks counted 1, 2, 3 …"
    RANGE = "weeks as first day - last day"
    COMMENCING = "weeks by their first day"
    DAILY = "days"


def parse_date(text: str) -> date:
    """The date; ValueError when it is none, MonthFirstError when it is American."""
    if "-" in text:
        year, month, day = (int(part) for part in text.split("-"))
    else:
        day, month, year = (int(part) for part in re.split("[/.]", text))
        if month > 12 >= day:
            raise MonthFirstError(text)
    return date(year, month, day)


def shape_of(key: str, *, daily: bool) -> Shape | None:
    """The shape of a row that begins with `key`; `daily` where the column is headed date. None: not understood."""
    if _ORDINAL.fullmatch(key):
        return Shape.ORDINAL
    if _RANGE.fullmatch(key):
        return Shape.RANGE
    if _ONE_DATE.fullmatch(key):
        return Shape.DAILY if daily else Shape.COMMENCING
    return None


def days_of(key: str, shape: Shape, week_one: date) -> tuple[date, date]:
    """First and last day of a row of that shape; ValueError or OverflowError when it names none."""
    match shape:
        case Shape.ORDINAL:
            (number,) = _ORDINAL.findall(key)
            if not 1 <= int(number) <= WEEKS:
                raise ValueError("no such week")
            first = week_one + timedelta(weeks=int(number) - 1)
            return first, first + timedelta(days=6)
        case Shape.RANGE:
            ((begin, end),) = _RANGE.findall(key)
            first, last = parse_date(begin), parse_date(end)
            if not 0 <= (last - first).days < LONGEST:
                raise ValueError("the last day is before the first, or long after it")
            return first, last
        case Shape.COMMENCING:
            first = parse_date(key)
            return first, first + timedelta(days=6)
        case Shape.DAILY:
            return parse_date(key), parse_date(key)


def people_in(cell: str, first: date, last: date) -> tuple[str, Mapping[date, str]]:
    """Whom a cell names, and who is on instead on single days: "Main Person (Other Person on 09/04/2024, …)".

    The main person may be "" (nobody). Brackets without a day belong to the name. ValueError when the brackets cannot
    be read, or name a day of another row.
    """
    found = _INSTEAD.fullmatch(cell)
    if found is None:
        return cell, {}
    instead: dict[date, str] = {}
    for part in found["others"].split(","):
        other = _OTHER.fullmatch(part.strip())
        if other is None:
            raise ValueError("brackets not understood")
        day = parse_date(other["day"])
        if not first <= day <= last:
            raise ValueError("a day of another row")
        instead[day] = other["person"]
    return found["main"].strip(), instead
