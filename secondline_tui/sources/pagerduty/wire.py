"""The parts of PagerDuty's answers that we use (developer.pagerduty.com, REST API v2)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field

from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.wire import Moment, Wire

ValueT = TypeVar("ValueT")

Several = Annotated[tuple[ValueT, ...], BeforeValidator(lambda value: () if value is None else value)]
"""A list that may be null."""


class Reference(Wire):
    """How one thing names another; whole things have the same keys."""

    id: str | None = None
    summary: str | None = None

    @property
    def label(self) -> SafeText:
        """Its name, else its ID."""
        return clean(self.summary or self.id)


class Identified(Reference):
    """A reference whose ID we need."""

    id: str = Field(min_length=1)


class ScheduleReference(Identified):
    """A schedule, and its page."""

    html_url: str | None = None


class Assignment(Wire):
    """Who is called."""

    assignee: Reference


class Acknowledgement(Wire):
    """Who has it."""

    acknowledger: Reference


class PendingAction(Wire):
    """What will happen by itself: escalate, unacknowledge, resolve or urgency_change."""

    type: str
    at: Moment


class IncidentRow(Wire):
    """One of GET /incidents."""

    id: str = Field(min_length=1)
    incident_number: int
    title: str
    status: Literal["triggered", "acknowledged", "resolved"]
    urgency: str
    created_at: Moment
    service: Reference | None = None
    priority: Reference | None = None
    assignments: Several[Assignment] = ()
    acknowledgements: Several[Acknowledgement] = ()
    pending_actions: Several[PendingAction] = ()
    incident_key: str | None = None
    html_url: str | None = None


class OnCallRow(Wire):
    """One of GET /oncalls. Without start and end, somebody is always on call."""

    user: Identified
    schedule: ScheduleReference | None = None
    escalation_level: int
    start: Moment
    end: Moment


class NoteRow(Wire):
    """One of GET /incidents/{id}/notes."""

    user: Reference = Reference()
    content: str
    created_at: Moment = None


class LogRow(Wire):
    """One of GET /incidents/{id}/log_entries."""

    type: str
    summary: str | None = None
    agent: Reference | None = None
    created_at: Moment
    channel: dict[str, object] | None = None


class Context(Wire):
    """A link or an image that a monitor sent along."""

    href: str | None = None
    src: str | None = None
    text: str | None = None


class Body(Wire):
    """What a monitor sent."""

    details: object = None
    contexts: Several[Context] = ()


class AlertRow(Wire):
    """One of GET /incidents/{id}/alerts."""

    summary: str | None = None
    severity: str | None = None
    alert_key: str | None = None
    body: Body | None = None


class Notes(Wire):
    """GET /incidents/{id}/notes, which has no pages."""

    notes: list[object]


class IncidentAnswer(Wire):
    """GET /incidents/{id}."""

    incident: dict[str, object]


class Turn(Wire):
    """Who is on call within a schedule, and when."""

    user: Reference | None = None
    start: Moment
    end: Moment = None


class Turns(Wire):
    """A rendered schedule, or its overrides."""

    rendered_schedule_entries: Several[Turn] = ()


class Schedule(Wire):
    """A schedule, with its entries where a time was asked about."""

    name: str
    time_zone: str | None = None
    final_schedule: Turns = Turns()
    overrides_subschedule: Turns = Turns()


class ScheduleAnswer(Wire):
    """GET /schedules/{id}."""

    schedule: Schedule


class Person(Wire):
    """A user."""

    name: str
    email: str = ""
    role: str = ""


class Me(Wire):
    """GET /users/me."""

    user: Person


class Abilities(Wire):
    """GET /abilities."""

    abilities: list[str]
