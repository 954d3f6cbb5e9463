"""Invented rotas, as a table that is read off by hand, and as the CSV of each shape that teams keep theirs in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tests.shift.oracle import DAY

ROLES = ("inhours_primary", "inhours_secondary", "inhours_shadow", "oncall_primary", "keeper of the biscuits")
SHAPES = {"ordinal": "week", "range": "week", "daily": "date", "commencing": "Week Commencing"}
TEAMS = (
    ("Ana Sowande", "Zoë Łukasik", "", "Bo Ferreira", "-"),
    ("Cy Ó Dálaigh", "Jürgen Ångström", "Nguyễn Thị Hoa", "Di Novák", ""),
    ("Øyvind Þór", "Ana Sowande", "", "Ελένη Παπά", "Bo Ferreira"),
)
GAP = 2
"""The week of the table for which there is no row."""
WEEKS = 6


@dataclass
class Seat:
    """A cell: who has the role, and who instead on single days."""

    main: str
    instead: dict[date, str] = field(default_factory=dict)

    def on(self, day: date) -> str:
        return self.instead.get(day, self.main)

    def cell(self) -> str:
        others = ", ".join(f"{who} on {day:%d/%m/%Y}" for day, who in self.instead.items())
        return f"{self.main} ({others})" if others else self.main


@dataclass
class Row:
    """Some days, and who has which role on them."""

    first: date
    last: date
    seats: Mapping[str, Seat]


def table(shape: str, about: date) -> list[Row]:
    """Weeks from before `about` on: one is missing, one has somebody else on two of its days, and one is told twice."""
    begins = 2 if shape == "commencing" else 0
    first = about - (about.weekday() - begins) % 7 * DAY - 7 * DAY
    rows = []
    for week in range(WEEKS):
        if week == GAP and shape != "ordinal":
            continue
        monday = first + 7 * week * DAY
        seats = {role: Seat(person) for role, person in zip(ROLES, TEAMS[week % len(TEAMS)], strict=True)}
        if week == 1:
            seats["inhours_secondary"].instead = {monday + 2 * DAY: "Wěi 伟", monday + 5 * DAY: "Di Novák"}
            seats["oncall_primary"].instead = {monday + 6 * DAY: "Zoë Łukasik"}
        rows.append(Row(monday, monday + 6 * DAY, seats))
    if shape == "range":
        rows.append(Row(rows[1].first + 2 * DAY, rows[1].first + 4 * DAY, {"inhours_primary": Seat("Second Opinion")}))
    return list(_by_day(rows)) if shape == "daily" else rows


def _by_day(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        for n in range((row.last - row.first).days + 1):
            day = row.first + n * DAY
            yield Row(day, day, {role: Seat(seat.on(day)) for role, seat in row.seats.items()})


def text(shape: str, rows: list[Row]) -> str:
    """The CSV."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([SHAPES[shape], *ROLES])
    for number, row in enumerate(rows, 1):
        key = {
            "ordinal": str(number),
            "range": f"{row.first:%d/%m/%Y}-{row.last:%d/%m/%Y}",
            "daily": row.first.isoformat(),
            "commencing": row.first.isoformat(),
        }[shape]
        writer.writerow([key, *(row.seats[role].cell() if role in row.seats else "" for role in ROLES)])
    return made.getvalue()


def people(rows: list[Row], role: str, day: date) -> set[str]:
    """Whom the table names, by looking at every row."""
    found = {row.seats[role].on(day) for row in rows if row.first <= day <= row.last and role in row.seats}
    return found - {"", "-"}
