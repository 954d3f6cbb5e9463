"""What happens to a simulated PagerDuty's incidents: people act, and time escalates what nobody answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secondline_tui.demo.pagerduty.incidents import Incident, LogEntry, Note, Service, Signal
from secondline_tui.demo.pagerduty.people import Json, NewId, Priority, Thing, User
from secondline_tui.demo.simulator import rfc3339

FIRST_NUMBER = 4_120


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when, and from when on reads show it."""

    by: Thing
    at: float
    visible_at: float


class Book:
    """Every incident, as it is and as reads show it: a change is visible only from a time of its own."""

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id
        self._versions: dict[str, list[tuple[float, Incident]]] = {}
        self.alerts: dict[str, list[Signal]] = defaultdict(list)
        self.notes: dict[str, list[Note]] = defaultdict(list)
        self.log: dict[str, list[LogEntry]] = defaultdict(list)

    # -- as it is, and as it is seen --------------------------------------------------------------------------------

    def __contains__(self, identity: str) -> bool:
        return identity in self._versions

    def current(self, identity: str) -> Incident:
        """The incident as it is; KeyError when there is none."""
        return self._versions[identity][-1][1]

    def seen(self, identity: str, now: float) -> Incident | None:
        """The incident as reads show it."""
        versions = self._versions.get(identity, ())
        return next((incident for visible_at, incident in reversed(versions) if visible_at <= now), None)

    def all_seen(self, now: float) -> list[Incident]:
        """Every incident that reads show, by number."""
        found = (self.seen(identity, now) for identity in self._versions)
        return [incident for incident in found if incident is not None]

    def all_current(self) -> list[Incident]:
        """Every incident as it is, by number."""
        return [self.current(identity) for identity in self._versions]

    # -- what people and monitors do --------------------------------------------------------------------------------

    def trigger(
        self,
        act: Act,
        service: Service,
        title: str,
        *,
        urgency: str,
        priority: Priority | None,
        key: str,
        details: object,
    ) -> Incident:
        """A new incident; the first level of its service's policy is called."""
        channel: Json = {"type": "api" if act.by is service else "web_trigger", "summary": title, "details": details}
        identity = f"Q{self._new_id()}"
        entry = self._entry(
            identity, act, "trigger", f"Triggered through the {'API' if act.by is service else 'website'}."
        )
        incident = Incident(
            id=identity,
            number=FIRST_NUMBER + len(self._versions),
            title=title,
            service=service,
            urgency=urgency,
            priority=priority,
            key=key,
            created=act.at,
            updated=act.at,
            changed=act.at,
            changed_by=act.by,
            policy=service.policy,
            loops_left=service.policy.loops,
            first_entry=replace(entry, channel=channel, more={"event_details": {"description": title}}),
        )
        self.log[identity][0] = incident.first_entry
        self._versions[identity] = [(act.visible_at, incident)]
        return self._call(incident, 1, act, "assign")

    def add_alert(
        self, identity: str, summary: str, *, key: str, severity: str, details: object, at: float, visible_at: float
    ) -> Signal:
        """What a monitor sent."""
        signal = Signal(
            id=self._new_id(),
            summary=summary,
            key=key,
            severity=severity,
            details=details,
            at=at,
            visible_at=visible_at,
        )
        self.alerts[identity].append(signal)
        return signal

    def acknowledge(self, identity: str, act: Act, user: User) -> Incident:
        """Somebody has it: nobody else is called."""
        before = self.current(identity)
        kept = tuple(pair for pair in before.acknowledged if pair[0] is not user)
        mine = any(assigned is user for assigned, _ in before.assigned)
        timeout = before.service.acknowledgement_timeout
        self._entry(
            identity, act, "acknowledge", f"Acknowledged by {user.name}.", more={"acknowledgement_timeout": timeout}
        )
        after = replace(
            self._status(before, "acknowledged", act),
            acknowledged=(*kept, (user, act.at)),
            assigned=before.assigned if mine else ((user, act.at),),
            escalates_at=None,
            resolved_at=None,
            unacknowledges_at=act.at + timeout if timeout else None,
        )
        return self._put(after, act)

    def unacknowledge(self, identity: str, act: Act) -> Incident:
        """Whoever had it no longer has: people are called again."""
        before = self.current(identity)
        self._entry(identity, act, "unacknowledge", "Unacknowledged.")
        after = replace(
            self._status(before, "triggered", act),
            acknowledged=(),
            unacknowledges_at=None,
            escalates_at=self._next_call(before, before.level, act.at),
        )
        return self._put(after, act)

    def reopen(self, identity: str, act: Act) -> Incident:
        """It is not over after all: its policy begins again."""
        self._entry(identity, act, "trigger", f"Reopened by {act.by.name}.")
        before = replace(self._status(self.current(identity), "triggered", act), resolved_at=None)
        return self._call(before, 1, act, "assign")

    def snooze(self, identity: str, act: Act, user: User, seconds: int) -> Incident:
        """Somebody has it for a while only."""
        before = self.current(identity)
        after = before if before.status == "acknowledged" else self.acknowledge(identity, act, user)
        changed: Json = {"changed_actions": [{"type": "unacknowledge", "at": rfc3339(act.at + seconds)}]}
        self._entry(identity, act, "snooze", f"Snoozed by {user.name} for {seconds // 60} minutes.", more=changed)
        return self._put(replace(after, unacknowledges_at=act.at + seconds), act)

    def resolve(self, identity: str, act: Act, resolution: str = "") -> Incident:
        """It is over."""
        before = self.current(identity)
        told: Json = {"note": resolution} if resolution else {}
        self._entry(identity, act, "resolve", f"Resolved by {act.by.name}.", more=told)
        after = replace(
            self._status(before, "resolved", act),
            assigned=(),
            acknowledged=(),
            escalates_at=None,
            unacknowledges_at=None,
            resolved_at=act.at,
        )
        return self._put(after, act)

    def escalate(self, identity: str, act: Act, level: int) -> Incident:
        """A level of the policy is called."""
        return self._call(self._status(self.current(identity), "triggered", act), level, act, "escalate")

    def assign(self, identity: str, act: Act, users: Sequence[User]) -> Incident:
        """These people are called, and nobody after them."""
        self._called(identity, act, "assign", users)
        after = replace(
            self._status(self.current(identity), "triggered", act),
            assigned=tuple((user, act.at) for user in users),
            direct=True,
            acknowledged=(),
            escalates_at=None,
            unacknowledges_at=None,
        )
        return self._put(after, act)

    def amend(
        self,
        identity: str,
        act: Act,
        *,
        title: str | None = None,
        urgency: str | None = None,
        priority: Priority | None = None,
    ) -> Incident:
        """Another title, urgency or priority."""
        before = self.current(identity)
        after = replace(
            before,
            title=title or before.title,
            urgency=urgency or before.urgency,
            priority=priority or before.priority,
        )
        return self._put(after, act)

    def note(self, identity: str, act: Act, user: User, content: str) -> Note:
        """Somebody writes something on it."""
        note = Note(id=self._new_id(), user=user, content=content, at=act.at, visible_at=act.visible_at)
        self.notes[identity].append(note)
        channel: Json = {"type": "note", "summary": content}
        self._entry(identity, act, "annotate", f"Note added by {user.name}.", channel=channel)
        return note

    # -- what time does ---------------------------------------------------------------------------------------------

    def settle(self, now: float, identities: Iterable[str] | None = None) -> None:
        """Let everything happen that was due by now."""
        for identity in list(self._versions if identities is None else identities):
            while (due := self._due(self.current(identity))) is not None and due <= now:
                self._happen(self.current(identity), due)

    def _due(self, incident: Incident) -> float | None:
        planned = [at for at in (incident.escalates_at, incident.unacknowledges_at) if at is not None]
        return min(planned, default=None)

    def _happen(self, incident: Incident, at: float) -> None:
        act = Act(incident.service, at, at)
        if incident.status == "acknowledged":
            self.unacknowledge(incident.id, act)
        elif incident.level < len(incident.policy.rules):
            self._call(incident, incident.level + 1, act, "escalate")
        else:
            self._entry(incident.id, act, "repeat_escalation_path", "The escalation policy was repeated.")
            self._call(replace(incident, loops_left=incident.loops_left - 1), 1, act, "escalate")

    # -- within -----------------------------------------------------------------------------------------------------

    def _call(self, incident: Incident, level: int, act: Act, how: str) -> Incident:
        """Call whoever is on call for a level; a level without anybody is passed over."""
        rules = incident.policy.rules
        users = rules[level - 1].users(act.at, act.at)
        while not users and level < len(rules):
            level += 1
            users = rules[level - 1].users(act.at, act.at)
        self._called(incident.id, act, how, users)
        after = replace(
            incident,
            level=level,
            direct=False,
            assigned=tuple((user, act.at) for user in users),
            acknowledged=(),
            unacknowledges_at=None,
            escalates_at=self._next_call(replace(incident, direct=False), level, act.at),
        )
        return self._put(after, act)

    def _next_call(self, incident: Incident, level: int, at: float) -> float | None:
        """When somebody else is called, if the policy has anybody left."""
        rules = incident.policy.rules
        if incident.direct or (level >= len(rules) and incident.loops_left <= 0):
            return None
        return at + 60 * rules[level - 1].minutes

    def _called(self, identity: str, act: Act, how: str, users: Sequence[User]) -> None:
        names = ", ".join(user.name for user in users) or "nobody"
        words = {"assign": f"Assigned to {names}.", "escalate": f"Escalated to {names}."}
        told: Json = {"assignees": [user.reference() for user in users]}
        self._entry(identity, act, how, words[how], more=told)
        for user in users:
            summary = f"{user.name} was notified by push notification."
            self._entry(identity, act, "notify", summary, more={"user": user.reference()})

    def _entry(
        self, identity: str, act: Act, kind: str, summary: str, *, channel: Json | None = None, more: Json | None = None
    ) -> LogEntry:
        entry = LogEntry(
            id=f"R{self._new_id()}",
            type=f"{kind}_log_entry",
            summary=summary,
            agent=act.by,
            at=act.at,
            visible_at=act.visible_at,
            channel=channel or {},
            more=more or {},
        )
        self.log[identity].append(entry)
        return entry

    def _status(self, incident: Incident, status: str, act: Act) -> Incident:
        if incident.status == status:
            return incident
        return replace(incident, status=status, changed=act.at, changed_by=act.by)

    def _put(self, incident: Incident, act: Act) -> Incident:
        after = replace(incident, updated=act.at)
        versions = self._versions[incident.id]
        visible_at = max(act.visible_at, versions[-1][0])
        shown = [version for version in versions if version[0] <= act.at]
        self._versions[incident.id] = [*shown[-1:], *versions[len(shown) :], (visible_at, after)]
        return after
