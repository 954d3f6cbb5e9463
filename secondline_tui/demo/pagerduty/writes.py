"""What a simulated PagerDuty does when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from secondline_tui.demo.pagerduty.account import Account, Key, RefusedError, invalid, not_found
from secondline_tui.demo.pagerduty.book import Act
from secondline_tui.demo.pagerduty.incidents import OPEN, Incident
from secondline_tui.demo.pagerduty.overrides import Overrides
from secondline_tui.demo.pagerduty.people import Json, Priority, User
from secondline_tui.demo.pagerduty.wishes import body_of, inner_of, named, part_of, text_of
from secondline_tui.demo.wire import Answer, Request

MOST_INCIDENTS = 250
LONGEST_SNOOZE = 604_800

Writing = Callable[[Request, Key, Sequence[str]], Answer]
Change = Callable[[], Incident]


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
            **Overrides(self._account).routes(),
        }

    # -- incidents --------------------------------------------------------------------------------------------------

    def _change(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        wish = part_of(request, "incident")
        change = self._planned(self._known(ids[0]), wish, sender)
        self._account.record(sender, "change", ids[0], **_wished(wish))
        return Answer(200, {"incident": self._told(change())})

    def _change_several(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        sender = self._sender(request)
        wishes = body_of(request).get("incidents")
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
        for wish in wishes:
            self._account.record(sender, "change", str(wish["id"]), **_wished(wish))
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
        if title is not None and not text_of(title):
            raise invalid("Title cannot be blank.")
        if urgency not in (None, "high", "low"):
            raise invalid("Urgency must be high or low.")
        priority = self._priority(wish.get("priority"))
        if title or urgency or priority:
            steps.append(
                lambda: self._book.amend(
                    identity, act, title=text_of(title) or None, urgency=text_of(urgency) or None, priority=priority
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
        if incident.status == "resolved" and (wanted == "resolved" or not self._account.reopens):
            raise RefusedError(400, 1001, "Incident Already Resolved", "Incident Already Resolved")
        if incident.status == "resolved" and wanted == "triggered":
            return lambda: self._book.reopen(identity, act)
        if wanted == "acknowledged":
            return lambda: self._book.acknowledge(identity, act, sender)
        if wanted == "resolved":
            return lambda: self._book.resolve(identity, act, text_of(wish.get("resolution")))
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
        users = [named(self._account.users, inner_of(entry, "assignee"), "User not found") for entry in people]
        return lambda: self._book.assign(identity, act, users)

    def _priority(self, wish: object) -> Priority | None:
        priorities = self._account.priorities
        if isinstance(wish, str):
            known = next((priority for priority in priorities if priority.name == wish), None)
            if known is None:
                raise invalid("Priority not found")
            return known
        return None if wish is None else named(priorities, wish, "Priority not found")

    def _create(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        sender = self._sender(request)
        wish = part_of(request, "incident")
        title = text_of(wish.get("title"))
        if not title:
            raise invalid("Title cannot be blank.")
        service = named(self._account.services, wish.get("service"), "Service not found")
        key = text_of(wish.get("incident_key")) or self._account.new_id().casefold() * 4
        urgency = wish.get("urgency") or "high"
        if urgency not in ("high", "low"):
            raise invalid("Urgency must be high or low.")
        rivals = [other for other in self._book.all_current() if other.service is service and other.status in OPEN]
        if any(other.key == key for other in rivals):
            text = "Open incident with matching dedup key already exists on this service"
            raise RefusedError(400, 2002, "Arguments Caused Error", text)
        priority = self._priority(wish.get("priority"))
        act = self._act(sender)
        details = inner_of(wish, "body").get("details")
        self._account.record(sender, "trigger", service.id, title=title)
        incident = self._book.trigger(
            act, service, title, urgency=str(urgency), priority=priority, key=key, details=details
        )
        return Answer(201, {"incident": self._told(incident)})

    def _note(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        incident = self._known(ids[0])
        content = text_of(part_of(request, "note").get("content"))
        if not content:
            raise invalid("Note content cannot be blank.")
        note = self._book.note(incident.id, self._act(sender), sender, content)
        self._account.record(sender, "note", incident.id, id=note.id, content=content)
        return Answer(200, {"note": note.shown()})

    def _snooze(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        sender = self._sender(request)
        incident = self._known(ids[0])
        seconds = body_of(request).get("duration")
        if not isinstance(seconds, int) or not 1 <= seconds <= LONGEST_SNOOZE:
            raise invalid(f"Duration must be between 1 and {LONGEST_SNOOZE} seconds.")
        if incident.status == "resolved":
            raise RefusedError(400, 1001, "Incident Already Resolved", "Incident Already Resolved")
        self._account.record(sender, "snooze", incident.id, duration=seconds)
        return Answer(201, {"incident": self._told(self._book.snooze(incident.id, self._act(sender), sender, seconds))})

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


def _wished(wish: Mapping[str, object]) -> Json:
    """What of a wish is told of as an act."""
    plain = ("status", "resolution", "escalation_level", "title", "urgency", "priority")
    told = {name: wish[name] for name in plain if wish.get(name) is not None}
    people = wish.get("assignments")
    if isinstance(people, list):
        told["assignees"] = [inner_of(entry, "assignee").get("id") for entry in people]
    return told
