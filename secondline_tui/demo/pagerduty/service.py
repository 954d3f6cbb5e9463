"""A simulated PagerDuty: the parts of its REST API v2 that a dashboard uses, and what happens in the account."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from secondline_tui.demo.firings import Firing
from secondline_tui.demo.pagerduty.account import OWN_KEY, Account
from secondline_tui.demo.pagerduty.book import Act, Book
from secondline_tui.demo.pagerduty.desk import Desk
from secondline_tui.demo.pagerduty.incidents import OPEN, Incident, Service
from secondline_tui.demo.pagerduty.people import Priority, Team, Thing, User, id_maker
from secondline_tui.demo.pagerduty.schedules import LONDON, WEEK, Entry, Layer, Override, Policy, Rule, Schedule
from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.wire import Answer, Request

ThingT = TypeVar("ThingT", bound=Thing)

MONDAY = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
PRIORITIES = (
    ("P1", "Complete outage"),
    ("P2", "Substantial degradation"),
    ("P3", "Intermittent trouble"),
    ("P4", "Minor"),
)


class PagerDuty(Simulator):
    """One PagerDuty account."""

    kind = "pagerduty"

    def __init__(self, name: str, now: Now, chance: random.Random, owner: str = "ana.sowande@example.org") -> None:
        super().__init__(name, now, chance)
        new_id = id_maker(chance)
        self.account = Account(
            now=now, lag=lambda: self.lag, new_id=new_id, book=Book(id_maker(chance, "", 13)), owner=owner
        )
        self.account.priorities += [Priority(id=new_id(), name=name, description=words) for name, words in PRIORITIES]
        self.roles: dict[str, Schedule] = {}
        """The schedules that a configuration reads, by role."""
        self.watched: list[Service] = []
        """The services that a configuration reads; empty means all."""
        self._desk = Desk(self.account, chance)

    # -- the world's side: furniture --------------------------------------------------------------------------------

    def add_user(self, name: str, email: str, *, role: str = "user") -> User:
        """Somebody who can be called."""
        return _added(self.account.users, User(id=self.account.new_id(), name=name, email=email, role=role))

    def add_team(self, name: str) -> Team:
        """A team."""
        return _added(self.account.teams, Team(id=self.account.new_id(), name=name))

    def add_schedule(
        self,
        name: str,
        users: Sequence[User],
        *,
        roles: Sequence[str] = (),
        turn: float = WEEK,
        zone: ZoneInfo = LONDON,
        identity: str = "",
        start: float = MONDAY,
    ) -> Schedule:
        """People who take turns round the clock, each for `turn` seconds from a start on; `roles` read it."""
        schedule = Schedule(id=identity or self.account.new_id(), name=name, zone=zone)
        self.add_layer(schedule, users, turn=turn, start=start)
        self.roles.update(dict.fromkeys(roles, schedule))
        return _added(self.account.schedules, schedule)

    def add_layer(
        self,
        schedule: Schedule,
        users: Sequence[User],
        *,
        turn: float = WEEK,
        hours: tuple[time, time] | None = None,
        days: Sequence[int] = range(7),
        start: float = MONDAY,
    ) -> None:
        """People who take over from the layers before: always, or between local times on some weekdays."""
        number = len(schedule.layers) + 1
        schedule.layers.append(
            Layer(
                id=self.account.new_id(),
                name=f"Layer {number}",
                users=users,
                start=start,
                turn=turn,
                hours=hours,
                days=days,
            )
        )

    def add_policy(
        self, name: str, levels: Sequence[Sequence[Schedule | User]], *, minutes: int = 5, loops: int = 0
    ) -> Policy:
        """Who is called, level after level, `minutes` apart."""
        new_id = self.account.new_id
        rules = [Rule(id=new_id(), targets=targets, minutes=minutes) for targets in levels]
        return _added(self.account.policies, Policy(id=new_id(), name=name, rules=rules, loops=loops))

    def add_service(
        self, name: str, policy: Policy, *, team: Team | None = None, acknowledgement_timeout: int | None = 1_800
    ) -> Service:
        """Something that incidents are about; who acknowledges one is called again after the timeout, in seconds."""
        service = Service(
            id=self.account.new_id(),
            name=name,
            policy=policy,
            team=team,
            acknowledgement_timeout=acknowledgement_timeout,
            created=self.now() - 400 * 86_400,
        )
        return _added(self.account.services, service)

    # -- the world's side: what happens -----------------------------------------------------------------------------

    def trigger(
        self,
        title: str,
        service: Service,
        *,
        urgency: str = "high",
        priority: str | None = None,
        key: str = "",
        details: object = None,
        severity: str = "critical",
        ago: float = 0.0,
    ) -> str:
        """A monitor pages; the incident's ID. `key` is the monitor's; `details` is what it sent, text or a table."""
        account = self.account
        at = self.now() - ago
        ranked = next((known for known in account.priorities if known.name == priority), None)
        key = key or f"{self.chance.getrandbits(128):032x}"
        act = Act(service, at, at)
        incident = account.book.trigger(act, service, title, urgency=urgency, priority=ranked, key=key, details=details)
        self.add_alert(incident.id, title, key=key, severity=severity, details=details, ago=ago)
        told = Firing("incident", incident.id, title, at, severity=urgency, number=incident.number)
        self.firings.begin(told)
        return incident.id

    def add_alert(
        self,
        identity: str,
        summary: str,
        *,
        key: str,
        severity: str = "critical",
        details: object = None,
        ago: float = 0.0,
    ) -> None:
        """One more alert on an incident; with two or more, the incident itself has no key."""
        at = self.now() - ago
        self.account.book.add_alert(
            identity, summary, key=key, severity=severity, details=details, at=at, visible_at=at
        )

    def acknowledge(self, identity: str, user: User, *, ago: float = 0.0) -> None:
        """Somebody has it."""
        self.account.book.acknowledge(identity, self._act(identity, user, ago), user)
        self.firings.hold(identity, user.name, self.now() - ago)

    def escalate(self, identity: str, user: User, level: int, *, ago: float = 0.0) -> None:
        """Somebody calls another level of the policy."""
        self.account.book.escalate(identity, self._act(identity, user, ago), level)

    def assign(self, identity: str, user: User, to: Sequence[User], *, ago: float = 0.0) -> None:
        """Somebody calls these people instead."""
        self.account.book.assign(identity, self._act(identity, user, ago), to)

    def resolve(self, identity: str, by: User | Service, *, ago: float = 0.0) -> None:
        """It is over: somebody says so, or the monitor does."""
        self.account.book.resolve(identity, self._act(identity, by, ago))
        self.firings.end(identity, self.now() - ago)

    def note(self, identity: str, user: User, text: str, *, ago: float = 0.0) -> None:
        """Somebody writes something on it."""
        self.account.book.note(identity, self._act(identity, user, ago), user, text)

    def override(self, schedule: Schedule, user: User, start: float, end: float) -> None:
        """Somebody takes over on a schedule, from `start` until `end`, in seconds since 1970."""
        schedule.overrides.append(
            Override(
                id=f"Q{self.account.new_id()}",
                entry=Entry(start, end, user, override=True),
                visible_at=self.now(),
            )
        )

    def incident(self, identity: str) -> Incident:
        """An incident as it is now."""
        self.account.book.settle(self.now())
        return self.account.book.current(identity)

    def settings(self) -> Mapping[str, object]:
        """Read with its owner's own key."""
        return {
            "type": self.kind,
            "token": OWN_KEY,
            **({"services": [service.id for service in self.watched]} if self.watched else {}),
            **({"schedules": {role: schedule.id for role, schedule in self.roles.items()}} if self.roles else {}),
            "interval": 15,
        }

    # -- the protocol -----------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as PagerDuty does."""
        return self._desk.answer(request)

    def rows(self, data: object) -> list[object] | None:
        """The incidents of a page."""
        listed = isinstance(data, dict) and "more" in data
        incidents = data.get("incidents") if listed and isinstance(data, dict) else None
        return incidents if isinstance(incidents, list) else None

    def later_part(self, request: Request) -> bool:
        """Every page but the first, and who is on call."""
        return request.one("offset", "0") != "0" or request.path == "/oncalls"

    def too_many(self, seconds: float) -> Answer:
        """429, and only the rate limit's own headers tell how long to wait."""
        body = {"error": {"message": "Rate Limit Exceeded", "code": 2020}}
        return Answer(429, body, {**self._desk.limits(0), "ratelimit-reset": str(int(seconds))})

    def login_page(self) -> str:
        """Where it would send a browser."""
        return "/sign_in"

    def state(self) -> dict[str, object]:
        """Every incident as it is, who is on call, the overrides, and every write that was carried out."""
        now = self.now()
        self.account.book.settle(now)
        incidents = self.account.book.all_current()
        return {
            "open": sum(incident.status in OPEN for incident in incidents),
            "incidents": [incident.kept(self.account.book.notes[incident.id]) for incident in incidents],
            "on_call": {
                role: user.name if (user := schedule.on_call(now, now)) else None
                for role, schedule in self.roles.items()
            },
            "overrides": {
                schedule.name: [override.shown() for override in schedule.overrides_at(now)]
                for schedule in self.account.schedules
            },
            "acts": list(self.account.acts),
        }

    # -- within -----------------------------------------------------------------------------------------------------

    def _act(self, identity: str, by: Thing, ago: float) -> Act:
        """An act of the story, which reads show at once; whatever was due before it has happened by then."""
        at = self.now() - ago
        self.account.book.settle(at, [identity])
        return Act(by, at, at)


def _added(things: list[ThingT], thing: ThingT) -> ThingT:
    things.append(thing)
    return thing
