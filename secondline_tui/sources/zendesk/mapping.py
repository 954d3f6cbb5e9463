"""From Zendesk's rows to tickets and notes. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from secondline_tui.domain.items import Links, Note, Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText, clean, clean_block, first_line, safe_url
from secondline_tui.sources.zendesk.wire import Comment, CustomField, TicketRow

PUBLIC, INTERNAL = SafeText("public reply"), SafeText("internal note")
Attributes = tuple[tuple[SafeText, SafeText], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Whom ids mean. People who were deleted have no name."""

    people: Mapping[int, SafeText]
    groups: Mapping[int, SafeText]

    def person(self, identity: int | None) -> SafeText:
        """Somebody's name, empty for nobody."""
        return self.people.get(identity, EMPTY) if identity is not None else EMPTY

    def group(self, identity: int | None) -> SafeText:
        """A team's name, empty for none."""
        return self.groups.get(identity, EMPTY) if identity is not None else EMPTY


def ticket_maker(source_name: str, url: str, names: Names) -> Callable[[TicketRow], Ticket | None]:
    """A function that turns one row into a ticket; what a search found beside tickets is none of our business."""

    def make(row: TicketRow) -> Ticket | None:
        if row.result_type != "ticket":
            return None
        return Ticket(
            ref=ItemRef(source_name, Kind.TICKET, str(row.id)),
            links=Links(web=safe_url(f"{url}/agent/tickets/{row.id}")),
            number=row.id,
            subject=clean(row.subject) or first_line(clean_block(row.description, 1_000)),
            status=clean(row.status),
            priority=clean(row.priority) or None,
            requester=names.person(row.requester_id),
            assignee=names.person(row.assignee_id),
            group=names.group(row.group_id),
            created=row.created_at,
            updated=row.updated_at,
            due=due(row),
            tags=tuple(clean(tag) for tag in row.tags),
        )

    return make


def due(row: TicketRow) -> datetime | None:
    """When the next service-level target is missed (or was: it may lie in the past), else when the task is due."""
    metrics = row.slas.policy_metrics if row.slas else []
    breaches = [metric.breach_at for metric in metrics if metric.stage == "active" and metric.breach_at]
    return min(breaches, default=row.due_at)


def note_maker(names: Names) -> Callable[[Comment], Note]:
    """A function that turns one comment into a note."""

    def make(comment: Comment) -> Note:
        text = comment.plain_body if comment.plain_body is not None else comment.body
        files = ", ".join(file.file_name for file in comment.attachments)
        return Note(
            author=names.person(comment.author_id),
            text=clean_block(f"{text}\n[attached: {files}]" if files else text),
            at=comment.created_at,
            label=PUBLIC if comment.public else INTERNAL,
        )

    return make


def ticket_notes(notes: list[Note], odd: Iterable[SafeText], body: SafeText) -> tuple[Note, ...]:
    """The notes beside a ticket's own words: without the first comment where it only repeats them, and with a mark for
    every comment that was not understood.
    """
    if notes and notes[0].label == PUBLIC and notes[0].text == body:
        notes = notes[1:]
    return (*notes, *(Note(author=EMPTY, text=reason, label=SafeText("not understood")) for reason in odd))


def attributes(ticket: Mapping[str, object], titles: Mapping[int, str]) -> Attributes:
    """Every attribute of a ticket, raw, with the account's own fields under their titles where these are known."""
    custom = _custom(ticket.get("custom_fields"))
    own = {titles.get(field.id, f"field {field.id}"): field.value for field in custom}
    plain = {name: value for name, value in ticket.items() if name not in ("description", "custom_fields", "fields")}
    return tuple((clean(name), clean(_shown(value))) for name, value in [*sorted(plain.items()), *sorted(own.items())])


def _custom(raw: object) -> list[CustomField]:
    rows = raw if isinstance(raw, list) else []
    return [CustomField.model_validate(row) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)]


def _shown(value: object) -> str:
    """An attribute as it is shown: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
