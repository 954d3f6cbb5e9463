"""A simulated PagerDuty's services, incidents, alerts, notes and log entries, and how the API tells them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from secondline_tui.demo.pagerduty.people import API, WEB, Json, Priority, Team, Thing, User
from secondline_tui.demo.pagerduty.schedules import Policy
from secondline_tui.demo.simulator import rfc3339

OPEN = ("triggered", "acknowledged")


@dataclass(slots=True, eq=False, kw_only=True)
class Service(Thing):
    """Something that incidents are about."""

    kind = "service"
    plural = "services"
    web_path = "service-directory"

    policy: Policy
    created: float
    team: Team | None = None
    acknowledgement_timeout: int | None = None
    """Seconds after which an acknowledged incident calls people again."""

    def whole(self, statuses: Collection[str] = ()) -> Json:
        """As GET /services tells it; `statuses` are those of its incidents."""
        status = "critical" if "triggered" in statuses else "warning" if "acknowledged" in statuses else "active"
        return {
            **Thing.whole(self),
            "description": "",
            "created_at": rfc3339(self.created),
            "status": status,
            "auto_resolve_timeout": None,
            "acknowledgement_timeout": self.acknowledgement_timeout,
            "escalation_policy": self.policy.reference(),
            "teams": [self.team.reference()] if self.team else [],
            "incident_urgency_rule": {"type": "constant", "urgency": "high"},
            "support_hours": None,
            "scheduled_actions": [],
            "integrations": [],
            "addons": [],
            "alert_creation": "create_alerts_and_incidents",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a monitor sent: an alert, in PagerDuty's words."""

    id: str
    summary: str
    key: str
    severity: str
    details: object
    at: float
    visible_at: float

    def shown(self, incident: Incident) -> Json:
        """As /incidents/{id}/alerts tells it."""
        resolved = incident.status == "resolved"
        return {
            "id": self.id,
            "type": "alert",
            "summary": self.summary,
            "self": f"{API}/incidents/{incident.id}/alerts/{self.id}",
            "html_url": f"{WEB}/alerts/{self.id}",
            "created_at": rfc3339(self.at),
            "status": "resolved" if resolved else "triggered",
            "alert_key": self.key,
            "service": incident.service.reference(),
            "body": {
                "type": "alert_body",
                "contexts": [{"type": "link", "href": "https://monitor.example/graph", "text": "Graph"}],
                "details": self.details,
            },
            "incident": {**incident.reference(), "type": "incident_reference"},
            "suppressed": False,
            "severity": self.severity,
            "integration": {"id": "PEVENTS", "type": "events_api_v2_inbound_integration_reference"},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote on an incident."""

    id: str
    user: User
    content: str
    at: float
    visible_at: float

    def shown(self) -> Json:
        """As /incidents/{id}/notes tells it."""
        return {
            "id": self.id,
            "user": self.user.reference(),
            "channel": {"summary": "The PagerDuty website or APIs"},
            "content": self.content,
            "created_at": rfc3339(self.at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """Something that happened to an incident."""

    id: str
    type: str
    summary: str
    agent: Thing
    at: float
    visible_at: float
    channel: Json = field(default_factory=dict)
    more: Json = field(default_factory=dict)
    """What only this type of entry tells."""

    @property
    def overview(self) -> bool:
        """Whether it is one of the most important changes."""
        return self.type != "notify_log_entry"

    def reference(self, incident: Incident) -> Json:
        """As the incident names it."""
        return {
            "id": self.id,
            "type": f"{self.type}_reference",
            "summary": self.summary,
            "self": f"{API}/log_entries/{self.id}?incident_id={incident.id}",
            "html_url": f"{WEB}/incidents/{incident.id}/log_entries/{self.id}",
        }

    def shown(self, incident: Incident, include: Collection[str] = ()) -> Json:
        """As /incidents/{id}/log_entries tells it; what came in with it only when channels are asked for."""
        channel = {"type": "website" if isinstance(self.agent, User) else "auto", **self.channel}
        return {
            **self.reference(incident),
            "type": self.type,
            "created_at": rfc3339(self.at),
            "agent": self.agent.reference(),
            "channel": channel if "channels" in include else {"type": channel["type"]},
            "service": incident.service.reference(),
            "incident": {**incident.reference(), "type": "incident_reference"},
            "teams": [],
            "contexts": [],
            **self.more,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident at one moment. Times are in seconds since 1970."""

    id: str
    number: int
    title: str
    service: Service
    urgency: str
    created: float
    updated: float
    policy: Policy
    first_entry: LogEntry
    changed_by: Thing
    status: str = "triggered"
    changed: float
    """When the status was last changed."""
    priority: Priority | None = None
    key: str | None = None
    level: int = 1
    loops_left: int = 0
    assigned: tuple[tuple[User, float], ...] = ()
    """Who is called, since when."""
    direct: bool = False
    """Assigned to people, so that no policy calls anybody else."""
    acknowledged: tuple[tuple[User, float], ...] = ()
    escalates_at: float | None = None
    unacknowledges_at: float | None = None
    resolved_at: float | None = None

    @property
    def summary(self) -> str:
        """Number and title."""
        return f"[#{self.number}] {self.title}"

    def reference(self) -> Json:
        """As other things name it."""
        return {
            "id": self.id,
            "type": "incident",
            "summary": self.summary,
            "self": f"{API}/incidents/{self.id}",
            "html_url": f"{WEB}/incidents/{self.id}",
        }

    def shown(self, alerts: int, include: Collection[str] = ()) -> Json:
        """As /incidents tells it; `include` names what is told whole rather than by reference."""
        resolved = self.status == "resolved"
        entry = self.first_entry
        return {
            **self.reference(),
            "incident_number": self.number,
            "title": self.title,
            "description": self.title,
            "created_at": rfc3339(self.created),
            "updated_at": rfc3339(self.updated),
            "status": self.status,
            "incident_key": self.key if alerts < 2 else None,
            "service": _told(self.service, "services" in include),
            "assignments": [
                {"at": rfc3339(at), "assignee": _told(user, "assignees" in include)} for user, at in self.assigned
            ],
            "assigned_via": "direct_assignment" if self.direct else "escalation_policy",
            "last_status_change_at": rfc3339(self.changed),
            "last_status_change_by": self.changed_by.reference(),
            "resolved_at": rfc3339(self.resolved_at) if self.resolved_at else None,
            "first_trigger_log_entry": (
                entry.shown(self) if "first_trigger_log_entries" in include else entry.reference(self)
            ),
            "alert_counts": {
                "all": alerts,
                "triggered": 0 if resolved else alerts,
                "resolved": alerts if resolved else 0,
            },
            "is_mergeable": True,
            "incident_type": {"name": "incident_default"},
            "escalation_policy": _told(self.policy, "escalation_policies" in include),
            "teams": [_told(self.service.team, "teams" in include)] if self.service.team else [],
            "pending_actions": self._pending(),
            "acknowledgements": [
                {"at": rfc3339(at), "acknowledger": _told(user, "acknowledgers" in include)}
                for user, at in self.acknowledged
            ],
            "priority": _told(self.priority, "priorities" in include) if self.priority else None,
            "resolve_reason": None,
            "conference_bridge": None,
            "incidents_responders": [],
            "responder_requests": [],
            "urgency": self.urgency,
        }

    def kept(self, notes: Sequence[Note]) -> Json:
        """As GET /state tells it."""
        return {
            "id": self.id,
            "number": self.number,
            "title": self.title,
            "status": self.status,
            "urgency": self.urgency,
            "priority": self.priority.name if self.priority else None,
            "service": self.service.name,
            "key": self.key,
            "level": self.level,
            "assigned": [user.name for user, _ in self.assigned],
            "acknowledged_by": [user.name for user, _ in self.acknowledged],
            "created": rfc3339(self.created),
            "escalates_at": rfc3339(self.escalates_at) if self.escalates_at else None,
            "notes": [{"author": note.user.name, "text": note.content, "at": rfc3339(note.at)} for note in notes],
        }

    def _pending(self) -> Sequence[Json]:
        """What will happen by itself."""
        planned = (("escalate", self.escalates_at), ("unacknowledge", self.unacknowledges_at))
        return [{"type": kind, "at": rfc3339(at)} for kind, at in planned if at is not None]


def _told(thing: Thing, whole: bool) -> Json:
    return thing.whole() if whole else thing.reference()
