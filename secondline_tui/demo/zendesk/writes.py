"""What a simulated Zendesk does with writes, and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from secondline_tui.demo.simulator import rfc3339
from secondline_tui.demo.wire import Request
from secondline_tui.demo.zendesk.answers import OUTDATED, Meter, bad_attribute, invalid, not_found, refused
from secondline_tui.demo.zendesk.office import Office
from secondline_tui.demo.zendesk.records import (
    PRIORITIES,
    STATUSES,
    TYPES,
    Audit,
    Draft,
    Facts,
    Json,
    Person,
    Ticket,
    Upload,
)

UPDATES_A_MINUTE = 100
UPDATES_OF_ONE_TICKET = 30
TEN_MINUTES = 600.0
UPLOAD_LIMIT = 50 * 2**20
COMMENT_LIMIT = 65_535
METADATA_LIMIT = 1_024
_MARKUP = re.compile(r"<[^>]*>")


class Writes:
    """Applies updates, new tickets and uploads to an account; reads show them after its lag."""

    def __init__(self, office: Office, meter: Meter) -> None:
        self._office = office
        self._meter = meter

    def update(self, person: Person, number: int, body: object) -> tuple[Ticket, Audit]:
        """PUT tickets/{id}."""
        office, ticket = self._office, self._office.tickets.get(number)
        if ticket is None:
            raise not_found()
        self._meter.spend(("ticket", person.id, number), UPDATES_OF_ONE_TICKET, TEN_MINUTES)
        self._meter.spend("updates", UPDATES_A_MINUTE, 60.0)
        wish = _ticket_in(body)
        if ticket.facts.status == "closed":
            raise invalid("status", "Status: closed prevents ticket update")
        _require_current(ticket, wish)
        changes = self._changes(wish, ticket.facts)
        if changes.get("assignee_id") and ticket.facts.status == "new":
            changes.setdefault("status", "open")
        self._require_assignee(changes, ticket.facts)
        draft = self._draft(person, wish.get("comment"))
        now = office.now()
        visible_at, custom = now + office.lag, _metadata(wish.get("metadata"))
        audit = office.record(ticket, person.id, changes, draft, at=now, visible_at=visible_at, custom=custom)
        return ticket, audit

    def create(self, person: Person, body: object) -> Ticket:
        """POST tickets."""
        wish = _ticket_in(body)
        draft = self._draft(person, wish.get("comment"))
        if draft is None:
            raise invalid("base", "Description: cannot be blank")
        now = self._office.now()
        blank = Facts(
            subject="",
            status="new",
            priority=None,
            type=None,
            requester_id=self._requester(person, wish),
            assignee_id=None,
            group_id=None,
            tags=(),
            due_at=None,
            custom=tuple((number, None) for number in self._office.fields),
            updated_at=now,
        )
        facts = replace(blank, **self._changes(wish, blank))
        if facts.assignee_id and facts.status == "new":
            facts = replace(facts, status="open")
        return self._office.open_ticket(facts, person.id, draft, at=now, visible_at=now + self._office.lag)

    def upload(self, request: Request, home: str) -> Json:
        """POST uploads: the body is the file."""
        name = request.one("filename")
        if not name:
            raise bad_attribute("filename", "present")
        if len(request.body) > UPLOAD_LIMIT:
            raise refused(413, "AttachmentTooLarge", "The file is larger than the 50 MB that are allowed")
        office = self._office
        token = request.one("token") or f"{office.chance.getrandbits(96):024x}"
        upload = office.uploads.setdefault(token, Upload(token))
        number = office.new_id()
        file: Json = {
            "id": number, "url": f"{home}/api/v2/attachments/{number}.json", "file_name": name,
            "content_url": f"{home}/attachments/token/{token}/?name={name}", "mapped_content_url": f"{home}/{token}",
            "content_type": request.headers.get("content-type", "application/octet-stream"), "inline": False,
            "size": len(request.body), "deleted": False, "thumbnails": [], "malware_access_override": False,
            "malware_scan_result": "not_scanned",
        }  # fmt: skip
        upload.files.append(file)
        expires = rfc3339(office.now() + 3_600)
        return {"upload": {"token": token, "expires_at": expires, "attachment": file, "attachments": upload.files}}

    # -- within ------------------------------------------------------------------------------------------------

    def _changes(self, wish: Json, facts: Facts) -> dict[str, Any]:
        """The facts that a request would change, checked."""
        read: Mapping[str, tuple[str, Callable[[object], object]]] = {
            "subject": ("subject", lambda value: str(value or "")),
            "status": ("status", lambda value: _one_of("Status", value, STATUSES)),
            "priority": ("priority", lambda value: _one_of("Priority", value, PRIORITIES) if value else None),
            "type": ("type", lambda value: _one_of("Type", value, TYPES) if value else None),
            "assignee_id": ("assignee_id", self._agent),
            "assignee_email": ("assignee_id", self._agent_by_email),
            "group_id": ("group_id", self._group),
            "requester_id": ("requester_id", self._anybody),
            "tags": ("tags", _tags),
            "due_at": ("due_at", _moment),
            "custom_fields": ("custom", lambda value: _custom(value, facts)),
        }
        changes = {fact: convert(wish[name]) for name, (fact, convert) in read.items() if name in wish}
        if "custom_status_id" in wish:
            changes |= self._status(wish["custom_status_id"])
        elif changes.get("status", facts.status) != facts.status:
            changes["custom_status_id"] = None
        return changes

    def _status(self, value: object) -> dict[str, Any]:
        """What a status by its id stands for."""
        if isinstance(value, int) and 0 < value < len(STATUSES):
            return {"status": STATUSES[value - 1], "custom_status_id": None}
        known = self._office.statuses.get(value) if isinstance(value, int) else None
        if known is None:
            raise invalid("custom_status_id", "Ticket status: is invalid")
        return {"status": known.category, "custom_status_id": known.id}

    def _draft(self, person: Person, comment: object) -> Draft | None:
        """The comment of a request; an empty one is passed over in silence."""
        if comment is None:
            return None
        if not isinstance(comment, dict):
            raise bad_attribute("comment", "an object")
        text = comment.get("body") or _MARKUP.sub("", str(comment.get("html_body") or ""))
        files = [file for token in comment.get("uploads") or () for file in self._files(token)]
        if not str(text).strip() and not files:
            return None
        if len(str(text).encode("utf-8", "replace")) > COMMENT_LIMIT:
            raise invalid("base", "Comment: is too long (maximum is 65535 bytes)")
        public = comment.get("public", True)
        if not isinstance(public, bool):
            raise bad_attribute("public", "a boolean")
        author = comment.get("author_id")
        if author is not None and author not in self._office.people:
            raise invalid("author", "Author: is invalid")
        return Draft(str(text), public and not person.only_private_comments, tuple(files), author)

    def _files(self, token: object) -> list[Json]:
        upload = self._office.uploads.pop(str(token), None)
        if upload is None:
            raise invalid("base", "Attachment: token is invalid or has expired")
        return upload.files

    def _requester(self, person: Person, wish: Json) -> int:
        told = wish.get("requester")
        if isinstance(told, dict):
            return self._office.person(str(told.get("name") or told.get("email"))).id
        number = wish.get("requester_id", person.id)
        return self._anybody(number)

    def _require_assignee(self, changes: Mapping[str, object], facts: Facts) -> None:
        assignee = changes.get("assignee_id", facts.assignee_id)
        if changes.get("status") == "solved" and assignee is None:
            raise invalid("base", "Assignee: is required when solving a ticket")

    def _agent(self, value: object) -> int | None:
        if value is None:
            return None
        person = self._office.people.get(value) if isinstance(value, int) else None
        if person is None or not person.agent or person.suspended:
            raise invalid("assignee", "Assignee: is invalid")
        return person.id

    def _agent_by_email(self, value: object) -> int | None:
        return self._agent(next((p.id for p in self._office.people.values() if p.email == value), 0))

    def _anybody(self, value: object) -> int:
        if not isinstance(value, int) or value not in self._office.people:
            raise invalid("requester", "Requester: is invalid")
        return value

    def _group(self, value: object) -> int | None:
        if value is not None and value not in self._office.groups:
            raise invalid("group", "Group: is invalid")
        return value if isinstance(value, int) else None


def _ticket_in(body: object) -> Json:
    ticket = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(ticket, dict):
        raise refused(400, {"title": "Missing attribute", "message": "You did not pass the ticket attribute"})
    return ticket


def _require_current(ticket: Ticket, wish: Json) -> None:
    """A safe update names the version that it is about."""
    if not wish.get("safe_update"):
        return
    stamp = _moment(wish.get("updated_stamp"))
    if stamp is None:
        raise bad_attribute("updated_stamp", "present")
    if int(stamp) < int(ticket.facts.updated_at):
        raise refused(409, "UpdateConflict", OUTDATED)


def _metadata(value: object) -> Json:
    """What a program notes beside its update: a kilobyte at most."""
    if value is None:
        return {}
    if not isinstance(value, dict) or len(json.dumps(value)) > METADATA_LIMIT:
        raise bad_attribute("metadata", "an object of 1 kB at most")
    return value


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise invalid(name.lower(), f"{name}: {value} is not recognized")
    return str(value)


def _tags(value: object) -> tuple[str, ...]:
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list):
        raise bad_attribute("tags", "an array")
    return tuple(sorted({str(word).lower() for word in words}))


def _moment(value: object) -> float | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        raise bad_attribute("time", "in ISO 8601") from None


def _custom(value: object, facts: Facts) -> tuple[tuple[int, str | None], ...]:
    kept = dict(facts.custom)
    for entry in value if isinstance(value, list) else ():
        if not isinstance(entry, dict) or entry.get("id") not in kept:
            raise invalid("custom_fields", "Custom field: is invalid")
        kept[entry["id"]] = entry.get("value")
    return tuple(kept.items())
