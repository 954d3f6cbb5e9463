"""What a simulated PagerDuty does when it is told to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from secondline_tui.demo.pagerduty.account import Account, Key, RefusedError, invalid, not_found
from secondline_tui.demo.pagerduty.book import Act
from secondline_tui.demo.pagerduty.incidents import OPEN, Incident
from secondline_tui.demo.pagerduty.people import Json, Priority, Thing, User, find
from secondline_tui.demo.pagerduty.schedules import Entry, Override, Schedule, moment
from secondline_tui.demo.wire import Answer, Request

MOST_INCIDENTS = 250
LONGEST_SNOOZE = 604_800

Writing = Callable[[Request, Key, Sequence[str]], Answer]
Change = Callable[[], Incident]
ThingT = TypeVar("ThingT", bound=Thing)


class Writes:
    """Carries out every PUT, POST and DELETE at once; reads show it after the account's lag."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._book = account.book

    def routes(self) -> Mapping[tuple[str, str], Writing]:
        """Each method and path that is known, `*` for an ID."""
        return {
            ("PUT", "incidents"): self._change_several,
            ("PUT", "incidents/*"): self._change,
            ("POST", "incidents"): self._create,
            ("POST", "incidents/*/notes"): self._note,
            ("POST", "incidents/*/snooze"): self._snooze,
            ("POST", "schedules/*/overrides"): self._override,
            ("DELETE", "schedules/*/overrides/*"): self._drop_override,
        }

    # -- incidents --------------------------------------------------------------------------------------------------

    def _change(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        change = self._planned(self._known(ids[0]), _part(request, "incident"), sender)
        return Answer(200, {"incident": self._told(change())})

    def _change_several(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        sender = self._sender(request)
        wishes = _body(request).get("incidents")
        if not isinstance(wishes, list):
            raise invalid("Incidents is required.")
        if len(wishes) > MOST_INCIDENTS:
            raise RefusedError(413, None, "Request Entity Too Large")
        changes = []
        for wish in wishes:
            if not isinstance(wish, dict):
                raise invalid("Incidents must be objects.")
            changes.append(self._planned(self._known(str(wish.get("id"))), wish, sender))
        told = [self._told(change()) for change in changes]
        return Answer(200, {"incidents": told, "limit": 25, "offset": 0, "more": False, "total": None})

    def _planned(self, incident: Incident, wish: Mapping[str, object], sender: User) -> Change:
        """What a wish comes to, once all of it is known to be possible."""
        if wish.get("type") not in ("incident", "incident_reference"):
            raise invalid("Type must be incident or incident_reference.")
        identity, act = incident.id, self._act(sender)
        steps = [
            step for step in (self._status(incident, wish, act, sender), self._called(incident, wish, act)) if step
        ]
        title, urgency = wish.get("title"), wish.get("urgency")
        if title is not None and not _text(title):
            raise invalid("Title cannot be blank.")
        if urgency not in (None, "high", "low"):
            raise invalid("Urgency must be high or low.")
        priority = self._priority(wish.get("priority"))
        if title or urgency or priority:
            steps.append(
                lambda: self._book.amend(
                    identity, act, title=_text(title) or None, urgency=_text(urgency) or None, priority=priority
                )
            )

        def change() -> Incident:
            for step in steps:
                step()
            return self._book.current(identity)

        return change

    def _status(self, incident: Incident, wish: Mapping[str, object], act: Act, sender: User) -> Change | None:
        wanted, identity = wish.get("status"), incident.id
        if wanted is None:
            return None
        if wanted not in (*OPEN, "resolved"):
            raise invalid("Status is not included in the list.")
        if incident.status == "resolved":
            raise RefusedError(400, 1001, "Incident Already Resolved", "Incident Already Resolved")
        if wanted == "acknowledged":
            return lambda: self._book.acknowledge(identity, act, sender)
        if wanted == "resolved":
            return lambda: self._book.resolve(identity, act, _text(wish.get("resolution")))
        return lambda: self._book.unacknowledge(identity, act)

    def _called(self, incident: Incident, wish: Mapping[str, object], act: Act) -> Change | None:
        """Whoever is to be called instead: a level of the policy, or people."""
        level, people, identity = wish.get("escalation_level"), wish.get("assignments"), incident.id
        if level is None and people is None:
            return None
        if incident.status == "resolved":
            raise RefusedError(400, 1001, "Incident Already Resolved", "Incident Already Resolved")
        if level is not None:
            if not isinstance(level, int) or not 1 <= level <= len(incident.policy.rules):
                raise invalid("Escalation level is not one of the policy's.")
            return lambda: self._book.escalate(identity, act, level)
        if not isinstance(people, list) or not people:
            raise invalid("Assignments must be a list of assignees.")
        users = [self._found(self._account.users, _inner(entry, "assignee"), "User not found") for entry in people]
        return lambda: self._book.assign(identity, act, users)

    def _priority(self, wish: object) -> Priority | None:
        priorities = self._account.priorities
        if isinstance(wish, str):
            named = next((priority for priority in priorities if priority.name == wish), None)
            if named is None:
                raise invalid("Priority not found")
            return named
        return None if wish is None else self._found(priorities, wish, "Priority not found")

    def _create(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        sender = self._sender(request)
        wish = _part(request, "incident")
        title = _text(wish.get("title"))
        if not title:
            raise invalid("Title cannot be blank.")
        service = self._found(self._account.services, wish.get("service"), "Service not found")
        key = _text(wish.get("incident_key")) or self._account.new_id().casefold() * 4
        urgency = wish.get("urgency") or "high"
        if urgency not in ("high", "low"):
            raise invalid("Urgency must be high or low.")
        rivals = [other for other in self._book.all_current() if other.service is service and other.status in OPEN]
        if any(other.key == key for other in rivals):
            text = "Open incident with matching dedup key already exists on this service"
            raise RefusedError(400, 2002, "Arguments Caused Error", text)
        priority = self._priority(wish.get("priority"))
        act = self._act(sender)
        details = _inner(wish, "body").get("details")
        incident = self._book.trigger(
            act, service, title, urgency=str(urgency), priority=priority, key=key, details=details
        )
        return Answer(201, {"incident": self._told(incident)})

    def _note(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        incident = self._known(ids[0])
        content = _text(_part(request, "note").get("content"))
        if not content:
            raise invalid("Note content cannot be blank.")
        return Answer(200, {"note": self._book.note(incident.id, self._act(sender), sender, content).shown()})

    def _snooze(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        incident = self._known(ids[0])
        seconds = _body(request).get("duration")
        if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_SNOOZE:
            raise invalid(f"Duration must be between 1 and {LONGEST_SNOOZE} seconds.")
        if incident.status == "resolved":
            raise RefusedError(400, 1001, "Incident Already Resolved", "Incident Already Resolved")
        return Answer(201, {"incident": self._told(self._book.snooze(incident.id, self._act(sender), sender, seconds))})

    # -- schedules --------------------------------------------------------------------------------------------------

    def _override(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        schedule = self._found(self._account.schedules, {"id": ids[0]}, None)
        body = _body(request)
        single = body.get("override")
        wishes = [single] if isinstance(single, dict) else body.get("overrides")
        if not isinstance(wishes, list):
            raise invalid("Overrides is required.")
        told = [self._overridden(schedule, wish if isinstance(wish, dict) else {}) for wish in wishes]
        if isinstance(single, dict):
            if told[0]["status"] != 201:
                raise invalid(*map(str, _several(told[0]["errors"])))
            return Answer(201, {"override": told[0]["override"]})
        return Answer(201, told)

    def _overridden(self, schedule: Schedule, wish: Json) -> Json:
        user = find(self._account.users, _inner(wish, "user").get("id"))
        try:
            start, end = (moment(str(wish.get(name)), schedule.zone) for name in ("start", "end"))
        except ValueError:
            return {"status": 400, "errors": ["Override start and end must be times"], "override": wish}
        if user is None:
            return {"status": 400, "errors": ["User not found"], "override": wish}
        if end <= start:
            return {"status": 400, "errors": ["Override must end after its start"], "override": wish}
        account = self._account
        override = Override(
            id=f"Q{account.new_id()}",
            entry=Entry(start, end, user, override=True),
            visible_at=account.now() + account.lag(),
        )
        schedule.overrides.append(override)
        return {"status": 201, "override": override.shown()}

    def _drop_override(self, _: Request, __: Key, ids: Sequence[str]) -> Answer:
        account = self._account
        schedule = self._found(account.schedules, {"id": ids[0]}, None)
        kept = next((override for override in schedule.overrides if override.id == ids[1]), None)
        if kept is None or kept.gone_at < math.inf:
            raise not_found()
        kept.gone_at = account.now() + account.lag()
        return Answer(204)

    # -- within -----------------------------------------------------------------------------------------------------

    def _sender(self, request: Request) -> User:
        """Who acts: PagerDuty wants their address with every change to an incident."""
        address = request.headers.get("from", "")
        if not address:
            text = 'You must specify a user\'s email address in the "From" header to perform this action'
            raise RefusedError(400, 2016, text)
        sender = self._account.user(address)
        if sender is None:
            raise RefusedError(400, 1008, "Requester User Not Found")
        return sender

    def _act(self, sender: User) -> Act:
        now = self._account.now()
        return Act(sender, now, now + self._account.lag())

    def _known(self, identity: str) -> Incident:
        if identity not in self._book:
            raise not_found()
        return self._book.current(identity)

    def _told(self, incident: Incident) -> Json:
        return incident.shown(len(self._book.alerts[incident.id]))

    def _found(self, things: Sequence[ThingT], wish: object, missing: str | None) -> ThingT:
        """The thing that a wish names; without words for a missing one, it is the address that is wrong."""
        thing = find(things, wish.get("id") if isinstance(wish, dict) else None)
        if thing is None:
            raise RefusedError(400, 2002, "Arguments Caused Error", missing) if missing else not_found()
        return thing


def _body(request: Request) -> Json:
    try:
        body = request.json()
    except ValueError:
        raise RefusedError(400, 2001, "Invalid Input Provided", "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The request body must be an object.")
    return body


def _part(request: Request, name: str) -> Json:
    part = _body(request).get(name)
    if not isinstance(part, dict):
        raise invalid(f"{name.capitalize()} is required.")
    return part


def _inner(value: object, name: str) -> Json:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def _several(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
