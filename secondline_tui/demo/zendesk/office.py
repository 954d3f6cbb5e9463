"""What one simulated Zendesk account holds, and how the story lets things happen in it."""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.zendesk.query import Names
from secondline_tui.demo.zendesk.records import (
    Audit,
    Comment,
    Draft,
    Facts,
    Group,
    Macro,
    Person,
    Status,
    Target,
    Ticket,
    TicketField,
    Upload,
    View,
)

DAY = 86_400.0


class Office(Simulator):
    """People, groups, views, macros and tickets. Whoever the story names and nobody knows becomes an end user."""

    def __init__(
        self, name: str, now: Now, chance: random.Random, *, page_size: int = 100, first_ticket: int = 4_698
    ) -> None:
        super().__init__(name, now, chance)
        self.page_size = page_size
        """Most rows in one answer; 100 in life."""
        self.index_lag = 30.0
        """Seconds until search finds what changed."""
        self.has_slas = True
        """Whether the account's plan offers service-level targets."""
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.views: dict[int, View] = {}
        self.macros: dict[int, Macro] = {}
        self.fields: dict[int, TicketField] = {}
        self.statuses: dict[int, Status] = {}
        self.tickets: dict[int, Ticket] = {}
        self.uploads: dict[str, Upload] = {}
        self._ids = itertools.count(360_001_000_101, 17)
        self._numbers = itertools.count(first_ticket)
        self.opened_at = now() - 400 * DAY

    # -- people and lists --------------------------------------------------------------------------------------

    def add_user(self, name: str, *, email: str = "", role: str = "end-user") -> Person:
        """Somebody new: role "end-user", "agent" or "admin"."""
        person = Person(next(self._ids), name, email or _address(name), self.opened_at, role)
        self.people[person.id] = person
        return person

    def delete_user(self, name: str) -> None:
        """Take somebody away; their tickets go on naming an id that means nobody."""
        del self.people[self.person(name).id]

    def add_group(self, name: str) -> Group:
        """A new team."""
        group = Group(next(self._ids), name, self.opened_at)
        self.groups[group.id] = group
        return group

    def add_view(self, title: str, query: str) -> View:
        """A list of the tickets that `query` finds, in the search's own language."""
        view = View(next(self._ids), title, query, self.opened_at)
        self.views[view.id] = view
        return view

    def add_macro(self, title: str, **actions: str) -> Macro:
        """Changes kept ready: status="pending", comment_value="Dear …", comment_mode_is_public="true"."""
        macro = Macro(next(self._ids), title, actions, self.opened_at)
        self.macros[macro.id] = macro
        return macro

    def add_field(self, title: str) -> TicketField:
        """A field of tickets that the account has added."""
        made = TicketField(next(self._ids), title, self.opened_at)
        self.fields[made.id] = made
        return made

    def add_status(self, label: str, category: str) -> Status:
        """A status of the account's own, which counts as one of Zendesk's."""
        status = Status(next(self._ids), label, category)
        self.statuses[status.id] = status
        return status

    def person(self, name: str) -> Person:
        """Who is called this; an end user of that name from now on, if nobody was."""
        known = next((person for person in self.people.values() if person.name == name), None)
        return known or self.add_user(name)

    # -- tickets -----------------------------------------------------------------------------------------------

    def add_ticket(  # noqa: PLR0913  (a ticket has this many sides, and each has a default)
        self,
        subject: str,
        requester: str,
        body: str = "",
        *,
        priority: str | None = None,
        status: str = "new",
        group: str = "",
        assignee: str = "",
        tags: Iterable[str] = (),
        kind: str | None = None,
        ago: float = 0.0,
        breach_in: float | None = None,
        due_in: float | None = None,
        fields: Mapping[int, str | None] | None = None,
    ) -> Ticket:
        """A ticket that somebody sent `ago` seconds back; its first reply is due, or its task, in so many seconds."""
        at, author = self.now() - ago, self.person(requester)
        values = dict.fromkeys(self.fields) | dict(fields or {})
        facts = Facts(
            subject=subject,
            status=status,
            priority=priority,
            type=kind,
            requester_id=author.id,
            assignee_id=self.person(assignee).id if assignee else None,
            group_id=self._group(group),
            tags=tuple(sorted(tags)),
            due_at=None if due_in is None else self.now() + due_in,
            custom=tuple(values.items()),
            updated_at=at,
        )
        targets = [] if breach_in is None else [Target("first_reply_time", self.now() + breach_in)]
        return self.open_ticket(facts, author.id, Draft(body or subject), at=at, visible_at=at, targets=targets)

    def comment(self, number: int, author: str, text: str, *, public: bool = True, ago: float = 0.0) -> None:
        """Somebody writes on a ticket: a public reply, or an internal note."""
        at = self.now() - ago
        self.record(self.tickets[number], self.person(author).id, {}, Draft(text, public), at=at, visible_at=at)

    def change(
        self,
        number: int,
        *,
        by: str = "",
        ago: float = 0.0,
        group: str | None = None,
        assignee: str | None = None,
        **facts: object,
    ) -> None:
        """Somebody changes a ticket: status, priority, subject, tags, group, assignee ("" for nobody)."""
        changes = dict(facts)
        if isinstance(tags := changes.get("tags"), Iterable):
            changes["tags"] = tuple(sorted(tags))
        if group is not None:
            changes["group_id"] = self._group(group)
        if assignee is not None:
            changes["assignee_id"] = self.person(assignee).id if assignee else None
        at, ticket = self.now() - ago, self.tickets[number]
        author = self.person(by).id if by else ticket.submitter_id
        self.record(ticket, author, changes, at=at, visible_at=at)

    # -- what the story and the API share ----------------------------------------------------------------------

    def open_ticket(
        self, facts: Facts, author: int, draft: Draft, *, at: float, visible_at: float, targets: Sequence[Target] = ()
    ) -> Ticket:
        """A new ticket with its first comment."""
        versions = [(visible_at, facts)]
        ticket = Ticket(next(self._numbers), at, author, draft.body, "web", versions, targets=list(targets))
        self.tickets[ticket.id] = ticket
        self.record(ticket, author, {}, draft, at=at, visible_at=visible_at)
        return ticket

    def record(
        self,
        ticket: Ticket,
        author: int,
        changes: Mapping[str, object],
        draft: Draft | None = None,
        *,
        at: float,
        visible_at: float,
        custom: Mapping[str, object] | None = None,
    ) -> Audit:
        """One update: changed facts, a comment, and the audit that tells of both."""
        audit = Audit(next(self._ids), ticket.id, author, at, visible_at, [], dict(custom or {}))
        real = {name: value for name, value in changes.items() if getattr(ticket.facts, name) != value}
        for name, value in real.items():
            told = {"value": _told(value), "previous_value": _told(getattr(ticket.facts, name))}
            audit.events.append({"id": next(self._ids), "type": "Change", "field_name": name, **told})
        first = not ticket.comments
        if draft is not None:
            self._write(ticket, draft, audit)
        if audit.events:
            ticket.audits.append(audit)
        if audit.events and not first:
            ticket.become(visible_at, **real, updated_at=at)
        self._mark_targets(ticket, author, answered=draft is not None and draft.public)
        return audit

    def _write(self, ticket: Ticket, draft: Draft, audit: Audit) -> None:
        author = draft.author or audit.author
        channel = "api" if ticket.comments else ticket.channel
        comment = Comment(next(self._ids), audit.id, author, draft, audit.at, audit.visible_at, channel)
        ticket.comments.append(comment)
        audit.events.append({**comment.json(), "id": next(self._ids)})

    def new_id(self) -> int:
        """An id that nothing else has."""
        return next(self._ids)

    def names(self) -> Names:
        """Whom the ids mean."""
        return Names(self.people, self.groups)

    def _mark_targets(self, ticket: Ticket, author: int, *, answered: bool) -> None:
        """Targets are met by an agent's reply or a solution, and stand still while a ticket waits for its requester."""
        person, status = self.people.get(author), ticket.facts.status
        met = status in ("solved", "closed") or (answered and person is not None and person.agent)
        for target in ticket.targets:
            if target.stage == "achieved":
                continue
            waiting = "paused" if status in ("pending", "hold") else "active"
            target.stage = "achieved" if met else waiting

    def _group(self, name: str) -> int | None:
        if not name:
            return None
        known = next((group for group in self.groups.values() if group.name == name), None)
        return (known or self.add_group(name)).id


def _told(value: object) -> object:
    """A value as an audit writes it."""
    return " ".join(value) if isinstance(value, tuple) else value


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split() or ["someone"]) + "@example.org"
