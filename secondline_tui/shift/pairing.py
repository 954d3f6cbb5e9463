"""Who is on today: what the rota plans beside who is really on call, role by role. A difference is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import OnCall, Planned
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.calendar import Calendar, Span
from secondline_tui.shift.people import is_out_of_hours, role_key, role_rank, same_person

_AND = " + "
_INSTANT = timedelta(microseconds=1)

ItemT = TypeVar("ItemT", Planned, OnCall)


@dataclass(frozen=True, slots=True)
class RolePair:
    """One role at one time."""

    role: str
    planned: str | None
    """Whom the rota names, several joined by " + "; None where it names nobody, or does not know the role."""
    actual: str | None
    """Who is really on call; None where no schedule belongs to the role, or it is vacant."""
    start: datetime | None
    until: datetime | None
    out_of_hours: bool
    vacant: bool = False
    """Whether a schedule belongs to the role and names nobody at this moment: a page would reach no one."""
    ref: ItemRef | None = None
    """The turn of who is really on call, else another of the same schedule; None where there is no schedule."""
    override: bool = False
    """Whether the one really on call was put in by hand."""

    @property
    def mismatch(self) -> bool:
        """Whether the person really on call is none of those that the rota names."""
        if self.planned is None:
            return False
        if self.actual is None:
            return self.vacant
        return not any(same_person(name, self.actual) for name in self.planned.split(_AND))

    @property
    def person(self) -> str | None:
        """Who to turn to: the one really on call, else the one planned; None where the schedule is vacant."""
        return None if self.vacant else self.actual or self.planned

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody to turn to: the one really on call, else all that are planned."""
        person = self.person
        return () if person is None else (person,) if self.actual else tuple(person.split(_AND))

    @property
    def only_planned(self) -> bool:
        """Whether nobody but the rota tells who it is."""
        return self.actual is None and not self.vacant

    @property
    def difference(self) -> str:
        """What the rota says instead, and where the other one comes from; "" where they agree."""
        if not self.mismatch:
            return ""
        return f"the rota says {self.planned}" + ("; PagerDuty has an override" if self.override else "")


@dataclass(frozen=True, slots=True)
class Pairing:
    """Everybody who is on, today or on the next day with a shift."""

    day: date
    on_shift: bool
    """Whether the shift is on now."""
    roles: tuple[RolePair, ...]
    remark: str = ""
    """What is odd about the rota itself: that it ends, begins or has a gap before the day is covered;
    else why bank holidays are not known."""
    warnings: tuple[str, ...] = ()
    """Who has a role against the team's policy: see `shift.policy`."""


def pairing(board: Board, calendar: Calendar, now: datetime) -> Pairing:
    """Who is on at `now`: during the shift and, beside it, on call afterwards."""
    return _who(board, calendar, now, calendar.current_or_next(now), calendar.on_call_now_or_next(now))


def next_pairing(board: Board, calendar: Calendar, now: datetime) -> Pairing | None:
    """Who is on after that: in the next shift, and on call after that one; None where there is no further shift."""
    shift, on_call = calendar.current_or_next(now), calendar.on_call_now_or_next(now)
    following = calendar.current_or_next(shift.end) if shift is not None else None
    if following is None:
        return None
    return _who(board, calendar, now, following, calendar.on_call_now_or_next(on_call.end) if on_call else None)


def pairing_at(board: Board, calendar: Calendar, now: datetime, moment: datetime) -> Pairing:
    """Who is on at a later moment, as far as is known `now`."""
    return _who(board, calendar, now, calendar.current_or_next(moment), calendar.on_call_now_or_next(moment))


def _who(board: Board, calendar: Calendar, now: datetime, shift: Span | None, on_call: Span | None) -> Pairing:
    planned, turns = _by_role(board.items(Planned)), _by_role(board.items(OnCall))
    names = {key: str(items[0].role) for key, items in turns.items()}
    names.update((key, str(items[0].role)) for key, items in planned.items())
    pairs = []
    for key, role in sorted(names.items(), key=lambda named: (role_rank(named[1]), named[0])):
        span = on_call if is_out_of_hours(role) else shift
        if span is not None:
            mine = turns.get(key, ())
            pairs.append(_pair(role, span, planned.get(key, ()), mine, now, sure=_answered(board, mine)))
    day = shift.day if shift is not None else now.astimezone(calendar.zone).date()
    return Pairing(
        day=day,
        on_shift=shift is not None and shift.covers(now),
        roles=tuple(pair for pair in pairs if pair.person or pair.vacant),
        remark=_remark([item for items in planned.values() for item in items], day) or calendar.trouble(),
    )


def _by_role(items: Iterable[ItemT]) -> dict[str, list[ItemT]]:
    roles: dict[str, list[ItemT]] = {}
    for item in items:
        roles.setdefault(role_key(item.role), []).append(item)
    return roles


def _answered(board: Board, turns: Sequence[OnCall]) -> bool:
    """Whether those who told of these turns still answer. The turns of one that does not run out: that is no gap."""
    states = [board.sources[name] for name in {turn.ref.source for turn in turns}]
    return bool(states) and all(state.fault is None and state.paused_since is None for state in states)


def _pair(
    role: str, span: Span, planned: Sequence[Planned], turns: Sequence[OnCall], now: datetime, *, sure: bool
) -> RolePair:
    moment = max(now, span.start)
    on = _on_at(moment, turns)
    # A part of the shift may be covered by somebody else: the schedule's own bounds tell until when.
    start, until = _stretch(moment, span, turns)
    return RolePair(
        role=role,
        planned=_AND.join(_once(item.person for item in planned if item.first <= span.day <= item.last)) or None,
        actual=on.person if on else None,
        start=start,
        until=until,
        out_of_hours=is_out_of_hours(role),
        vacant=on is None and sure and span.covers(now),
        ref=next((turn.ref for turn in (on, *turns) if turn is not None), None),
        override=on is not None and on.override,
    )


def _once(names: Iterable[str]) -> list[str]:
    """Each person once, as first spelt."""
    found: list[str] = []
    for name in names:
        if not any(same_person(name, other) for other in found):
            found.append(name)
    return found


def _on_at(moment: datetime, turns: Sequence[OnCall]) -> OnCall | None:
    """The turn that covers `moment`; the lowest escalation level where several do."""
    covering = [
        turn
        for turn in turns
        if turn.person and (turn.start is None or turn.start <= moment) and (turn.end is None or moment < turn.end)
    ]
    return min(covering, key=lambda turn: (turn.level, turn.ref), default=None)


def _stretch(moment: datetime, span: Span, turns: Sequence[OnCall]) -> tuple[datetime, datetime]:
    """How long, within the span, it is the same person (or nobody) as at `moment`: turns may follow one another."""
    on = _on_at(moment, turns)
    edges = sorted({edge for turn in turns for edge in (turn.start, turn.end) if edge is not None})
    before = (e for e in reversed(edges) if span.start < e <= moment and not _same(on, _on_at(e - _INSTANT, turns)))
    after = (e for e in edges if moment < e < span.end and not _same(on, _on_at(e, turns)))
    return next(before, span.start), next(after, span.end)


def _same(one: OnCall | None, other: OnCall | None) -> bool:
    if one is None or other is None:
        return one is other
    return same_person(one.person, other.person)


def _remark(planned: Sequence[Planned], day: date) -> str:
    """Why the rota names nobody for `day`, "" where it names somebody or there is no rota."""
    if not planned or any(item.first <= day <= item.last for item in planned):
        return ""
    first, last = min(item.first for item in planned), max(item.last for item in planned)
    if day > last:
        return f"the rota ends on {_told(last)}"
    if day < first:
        return f"the rota begins on {_told(first)}"
    return f"the rota names nobody for {_told(day)}"


def _told(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
