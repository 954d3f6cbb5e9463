"""The parts of PagerDuty's answers that acting needs, beside those that are shown."""

from __future__ import annotations

from pydantic import Field

from secondline_tui.sources.pagerduty.wire import (
    Identified,
    IncidentRow,
    LogRow,
    NoteRow,
    PendingAction,
    Person,
    Reference,
    Several,
)
from secondline_tui.sources.wire import Moment, Wire


class User(Person):
    """A user that something can be assigned to."""

    id: str = Field(min_length=1)


class UserAnswer(Wire):
    """GET /users/{id}, and GET /users/me where it is asked in order to act."""

    user: User


class IncidentNow(IncidentRow):
    """GET /incidents/{id}, with what acting on it needs to know."""

    assigned_via: str = ""
    escalation_policy: Reference | None = None
    last_status_change_by: Reference | None = None


class Agent(Reference):
    """Who did something: a user, a service or an integration."""

    type: str = ""

    @property
    def person(self) -> bool:
        """Whether it is somebody rather than something."""
        return self.type.startswith("user")


class ActRow(LogRow):
    """One of GET /incidents/{id}/log_entries, with what tells one from another."""

    id: str = Field(min_length=1)
    agent: Agent | None = None
    assignees: Several[Reference] = ()
    """Who was called, where somebody was."""
    changed_actions: Several[PendingAction] = ()
    """What will happen at another time, since it was snoozed."""

    @property
    def kind(self) -> str:
        """What was done."""
        return self.type.removesuffix("_log_entry")


class KeptNote(NoteRow):
    """A note that is told from others."""

    id: str = Field(min_length=1)


class NoteAnswer(Wire):
    """POST /incidents/{id}/notes."""

    note: KeptNote


class OverrideRow(Wire):
    """One of GET /schedules/{id}/overrides."""

    id: str = Field(min_length=1)
    start: Moment
    end: Moment
    user: Reference


class OverridesAnswer(Wire):
    """GET /schedules/{id}/overrides, which has no pages."""

    overrides: list[object]


class OverrideAnswer(Wire):
    """DELETE /schedules/{id}/overrides/{id} of one that had begun."""

    override: OverrideRow


class OverrideResult(Wire):
    """What came of one of the overrides that were asked for together."""

    status: int | None = None
    errors: Several[str] = ()
    override: dict[str, object]


class Rule(Wire):
    """One level of an escalation policy."""

    targets: Several[Reference] = ()


class Policy(Wire):
    """An escalation policy, its levels in order."""

    escalation_rules: list[Rule]


class PolicyAnswer(Wire):
    """GET /escalation_policies/{id}."""

    escalation_policy: Policy


class PriorityRow(Identified):
    """One of GET /priorities."""

    description: str | None = None


class ServiceRow(Wire):
    """One of GET /services."""

    id: str = Field(min_length=1)
    name: str
    status: str = ""
    escalation_policy: Reference = Reference()
