"""From a sheet to who is planned when. Pure.

Two rows about the same days are both believed: two people are then planned for one role, and both are shown. Nobody
but the rota's owner knows which row is the mistaken one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from secondline_tui.domain.items import Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import bad_reply, quoted
from secondline_tui.sources.rota.dates import MonthFirstError, Shape, days_of, people_in, shape_of
from secondline_tui.sources.rota.sheet import Row, Sheet
from secondline_tui.sources.wire import require_most

DAY = timedelta(days=1)
NOBODY = frozenset({"", "-", "–", "—"})

_KEYS = re.compile(
    r"dates?|days?|weeks?|weeks? (of|commencing|beginning|starting|start|number|no)( date)?|week dates?|w c|wc"
)

_Who = tuple[SafeText, SafeText]
_Days = dict[_Who, dict[date, int]]
"""By role and person: the days, each with the row that says so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's days in one role, one after the other, and the rows that say so."""

    planned: Planned
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole rota."""

    sheet: Sheet
    shape: Shape
    roles: tuple[SafeText, ...]
    days: frozenset[date]
    """Every day that a row is about, also where it names nobody."""
    entries: tuple[Entry, ...]
    rejected: tuple[SafeText, ...]


def plan_of(sheet: Sheet, source: str, *, week_one: date | None, roles: Mapping[str, str]) -> Plan:
    """The plan in a sheet; PollFailed(bad_reply) when its shape is not understood. `roles` is role = column."""
    try:
        return _plan(sheet, source, week_one, roles)
    except MonthFirstError as error:
        raise bad_reply(f"dates with the month first, like {error}: format them as YYYY-MM-DD or DD/MM/YYYY") from None


def _plan(sheet: Sheet, source: str, week_one: date | None, roles: Mapping[str, str]) -> Plan:
    key_column = _key_column(sheet)
    columns = _role_columns(sheet, key_column, roles)
    shape = _shape(sheet, key_column)
    if shape is Shape.ORDINAL and week_one is None:
        raise bad_reply("its weeks are counted 1, 2, 3 …: set week_one to the first day of week 1")
    days: _Days = defaultdict(dict)
    covered: set[date] = set()
    rejected: list[SafeText] = []
    for row in sheet.rows:
        reasons = []
        try:
            if shape_of(row.cell(key_column), daily=_daily(sheet, key_column)) is not shape:
                raise ValueError("not like the rows before")
            first, last = days_of(row.cell(key_column), shape, week_one or date.min)
        except (ValueError, OverflowError):
            reasons.append(_reason(row, sheet.header[key_column], key_column))
        else:
            covered.update(_each_day(first, last))
            reasons += _take(days, row, columns, first, last)
        rejected += reasons[:1]
    require_most(rejected, len(sheet.rows), "a row")
    names = tuple(dict.fromkeys(columns.values()))
    return Plan(sheet, shape, names, frozenset(covered), tuple(_entries(source, names, days)), tuple(rejected))


# -- the header ----------------------------------------------------------------------------------------------------


def _words(name: str) -> str:
    """A column's name with nothing but its words: "Week_Commencing" is "week commencing"."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _key_column(sheet: Sheet) -> int:
    for column, name in enumerate(sheet.header):
        if _KEYS.fullmatch(_words(name)):
            return column
    told = ", ".join(f'"{quoted(name, 30)}"' for name in sheet.header[:6])
    raise bad_reply(f'no column is called "week", "week commencing" or "date"; the columns are {told}')


def _daily(sheet: Sheet, key_column: int) -> bool:
    return _words(sheet.header[key_column]).startswith("da")


def _role_columns(sheet: Sheet, key_column: int, roles: Mapping[str, str]) -> dict[int, SafeText]:
    """Columns of people and the roles they stand for: every named column but the one of days."""
    columns = {n: titled for n, name in enumerate(sheet.header) if n != key_column and (titled := clean(name))}
    for role, name in roles.items():
        same = [n for n, header in enumerate(sheet.header) if n != key_column and _words(header) == _words(name)]
        if not same:
            told = ", ".join(f'"{column}"' for column in list(columns.values())[:8])
            raise bad_reply(
                f'no column "{clean(name, 40)}" for role {clean(role, 40)} (setting roles); there are {told}'
            )
        columns.update(dict.fromkeys(same, clean(role)))
    if not columns:
        raise bad_reply("no column of people beside the one of days")
    return columns


def _shape(sheet: Sheet, key_column: int) -> Shape:
    """That of the first row which has one."""
    daily = _daily(sheet, key_column)
    for row in sheet.rows:
        shape = shape_of(row.cell(key_column), daily=daily)
        if shape is not None:
            return shape
    found = quoted(sheet.rows[0].cell(key_column), 40)
    raise bad_reply(f'no row begins with a week or a date; the first says "{found}" ({sheet.header[key_column]})')


# -- the rows ------------------------------------------------------------------------------------------------------


def _each_day(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY


def _take(days: _Days, row: Row, columns: Mapping[int, SafeText], first: date, last: date) -> list[SafeText]:
    """Note whom a row plans; the reasons of the cells that were not understood. The other cells count all the same."""
    reasons = []
    for column, role in columns.items():
        try:
            main, instead = people_in(row.cell(column), first, last)
        except (ValueError, OverflowError):
            reasons.append(_reason(row, role, column))
            continue
        for day in _each_day(first, last):
            person = clean(instead.get(day, main))
            if person not in NOBODY:
                days[role, person].setdefault(day, row.number)
    return reasons


def _reason(row: Row, name: str, column: int) -> SafeText:
    return quoted(f'row {row.number}: {name}: "{quoted(row.cell(column), 60)}" is not understood', 200)


def _entries(source: str, roles: tuple[SafeText, ...], days: _Days) -> list[Entry]:
    """Days in a row become one entry, in the order of days, then of the columns."""
    entries = [
        Entry(_planned(source, who, span), tuple(dict.fromkeys(rows[day] for day in span)))
        for who, rows in days.items()
        for span in _spans(sorted(rows))
    ]
    return sorted(entries, key=lambda e: (e.planned.first, roles.index(e.planned.role), e.planned.person))


def _spans(days: list[date]) -> Iterator[list[date]]:
    span: list[date] = []
    for day in days:
        if span and day != span[-1] + DAY:
            yield span
            span = []
        span.append(day)
    if span:
        yield span


def _planned(source: str, who: _Who, span: list[date]) -> Planned:
    role, person = who
    key = f"{role}@{span[0].isoformat()}/{person}"
    return Planned(ref=ItemRef(source, Kind.PLANNED, key), role=role, person=person, first=span[0], last=span[-1])
