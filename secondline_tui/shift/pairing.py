"""Who is on today: what the rota plans beside who is really on call, role by role. A difference is marked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import OnCall, Planned
from secondline_tui.shift.calendar import Calendar, Span

_OUT_OF_HOURS = ("oncall", "on-call", "on call", "on_call", "out of hours")
_ORDER = ("primary", "secondary", "shadow", "standby", "escalation")


@dataclass(frozen=True, slots=True)
class RolePair:
    """One role at one time."""

    role: str
    planned: str | None
    """Whom the rota names; None where it names nobody, or does not know the role."""
    actual: str | None
    """Who is really on call; None where no schedule belongs to the role."""
    start: datetime | None
    until: datetime | None
    out_of_hours: bool

    @property
    def mismatch(self) -> bool:
        """Whether rota and schedule name different people."""
        return self.planned is not None and self.actual is not None and not same_person(self.planned, self.actual)

    @property
    def person(self) -> str | None:
        """Who to turn to: the one really on call, else the one planned."""
        return self.actual or self.planned


@dataclass(frozen=True, slots=True)
class Pairing:
    """Everybody who is on, today or on the next day with a shift."""

    day: date
    on_shift: bool
    """Whether the shift is on now."""
    roles: tuple[RolePair, ...]


def same_person(one: str, other: str) -> bool:
    """Whether two spellings name one person: case, accents' encoding and white space do not matter."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def is_out_of_hours(role: str) -> bool:
    """Whether a role, by its name, is on outside the shift's hours."""
    return role.casefold().startswith(_OUT_OF_HOURS)


def role_rank(role: str) -> tuple[bool, bool, int, str]:
    """In-hours roles first, then primary, secondary, shadow, standbys, escalations, and what else there is."""
    name = role.casefold()
    standby = "standby" in name
    place = next((rank for rank, word in enumerate(_ORDER) if word in name), len(_ORDER))
    return (is_out_of_hours(role), standby, place, name)


def pairing(board: Board, calendar: Calendar, now: datetime) -> Pairing:
    """Who is on at `now`: during the shift and, beside it, on call afterwards."""
    shift = calendar.current_or_next(now)
    on_call = calendar.on_call_now_or_next(now)
    planned, actual = list(board.items(Planned)), list(board.items(OnCall))
    known = {str(item.role) for item in planned} | {str(item.role) for item in actual}
    roles = sorted(known, key=role_rank)
    pairs = []
    for role in roles:
        span = on_call if is_out_of_hours(role) else shift
        if span is not None:
            pairs.append(_pair(role, span, planned, actual, now))
    day = shift.day if shift is not None else now.astimezone(calendar.zone).date()
    return Pairing(day, calendar.current(now) is not None, tuple(pair for pair in pairs if pair.person))


def _pair(role: str, span: Span, planned: Iterable[Planned], actual: Iterable[OnCall], now: datetime) -> RolePair:
    moment = max(now, span.start)
    names = [item.person for item in planned if item.role == role and item.first <= span.day <= item.last]
    on = _on_at(moment, [item for item in actual if item.role == role])
    # A part of the shift may be covered by somebody else: the schedule's own bounds tell until when.
    return RolePair(
        role=role,
        planned=" + ".join(names) or None,
        actual=on.person if on else None,
        start=max(filter(None, (span.start, on.start if on else None))),
        until=min(filter(None, (span.end, on.end if on else None))),
        out_of_hours=is_out_of_hours(role),
    )


def _on_at(moment: datetime, entries: list[OnCall]) -> OnCall | None:
    """The entry that covers `moment`; the lowest escalation level where several do."""
    covering = [
        entry
        for entry in entries
        if (entry.start is None or entry.start <= moment) and (entry.end is None or moment < entry.end)
    ]
    return min(covering, key=lambda entry: (entry.level, entry.ref), default=None)
