"""A simulated Zendesk Support: the parts of its API that a support shift uses, as its description tells and life adds.

Paths may end in `.json`, as its older clients write them.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from secondline_tui.demo.simulator import Now, rfc3339
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.zendesk.answers import (
    Meter,
    Refused,
    bad_attribute,
    forbidden,
    refused,
    too_many,
    unknown_credentials,
)
from secondline_tui.demo.zendesk.office import Office
from secondline_tui.demo.zendesk.reads import Reads
from secondline_tui.demo.zendesk.records import Audit, Json, Person, Ticket
from secondline_tui.demo.zendesk.writes import Writes

API_TOKEN = "zd-demo-api-token"  # noqa: S105  (of a service that exists on loopback only)
OAUTH_AGENT = "zd-demo-oauth-agent"
OAUTH_READER = "zd-demo-oauth-reader"
REQUESTS_A_MINUTE = 700
ANONYMOUS: Json = {"id": None, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user"}

Reading = Callable[..., Json]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    person: Person
    may_write: bool


class Zendesk(Office):
    """One account. Any agent's address goes with its one API token; an OAuth token may be good for reading only."""

    kind = "zendesk"

    def __init__(
        self, name: str, now: Now, chance: random.Random, *, page_size: int = 100, first_ticket: int = 4_698
    ) -> None:
        super().__init__(name, now, chance, page_size=page_size, first_ticket=first_ticket)
        self.agent = self.add_user("Ana Sowande", role="agent")
        self.wall = self.add_user("Wallboard", email="wallboard@example.org", role="agent")
        self.home = ""
        """Address that links in answers begin with; the one that was asked when empty."""
        self.drops_credentials = False
        """Whether something in front takes the credentials away."""
        self._meter = Meter(now)
        self._writes = Writes(self, self._meter)
        reads = Reads(self, self._meter)
        self._reads: Mapping[tuple[str, ...], Reading] = {
            ("users", "show_many"): lambda r, h: reads.many(r, h, "users", self.people),
            ("users", "#"): lambda _, h, n: reads.one(h, "user", self.people, n),
            ("groups",): lambda r, h: reads.records(r, h, "groups", self.groups.values()),
            ("groups", "assignable"): lambda r, h: reads.records(r, h, "groups", self.groups.values()),
            ("groups", "#"): lambda _, h, n: reads.one(h, "group", self.groups, n),
            ("views",): lambda r, h: reads.records(r, h, "views", self.views.values()),
            ("views", "active"): lambda r, h: reads.records(r, h, "views", self.views.values()),
            ("views", "show_many"): lambda r, h: reads.many(r, h, "views", self.views),
            ("views", "#"): lambda _, h, n: reads.one(h, "view", self.views, n),
            ("views", "#", "tickets"): reads.view_tickets,
            ("views", "#", "execute"): reads.execute,
            ("views", "#", "count"): lambda _, h, n: reads.count(h, n),
            ("search",): reads.search,
            ("search", "count"): lambda r, _: reads.search_count(r),
            ("search", "export"): reads.export,
            ("tickets",): reads.tickets,
            ("tickets", "show_many"): reads.show_many,
            ("tickets", "#"): reads.ticket,
            ("tickets", "#", "comments"): reads.comments,
            ("tickets", "#", "audits"): reads.audits,
            ("tickets", "#", "macros", "#", "apply"): lambda _, h, n, m: reads.applied(h, m, n),
            ("macros",): lambda r, h: reads.records(r, h, "macros", self.macros.values()),
            ("macros", "active"): lambda r, h: reads.records(r, h, "macros", self.macros.values()),
            ("macros", "#"): lambda _, h, n: reads.one(h, "macro", self.macros, n),
            ("macros", "#", "apply"): lambda _, h, n: reads.applied(h, n),
            ("ticket_fields",): reads.fields,
        }

    def settings(self) -> Mapping[str, object]:
        """Read as an agent: its views, or without any, what is not solved."""
        table = {"type": self.kind, "username": self.agent.email, "token": API_TOKEN, "interval": 30}
        return {**table, "views": list(self.views)} if self.views else {**table, "search": "status<solved"}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as Zendesk does."""
        left = 0
        try:
            left = self._meter.spend("requests", REQUESTS_A_MINUTE, 60.0)
            answer = self._answer(request)
        except Refused as error:
            answer = error.answer
        limits = {"X-Rate-Limit": str(REQUESTS_A_MINUTE), "X-Rate-Limit-Remaining": str(left)}
        return Answer(answer.status, answer.data, {**limits, **answer.headers})

    def rows(self, data: object) -> list[object] | None:
        """The tickets of a list or a search."""
        if not isinstance(data, dict):
            return None
        found = data.get("tickets", data.get("results"))
        return found if isinstance(found, list) else None

    def later_part(self, request: Request) -> bool:
        """Every page but the first."""
        return bool(request.one("page[after]")) or request.one("page", "1") != "1"

    def too_many(self, seconds: float) -> Answer:
        """The account's limit is reached."""
        return too_many(seconds)

    def login_page(self) -> str:
        """Where a browser would have to log in."""
        return "/auth/v3/signin?return_to=%2Fagent"

    def state(self) -> dict[str, object]:
        """Tickets by number with everything written on them; views by title with their tickets."""
        return {
            "tickets": {str(number): self._kept(ticket) for number, ticket in self.tickets.items()},
            "views": {view.title: view.id for view in self.views.values()},
            "uploads": len(self.uploads),
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        parts = request.path.removesuffix(".json").strip("/").split("/")
        caller = self._caller(request)
        if parts[:2] != ["api", "v2"]:
            raise refused(404, "InvalidEndpoint", "Not found")
        path, ids = parts[2:], [int(part) for part in parts[2:] if part.isdecimal()]
        home = self.home or f"http://{request.headers.get('host', '')}"
        if path == ["users", "me"]:
            return Answer(200, {"user": caller.person.json(home) if caller else ANONYMOUS})
        if caller is None:
            raise unknown_credentials()
        if not caller.person.agent:
            raise forbidden()
        template = tuple("#" if part.isdecimal() else part for part in path)
        if request.method == "GET" and template in self._reads:
            return Answer(200, self._reads[template](request, home, *ids))
        return self._written(request, caller, template, ids, home)

    def _written(self, request: Request, by: Caller, template: tuple[str, ...], ids: list[int], home: str) -> Answer:
        if not by.may_write:
            raise forbidden("You are missing the following required scopes: write")
        match request.method, template:
            case "PUT", ("tickets", "#"):
                ticket, audit = self._writes.update(by.person, ids[0], _body(request))
                return Answer(200, {"ticket": ticket.json(home, ticket.facts), "audit": audit.json()})
            case "POST", ("tickets",):
                ticket = self._writes.create(by.person, _body(request))
                told = ticket.json(home, ticket.facts)
                both = {"ticket": told, "audit": ticket.audits[0].json()}
                return Answer(201, both, {"Location": str(told["url"])})
            case "POST", ("uploads",):
                return Answer(201, self._writes.upload(request, home))
            case _:
                raise refused(404, "InvalidEndpoint", "Not found")

    def _caller(self, request: Request) -> Caller | None:
        """Who the credentials belong to; None without any. Wrong ones are never let pass as none."""
        header = "" if self.drops_credentials else request.headers.get("authorization", "")
        if not header:
            return None
        scheme, _, secret = header.partition(" ")
        tokens = {OAUTH_AGENT: Caller(self.agent, True), OAUTH_READER: Caller(self.wall, False)}
        caller = tokens.get(secret) if scheme == "Bearer" else self._by_api_token(secret)
        if caller is None or caller.person.suspended:
            raise unknown_credentials()
        return caller

    def _by_api_token(self, secret: str) -> Caller | None:
        try:
            address, _, token = base64.b64decode(secret).decode().partition("/token:")
        except ValueError:
            return None
        person = next((person for person in self.people.values() if person.email == address), None)
        return Caller(person, True) if person is not None and token == API_TOKEN else None

    def _kept(self, ticket: Ticket) -> Json:
        facts, groups = ticket.facts, self.groups
        return {
            "subject": facts.subject,
            "status": facts.status,
            "priority": facts.priority,
            "requester": self._name(facts.requester_id),
            "assignee": self._name(facts.assignee_id),
            "group": groups[facts.group_id].name if facts.group_id in groups else None,
            "tags": list(facts.tags),
            "updated_at": rfc3339(facts.updated_at),
            "comments": [
                {"author": self._name(c.author), "public": c.said.public, "text": c.said.body, "at": rfc3339(c.at)}
                for c in ticket.comments
            ],
            "updates": [
                {
                    "author": self._name(audit.author),
                    "at": rfc3339(audit.at),
                    **audit.custom,
                    "changes": _changed(audit),
                }
                for audit in ticket.audits
            ],
        }

    def _name(self, identity: int | None) -> str | None:
        return self.people[identity].name if identity in self.people else None


def _changed(audit: Audit) -> Json:
    """The fields that an update changed, and to what."""
    return {str(event["field_name"]): event["value"] for event in audit.events if event["type"] == "Change"}


def _body(request: Request) -> object:
    try:
        return request.json()
    except ValueError:
        raise bad_attribute("body", "valid JSON") from None
