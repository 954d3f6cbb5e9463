"""A simulated Icinga 2: the parts of its REST API that a dashboard uses, as 2.13.6 answers."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.wire import Answer, Request

VERSION = "r2.13.6-1"
NOT_FOUND = "No objects found."
PROBLEM_FILTERS = ("service.problem", "host.problem")
REMARK_FILTER = "service && service.problem || !service && host.problem"

USERS: Mapping[str, tuple[str, list[str]]] = {
    "dash": (
        "dash-secret",
        [
            "status/query",
            "objects/query/Host",
            "objects/query/Service",
            "objects/query/Comment",
            "objects/query/Downtime",
            "actions/acknowledge-problem",
            "actions/remove-acknowledgement",
            "actions/add-comment",
            "actions/remove-comment",
            "actions/schedule-downtime",
            "actions/remove-downtime",
            "actions/reschedule-check",
        ],
    ),
    "ro": ("ro-secret", ["status/query", "objects/query/Host", "objects/query/Service", "objects/query/Comment"]),
}


@dataclass(slots=True)
class Checkable:
    """A host or a service."""

    name: str
    host: Checkable | None
    display_name: str
    state: int = 0
    state_type: int = 1
    output: str = ""
    since: float = 0.0
    last_check: float = -1.0
    acknowledgement: int = 0
    acknowledgement_expiry: float = 0.0
    flapping: bool = False
    notes_url: str = ""
    action_url: str = ""
    variables: dict[str, object] = field(default_factory=dict)
    downtimes: int = 0

    @property
    def pending(self) -> bool:
        """Never checked."""
        return self.last_check < 0

    @property
    def problem(self) -> bool:
        """In trouble; a pending object never is."""
        return self.state != 0 and not self.pending

    @property
    def handled(self) -> bool:
        """Somebody has it, or its host is the real trouble."""
        own = bool(self.acknowledgement) or self.downtimes > 0
        return self.problem and (own or (self.host is not None and self.host.problem))

    def attributes(self) -> dict[str, object]:
        """The attributes that may be asked for."""
        host_name = self.host.name if self.host else self.name
        result = {"output": self.output, "exit_status": self.state, "performance_data": None, "type": "CheckResult"}
        return {
            "__name": self.name,
            "name": self.name.rpartition("!")[2],
            "host_name": host_name,
            "display_name": self.display_name,
            "state": self.state if not self.pending else (3 if self.host else 1),
            "state_type": self.state_type,
            "last_state_change": self.since,
            "last_check": self.last_check,
            "last_check_result": None if self.pending else result,
            "acknowledgement": self.acknowledgement,
            "acknowledgement_expiry": self.acknowledgement_expiry,
            "downtime_depth": self.downtimes,
            "flapping": self.flapping,
            "handled": self.handled,
            "problem": self.problem,
            "notes_url": self.notes_url,
            "action_url": self.action_url,
            "check_attempt": 1,
            "max_check_attempts": 4,
            "vars": self.variables or None,
        }


@dataclass(slots=True)
class Remark:
    """A comment or a downtime."""

    id: str
    about: Checkable
    author: str
    text: str
    at: float
    until: float = 0.0
    entry_type: int = 1
    visible_at: float = 0.0
    persistent: bool = False

    def attributes(self) -> dict[str, object]:
        """What a query for comments may ask for, and one for downtimes."""
        host = self.about.host.name if self.about.host else self.about.name
        service = self.about.name.partition("!")[2]
        return {
            "name": self.id,
            "host_name": host,
            "service_name": service,
            "author": self.author,
            "text": self.text,
            "comment": self.text,
            "entry_time": self.at,
            "entry_type": self.entry_type,
            "start_time": self.at,
            "end_time": self.until,
            "expire_time": self.until,
            "fixed": True,
        }

    def kept(self) -> dict[str, object]:
        """As GET /state tells it."""
        return {"object": self.about.name, "author": self.author, "text": self.text, "at": self.at, "until": self.until}


class Icinga2(Simulator):
    """One Icinga 2."""

    kind = "icinga2"

    def __init__(self, name: str, now: Now, chance: random.Random, environment: str = "production") -> None:
        super().__init__(name, now, chance)
        self.environment = environment
        self.hosts: dict[str, Checkable] = {}
        self.services: dict[str, Checkable] = {}
        self.comments: list[Remark] = []
        self.downtimes: list[Remark] = []
        self.checker = True
        self.started = now() - 9 * 86_400

    # -- the world's side ---------------------------------------------------------------------------------------

    def add_host(self, name: str, display_name: str = "", **variables: object) -> Checkable:
        """A host, up and checked."""
        host = Checkable(name, None, display_name or name, last_check=self.now(), since=self.started)
        host.variables, host.output = variables, "PING OK - Packet loss = 0%, RTA = 0.05 ms"
        self.hosts[name] = host
        return host

    def add_service(self, host: str, name: str, *, notes_url: str = "", action_url: str = "") -> Checkable:
        """A service, fine and checked."""
        service = Checkable(f"{host}!{name}", self.hosts[host], name, last_check=self.now(), since=self.started)
        service.notes_url, service.action_url, service.output = notes_url, action_url, "OK: value=0.0"
        self.services[service.name] = service
        return service

    def change(self, name: str, state: int, output: str, *, ago: float = 0.0) -> None:
        """A check result: a host (`name` without "!") is up at 0, everything else is trouble."""
        thing = self._thing(name)
        if thing.state != state or thing.pending:
            thing.since = self.now() - ago
            if thing.acknowledgement:
                self._drop_acknowledgement(thing)
        thing.state, thing.output, thing.last_check = state, output, self.now() - min(ago, 60)

    def acknowledge(self, name: str, author: str, text: str, *, ago: float = 0.0, until: float = 0.0) -> None:
        """Somebody has it."""
        thing = self._thing(name)
        thing.acknowledgement, thing.acknowledgement_expiry = 2, until
        self._remark(self.comments, thing, author, text, self.now() - ago, entry_type=4)

    def comment(self, name: str, author: str, text: str, *, ago: float = 0.0) -> None:
        """Somebody says something."""
        self._remark(self.comments, self._thing(name), author, text, self.now() - ago)

    def plan_downtime(self, name: str, author: str, text: str, *, seconds: float, ago: float = 0.0) -> None:
        """Trouble is expected."""
        thing = self._thing(name)
        began = self.now() - ago
        self._remark(self.downtimes, thing, author, text, began, until=began + seconds)
        thing.downtimes += 1

    def settings(self) -> Mapping[str, object]:
        """Read as the user who may do everything."""
        login = {"username": "dash", "password": USERS["dash"][0]}
        return {"type": self.kind, **login, "environment": self.environment, "interval": 15}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as Icinga 2 does."""
        user = self._user(request)
        if user is None:
            return _error(401, "Unauthorized. Please check your user credentials.")
        parts = request.path.strip("/").split("/")
        match parts:
            case ["v1"]:
                info = {"info": "More information about API requests is available in the documentation.", "user": user}
                return _results([{**info, "permissions": USERS[user][1], "version": VERSION}])
            case ["v1", "status"] if request.method == "GET":
                return self._allowed(user, "status/query", self._status)
            case ["v1", "objects", plural] if _reads(request):
                return self._query(user, plural, request)
            case _:
                path = request.path.strip("/")
                return _error(
                    404,
                    f"The requested path '{path}' could not be found or the request method is not valid for this path.",
                )

    def rows(self, data: object) -> list[object] | None:
        """The results of a query for problems."""
        results = data.get("results") if isinstance(data, dict) else None
        queried = isinstance(results, list) and any("joins" in row for row in results if isinstance(row, dict))
        return results if queried else None

    def later_part(self, request: Request) -> bool:
        """Icinga has no pages; a poll is whole only with its hosts and comments."""
        return request.path.endswith(("/comments", "/hosts"))

    def state(self) -> dict[str, object]:
        """Problems, comments, downtimes."""
        things = [*self.hosts.values(), *self.services.values()]
        return {
            "problems": [thing.name for thing in things if thing.problem],
            "acknowledged": [thing.name for thing in things if thing.problem and thing.acknowledgement],
            "in_downtime": [thing.name for thing in things if thing.downtimes],
            "comments": [remark.kept() for remark in self.comments],
            "downtimes": [remark.kept() for remark in self.downtimes],
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _user(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return None
        try:
            name, _, password = base64.b64decode(token).decode().partition(":")
        except ValueError:
            return None
        return name if name in USERS and USERS[name][0] == password else None

    def _allowed(self, user: str, permission: str, answer: Callable[[], Answer]) -> Answer:
        if any(fnmatchcase(permission.lower(), granted.lower()) for granted in USERS[user][1]):
            return answer()
        return _error(404, NOT_FOUND, f"Error: Missing permission: {permission}\n")

    def _query(self, user: str, plural: str, request: Request) -> Answer:
        try:
            wish = request.json()
        except ValueError:
            return _error(400, "Invalid request body: Error: [json.exception.parse_error.101] parse error")
        if not isinstance(wish, dict):
            wish = {}
        if plural not in ("hosts", "services", "comments", "downtimes"):
            return _error(400, "Invalid type specified.")
        kind = {"hosts": "Host", "services": "Service", "comments": "Comment", "downtimes": "Downtime"}[plural]
        return self._allowed(user, f"objects/query/{kind}", lambda: self._select(plural, kind, wish))

    def _select(self, plural: str, kind: str, wish: Mapping[str, object]) -> Answer:
        self._expire()
        found = self._found(plural, wish)
        if found is None:
            return _error(404, NOT_FOUND, "Error: Object does not exist.\n")
        wanted, joins = wish.get("attrs"), wish.get("joins")
        results: list[dict[str, object]] = []
        for thing in found:
            attributes = thing.attributes()
            if isinstance(wanted, list):
                unknown = next((name for name in wanted if name not in attributes), None)
                if unknown is not None:
                    return _error(400, f"Invalid field specified: {unknown}")
                attributes = {name: attributes[name] for name in wanted}
            name = thing.name if isinstance(thing, Checkable) else f"{thing.about.name}!{thing.id}"
            results.append({"attrs": attributes, "joins": _joins(thing, joins), "meta": {}, "name": name, "type": kind})
        return _results(results)

    def _found(self, plural: str, wish: Mapping[str, object]) -> list[Checkable] | list[Remark] | None:
        """The objects a query is about; None when it names one that does not exist, or cannot be understood."""
        now = self.now()
        if plural in ("comments", "downtimes"):
            remarks = [r for r in (self.comments if plural == "comments" else self.downtimes) if r.visible_at <= now]
            if "filter" not in wish:
                return remarks
            return [r for r in remarks if r.about.problem] if wish["filter"] == REMARK_FILTER else None
        things = self.hosts if plural == "hosts" else self.services
        names = wish.get(plural, [wish[plural[:-1]]] if plural[:-1] in wish else None)
        if isinstance(names, list):
            return [things[name] for name in names] if names and all(name in things for name in names) else None
        if "filter" not in wish:
            return list(things.values())
        return [thing for thing in things.values() if thing.problem] if wish["filter"] in PROBLEM_FILTERS else None

    def _status(self) -> Answer:
        services = self.services.values()
        counters = {
            "active_host_checks_15min": 3.0 * len(self.hosts) if self.checker else 0,
            "active_service_checks_15min": 3.0 * len(self.services) if self.checker else 0,
            "passive_host_checks_15min": 0,
            "passive_service_checks_15min": 0,
            "num_services_ok": sum(not thing.problem and not thing.pending for thing in services),
            "num_services_problem": sum(thing.problem for thing in services),
            "num_services_pending": sum(thing.pending for thing in services),
            "uptime": self.now() - self.started,
        }
        app = {"enable_host_checks": True, "enable_service_checks": True, "program_start": self.started}
        components: dict[str, object] = {
            "ApiListener": {"api": {"num_endpoints": 0, "num_conn_endpoints": 0, "identity": self.name}},
            "CIB": counters,
            "CheckerComponent": {"checkercomponent": {"checker": {"idle": len(self.services), "pending": 0}}}
            if self.checker
            else {"checkercomponent": {}},
            "IcingaApplication": {"icingaapplication": {"app": {**app, "version": VERSION}}},
        }
        return _results([{"name": name, "perfdata": [], "status": status} for name, status in components.items()])

    def _thing(self, name: str) -> Checkable:
        return self.services[name] if "!" in name else self.hosts[name]

    def _remark(
        self,
        kept: list[Remark],
        thing: Checkable,
        author: str,
        text: str,
        at: float,
        *,
        until: float = 0.0,
        entry_type: int = 1,
    ) -> Remark:
        identity = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        remark = Remark(identity, thing, author, text, at, until, entry_type)
        kept.append(remark)
        return remark

    def _drop_acknowledgement(self, thing: Checkable) -> None:
        thing.acknowledgement, thing.acknowledgement_expiry = 0, 0.0
        self.comments = [r for r in self.comments if r.about is not thing or r.entry_type != 4 or r.persistent]

    def _expire(self) -> None:
        """Acknowledgements and downtimes that ran out."""
        now = self.now()
        for thing in (*self.hosts.values(), *self.services.values()):
            if 0 < thing.acknowledgement_expiry <= now:
                self._drop_acknowledgement(thing)
        over = [remark for remark in self.downtimes if remark.until <= now]
        for remark in over:
            remark.about.downtimes -= 1
            self.downtimes.remove(remark)


def _reads(request: Request) -> bool:
    return request.method == "GET" or request.headers.get("x-http-method-override") == "GET"


def _joins(thing: Checkable | Remark, wanted: object) -> dict[str, object]:
    host = thing.host if isinstance(thing, Checkable) else thing.about.host
    if host is None or not isinstance(wanted, list):
        return {}
    attributes = host.attributes()
    names = [str(name).removeprefix("host.") for name in wanted if str(name).startswith("host.")]
    return {"host": {name: attributes[name] for name in names if name in attributes}}


def _results(results: list[dict[str, object]]) -> Answer:
    return Answer(200, {"results": results})


def _error(status: int, text: str, diagnosis: str = "") -> Answer:
    extra = {"diagnostic_information": diagnosis} if diagnosis else {}
    return Answer(status, {"error": status, "status": text, **extra})
