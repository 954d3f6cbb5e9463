"""What a macro does to a ticket: the difference between the ticket and what the macro would leave. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

SENDABLE = (
    "status", "custom_status_id", "priority", "type", "subject", "group_id", "assignee_id", "requester_id",
    "organization_id", "brand_id", "ticket_form_id", "problem_id", "due_at", "tags", "custom_fields",
)  # fmt: skip
"""What an update of a ticket may name."""
SAID_TWICE = frozenset(
    {
        "comment", "fields", "url", "id", "raw_subject", "description", "encoded_id", "is_public", "via", "created_at",
        "updated_at", "generated_timestamp", "result_type",
    }
)  # fmt: skip
"""What only repeats something else, or is no matter of a macro's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a macro would do to one ticket as it is now."""

    fields: Mapping[str, object]
    """The fields that it would change, with their new values, as an update names them."""
    beyond: tuple[str, ...] = ()
    """What it would change and no update can."""
    text: str = ""
    """Its comment."""
    public: bool = False
    """Whether that is meant for the requester."""

    @property
    def digest(self) -> str:
        """A short word that is another one as soon as the macro would do anything else."""
        told = json.dumps([self.fields, self.beyond, self.text, self.public], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def effect(before: Mapping[str, object], after: Mapping[str, object]) -> Effect:
    """What lies between a ticket and the same ticket after a macro."""
    changed = {
        name: _plain(name, value)
        for name, value in after.items()
        if name not in SAID_TWICE and not _same(name, before.get(name), value)
    }
    fields = {name: changed[name] for name in SENDABLE if name in changed}
    if "custom_fields" in fields:
        fields["custom_fields"] = _changed_fields(before.get("custom_fields"), after.get("custom_fields"))
    comment = after.get("comment")
    said = comment if isinstance(comment, dict) else {}
    return Effect(
        fields=fields,
        beyond=tuple(sorted(changed.keys() - fields.keys())),
        text=text if isinstance(text := said.get("body"), str) else "",
        public=said.get("public") is not False,
    )


def custom_values(raw: object) -> dict[int, object]:
    """The account's own fields by their ids."""
    rows = raw if isinstance(raw, list) else []
    return {row["id"]: row.get("value") for row in rows if isinstance(row, dict) and isinstance(row.get("id"), int)}


def _changed_fields(before: object, after: object) -> list[dict[str, object]]:
    old = custom_values(before)
    return [{"id": key, "value": value} for key, value in custom_values(after).items() if old.get(key) != value]


def _same(name: str, before: object, after: object) -> bool:
    if name == "tags":
        return _tags(before) == _tags(after)
    if name == "custom_fields":
        return not _changed_fields(before, after)
    return (before or None) == (_plain(name, after) or None)


def _plain(name: str, value: object) -> object:
    """A value as an update names it: macros tell some ids as words."""
    if name.endswith("_id") and isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() else value or None
    return sorted(_tags(value)) if name == "tags" else value


def _tags(value: object) -> set[str]:
    words = value.split() if isinstance(value, str) else value
    return {str(word) for word in words} if isinstance(words, list) else set()
