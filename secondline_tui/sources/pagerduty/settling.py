"""Whether PagerDuty shows what was sent: by who did it, what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from secondline_tui.domain.actions import Finding, Intent, Refused, Verb
from secondline_tui.domain.text import EMPTY
from secondline_tui.sources.pagerduty.changes import OTHERWISE_KEPT, end_of
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.mapping import schedule_of
from secondline_tui.sources.pagerduty.ourselves import Ourselves
from secondline_tui.sources.pagerduty.traces import (
    Seen,
    ask_acts,
    ask_declared,
    ask_incident,
    ask_notes,
    ask_overrides,
)
from secondline_tui.sources.pagerduty.unnamed import AHEAD
from secondline_tui.sources.pagerduty.wire_acts import ActRow, KeptNote, OverrideRow

SLACK = timedelta(minutes=3)
"""By how much PagerDuty's clock may differ from ours."""
FAR = AHEAD + timedelta(days=1)
"""Beyond what was offered to be ended."""
NOT_THERE = Finding(there=False)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

RowT = TypeVar("RowT", KeptNote, ActRow)

_KINDS: Mapping[Verb, tuple[str, ...]] = {
    Verb.ACKNOWLEDGE: ("acknowledge",),
    Verb.SNOOZE: ("snooze",),
    Verb.ESCALATE: ("escalate",),
    Verb.REASSIGN: ("assign", "delegate"),
    Verb.RESOLVE: ("resolve",),
}
"""The log entries that each verb leaves."""


class Settling:
    """Reads back. Runs on the lane."""

    def __init__(self, api: Api, ourselves: Ourselves, now: Callable[[], datetime]) -> None:
        self._api = api
        self._ourselves = ourselves
        self._now = now

    def find(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether it is there; PollFailed."""
        try:
            match intent.verb:
                case Verb.OVERRIDE:
                    return self._override(intent, sent_at, claimed)
                case Verb.END_OVERRIDE:
                    return self._ended(intent, sent_at)
                case Verb.DECLARE:
                    return self._declared(intent)
                case Verb.PRIORITY:
                    return self._prioritised(intent)
                case Verb.COMMENT:
                    return self._note(intent, sent_at, claimed)
                case _:
                    return self._act(intent, sent_at, claimed)
        except Refused as unknown:  # nobody can tell who we are: nor what we did
            return Finding(there=None, told=unknown.reason)

    def _note(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        ours = self._ourselves.user(self._api).ids
        found = ask_notes(self._api, intent.ref)
        mine = [row for row in found.rows if row.user.id in ours and _evened(row.content) == _evened(intent.text)]
        row = _first(mine, intent, sent_at, claimed)
        if row is None:
            found.require_whole("its notes")
            return NOT_THERE
        return Finding(there=True, remote=row.id, told=EMPTY if row.content == intent.text else OTHERWISE_KEPT)

    def _act(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        ours = self._ourselves.user(self._api).ids
        kinds = _KINDS.get(intent.verb, ())
        found = ask_acts(self._api, intent.ref, sent_at - SLACK)
        mine = [row for row in found.rows if row.kind in kinds and row.agent is not None and row.agent.id in ours]
        mine = [row for row in mine if _may_be(row, intent)]
        row = _first(mine, intent, sent_at, claimed)
        if row is None:
            found.require_whole("its log entries")
            return NOT_THERE
        return Finding(there=True, remote=row.id)

    def _declared(self, intent: Intent) -> Finding:
        """By its key, which nothing else has."""
        row = ask_declared(self._api, intent.id)
        return Finding(there=True, remote=row.id) if row is not None else NOT_THERE

    def _prioritised(self, intent: Intent) -> Finding:
        """No log entry tells of a priority: the incident itself does."""
        priority = ask_incident(self._api, intent.ref).priority
        return Finding(there=priority is not None and priority.id == intent.to)

    def _override(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        user = intent.to or self._ourselves.user(self._api).id
        end = end_of(intent)
        found = ask_overrides(self._api, schedule_of(intent.ref), sent_at - SLACK, end + SLACK)
        for row in found.rows:
            begun = row.start is not None and abs(row.start - sent_at) <= SLACK
            if row.id not in claimed and row.user.id == user and row.end == end and begun:
                return Finding(there=True, remote=row.id)
        found.require_whole("its overrides")
        return NOT_THERE

    def _ended(self, intent: Intent, sent_at: datetime) -> Finding:
        """One that had begun is not taken away but cut short."""
        now = self._now()
        found = ask_overrides(self._api, schedule_of(intent.ref), sent_at - SLACK, now + FAR)
        found.require_whole("its overrides")
        there = any(row.id == intent.to and not _over(row, now) for row in found.rows)
        return NOT_THERE if there else Finding(there=True, remote=intent.to)


def _may_be(row: ActRow, intent: Intent) -> bool:
    """Whether an act of ours is this one, as far as its log entry tells."""
    if intent.verb is Verb.REASSIGN and row.assignees:
        return intent.to in {user.id for user in row.assignees}
    ends = [action.at for action in row.changed_actions if action.type == "unacknowledge" and action.at]
    if intent.verb is Verb.SNOOZE and intent.until and ends:
        return any(abs(end - intent.until) <= SLACK for end in ends)
    return True


def _over(row: OverrideRow, now: datetime) -> bool:
    return row.end is not None and row.end <= now


def _first(mine: Iterable[RowT], intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> RowT | None:
    """The oldest that may be what was sent: so that two of the same kind find one each."""
    seen = Seen.parse(intent.stamp)
    fits = [
        row
        for row in mine
        if row.id not in claimed
        and (row.created_at is None or abs(row.created_at - sent_at) <= SLACK)
        and (seen is None or seen.before(row))
    ]
    return min(fits, key=lambda row: row.created_at or _LONG_AGO, default=None)


def _evened(text: str) -> list[str]:
    """The text but for white space that a service may change at ends of lines."""
    return [line.rstrip() for line in text.strip().splitlines()]
