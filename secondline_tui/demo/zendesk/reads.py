"""What a simulated Zendesk answers to questions: lists, searches, single records, with their side-loads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from secondline_tui.demo.wire import Request
from secondline_tui.demo.zendesk.answers import Meter, bad_attribute, not_found, paged, refused
from secondline_tui.demo.zendesk.office import Office
from secondline_tui.demo.zendesk.query import Query
from secondline_tui.demo.zendesk.records import (
    PRIORITIES,
    STATUSES,
    Facts,
    Group,
    Json,
    Macro,
    Person,
    Ticket,
    TicketField,
    View,
)

COUNTS, COUNT_SECONDS = 6, 300.0
EXECUTIONS, EXECUTION_SECONDS = 5, 60.0
IDS_AT_ONCE = 100
_COMMENT = frozenset({"comment_value", "comment_mode_is_public"})
_TAGGING = frozenset({"set_tags", "current_tags", "remove_tags"})

Record = Person | Group | View | Macro | TicketField
Shown = tuple[Ticket, Facts]


class Reads:
    """Answers every GET of one account; `home` is the address that links in answers begin with."""

    def __init__(self, office: Office, meter: Meter) -> None:
        self._office = office
        self._meter = meter
        self._counted: dict[int, float] = {}

    # -- records that hardly change ------------------------------------------------------------------------------

    def records(self, request: Request, home: str, name: str, records: Iterable[Record]) -> Json:
        """A page of one sort of record."""
        return self._paged(request, name, [record.json(home) for record in records], home)

    def many(self, request: Request, home: str, name: str, records: Mapping[int, Record]) -> Json:
        """Records by their ids; those that do not exist are left out without a word."""
        found = [records[number].json(home) for number in _ids(request) if number in records]
        return {name: found, "next_page": None, "previous_page": None, "count": len(found)}

    def one(self, home: str, name: str, records: Mapping[int, Record], number: int) -> Json:
        """One record."""
        if number not in records:
            raise not_found()
        return {name: records[number].json(home)}

    def fields(self, request: Request, home: str) -> Json:
        """The fields of tickets: Zendesk's own that have a choice of values, then those that the account has added."""
        office, at = self._office, self._office.opened_at
        options = {"status": STATUSES[1:-1], "priority": PRIORITIES}
        own = [
            TicketField(number, name.title(), at, name, {"system_field_options": [_option(word) for word in words]})
            for number, (name, words) in enumerate(options.items(), start=1)
        ]
        if office.statuses:
            more: Json = {"custom_statuses": [status.json() for status in office.statuses.values()]}
            own.append(TicketField(len(own) + 1, "Ticket status", at, "custom_status", more))
        return self.records(request, home, "ticket_fields", [*own, *office.fields.values()])

    # -- lists of tickets -----------------------------------------------------------------------------------------

    def tickets(self, request: Request, home: str) -> Json:
        """Every ticket of the account."""
        return self._ticket_page(request, home, "tickets", self._shown())

    def show_many(self, request: Request, home: str) -> Json:
        """Tickets by their ids."""
        wanted = _ids(request)
        found = [shown for shown in self._shown() if shown[0].id in wanted]
        rows = [ticket.json(home, facts) for ticket, facts in found]
        page: Json = {"tickets": rows, "next_page": None, "previous_page": None, "count": len(rows)}
        return page | self._aside(home, found, rows, _included(request))

    def view_tickets(self, request: Request, home: str, number: int) -> Json:
        """The tickets of a view."""
        return self._ticket_page(request, home, "tickets", self._in_view(number))

    def execute(self, request: Request, home: str, number: int) -> Json:
        """A view as its own columns show it; may be asked five times a minute."""
        self._meter.spend(("execute", number), EXECUTIONS, EXECUTION_SECONDS)
        shown = self._in_view(number)
        rows: list[Json] = [
            {
                "id": ticket.id,
                "subject": facts.subject,
                "requester_id": facts.requester_id,
                "created": ticket.json(home, facts)["created_at"],
                "ticket": {"id": ticket.id, "subject": facts.subject, "status": facts.status},
            }
            for ticket, facts in shown
        ]
        page = self._paged(request, "rows", rows, home)
        view = self._office.views[number].json(home)
        columns = [{"id": name, "title": name.title()} for name in ("subject", "requester", "created")]
        return page | {"columns": columns, "view": view, **self._aside(home, shown, [], {"users"})}

    def count(self, home: str, number: int) -> Json:
        """How many tickets a view has: not known at once, and may be asked six times in five minutes."""
        self._meter.spend("count", COUNTS, COUNT_SECONDS)
        value = len(self._in_view(number))
        fresh = number in self._counted
        self._counted[number] = self._office.now()
        told: Json = {"view_id": number, "url": f"{home}/api/v2/views/{number}/count.json", "active": True}
        known = {"value": value, "pretty": str(value), "fresh": True}
        return {
            "view_count": told | (known if fresh else {"value": None, "pretty": "...", "fresh": False, "poll_wait": 30})
        }

    # -- searches -------------------------------------------------------------------------------------------------

    def search(self, request: Request, home: str) -> Json:
        """Tickets, and people where no type is asked for; at most a thousand can be paged through."""
        shown = self._found(request)
        rows = [{**ticket.json(home, facts), "result_type": "ticket"} for ticket, facts in shown]
        rows += [{**person.json(home), "result_type": "user"} for person in self._people_found(request)]
        if request.one("sort_by") in ("created_at", "updated_at"):
            backwards = request.one("sort_order", "desc") == "desc"
            rows.sort(key=lambda row: str(row[request.one("sort_by")]), reverse=backwards)
        page = paged(request, "results", rows, home, self._office.page_size, cursors=False)
        aside = self._aside(home, shown, _rows(page["results"]), _included(request, "tickets"))
        return page | {"facets": None, **aside}

    def search_count(self, request: Request) -> Json:
        """How many records a search finds."""
        return {"count": len(self._found(request)) + len(self._people_found(request))}

    def export(self, request: Request, home: str) -> Json:
        """Tickets without an upper limit, by cursor only."""
        if request.one("filter[type]") != "ticket":
            raise refused(422, "invalid", "Invalid search: filter[type] must be given")
        rows = [{**ticket.json(home, facts), "result_type": "ticket"} for ticket, facts in self._found(request)]
        return self._paged(request, "results", rows, home) | {"facets": None}

    # -- one ticket -----------------------------------------------------------------------------------------------

    def ticket(self, request: Request, home: str, number: int) -> Json:
        """One ticket. Its service-level targets are told in lists only, whatever is included."""
        ticket, facts = self._one_shown(number)
        aside = self._aside(home, [(ticket, facts)], [], _included(request) - {"slas"})
        return {"ticket": ticket.json(home, facts), **aside}

    def comments(self, request: Request, home: str, number: int) -> Json:
        """What was written on a ticket, oldest first unless asked otherwise."""
        ticket, _ = self._one_shown(number)
        written = [comment for comment in ticket.comments if comment.visible_at <= self._office.now()]
        if request.one("sort_order") == "desc":
            written.reverse()
        page = self._paged(request, "comments", [comment.json() for comment in written], home)
        authors = {comment.author for comment in written}
        return page | ({"users": self._people(home, authors)} if "users" in _included(request) else {})

    def audits(self, request: Request, home: str, number: int) -> Json:
        """Every update of a ticket."""
        ticket, _ = self._one_shown(number)
        shown = [audit.json() for audit in ticket.audits if audit.visible_at <= self._office.now()]
        return self._paged(request, "audits", shown, home)

    def applied(self, home: str, macro: int, number: int | None = None) -> Json:
        """What a macro would change, without changing it; with a ticket, the whole of it."""
        if macro not in self._office.macros:
            raise not_found()
        actions = self._office.macros[macro].actions
        told: Json = {}
        if number is not None:
            ticket, facts = self._one_shown(number)
            told = ticket.json(home, facts)
        told |= {name: value for name, value in actions.items() if name not in _COMMENT | _TAGGING}
        told |= _tagged(told.get("tags"), actions)
        reply = actions.get("comment_value")
        if reply is not None:
            public = actions.get("comment_mode_is_public", "true") == "true"
            told["comment"] = {"body": reply, "public": public, "scoped_body": [["channel:all", reply]]}
        return {"result": {"ticket": told}}

    # -- within ---------------------------------------------------------------------------------------------------

    def _shown(self, behind: float = 0.0) -> list[Shown]:
        """Every ticket that reads show, as they show it; `behind` is the age of their picture in seconds."""
        at = self._office.now() - behind
        return [(ticket, facts) for ticket in self._office.tickets.values() if (facts := ticket.shown(at)) is not None]

    def _one_shown(self, number: int) -> Shown:
        ticket = self._office.tickets.get(number)
        facts = ticket.shown(self._office.now()) if ticket else None
        if ticket is None or facts is None:
            raise not_found()
        return ticket, facts

    def _in_view(self, number: int) -> list[Shown]:
        view = self._office.views.get(number)
        if view is None or not view.active:
            raise not_found()
        query, names = Query(view.query), self._office.names()
        return [(ticket, facts) for ticket, facts in self._shown() if query.matches(ticket, facts, names)]

    def _found(self, request: Request) -> list[Shown]:
        """What the search's index, which is always a little behind, finds."""
        query, names = _query(request), self._office.names()
        if query.types - {"ticket"} and "ticket" not in query.types:
            return []
        shown = self._shown(behind=self._office.index_lag)
        return [(ticket, facts) for ticket, facts in shown if query.matches(ticket, facts, names)]

    def _people_found(self, request: Request) -> list[Person]:
        query = _query(request)
        words = [term.value for term in query.terms if not term.field]
        about_others = any(term.field not in ("", "type") for term in query.terms)
        if about_others or not words or (query.types and "user" not in query.types):
            return []
        return [p for p in self._office.people.values() if all(word in p.name.casefold() for word in words)]

    def _paged(self, request: Request, name: str, rows: Sequence[Json], home: str) -> Json:
        return paged(request, name, rows, home, self._office.page_size)

    def _ticket_page(self, request: Request, home: str, name: str, shown: Sequence[Shown]) -> Json:
        page = self._paged(request, name, [ticket.json(home, facts) for ticket, facts in shown], home)
        return page | self._aside(home, shown, _rows(page[name]), _included(request))

    def _aside(self, home: str, shown: Sequence[Shown], rows: Sequence[Json], included: set[str]) -> Json:
        """The side-loads: people and groups beside the tickets `rows` (all shown ones without), targets within."""
        present = {row["id"] for row in rows} or {ticket.id for ticket, _ in shown}
        here = [(ticket, facts) for ticket, facts in shown if ticket.id in present]
        aside: Json = {}
        if "users" in included:
            ids = {number for t, f in here for number in (f.requester_id, f.assignee_id, t.submitter_id) if number}
            aside["users"] = self._people(home, ids)
        if "groups" in included:
            wanted = {facts.group_id for _, facts in here}
            aside["groups"] = [group.json(home) for group in self._office.groups.values() if group.id in wanted]
        if "slas" in included and self._office.has_slas:
            targets = {ticket.id: ticket.targets for ticket, _ in here}
            for row in rows:
                metrics = [target.json(self._office.now()) for target in targets.get(int(str(row["id"])), ())]
                row["slas"] = {"policy_metrics": metrics}
        return aside

    def _people(self, home: str, ids: Iterable[int]) -> list[Json]:
        """Those who still exist."""
        return [self._office.people[number].json(home) for number in sorted(ids) if number in self._office.people]


def _option(word: str) -> Json:
    return {"name": "On-hold" if word == "hold" else word.title(), "value": word}


def _tagged(tags: object, actions: Mapping[str, str]) -> Json:
    """The tags as a macro would leave them."""
    if not actions.keys() & _TAGGING:
        return {}
    kept = {str(tag) for tag in tags} if isinstance(tags, list) else set()
    if "set_tags" in actions:
        kept = set(actions["set_tags"].split())
    kept |= set(actions.get("current_tags", "").split())
    return {"tags": sorted(kept - set(actions.get("remove_tags", "").split()))}


def _rows(value: object) -> list[Json]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _query(request: Request) -> Query:
    text = request.one("query")
    if not text.strip():
        raise refused(422, "invalid", "Invalid search: query must be present")
    return Query(text)


def _ids(request: Request) -> list[int]:
    words = [word.strip() for word in request.one("ids").split(",") if word.strip()]
    if not words or not all(word.isdecimal() for word in words):
        raise bad_attribute("ids", "a list of integers")
    if len(words) > IDS_AT_ONCE:
        raise refused(400, "TooManyValues", f"ids: accepts at most {IDS_AT_ONCE} values")
    return [int(word) for word in words]


def _included(request: Request, within: str = "") -> set[str]:
    """The side-loads asked for: `users,groups`, or for searches `tickets(users,groups)`."""
    text = request.one("include")
    if within:
        found = re.search(rf"{within}\(([^)]*)\)", text)
        text = found[1] if found else ""
    return {word.strip() for word in text.split(",")}
