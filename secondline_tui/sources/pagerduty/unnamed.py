"""IDs of the configuration that no row of a poll names: of one that is gone PagerDuty says, for ever, all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import failed
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.probe import ask_schedule

AHEAD = timedelta(days=7)
"""How far ahead it is asked who will be on call: past a long weekend and the shift after it."""
LOOK_AGAIN = 600.0
"""Seconds for which a look-up is believed."""
AT_ONCE = 10
"""IDs that one poll looks up again, where many lie idle: the others have their turn in the next."""

_REASONS = {
    FaultKind.NOT_FOUND: "does not exist there, or this key may not see it",
    FaultKind.FORBIDDEN: "may not be seen with this key, and hearing nothing of it proves nothing",
}

Named = tuple[str, str]
"""A setting, such as "services", and one of its IDs."""


class Lookups:
    """Makes sure of what is configured and not heard of. For one thread at a time."""

    def __init__(
        self, api: Api, source: PagerDuty, now: Callable[[], datetime], monotonic: Callable[[], float]
    ) -> None:
        self._api = api
        self._now = now
        self._monotonic = monotonic
        settings = {"services": source.services, "teams": source.teams, "schedules": source.schedules.values()}
        self._ids = list(dict.fromkeys((name, identity) for name, ids in settings.items() for identity in ids))
        self._found: dict[Named, float] = {}
        """When each was last found, by the monotonic clock."""
        self._vacant: dict[str, SafeText] = {}
        """Schedules that had nobody in them when they were last looked up, and what they are called."""

    def require_known(self, incidents: Sequence[object], on_calls: Sequence[object]) -> Mapping[str, SafeText]:
        """Look up what no row names, or PollFailed; the schedules in which nobody is on call, with their names."""
        named = {*_named_by(incidents, "service"), *_named_by(incidents, "team"), *_named_by(on_calls, "schedule")}
        unnamed = [one for one in self._ids if one not in named]
        for one in self._due(unnamed):
            self._look_up(*one)
            self._found[one] = self._monotonic()
        return {identity: name for identity, name in self._vacant.items() if ("schedules", identity) not in named}

    def _due(self, unnamed: Iterable[Named]) -> list[Named]:
        """All that were never found, and those found longest ago."""
        long_ago = self._monotonic() - LOOK_AGAIN
        due = sorted((self._found.get(one, float("-inf")), one) for one in unnamed)
        new = [one for at, one in due if one not in self._found]
        return new + [one for at, one in due if one in self._found and at <= long_ago][:AT_ONCE]

    def _look_up(self, setting: str, identity: str) -> None:
        try:
            if setting == "schedules":
                self._look_at_schedule(identity)
            else:
                self._api.ask(f"/{setting}/{quote(identity, safe='')}")
        except PollFailed as refused:
            reason = _REASONS.get(refused.fault.kind)
            if reason is None:
                raise
            raise failed(refused.fault.kind, f"{setting}: {identity} {reason}") from None

    def _look_at_schedule(self, identity: str) -> None:
        """Whether anybody is in it: one that no escalation policy calls on is named by no row, vacant or not."""
        schedule = ask_schedule(self._api, identity, self._now(), self._now() + AHEAD)
        if any(turn.user for turn in schedule.final_schedule.rendered_schedule_entries):
            self._vacant.pop(identity, None)
        else:
            self._vacant[identity] = clean(schedule.name)


def _named_by(raw: Iterable[object], kind: str) -> Iterator[Named]:
    """The things of one kind that raw rows name, alone or in a list."""
    for row in raw:
        if isinstance(row, dict):
            several = row.get(f"{kind}s")
            for thing in (row.get(kind), *(several if isinstance(several, list) else ())):
                identity = thing.get("id") if isinstance(thing, dict) else None
                if isinstance(identity, str):
                    yield f"{kind}s", identity
