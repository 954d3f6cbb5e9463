"""The items that a person on shift deals with, as every service's answer is turned into them.

All are frozen, compare by value, and hold only cleaned text. Times are aware, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText


class Severity(StrEnum):
    """How bad an alert is. The order of the members is the order on screen, worst first."""

    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where more is to be found; each a plain http(s) address or None."""

    runbook: str | None = None
    graph: str | None = None
    web: str | None = None


NO_LINKS = Links()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a person wrote on an item."""

    author: SafeText
    text: SafeText
    at: datetime | None = None
    label: SafeText = EMPTY
    """What sort of note, in the service's word: "comment", "acknowledgement", "public reply", "internal note"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Somebody has it: an acknowledgement, or a silence standing for one."""

    by: SafeText
    comment: SafeText = EMPTY
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What all items share."""

    ref: ItemRef
    links: Links = NO_LINKS

    @property
    def name_line(self) -> SafeText:
        """The item in one line, as a person would name it."""
        raise NotImplementedError

    @property
    def handled(self) -> bool:
        """Whether somebody already deals with it, so that it may be hidden."""
        return False

    def words(self) -> tuple[tuple[str, str], ...]:
        """What filters look at: (field, text) pairs. The field "" is searched only by terms that name no field."""
        return (("source", self.ref.source), ("", self.name_line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Item):
    """A problem that a monitor sees."""

    environment: SafeText
    severity: Severity
    state: SafeText
    """The service's own word for the state: CRITICAL, DOWN, Alerting, NoData, firing."""
    name: SafeText
    host: SafeText = EMPTY
    output: SafeText = EMPTY
    """What the check said, all lines of it."""
    summary: SafeText = EMPTY
    """The first line of it."""
    since: datetime | None = None
    acknowledged: Handling | None = None
    downtime: bool = False
    downtime_until: datetime | None = None
    inhibited: bool = False
    flapping: bool = False
    soft: bool = False
    paused: bool = False
    notes: tuple[Note, ...] = ()
    labels: tuple[tuple[SafeText, SafeText], ...] = ()
    annotations: tuple[tuple[SafeText, SafeText], ...] = ()
    """What else the monitor was told to say of it: (name, text)."""

    @property
    def name_line(self) -> SafeText:
        """Name and machine."""
        return SafeText(f"{self.name} on {self.host}") if self.host else self.name

    @property
    def handled(self) -> bool:
        """Acknowledged or silenced, in downtime, or inhibited by another alert."""
        return self.acknowledged is not None or self.downtime or self.inhibited

    def words(self) -> tuple[tuple[str, str], ...]:
        """Every field a person may filter by."""
        by = self.acknowledged.by if self.acknowledged else ""
        return (
            ("source", self.ref.source),
            ("environment", self.environment),
            ("severity", self.severity),
            ("state", self.state),
            ("name", self.name),
            ("host", self.host),
            ("output", self.output),
            ("by", by),
            *self.labels,
            *self.annotations,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Item):
    """A page: somebody is being called, or has answered."""

    number: int
    title: SafeText
    status: SafeText
    """triggered or acknowledged; resolved ones are not kept."""
    urgency: SafeText
    priority: SafeText = EMPTY
    service: SafeText = EMPTY
    assigned: tuple[SafeText, ...] = ()
    acknowledged_by: tuple[SafeText, ...] = ()
    created: datetime | None = None
    escalates_at: datetime | None = None
    drill: bool = False
    alert_key: SafeText = EMPTY
    """The incident key the monitor sent: joins the page to its alert."""

    @property
    def name_line(self) -> SafeText:
        """Number and title."""
        return SafeText(f"#{self.number} {self.title}")

    @property
    def triggered(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.status == "triggered"

    @property
    def handled(self) -> bool:
        """Whether somebody has answered it."""
        return not self.triggered

    def words(self) -> tuple[tuple[str, str], ...]:
        """Every field a person may filter by."""
        return (
            ("source", self.ref.source),
            ("name", self.name_line),
            ("status", self.status),
            ("urgency", self.urgency),
            ("priority", self.priority),
            ("service", self.service),
            ("assigned", " ".join(self.assigned)),
            ("", "drill" if self.drill else ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(Item):
    """Somebody waits for an answer."""

    number: int
    subject: SafeText
    status: SafeText
    """new, open, pending, hold or solved."""
    priority: SafeText | None
    """urgent, high, normal, low, or None: nobody has triaged it."""
    requester: SafeText = EMPTY
    assignee: SafeText = EMPTY
    group: SafeText = EMPTY
    created: datetime | None = None
    updated: datetime | None = None
    due: datetime | None = None
    """The next service-level target, else the task's due date."""
    tags: tuple[SafeText, ...] = ()

    @property
    def name_line(self) -> SafeText:
        """Number and subject."""
        return SafeText(f"#{self.number} {self.subject}")

    @property
    def handled(self) -> bool:
        """Whether it waits for somebody else: pending on the requester, on hold, or solved."""
        return self.status in ("pending", "hold", "solved", "closed")

    def words(self) -> tuple[tuple[str, str], ...]:
        """Every field a person may filter by."""
        return (
            ("source", self.ref.source),
            ("name", self.name_line),
            ("status", self.status),
            ("priority", self.priority or "untriaged"),
            ("requester", self.requester),
            ("assigned", self.assignee),
            ("group", self.group),
            ("tag", " ".join(self.tags)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Item):
    """An ongoing issue the team already knows."""

    title: SafeText
    list_name: SafeText
    description: SafeText = EMPTY
    labels: tuple[SafeText, ...] = ()
    members: tuple[SafeText, ...] = ()
    due: datetime | None = None
    due_done: bool = False
    created: datetime | None = None
    updated: datetime | None = None
    comments: int = 0
    position: float = 0.0

    @property
    def name_line(self) -> SafeText:
        """The title."""
        return self.title

    def words(self) -> tuple[tuple[str, str], ...]:
        """Every field a person may filter by."""
        return (
            ("source", self.ref.source),
            ("name", self.title),
            ("list", self.list_name),
            ("label", " ".join(self.labels)),
            ("member", " ".join(self.members)),
            ("", self.description),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Item):
    """One person's days in one role, as the rota plans them; the last day is included."""

    role: SafeText
    person: SafeText
    first: date
    last: date

    @property
    def name_line(self) -> SafeText:
        """Role and person."""
        return SafeText(f"{self.role}: {self.person}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(Item):
    """Who a paging service says is on call for a role, and until when; None means without end."""

    role: SafeText
    person: SafeText
    """Empty where the role's schedule has nobody in it."""
    start: datetime | None = None
    end: datetime | None = None
    level: int = 1
    schedule: SafeText = EMPTY
    override: bool = False
    """Whether somebody was put in by hand, in the place of the one whose turn it is."""

    @property
    def name_line(self) -> SafeText:
        """Role and person."""
        return SafeText(f"{self.role}: {self.person or 'nobody'}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard(Item):
    """A page of graphs worth opening."""

    title: SafeText

    @property
    def name_line(self) -> SafeText:
        """The title."""
        return self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What an item holds beyond its row, asked for when a person opens it."""

    notes: tuple[Note, ...] = ()
    body: SafeText = EMPTY
    attributes: tuple[tuple[SafeText, SafeText], ...] = ()
    """The service's own attributes, raw: (name, value)."""
