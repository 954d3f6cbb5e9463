"""Who is on call: schedules with layers and overrides, and the escalation policies that call on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from math import floor, inf
from zoneinfo import ZoneInfo

from secondline_tui.demo.pagerduty.people import Json, Team, Thing, User
from secondline_tui.demo.simulator import rfc3339

LONDON = ZoneInfo("Europe/London")
DAY = 86_400.0
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Somebody is on call, from `start` until `end`, in seconds since 1970."""

    start: float
    end: float
    user: User
    override: bool = False

    def covers(self, moment: float) -> bool:
        """Whether it is on then."""
        return self.start <= moment < self.end

    def shown(self) -> Json:
        """As a rendered schedule entry."""
        return {"start": rfc3339(self.start), "end": rfc3339(self.end), "user": self.user.reference()}


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a question is about, in seconds since 1970."""

    since: float
    until: float
    overflow: bool = False
    """Whether entries are told whole, rather than cut to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """People who take turns; within a schedule, a later layer covers the ones before it."""

    id: str
    name: str
    users: Sequence[User]
    start: float
    turn: float = WEEK
    hours: tuple[time, time] | None = None
    """Local times between which it holds, each day; an end not after the beginning is on the next day."""
    days: Sequence[int] = range(7)
    """Weekdays on which those hours begin; Monday is 0."""

    def entries(self, since: float, until: float, zone: ZoneInfo) -> Iterator[Entry]:
        """Every turn that touches the time from `since` to `until`, whole."""
        for number in range(
            max(0, floor((since - self.start) / self.turn)), floor((until - self.start) / self.turn) + 1
        ):
            begin = self.start + number * self.turn
            user = self.users[number % len(self.users)]
            for low, high in self._held(begin, begin + self.turn, zone):
                if low < high and low <= until and since < high:
                    yield Entry(low, high, user)

    def _held(self, begin: float, end: float, zone: ZoneInfo) -> Iterator[tuple[float, float]]:
        """The parts of a turn in which the layer holds."""
        if self.hours is None:
            yield begin, end
            return
        opens, closes = self.hours
        day = datetime.fromtimestamp(begin, zone).date() - timedelta(days=1)
        last = datetime.fromtimestamp(end, zone).date()
        while day <= last:
            if day.weekday() in self.days:
                low = datetime.combine(day, opens, tzinfo=zone).timestamp()
                closing = day + timedelta(days=closes <= opens)
                high = datetime.combine(closing, closes, tzinfo=zone).timestamp()
                yield max(low, begin), min(high, end)
            day += timedelta(days=1)

    def restrictions(self) -> list[Json]:
        """Its hours, as PagerDuty writes them."""
        if self.hours is None:
            return []
        opens, closes = self.hours
        length = (closes.hour - opens.hour) * 3_600 + (closes.minute - opens.minute) * 60
        shared: Json = {
            "start_time_of_day": f"{opens:%H:%M:%S}",
            "duration_seconds": length if length > 0 else length + 86_400,
        }
        if len(self.days) == 7:
            return [{"type": "daily_restriction", **shared}]
        return [{"type": "weekly_restriction", "start_day_of_week": day + 1, **shared} for day in self.days]


@dataclass(slots=True, kw_only=True)
class Override:
    """Somebody takes over for a while."""

    id: str
    entry: Entry
    visible_at: float
    gone_at: float = inf
    cut_at: float = inf
    """When it ends instead, where somebody took it back after it had begun."""
    cut_visible_at: float = inf

    def ended(self, now: float) -> Override:
        """It as reads show it by now: cut short, where it was."""
        if now < self.cut_visible_at:
            return self
        return replace(self, entry=replace(self.entry, end=self.cut_at))

    def shown(self) -> Json:
        """As /schedules/{id}/overrides tells it."""
        return {"id": self.id, **self.entry.shown()}


@dataclass(slots=True, eq=False, kw_only=True)
class Schedule(Thing):
    """A schedule."""

    kind = "schedule"
    plural = "schedules"
    web_path = "schedules"

    zone: ZoneInfo = LONDON
    description: str = ""
    layers: list[Layer] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)

    def overrides_at(self, now: float) -> list[Override]:
        """The overrides that reads show by now."""
        there = [override for override in self.overrides if override.visible_at <= now < override.gone_at]
        return [override.ended(now) for override in there]

    def entries(self, since: float, until: float, now: float) -> list[Entry]:
        """Who is on call between two moments, each entry whole, earliest first."""
        margin = max((DAY, *(layer.turn for layer in self.layers)))
        low, high = since - margin, until + margin
        ranked = [entry for layer in self.layers for entry in layer.entries(low, high, self.zone)]
        ranked += [override.entry for override in self.overrides_at(now)]
        merged = _merge(ranked)
        return [entry for entry in merged if entry.end > since and (entry.start < until or entry.start <= since)]

    def on_call(self, moment: float, now: float) -> User | None:
        """Who is on call at one moment."""
        return next((entry.user for entry in self.entries(moment, moment, now) if entry.covers(moment)), None)

    def users(self) -> list[User]:
        """Everybody in it."""
        everybody = [user for layer in self.layers for user in layer.users]
        return list(dict.fromkeys([*everybody, *(override.entry.user for override in self.overrides)]))


def _merge(ranked: Sequence[Entry]) -> list[Entry]:
    """What is left of entries where a later one covers those before it."""
    points = sorted({moment for entry in ranked for moment in (entry.start, entry.end)})
    parts: list[tuple[Entry, float, float]] = []
    for low, high in pairwise(points):
        winner = next((entry for entry in reversed(ranked) if entry.covers(low)), None)
        if winner is None:
            continue
        if parts and parts[-1][0] is winner and parts[-1][2] == low:
            parts[-1] = (winner, parts[-1][1], high)
        else:
            parts.append((winner, low, high))
    return [Entry(low, high, entry.user, entry.override) for entry, low, high in parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One level of a policy."""

    id: str
    targets: Sequence[Schedule | User]
    minutes: int

    def users(self, moment: float, now: float) -> list[User]:
        """Who would be called at one moment."""
        called = [target if isinstance(target, User) else target.on_call(moment, now) for target in self.targets]
        return list(dict.fromkeys(user for user in called if user is not None))


@dataclass(slots=True, eq=False, kw_only=True)
class Policy(Thing):
    """An escalation policy."""

    kind = "escalation_policy"
    plural = "escalation_policies"
    web_path = "escalation_policies"

    rules: Sequence[Rule]
    loops: int = 0
    team: Team | None = None

    def whole(self, services: Sequence[Thing] = ()) -> Json:
        """As GET /escalation_policies tells it."""
        rules = [
            {
                "id": rule.id,
                "escalation_delay_in_minutes": rule.minutes,
                "targets": [target.reference() for target in rule.targets],
                "escalation_rule_assignment_strategy": "assign_to_everyone",
            }
            for rule in self.rules
        ]
        return {
            **Thing.whole(self),
            "escalation_rules": rules,
            "services": [service.reference() for service in services],
            "num_loops": self.loops,
            "teams": [self.team.reference()] if self.team else [],
            "description": "",
            "on_call_handoff_notifications": "if_has_services",
        }

    def on_calls(self, since: float, until: float, now: float) -> Iterator[tuple[Json, Schedule | None, User]]:
        """Each time that somebody is on call for one of its levels: (as /oncalls tells it, schedule, user)."""
        for level, rule in enumerate(self.rules, start=1):
            shared: Json = {"escalation_policy": self.reference(), "escalation_level": level}
            for target in rule.targets:
                if isinstance(target, User):
                    always: Json = {"user": target.reference(), "schedule": None, "start": None, "end": None}
                    yield {**shared, **always}, None, target
                    continue
                for entry in target.entries(since, until, now):
                    yield {**shared, **entry.shown(), "schedule": target.reference()}, target, entry.user


def shown_schedule(schedule: Schedule, policies: Sequence[Policy], now: float, window: Window | None) -> Json:
    """As GET /schedules/{id} tells it; who is on call only when a window is asked for."""
    using = [policy for policy in policies if any(schedule in rule.targets for rule in policy.rules)]
    entries = schedule.entries(window.since, window.until, now) if window else []
    overrides = [entry for entry in entries if entry.override]
    return {
        **schedule.whole(),
        "time_zone": schedule.zone.key,
        "description": schedule.description,
        "escalation_policies": [policy.reference() for policy in using],
        "users": [user.reference() for user in schedule.users()],
        "teams": [],
        "schedule_layers": [_layer(layer, schedule.zone, window) for layer in reversed(schedule.layers)],
        "overrides_subschedule": {"name": "Overrides", **_rendered(overrides, window)},
        "final_schedule": {"name": "Final Schedule", **_rendered(entries, window)},
    }


def _layer(layer: Layer, zone: ZoneInfo, window: Window | None) -> Json:
    entries = list(layer.entries(window.since, window.until, zone)) if window else []
    return {
        "id": layer.id,
        "name": layer.name,
        "start": rfc3339(layer.start),
        "end": None,
        "rotation_virtual_start": rfc3339(layer.start),
        "rotation_turn_length_seconds": int(layer.turn),
        "users": [{"user": user.reference()} for user in layer.users],
        "restrictions": layer.restrictions(),
        **_rendered(entries, window),
    }


def _rendered(entries: Sequence[Entry], window: Window | None) -> Json:
    if window is None:
        return {"rendered_schedule_entries": [], "rendered_coverage_percentage": None}
    cut = [Entry(max(entry.start, window.since), min(entry.end, window.until), entry.user) for entry in entries]
    covered = sum(entry.end - entry.start for entry in cut)
    length = window.until - window.since
    return {
        "rendered_schedule_entries": [entry.shown() for entry in (entries if window.overflow else cut)],
        "rendered_coverage_percentage": round(100 * covered / length, 1) if length > 0 else 0,
    }


def moment(text: str, zone: ZoneInfo) -> float:
    """Seconds since 1970 for a time as PagerDuty takes it, in `zone` where it names none; ValueError for others."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).timestamp()
