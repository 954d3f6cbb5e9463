"""What `check` tells of a PagerDuty account: whose key it is, what it sees, and whether its clock agrees with ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.ages import short
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import clean
from secondline_tui.sources.pagerduty.detail import turns
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.wire import Abilities, Me, Person, Schedule, ScheduleAnswer
from secondline_tui.sources.wire import envelope

SKEW = timedelta(seconds=30)
"""A difference of clocks from which countdowns mislead."""


class Probe:
    """Asks everything that a poll takes for granted. Runs on the lane."""

    def __init__(self, api: Api, source: PagerDuty, config: Config, now: Callable[[], datetime]) -> None:
        self._api = api
        self._source = source
        self._config = config
        self._now = now

    def lines(self) -> Iterator[str]:
        """A line each, most important first."""
        abilities = envelope(Abilities, self._api.ask("/abilities"), "its abilities").abilities
        yield from self._whose_key()
        for setting, ability in (("teams", "teams"), ("urgencies", "urgencies")):
            if getattr(self._source, setting) and ability not in abilities:
                yield f"the account has no {ability}: leave {setting} out of the configuration"
        for plural, identities in (("services", self._source.services), ("teams", self._source.teams)):
            for identity in identities:
                yield self._thing(plural, identity)
        for role, identity in self._source.schedules.items():
            yield self._schedule(role, identity)
        yield from self._clock()

    def _whose_key(self) -> Iterator[str]:
        ours = self._config.me.email
        try:
            user = envelope(Me, self._api.ask("/users/me"), "who we are").user
        except PollFailed as refused:
            if refused.fault.kind is not FaultKind.BAD_REPLY:
                raise
            yield "account-level key: From address needed to act" + (
                f", {ours} will be sent" if ours else ": set me.email"
            )
            yield f"(asked whose key it is: {refused.fault.message})"
            return
        yield f"as {clean(user.name)} <{clean(user.email)}>, {_role(user)}"
        if ours and ours.casefold() != user.email.casefold():
            yield f"me.email is {ours}, which is not this key's user: actions will carry that address"

    def _thing(self, plural: str, identity: str) -> str:
        kind = plural.removesuffix("s")
        try:
            answer = self._api.ask(f"/{plural}/{quote(identity, safe='')}")
        except PollFailed as missing:
            return f"{kind} {identity}: {_unseen(missing)}"
        thing = answer.get(kind) if isinstance(answer, dict) else None
        name = thing.get("name") if isinstance(thing, dict) else None
        return f"{kind} {identity}: {clean(name) or 'without a name'}"

    def _schedule(self, role: str, identity: str) -> str:
        now = self._now()
        try:
            schedule = ask_schedule(self._api, identity, now, now + timedelta(minutes=1))
        except PollFailed as missing:
            return f"{role}, schedule {identity}: {_unseen(missing)}"
        on_call = turns(schedule, self._config.shift.timezone)
        return f"{role}: {clean(schedule.name)}; now {on_call[0] if on_call else 'nobody'}"

    def _clock(self) -> Iterator[str]:
        date = self._api.date
        if date is None:
            return
        ahead = date - self._now()
        if abs(ahead) < SKEW:
            yield "clock: agrees with ours"
        else:
            side = "ahead of" if ahead > timedelta(0) else "behind"
            yield f"clock: PagerDuty's is {short(abs(ahead).total_seconds())} {side} ours; countdowns mislead"


def ask_schedule(api: Api, identity: str, since: datetime, until: datetime) -> Schedule:
    """A schedule with who is on call between two moments, each turn whole."""
    query = {"since": stamp(since), "until": stamp(until), "overflow": "true"}
    return envelope(ScheduleAnswer, api.ask(f"/schedules/{quote(identity, safe='')}", query), "the schedule").schedule


def stamp(moment: datetime) -> str:
    """A time as PagerDuty takes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _role(user: Person) -> str:
    return clean(user.role.replace("_", " ")) or "of unknown role"


def _unseen(missing: PollFailed) -> str:
    """Why a thing is not seen; a failure that has nothing to do with the thing is raised."""
    match missing.fault.kind:
        case FaultKind.NOT_FOUND:
            return "does not exist, or this key may not see it"
        case FaultKind.FORBIDDEN:
            return "this key may not see it"
        case _:
            raise missing
