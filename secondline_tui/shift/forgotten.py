"""Work that may have slipped from everybody's mind: one list, the most pressing first. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Incident, Item, Ticket
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText

NEVER = timedelta(0)
"""A limit that leaves its sort of thing out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When things count as forgotten."""

    acknowledged: timedelta = timedelta(days=1)
    """Acknowledged or silenced so long ago, and still firing."""
    ending: timedelta = timedelta(hours=1)
    """What keeps it quiet ends within this time."""
    waiting: timedelta = timedelta(days=1)
    """Waits on us, and nothing happened for so long."""
    pending: timedelta = timedelta(days=5)
    """Waits on its requester for so long."""
    escalating: timedelta = timedelta(minutes=2)
    """Nobody answered, and the next one is called within this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One thing to think of."""

    ref: ItemRef
    name: SafeText
    reason: str
    left: timedelta | None = None
    """How long until something happens by itself; None where it just goes on lying there."""
    since: datetime
    """How long it has been like that, for the order; the oldest first."""

    @property
    def pressing(self) -> bool:
        """Whether it is soon too late."""
        return self.left is not None


def forgotten(board: Board, now: datetime, limits: Limits) -> list[Slip]:
    """What happens soonest, then what has lain longest."""
    slips = [slip for state in board.sources.values() for item in state.items for slip in _of(item, now, limits)]
    return sorted(slips, key=lambda slip: (not slip.pressing, slip.left or NEVER, slip.since, slip.ref))


def _of(item: Item, now: datetime, limits: Limits) -> Iterator[Slip]:
    match item:
        case Alert():
            yield from _alert(item, now, limits)
        case Incident():
            yield from _incident(item, now, limits)
        case Ticket():
            yield from _ticket(item, now, limits)


def _alert(item: Alert, now: datetime, limits: Limits) -> Iterator[Slip]:
    had = item.acknowledged
    ends = [(item.downtime_until, "the downtime")] if item.downtime else []
    if had is not None:
        ends.append((had.until, f"what {had.by or 'somebody'} acknowledged or silenced"))
    for end, what in ends:
        if end is not None and NEVER < end - now <= limits.ending:
            left = end - now
            yield Slip(ref=item.ref, name=item.name_line, reason=f"{what} ends in {_short(left)}", left=left, since=now)
            return
    if had is not None and had.at is not None and NEVER < limits.acknowledged <= now - had.at:
        reason = f"acknowledged by {had.by or 'somebody'} {_short(now - had.at)} ago, and still there"
        yield Slip(ref=item.ref, name=item.name_line, reason=reason, since=had.at)


def _incident(item: Incident, now: datetime, limits: Limits) -> Iterator[Slip]:
    due = item.escalates_at
    if item.triggered and due is not None and NEVER <= due - now <= limits.escalating and limits.escalating > NEVER:
        left = due - now
        reason = f"nobody has answered; the next one is called in {_short(left)}"
        yield Slip(ref=item.ref, name=item.name_line, reason=reason, left=left, since=now)


def _ticket(item: Ticket, now: datetime, limits: Limits) -> Iterator[Slip]:
    touched = item.updated or item.created
    if touched is None:
        return
    quiet = now - touched
    if item.status == "pending":
        if NEVER < limits.pending <= quiet:
            reason = f"pending for {_short(quiet)}: ask again, or solve it"
            yield Slip(ref=item.ref, name=item.name_line, reason=reason, since=touched)
    elif not item.handled and limits.waiting > NEVER:
        if item.due is not None and item.due < now:
            reason = f"waits on us, and its target was {_short(now - item.due)} ago"
            yield Slip(ref=item.ref, name=item.name_line, reason=reason, since=item.due)
        elif quiet >= limits.waiting:
            reason = f"waits on us, and nothing happened for {_short(quiet)}"
            yield Slip(ref=item.ref, name=item.name_line, reason=reason, since=touched)


def _short(length: timedelta) -> str:
    return short(length.total_seconds())
