"""Which turns on call were put in by hand. Asked when a schedule's turns have changed, not at every poll."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.traces import ask_overrides
from secondline_tui.sources.pagerduty.unnamed import AHEAD
from secondline_tui.sources.pagerduty.wire import OnCallRow
from secondline_tui.sources.pagerduty.wire_acts import OverrideRow

QUIET = 600.0
"""Seconds without asking after it went wrong: this explains a difference, and must not cost the poll that shows it."""

_Turns = frozenset[tuple[str, ...]]
_TELLING = frozenset({FaultKind.UNAUTHORISED, FaultKind.RATE_LIMITED})
"""Faults that are the poll's own business."""


class Overrides:
    """What is known of each schedule's overrides. For one thread at a time."""

    def __init__(self, api: Api, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._api = api
        self._now = now
        self._monotonic = monotonic
        self._seen: dict[str, _Turns] = {}
        self._known: Mapping[str, Sequence[OverrideRow]] = {}
        self._quiet_until = float("-inf")

    def look(self, on_calls: Iterable[object]) -> None:
        """Ask for the overrides of schedules whose turns are not those of the last time."""
        if self._monotonic() < self._quiet_until:
            return
        now, turns = self._now(), _turns(on_calls)
        for schedule, mine in turns.items():
            if self._seen.get(schedule) == mine:
                continue
            try:
                rows = ask_overrides(self._api, schedule, now, now + AHEAD).rows
            except PollFailed as failure:
                if failure.fault.kind in _TELLING:
                    raise
                self._quiet_until = self._monotonic() + QUIET
                return
            self._known = {**self._known, schedule: rows}
            self._seen[schedule] = mine

    def explain(self, turn: OnCallRow) -> bool:
        """Whether a turn is an override."""
        rows = self._known.get(turn.schedule.id, ()) if turn.schedule is not None else ()
        return any(row.user.id == turn.user.id and _within(turn, row) for row in rows)


def _within(turn: OnCallRow, row: OverrideRow) -> bool:
    """Whether a turn lies in an override: of two that overlap, only a part of the older one may be left."""
    if turn.start is None or turn.end is None or row.start is None or row.end is None:
        return False
    return row.start <= turn.start and turn.end <= row.end


def _turns(on_calls: Iterable[object]) -> dict[str, _Turns]:
    """What tells one state of a schedule from another."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in on_calls:
        if isinstance(row, dict) and isinstance(schedule := row.get("schedule"), dict):
            user = row.get("user")
            who = user.get("id") if isinstance(user, dict) else None
            turn = tuple(str(part) for part in (who, row.get("start"), row.get("end")))
            found.setdefault(str(schedule.get("id")), set()).add(turn)
    return {schedule: frozenset(turns) for schedule, turns in found.items()}
