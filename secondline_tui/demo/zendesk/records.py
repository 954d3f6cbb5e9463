"""What a simulated Zendesk holds: people, groups, views, tickets; and how each is written in an answer."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from secondline_tui.demo.simulator import rfc3339

Json = dict[str, object]

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("problem", "incident", "question", "task")


@dataclass(slots=True)
class Person:
    """A user: an end user who asks, or an agent who answers."""

    id: int
    name: str
    email: str
    created_at: float
    role: str = "end-user"
    suspended: bool = False
    only_private_comments: bool = False
    ticket_restriction: str | None = None
    """Which tickets an agent sees: None for all of them, "groups", "assigned"."""
    default_group_id: int | None = None

    @property
    def agent(self) -> bool:
        """Whether this person works here."""
        return self.role in ("agent", "admin")

    def json(self, home: str) -> Json:
        """As an agent sees it."""
        created = rfc3339(self.created_at)
        group: Json = {} if self.default_group_id is None else {"default_group_id": self.default_group_id}
        return group | {
            "id": self.id, "url": f"{home}/api/v2/users/{self.id}.json", "name": self.name, "email": self.email,
            "created_at": created, "updated_at": created, "last_login_at": created, "time_zone": "London",
            "iana_time_zone": "Europe/London", "phone": None, "shared_phone_number": None, "photo": None,
            "locale_id": 1176, "locale": "en-GB", "organization_id": None, "role": self.role, "verified": True,
            "external_id": None, "tags": [], "alias": "", "active": True, "shared": False, "shared_agent": False,
            "two_factor_auth_enabled": None, "signature": "", "details": "", "notes": "",
            "role_type": 1 if self.only_private_comments else None, "custom_role_id": None, "moderator": self.agent,
            "ticket_restriction": self.ticket_restriction if self.agent else "requested",
            "only_private_comments": self.only_private_comments, "restricted_agent": bool(self.ticket_restriction),
            "suspended": self.suspended, "report_csv": False, "user_fields": {},
        }  # fmt: skip


@dataclass(slots=True)
class Group:
    """A team of agents."""

    id: int
    name: str
    created_at: float

    def json(self, home: str) -> Json:
        """As the API tells it."""
        at = rfc3339(self.created_at)
        return {
            "id": self.id, "url": f"{home}/api/v2/groups/{self.id}.json", "name": self.name, "description": "",
            "is_public": True, "default": False, "deleted": False, "created_at": at, "updated_at": at,
        }  # fmt: skip


@dataclass(slots=True)
class View:
    """A saved list of tickets: those that a query finds."""

    id: int
    title: str
    query: str
    created_at: float
    active: bool = True

    def json(self, home: str) -> Json:
        """As the API tells it."""
        at = rfc3339(self.created_at)
        condition = {"field": "query", "operator": "is", "value": self.query}
        columns = [{"id": name, "title": name.title()} for name in ("subject", "requester", "created")]
        return {
            "id": self.id, "url": f"{home}/api/v2/views/{self.id}.json", "title": self.title, "active": self.active,
            "position": 1, "description": None, "default": False, "restriction": None,
            "conditions": {"all": [condition], "any": []}, "created_at": at, "updated_at": at,
            "execution": {"group_by": None, "sort_by": "created", "sort_order": "desc", "columns": columns},
        }  # fmt: skip


@dataclass(slots=True)
class Macro:
    """Changes and a reply kept ready: ticket fields and their values, `comment_value` for the reply."""

    id: int
    title: str
    actions: Mapping[str, str]
    created_at: float

    def json(self, home: str) -> Json:
        """As the API tells it."""
        at = rfc3339(self.created_at)
        return {
            "id": self.id, "url": f"{home}/api/v2/macros/{self.id}.json", "title": self.title, "active": True,
            "position": 1, "description": "", "default": False, "restriction": None, "created_at": at, "updated_at": at,
            "actions": [{"field": name, "value": value} for name, value in self.actions.items()],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """A status that this account has added to one of Zendesk's own."""

    id: int
    label: str
    category: str

    def json(self) -> Json:
        """As the list of ticket fields tells it."""
        return {
            "id": self.id, "agent_label": self.label, "end_user_label": self.label, "status_category": self.category,
            "description": "", "end_user_description": "", "active": True, "default": False,
        }  # fmt: skip


@dataclass(slots=True)
class TicketField:
    """A field of tickets: one that this account has added, or one of Zendesk's own with what it may be set to."""

    id: int
    title: str
    created_at: float
    kind: str = "text"
    more: Json = field(default_factory=dict)
    """What only fields of this type tell."""

    def json(self, home: str) -> Json:
        """As the API tells it."""
        at = rfc3339(self.created_at)
        return {
            "id": self.id, "url": f"{home}/api/v2/ticket_fields/{self.id}.json", "type": self.kind, "title": self.title,
            "raw_title": self.title, "description": "", "raw_description": "", "position": 9, "active": True,
            "required": False, "collapsed_for_agents": False, "regexp_for_validation": None, "title_in_portal": "",
            "raw_title_in_portal": "", "visible_in_portal": False, "editable_in_portal": False, "tag": None,
            "required_in_portal": False, "created_at": at, "updated_at": at, "removable": self.kind == "text",
            **self.more,
        }  # fmt: skip


@dataclass(slots=True)
class Upload:
    """Files sent ahead, waiting for the comment that they belong to."""

    token: str
    files: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Draft:
    """Something about to be written on a ticket."""

    body: str
    public: bool = True
    files: tuple[Json, ...] = ()
    author: int | None = None
    """Who says it, where it is not whoever sends it."""


@dataclass(slots=True)
class Comment:
    """Something written on a ticket."""

    id: int
    audit_id: int
    author: int
    said: Draft
    at: float
    visible_at: float
    channel: str

    def json(self) -> Json:
        """As the API tells it."""
        body = self.said.body
        paragraphs = html.escape(body, quote=False).replace("\n", "<br>")
        return {
            "id": self.id, "type": "Comment", "author_id": self.author, "body": body, "plain_body": body,
            "html_body": f'<div class="zd-comment" dir="auto"><p dir="auto">{paragraphs}</p></div>',
            "public": self.said.public, "attachments": list(self.said.files), "audit_id": self.audit_id,
            "via": {"channel": self.channel, "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": rfc3339(self.at), "metadata": {"system": {}, "custom": {}},
        }  # fmt: skip


@dataclass(slots=True)
class Audit:
    """One update of a ticket, with everything that it changed."""

    id: int
    ticket: int
    author: int
    at: float
    visible_at: float
    events: list[Json]
    custom: Json = field(default_factory=dict)
    """What the program that made it has noted beside it."""

    def json(self) -> Json:
        """As the API tells it."""
        return {
            "id": self.id, "ticket_id": self.ticket, "author_id": self.author, "created_at": rfc3339(self.at),
            "metadata": {"system": {}, "custom": self.custom}, "events": self.events,
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
        }  # fmt: skip


@dataclass(slots=True)
class Target:
    """A service-level target that a policy has put on a ticket."""

    metric: str
    breach_at: float | None
    stage: str = "active"

    def json(self, now: float) -> Json:
        """As the `slas` side-load tells it: time left in the largest unit, negative once it is over."""
        told: Json = {"breach_at": None, "stage": self.stage, "metric": self.metric}
        if self.breach_at is not None and self.stage != "paused":
            left = self.breach_at - now
            unit, seconds = next(u for u in _UNITS if abs(left) >= u[1] or u[1] == 60)
            told |= {"breach_at": rfc3339(self.breach_at), unit: int(left / seconds)}
        return told


_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What may change about a ticket."""

    subject: str
    status: str
    priority: str | None
    type: str | None
    requester_id: int
    assignee_id: int | None
    group_id: int | None
    tags: tuple[str, ...]
    due_at: float | None
    custom: tuple[tuple[int, str | None], ...]
    updated_at: float
    custom_status_id: int | None = None
    """None for the one that every status has from the start."""


@dataclass(slots=True)
class Ticket:
    """A ticket: every version of its facts with the moment from which reads show it, and all that was written on it."""

    id: int
    created_at: float
    submitter_id: int
    description: str
    channel: str
    versions: list[tuple[float, Facts]]
    comments: list[Comment] = field(default_factory=list)
    audits: list[Audit] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    copied: tuple[int, ...] = ()
    """People in CC."""

    @property
    def facts(self) -> Facts:
        """What is true now, shown or not."""
        return self.versions[-1][1]

    def shown(self, now: float) -> Facts | None:
        """What reads show now; None while the ticket itself does not show yet."""
        return next((facts for at, facts in reversed(self.versions) if at <= now), None)

    def become(self, visible_at: float, **changes: Any) -> None:
        """Change facts, from a moment on."""
        self.versions.append((visible_at, replace(self.facts, **changes)))

    def json(self, home: str, facts: Facts) -> Json:
        """One version, as the API tells it: much of it null."""
        custom = [{"id": number, "value": value} for number, value in facts.custom]
        return {
            "url": f"{home}/api/v2/tickets/{self.id}.json", "id": self.id, "external_id": None,
            "via": {"channel": self.channel, "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": rfc3339(self.created_at), "updated_at": rfc3339(facts.updated_at),
            "generated_timestamp": int(facts.updated_at), "type": facts.type, "subject": facts.subject,
            "raw_subject": facts.subject, "description": self.description, "priority": facts.priority,
            "status": facts.status, "recipient": None, "requester_id": facts.requester_id,
            "submitter_id": self.submitter_id, "assignee_id": facts.assignee_id, "organization_id": None,
            "group_id": facts.group_id, "collaborator_ids": list(self.copied), "follower_ids": [],
            "email_cc_ids": list(self.copied),
            "forum_topic_id": None, "problem_id": None, "has_incidents": False,
            "is_public": any(comment.said.public for comment in self.comments),
            "due_at": None if facts.due_at is None else rfc3339(facts.due_at), "tags": list(facts.tags),
            "custom_fields": custom, "fields": custom, "satisfaction_rating": None, "sharing_agreement_ids": [],
            "custom_status_id": facts.custom_status_id or STATUSES.index(facts.status) + 1,
            "encoded_id": f"{self.id:06X}-SECD",
            "followup_ids": [], "ticket_form_id": 114094, "brand_id": 114095, "allow_channelback": False,
            "allow_attachments": True, "from_messaging_channel": False,
        }  # fmt: skip
