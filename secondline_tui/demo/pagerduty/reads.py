"""What a simulated PagerDuty answers to GET."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from secondline_tui.demo.pagerduty.account import Account, Key, RefusedError, invalid, not_found
from secondline_tui.demo.pagerduty.incidents import Incident, LogEntry, Note, Service, Signal
from secondline_tui.demo.pagerduty.people import Json, Thing, find
from secondline_tui.demo.pagerduty.schedules import WEEK, Policy, Schedule, Window, moment, shown_schedule
from secondline_tui.demo.wire import Answer, Request

MOST_AT_ONCE = 100
USUAL_AT_ONCE = 25
DEEPEST = 10_000
MONTH = 30 * 86_400.0
UTC = ZoneInfo("UTC")

Reading = Callable[[Request, Key, Sequence[str]], Answer]
VisibleT = TypeVar("VisibleT", Note, Signal, LogEntry)

_SORTS: Mapping[str, Callable[[Incident], float | str]] = {
    "incident_number": lambda incident: incident.number,
    "created_at": lambda incident: incident.created,
    "resolved_at": lambda incident: incident.resolved_at or 0.0,
    "urgency": lambda incident: incident.urgency,
}


class Reads:
    """Answers every GET, as reads show the account by now."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._book = account.book

    def routes(self) -> Mapping[str, Reading]:
        """Each path that is known, `*` for an ID; more particular ones first."""
        account = self._account
        return {
            "abilities": lambda *_: Answer(200, {"abilities": list(account.abilities)}),
            "users/me": self._me,
            "users": self._users,
            "users/*": self._one("user", lambda: account.users),
            "teams": self._list("teams", lambda: account.teams),
            "teams/*": self._one("team", lambda: account.teams),
            "priorities": self._list("priorities", lambda: account.priorities),
            "services": self._list("services", lambda: account.services),
            "services/*": self._one("service", lambda: account.services),
            "escalation_policies": self._list("escalation_policies", lambda: account.policies),
            "escalation_policies/*": self._one("escalation_policy", lambda: account.policies),
            "schedules": self._list("schedules", lambda: account.schedules),
            "schedules/*": self._schedule,
            "schedules/*/overrides": self._overrides,
            "schedules/*/users": self._schedule_users,
            "oncalls": self._on_calls,
            "incidents": self._incidents,
            "incidents/*": self._incident,
            "incidents/*/notes": self._notes,
            "incidents/*/alerts": self._alerts,
            "incidents/*/log_entries": self._log_entries,
        }

    # -- things -----------------------------------------------------------------------------------------------------

    def _list(self, name: str, things: Callable[[], Iterable[Thing]]) -> Reading:
        def answer(request: Request, *_: object) -> Answer:
            query = request.one("query").casefold()
            found = [self._whole(thing) for thing in things() if query in thing.name.casefold()]
            return page(request, name, found)

        return answer

    def _users(self, request: Request, *_: object) -> Answer:
        """Names and addresses are both searched, though only names are documented: clients rely on it."""
        query = request.one("query").casefold()
        found = [user.whole() for user in self._account.users if query in f"{user.name} <{user.email}>".casefold()]
        return page(request, "users", found)

    def _one(self, name: str, things: Callable[[], Iterable[Thing]]) -> Reading:
        def answer(_: Request, __: Key, ids: Sequence[str]) -> Answer:
            thing = find(things(), ids[0])
            if thing is None:
                raise not_found()
            return Answer(200, {name: self._whole(thing)})

        return answer

    def _whole(self, thing: Thing) -> Json:
        account = self._account
        if isinstance(thing, Service):
            return thing.whole(account.service_statuses(thing))
        if isinstance(thing, Policy):
            return thing.whole([service for service in account.services if service.policy is thing])
        if isinstance(thing, Schedule):
            shown = shown_schedule(thing, account.policies, account.now(), None)
            return {name: value for name, value in shown.items() if not name.endswith(("schedule", "layers"))}
        return thing.whole()

    def _me(self, _: Request, key: Key, __: Sequence[str]) -> Answer:
        if key.user is None:
            return Answer(400, {"error": "Current user cannot be told: an account-level access token was used."})
        return Answer(200, {"user": key.user.whole()})

    # -- who is on call ---------------------------------------------------------------------------------------------

    def _on_calls(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        now = self._account.now()
        since = _time(request, "since", now)
        until = _time(request, "until", since)
        if until < since:
            raise RefusedError(400, 2001, "Invalid Input Provided", "Until must be after since.")
        wanted = {
            name: request.query.get(f"{name}[]", []) for name in ("schedule_ids", "user_ids", "escalation_policy_ids")
        }
        found = []
        for policy in self._account.policies:
            for shown, schedule, user in policy.on_calls(since, until, now):
                ids = (schedule.id if schedule else "null", user.id, policy.id)
                if all(not asked or identity in asked for asked, identity in zip(wanted.values(), ids, strict=True)):
                    found.append(shown)
        return page(request, "oncalls", found)

    def _schedule(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        account = self._account
        schedule = self._known_schedule(ids)
        return Answer(200, {"schedule": shown_schedule(schedule, account.policies, account.now(), _window(request))})

    def _overrides(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        schedule = self._known_schedule(ids)
        window = _window(request)
        if window is None:
            raise RefusedError(400, 2001, "Invalid Input Provided", "Since is required.", "Until is required.")
        found = [
            override.shown()
            for override in schedule.overrides_at(self._account.now())
            if override.entry.start < window.until and override.entry.end > window.since
        ]
        return Answer(200, {"overrides": found})

    def _schedule_users(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        schedule, now = self._known_schedule(ids), self._account.now()
        window = _window(request) or Window(now, now)
        users = dict.fromkeys(entry.user for entry in schedule.entries(window.since, window.until, now))
        return Answer(200, {"users": [user.whole() for user in users]})

    def _known_schedule(self, ids: Sequence[str]) -> Schedule:
        schedule = find(self._account.schedules, ids[0])
        if schedule is None:
            raise not_found()
        return schedule

    # -- incidents --------------------------------------------------------------------------------------------------

    def _incidents(self, request: Request, _: Key, __: Sequence[str]) -> Answer:
        self._need("team_ids[]", "teams", request)
        self._need("urgencies[]", "urgencies", request)
        query = request.query
        found = [incident for incident in self._book.all_seen(self._account.now()) if _matches(incident, query)]
        if request.one("date_range") != "all":
            until = _time(request, "until", self._account.now())
            since = _time(request, "since", until - MONTH)
            found = [incident for incident in found if since <= incident.created <= until]
        include = request.query.get("include[]", [])
        return page(request, "incidents", [self._shown(incident, include) for incident in _ordered(found, request)])

    def _incident(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        return Answer(200, {"incident": self._shown(self._known(ids), request.query.get("include[]", []))})

    def _notes(self, _: Request, __: Key, ids: Sequence[str]) -> Answer:
        notes = self._visible(self._book.notes[self._known(ids).id])
        return Answer(200, {"notes": [note.shown() for note in reversed(notes)]})

    def _alerts(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        incident = self._known(ids)
        alerts = [alert.shown(incident) for alert in self._visible(self._book.alerts[incident.id])]
        return page(request, "alerts", alerts)

    def _log_entries(self, request: Request, _: Key, ids: Sequence[str]) -> Answer:
        incident = self._known(ids)
        entries = self._visible(self._book.log[incident.id])
        include = request.query.get("include[]", [])
        if request.one("is_overview") == "true":
            entries = [entry for entry in entries if entry.overview]
        return page(request, "log_entries", [entry.shown(incident, include) for entry in reversed(entries)])

    def _known(self, ids: Sequence[str]) -> Incident:
        incident = self._book.seen(ids[0], self._account.now())
        if incident is None:
            raise not_found()
        return incident

    def _shown(self, incident: Incident, include: Sequence[str]) -> Json:
        return incident.shown(len(self._visible(self._book.alerts[incident.id])), include)

    def _visible(self, things: Sequence[VisibleT]) -> list[VisibleT]:
        return [thing for thing in things if thing.visible_at <= self._account.now()]

    def _need(self, parameter: str, ability: str, request: Request) -> None:
        if parameter in request.query and ability not in self._account.abilities:
            message = "Account does not have the abilities to perform the action."
            raise RefusedError(402, None, message, f"The {ability} ability is required.")


def page(request: Request, name: str, rows: Sequence[Json]) -> Answer:
    """The part of a list that a request asks for."""
    limit = min(_number(request, "limit", USUAL_AT_ONCE), MOST_AT_ONCE)
    offset = _number(request, "offset", 0)
    if limit < 1:
        raise invalid("Limit must be greater than 0.")
    if offset + limit > DEEPEST:
        raise invalid(f"Offset and limit together must not exceed {DEEPEST}.")
    part = list(rows[offset : offset + limit])
    counted = request.one("total") in ("true", "1")
    told = {"limit": limit, "offset": offset, "total": len(rows) if counted else None}
    return Answer(200, {name: part, **told, "more": offset + limit < len(rows)})


def _number(request: Request, name: str, default: int) -> int:
    text = request.one(name, str(default))
    if not text.isdecimal():
        raise invalid(f"{name.capitalize()} must be a number.")
    return int(text)


def _matches(incident: Incident, query: Mapping[str, Sequence[str]]) -> bool:
    """Whether an incident passes every filter."""
    team = incident.service.team
    passes = {
        "statuses[]": {incident.status},
        "service_ids[]": {incident.service.id},
        "team_ids[]": {team.id} if team else set(),
        "urgencies[]": {incident.urgency},
        "user_ids[]": {user.id for user, _ in incident.assigned},
        "incident_key": {incident.key or ""},
    }
    return all(values & set(query[name]) for name, values in passes.items() if name in query)


def _ordered(incidents: Iterable[Incident], request: Request) -> list[Incident]:
    found = sorted(incidents, key=lambda incident: (incident.created, incident.number))
    wanted = [part for part in request.one("sort_by").split(",") if part]
    if len(wanted) > 2:
        raise invalid("Sort by at most two fields.")
    for part in reversed(wanted):
        name, _, direction = part.partition(":")
        if name not in _SORTS or direction not in ("", "asc", "desc"):
            raise invalid("Sort by is not valid.")
        found.sort(key=_SORTS[name], reverse=direction == "desc")
    return found


def _time(request: Request, name: str, default: float) -> float:
    text = request.one(name)
    if not text:
        return default
    try:
        return moment(text, UTC)
    except ValueError:
        raise RefusedError(400, 2004, "Invalid 'since' or 'until' parameter values") from None


def _window(request: Request) -> Window | None:
    """The time a question about a schedule is about: two weeks where it names one end, none where it names neither."""
    if "since" not in request.query and "until" not in request.query:
        return None
    since = _time(request, "since", _time(request, "until", 0.0) - 2 * WEEK)
    until = _time(request, "until", since + 2 * WEEK)
    if until < since:
        raise invalid("Until must be after since.")
    return Window(since, until, request.one("overflow") == "true")
