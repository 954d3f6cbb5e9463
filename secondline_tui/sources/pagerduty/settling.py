"""Whether PagerDuty shows what was sent: by who did it, what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from secondline_tui.domain.actions import Finding, Intent, Refused, Verb
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.sources.clocks import UNTIMELY, Sent
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
"""How wrong the time may be at which something was sent, by PagerDuty's clock."""
FAR = AHEAD + timedelta(days=1)
"""Beyond what was offered to be ended."""
NOT_THERE = Finding(there=False)
SOMEBODY = SafeText("somebody else has done the same: was it sent as another user than the one we are now?")
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
        self._sent: set[str] = set()

    def as_us(self, intent: Intent) -> None:
        """It goes out from here, and so as the user that we are. At another start, that may have been another one."""
        self._sent.add(intent.id)

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
        same = _unseen((row for row in found.rows if _evened(row.content) == _evened(intent.text)), intent, claimed)
        mine = [row for row in same if row.user.id in ours]
        row = _first(mine, Sent.of(sent_at, self._api.ahead))
        if row is None:
            found.require_whole("its notes")
            return self._absent(intent, mine, same)
        return Finding(there=True, remote=row.id, told=EMPTY if row.content == intent.text else OTHERWISE_KEPT)

    def _act(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        ours = self._ourselves.user(self._api).ids
        kinds = _KINDS.get(intent.verb, ())
        seen = Seen.parse(intent.stamp)
        found = ask_acts(self._api, intent.ref, seen.at if seen else None)
        sent = Sent.of(sent_at, self._api.ahead)
        same = _unseen(
            (row for row in found.rows if row.kind in kinds and _may_be(row, intent, sent_at)), intent, claimed
        )
        mine = [row for row in same if row.agent is not None and row.agent.id in ours]
        row = _first(mine, sent)
        if row is None:
            found.require_whole("its log entries")
            return self._absent(intent, mine, [row for row in same if row.agent is not None and row.agent.person])
        return Finding(there=True, remote=row.id)

    def _absent(self, intent: Intent, mine: Sequence[object], same: Sequence[object]) -> Finding:
        """Nothing of ours is of that time; whether that is to say that there is nothing."""
        if mine:
            return Finding(there=None, told=UNTIMELY)
        return Finding(there=None, told=SOMEBODY) if same and intent.id not in self._sent else NOT_THERE

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
        found = ask_overrides(self._api, schedule_of(intent.ref), min(sent_at, end) - SLACK, end + SLACK)
        sent = Sent.of(sent_at, self._api.ahead)
        same = [row for row in found.rows if row.id not in claimed and row.end == end]
        mine = [row for row in same if row.user.id == user]
        for row in mine:
            # It begins when we said, by our own clock; where that was in the past already, when it came.
            if row.start is not None and (abs(row.start - sent_at) <= SLACK or sent.about(row.start, SLACK)):
                return Finding(there=True, remote=row.id)
        found.require_whole("its overrides")
        return self._absent(intent, mine, [] if intent.to else same)

    def _ended(self, intent: Intent, sent_at: datetime) -> Finding:
        """One that had begun is not taken away but cut short."""
        now = self._now()
        found = ask_overrides(self._api, schedule_of(intent.ref), sent_at - SLACK, now + FAR)
        found.require_whole("its overrides")
        there = any(row.id == intent.to and not _over(row, now) for row in found.rows)
        return NOT_THERE if there else Finding(there=True, remote=intent.to)


def _may_be(row: ActRow, intent: Intent, sent_at: datetime) -> bool:
    """Whether an act of ours is this one, as far as its log entry tells."""
    if intent.verb is Verb.REASSIGN and row.assignees:
        return intent.to in {user.id for user in row.assignees}
    ends = [action.at for action in row.changed_actions if action.type == "unacknowledge" and action.at]
    if intent.verb is Verb.SNOOZE and intent.until and ends and row.created_at is not None:
        lasts = intent.until - sent_at  # it is asked for by its length, and each clock measures the same
        return any(abs(end - row.created_at - lasts) <= SLACK for end in ends)
    return True


def _over(row: OverrideRow, now: datetime) -> bool:
    return row.end is not None and row.end <= now


def _unseen(rows: Iterable[RowT], intent: Intent, claimed: AbstractSet[str]) -> list[RowT]:
    """Those that came after what the prompt showed, as far as that is known, and belong to no other action."""
    seen = Seen.parse(intent.stamp)
    return [row for row in rows if row.id not in claimed and (seen is None or seen.before(row))]


def _first(mine: Iterable[RowT], sent: Sent) -> RowT | None:
    """The oldest that may be what was sent: so that two of the same kind find one each."""
    fits = [row for row in mine if row.created_at is None or sent.about(row.created_at, SLACK)]
    return min(fits, key=lambda row: row.created_at or _LONG_AGO, default=None)


def _evened(text: str) -> list[str]:
    """The text but for white space that a service may change at ends of lines."""
    return [line.rstrip() for line in text.strip().splitlines()]
