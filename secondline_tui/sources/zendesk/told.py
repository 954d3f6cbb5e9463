"""What is told of tickets before and after acting on them, in words for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from secondline_tui.domain.actions import Choice
from secondline_tui.domain.ages import short
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.sources.zendesk.agent_wire import Audit, Event, FieldRow, GroupRow, MacroRow, Present, StatusRow
from secondline_tui.sources.zendesk.macros import Effect, custom_values

COLLEAGUES = SafeText("colleagues in Zendesk; other departments can read internal notes")
STATUSES = {"open": "open", "pending": "pending", "hold": "on hold", "solved": "solved"}
"""Zendesk's own statuses that a ticket can be put into, with their names."""
HINTS = {"pending": "waits for the requester", "hold": "waits for somebody else"}
PRIORITIES = ("urgent", "high", "normal", "low")
NAMED = 4
"""How many people are named before the others are counted."""
FIELD_WORDS = {
    "assignee_id": "assignee", "group_id": "group", "custom_status_id": "status", "requester_id": "requester",
    "ticket_form_id": "form", "brand_id": "brand", "organization_id": "organisation", "problem_id": "problem",
    "due_at": "due",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    """Whom and what ids mean, as far as it was read."""

    people: Mapping[int, SafeText] = field(default_factory=dict)
    groups: Mapping[int, SafeText] = field(default_factory=dict)
    fields: Sequence[FieldRow] = ()

    def person(self, identity: int | None) -> str:
        """Somebody's name; those who were deleted have none."""
        return "nobody" if identity is None else self.people.get(identity, EMPTY) or f"user {identity}"

    def value(self, name: str, value: object) -> str:
        """A field's value as people know it."""
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
        if name in ("assignee_id", "requester_id"):
            return self.person(number if isinstance(number, int) else None)
        if name == "group_id" and isinstance(number, int):
            return self.groups.get(number, SafeText(f"group {number}"))
        if name == "custom_status_id":
            return next((row.agent_label for row in self.statuses() if row.id == number), str(value))
        return "none" if value in (None, "", []) else str(value)

    def statuses(self) -> list[StatusRow]:
        """The statuses that the account has added."""
        return [status for row in self.fields for status in row.custom_statuses if status.active]


def statuses(book: Book, ticket: Present) -> tuple[Choice, ...]:
    """What the status may be set to: the account's own words where it has any, else Zendesk's."""
    added = [row for row in book.statuses() if row.status_category in STATUSES]
    order = list(STATUSES)
    if added:
        added.sort(key=lambda row: order.index(row.status_category))
        rows = [(str(row.id), row.agent_label, row.status_category) for row in added]
    else:
        options = _options(book, "status") or STATUSES
        rows = [(key, options[key], key) for key in order if key in options]
    return tuple(Choice(key=key, name=clean(name), hint=_status_hint(ticket, category)) for key, name, category in rows)


def status_key(choices: Iterable[Choice], ticket: Present) -> str:
    """The ticket's present status among the choices, "" where it is none of them."""
    keys = {choice.key for choice in choices}
    return next((key for key in (str(ticket.custom_status_id), ticket.status) if key in keys), "")


def priorities(book: Book) -> tuple[Choice, ...]:
    """What the priority may be set to, the highest first."""
    options = _options(book, "priority", "basic_priority") or {key: key for key in PRIORITIES}
    return tuple(Choice(key=key, name=clean(options[key])) for key in PRIORITIES if key in options)


def groups(rows: Iterable[GroupRow], ticket: Present) -> tuple[Choice, ...]:
    """Where a ticket may go."""
    named = sorted(((clean(row.name), row.id) for row in rows), key=lambda row: (row[0].casefold(), row[1]))
    here = SafeText("has it now")
    return tuple(Choice(key=str(key), name=name, hint=here if key == ticket.group_id else EMPTY) for name, key in named)


def macros(rows: Iterable[MacroRow]) -> tuple[Choice, ...]:
    """The macros by name."""
    return tuple(
        Choice(key=str(row.id), name=clean(row.title), hint=clean(row.description, 200))
        for row in sorted(rows, key=lambda row: (row.title.casefold(), row.id))
    )


def requesters(book: Book, ticket: Present) -> SafeText:
    """Who reads a public reply."""
    asked = book.person(ticket.requester_id) if ticket.requester_id in book.people else "whoever asked"
    copied = sorted({*ticket.email_cc_ids, *ticket.collaborator_ids} - {ticket.requester_id or 0})
    names = [book.person(identity) for identity in copied]
    others = f", and in CC or following: {_listed(names)}" if names else ""
    first = "" if ticket.is_public else "; so far they have seen nothing of this ticket"
    return clean(f"the requester, {asked}{others}{first}", 500)


def change(book: Book, name: str, before: object, after: object) -> SafeText:
    """One field's change."""
    word = FIELD_WORDS.get(name, name)
    return clean(f"{word}: {book.value(name, before)} → {book.value(name, after)}", 300)


def changes(book: Book, before: Mapping[str, object], fields: Mapping[str, object]) -> tuple[SafeText, ...]:
    """What an update of fields changes, a line each; what is so already is left out."""
    lines: list[SafeText] = []
    for name, value in fields.items():
        if name == "tags":
            lines += _tags(before.get(name), value)
        elif name == "custom_fields":
            lines += _custom(book, before.get(name), value)
        elif before.get(name) != value:
            lines.append(change(book, name, before.get(name), value))
    return tuple(lines)


def effects(book: Book, before: Mapping[str, object], effect: Effect) -> tuple[SafeText, ...]:
    """Everything that a macro does."""
    lines = list(changes(book, before, effect.fields))
    if effect.text and effect.public:
        lines.append(SafeText("its text is meant for the requester, but goes in as an internal note from here"))
        lines.append(SafeText("to send it to the requester, reply with it instead"))
    elif effect.text:
        lines.append(SafeText("adds its text as an internal note"))
    lines += [clean(f"not done from here: {name}") for name in effect.beyond]
    return tuple(lines) or (SafeText("changes nothing"),)


def since(book: Book, audits: Iterable[Audit], me: int | None, now: datetime) -> SafeText:
    """Who has changed what, oldest first."""
    told = [
        f"{_who(book, audit, me, now)}: {', '.join(_events(book, audit.events)) or 'something'}" for audit in audits
    ]
    return clean("; ".join(told), 280)


# -- within -----------------------------------------------------------------------------------------------------------


def _options(book: Book, *types: str) -> dict[str, str]:
    return {
        option.value: option.name for row in book.fields if row.type in types for option in row.system_field_options
    }


def _status_hint(ticket: Present, category: str) -> SafeText:
    if category == "solved" and ticket.assignee_id is None:
        return SafeText("needs an assignee: take it first")
    return SafeText(HINTS.get(category, ""))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _tags(before: object, after: object) -> list[SafeText]:
    old, new = (set(map(str, value)) if isinstance(value, list) else set() for value in (before, after))
    added, gone = sorted(new - old), sorted(old - new)
    return [clean(f"{word}: {', '.join(tags)}") for word, tags in (("adds tags", added), ("takes tags", gone)) if tags]


def _custom(book: Book, before: object, after: object) -> list[SafeText]:
    old, titles = custom_values(before), {row.id: row.title for row in book.fields}
    return [
        clean(f"{titles.get(key, f'field {key}')}: {book.value('', old.get(key))} → {book.value('', value)}")
        for key, value in custom_values(after).items()
    ]


def _who(book: Book, audit: Audit, me: int | None, now: datetime) -> str:
    name = "you" if audit.author_id == me else book.person(audit.author_id)
    return f"{name}, {short((now - audit.created_at).total_seconds())} ago" if audit.created_at else name


def _events(book: Book, events: Iterable[Event]) -> list[str]:
    lines: list[str] = []
    for event in events:
        if event.type == "Change":
            lines.append(change(book, str(event.field_name), event.previous_value, event.value))
        elif event.type == "Comment":
            kind = "a public reply" if event.public else "an internal note"
            lines.append(f"{kind} “{clean(event.body, 60)}”")
    return lines
