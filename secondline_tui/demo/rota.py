"""A simulated rota: a CSV at an address, in any of the shapes that teams keep theirs in."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.wire import Answer, Request

Shape = Literal["ordinal", "range", "daily", "commencing"]

ROLES = (
    "inhours_primary",
    "inhours_secondary",
    "inhours_shadow",
    "inhours_primary_standby",
    "inhours_secondary_standby",
    "oncall_primary",
    "oncall_secondary",
)
HEADERS = {"ordinal": "week", "range": "week", "daily": "date", "commencing": "Week Commencing"}
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
WEDNESDAY = 2
WEEKS_BACK, WEEKS = 4, 13


@dataclass(slots=True)
class Seat:
    """One role in one week: who has it, and who instead on single days. "" is nobody."""

    main: str = ""
    instead: dict[date, str] = field(default_factory=dict)

    def on(self, day: date) -> str:
        """Who has it on a day."""
        return self.instead.get(day, self.main)


class Rota(Simulator):
    """One rota of a quarter: four weeks before this one, this one, and eight after it."""

    kind = "rota"
    path = "/rota.csv"

    def __init__(
        self,
        name: str,
        now: Now,
        chance: random.Random,
        *,
        shape: Shape = "range",
        roles: Sequence[str] = ROLES,
        begins_on: int | None = None,
    ) -> None:
        super().__init__(name, now, chance)
        self.shape = shape
        self.roles = tuple(roles)
        self._verbatim: bytes | None = None
        today = datetime.fromtimestamp(now(), LONDON).date()
        if begins_on is None:
            begins_on = WEDNESDAY if shape == "commencing" else 0
        self.this_week = today - (today.weekday() - begins_on) % 7 * DAY
        """First day of the week that is now."""
        self.first = self.this_week - 7 * WEEKS_BACK * DAY
        weeks = (self.first + 7 * n * DAY for n in range(WEEKS))
        self.weeks: dict[date, dict[str, Seat]] = {week: {role: Seat() for role in self.roles} for week in weeks}

    # -- the world's side ---------------------------------------------------------------------------------------

    def plan_week(self, offset: int, people: Mapping[str, str]) -> None:
        """Who has which role in a week; 0 is this one, -1 the last."""
        for role, person in people.items():
            self.weeks[self.this_week + 7 * offset * DAY][role] = Seat(person)

    def swap(self, role: str, person: str, day: date) -> None:
        """Somebody else takes a role on one day. Nobody at all cannot be told in such a cell."""
        if not person:
            raise ValueError("a cell can only name who is on instead")
        self._week_of(day)[role].instead[day] = person

    def take_turns(self, teams: Sequence[Mapping[str, str]]) -> None:
        """Fill every week, one team after the other; the first of them is on this week."""
        for number, week in enumerate(self.weeks):
            for role, person in teams[(number - WEEKS_BACK) % len(teams)].items():
                self.weeks[week][role] = Seat(person)

    def write(self, content: str | bytes | None) -> None:
        """Serve exactly this from now on; None: the plan again."""
        self._verbatim = content.encode() if isinstance(content, str) else content

    def people_on(self, day: date) -> dict[str, str]:
        """Role and person on one day."""
        return {role: person for role, seat in self._week_of(day).items() if (person := seat.on(day))}

    def settings(self) -> Mapping[str, object]:
        """Every five minutes, and the first week where they are only counted."""
        counted = {"week_one": self.first.isoformat()} if self.shape == "ordinal" else {}
        return {"type": self.kind, "interval": 300, **counted}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as a web server with one file."""
        if request.path != self.path:
            return Answer(404, b"404 page not found\n", {"Content-Type": "text/plain; charset=utf-8"})
        if request.method not in ("GET", "HEAD"):
            return Answer(405, b"", {"Allow": "GET, HEAD", "Content-Type": "text/plain; charset=utf-8"})
        content = self.content()
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"Content-Type": "text/csv; charset=utf-8", "ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Answer(304, None, headers)
        return Answer(200, content, headers)

    def rows(self, data: object) -> list[object] | None:  # noqa: ARG002  (a CSV holds no list: see garbled)
        """None: an odd row is put into the text."""
        return None

    def later_part(self, request: Request) -> bool:  # noqa: ARG002  (there is only one request)
        """The one request there is."""
        return True

    def garbled(self, kind: str, answer: Answer) -> Answer:
        """A good answer made bad, as a CSV can be."""
        body = answer.body()
        match kind:
            case "odd_row":
                body += b'the week after,7,"(nobody on 31/02/2024)"\n'
            case "wrong_shape":
                body = b"name,telephone\nAna Sowande,020 7946 0001\nBo Ferreira,020 7946 0002\n"
            case "truncated":
                body = body[: max(1, len(body) * 2 // 3)].rstrip(b"\r\n")
            case _:
                return super().garbled(kind, answer)
        return Answer(answer.status, body, answer.headers)

    def login_page(self) -> str:
        """Where a sheet that is not published sends us."""
        return "https://accounts.example.org/v3/signin/identifier?continue=rota"

    def state(self) -> dict[str, object]:
        """Every span of days that one person has one role."""
        return {"shape": self.shape, "rows": [*self._spans()]}

    # -- within ---------------------------------------------------------------------------------------------------

    def content(self) -> bytes:
        """The CSV as it is now."""
        if self._verbatim is not None:
            return self._verbatim
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([HEADERS[self.shape], *self.roles])
        writer.writerows(self._lines())
        return text.getvalue().encode()

    def _lines(self) -> Iterator[list[str]]:
        for number, (week, seats) in enumerate(self.weeks.items(), 1):
            match self.shape:
                case "daily":
                    for day in _days(week):
                        yield [day.isoformat(), *(seats[role].on(day) for role in self.roles)]
                case "ordinal":
                    yield [str(number), *(_cell(seats[role]) for role in self.roles)]
                case "range":
                    last = week + 6 * DAY
                    yield [f"{week:%d/%m/%Y}-{last:%d/%m/%Y}", *(_cell(seats[role]) for role in self.roles)]
                case "commencing":
                    yield [week.isoformat(), *(_cell(seats[role]) for role in self.roles)]

    def _week_of(self, day: date) -> dict[str, Seat]:
        return self.weeks[self.first + (day - self.first).days // 7 * 7 * DAY]

    def _spans(self) -> Iterator[dict[str, str]]:
        days = [day for week in self.weeks for day in _days(week)]
        for role in self.roles:
            span: dict[str, str] = {}
            for day in days:
                person = self._week_of(day)[role].on(day)
                if span and span["person"] == person:
                    span["last"] = day.isoformat()
                    continue
                if span.get("person"):
                    yield span
                span = {"role": role, "person": person, "first": day.isoformat(), "last": day.isoformat()}
            if span.get("person"):
                yield span


def _days(week: date) -> list[date]:
    return [week + n * DAY for n in range(7)]


def _cell(seat: Seat) -> str:
    """ "Main Person (Other Person on 09/04/2024, Third Person on 10/04/2024)"."""
    others = ", ".join(f"{person} on {day:%d/%m/%Y}" for day, person in sorted(seat.instead.items()))
    return f"{seat.main} ({others})".strip() if others else seat.main
