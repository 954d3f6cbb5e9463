"""A simulated Icinga 2: those parts of its REST API that a dashboard uses, as 2.13.6 answers and as 2.17 will."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence

from secondline_tui.demo.checkables import (
    ACKNOWLEDGEMENT,
    FILTERS,
    USERS,
    Checkable,
    Comment,
    Downtime,
    Remark,
    User,
)
from secondline_tui.demo.icinga_actions import NOT_FOUND, PROBLEM_FILTERS, Hands, error, missing, named, results
from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.zones import connections

OLD, NEW = "r2.13.6-1", "r2.17.0-1"
"""Only the newer one wants a permission for filters."""
REMARK_FILTER = "service && service.problem || !service && host.problem"
OBJECT_FILTERS = {
    "comments": "comment.host_name == on_host && comment.service_name == on_service",
    "downtimes": "downtime.host_name == on_host && downtime.service_name == on_service",
}
TYPES = {"hosts": "Host", "services": "Service", "comments": "Comment", "downtimes": "Downtime"}


class Icinga2(Simulator):
    """One Icinga 2."""

    kind = "icinga2"

    def __init__(
        self, name: str, now: Now, chance: random.Random, environment: str = "production", version: str = OLD
    ) -> None:
        super().__init__(name, now, chance)
        self.environment = environment
        self.version = version
        self.hosts: dict[str, Checkable] = {}
        self.services: dict[str, Checkable] = {}
        self.comments: list[Comment] = []
        self.downtimes: list[Downtime] = []
        self.fading: list[Remark] = []
        """Comments and downtimes that are gone, though reads still show them."""
        self._hands = Hands(self)
        self.checker = True
        """Whether its checker runs."""
        self.satellites: dict[str, bool] = {}
        """The Icingas in zones below, and whether each is connected."""
        self.enabled = True
        """Whether active checks are switched on."""
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
            if thing.acknowledgement == 1 or not state:
                self.let_go(thing)
        thing.state, thing.output, thing.last_check = state, output, self.now() - min(ago, 60)
        if state:
            self.firings.begin(thing.firing(self.environment, self.now() - ago))
        else:
            self.firings.end(thing.name, self.now() - ago)

    def acknowledge(self, name: str, author: str, text: str, *, ago: float = 0.0, until: float = 0.0) -> None:
        """Somebody has it."""
        thing = self._thing(name)
        thing.acknowledgement, thing.acknowledgement_expiry = 1, until
        thing.acknowledgement_change = self.now() - ago
        self._comment(thing, author, text, ago, ACKNOWLEDGEMENT)
        self.firings.hold(name, author, self.now() - ago)

    def comment(self, name: str, author: str, text: str, *, ago: float = 0.0) -> None:
        """Somebody says something."""
        self._comment(self._thing(name), author, text, ago)

    def plan_downtime(
        self, name: str, author: str, text: str, *, seconds: float, ago: float = 0.0, duration: float = 0.0
    ) -> None:
        """Trouble is expected, from `ago` seconds before now. With a duration it is flexible: it begins with the
        trouble, within those seconds.
        """
        began = self.now() - ago
        planned = Downtime(
            id=self.identity(),
            about=self._thing(name),
            author=author,
            text=text,
            at=began,
            until=began + seconds,
            duration=duration,
        )
        self.downtimes.append(planned)
        self._settle()

    def settings(self) -> Mapping[str, object]:
        """Read as the user who may do everything."""
        login = {"username": "dash", "password": USERS["dash"].password}
        return {"type": self.kind, **login, "environment": self.environment, "interval": 15}

    @property
    def wants_filter_permission(self) -> bool:
        """Whether it is a version that wants a permission for filters."""
        return self.version == NEW

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as Icinga 2 does."""
        name = _login(request)
        if name is None:
            return _refusal(request)
        self._settle()
        verbose = request.one("verbose") == "1"
        match request.path.strip("/").split("/"):
            case ["v1"]:
                info = {"info": "More information about API requests is available in the documentation.", "user": name}
                return results([{**info, "permissions": USERS[name].told(), "version": self.version}])
            case ["v1", "status"] if request.method == "GET":
                may = USERS[name].may("status/query")
                return self._status() if may else missing("status/query", verbose=verbose)
            case ["v1", "objects", plural] if _reads(request):
                return self._query(USERS[name], plural, request)
            case ["v1", "actions", action] if request.method == "POST":
                return self._hands.act(USERS[name], action, request)
            case _:
                path = request.path.strip("/")
                return error(
                    404,
                    f"The requested path '{path}' could not be found or the request method is not valid for this path.",
                )

    def rows(self, data: object) -> list[object] | None:
        """The results of a query for services."""
        results = data.get("results") if isinstance(data, dict) else None
        about_services = isinstance(results, list) and any(
            row.get("type") == "Service" for row in results if isinstance(row, dict)
        )
        return results if about_services else None

    def later_part(self, request: Request) -> bool:
        """Icinga has no pages; a poll is whole only with its hosts and comments."""
        return request.path.endswith(("/comments", "/hosts"))

    def state(self) -> dict[str, object]:
        """Problems, comments, downtimes."""
        self._settle()
        things = [*self.hosts.values(), *self.services.values()]
        return {
            "problems": [thing.name for thing in things if thing.problem],
            "acknowledged": [thing.name for thing in things if thing.problem and thing.acknowledgement],
            "in_downtime": [thing.name for thing in things if thing.downtimes],
            "comments": [remark.kept() for remark in self.comments],
            "downtimes": [remark.kept() for remark in self.downtimes],
            "applied": list(self._hands.applied),
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _query(self, user: User, plural: str, request: Request) -> Answer:
        try:
            wish = request.json()
        except ValueError:
            return error(400, "Invalid request body: Error: [json.exception.parse_error.101] parse error")
        if not isinstance(wish, dict):
            wish = {}
        if plural not in TYPES:
            return error(400, "Invalid type specified.")
        verbose = wish.get("verbose") is True
        if not user.may(f"objects/query/{TYPES[plural]}"):
            return missing(f"objects/query/{TYPES[plural].lower()}", verbose=verbose)
        if "filter" in wish and self.wants_filter_permission and not user.may(FILTERS):
            return error(403, f"Missing permission: {FILTERS}")
        try:
            found = self._found(user, plural, wish)
        except LookupError as reason:
            return error(404, NOT_FOUND, f"Error: {reason.args[0]}\n" if verbose else "")
        return self._selected(user, found, TYPES[plural], wish)

    def _selected(
        self, user: User, found: Iterable[Checkable | Remark], kind: str, wish: Mapping[str, object]
    ) -> Answer:
        wanted, joins = wish.get("attrs"), wish.get("joins") if user.may("objects/query/Host") else None
        rows: list[dict[str, object]] = []
        for thing in found:
            attributes = self._attributes(thing)
            if isinstance(wanted, list):
                unknown = next((name for name in wanted if name not in attributes), None)
                if unknown is not None:
                    return error(400, f"Invalid field specified: {unknown}")
                attributes = {name: attributes[name] for name in wanted}
            joined = self._joined(thing, joins) if isinstance(joins, list) else {}
            rows.append({"attrs": attributes, "joins": joined, "meta": {}, "name": thing.name, "type": kind})
        return results(rows)

    def _found(self, user: User, plural: str, wish: Mapping[str, object]) -> Sequence[Checkable | Remark]:
        """The objects a query is about; LookupError when it names one that is not there, or cannot be understood."""
        if plural in ("comments", "downtimes"):
            kind = Comment if plural == "comments" else Downtime
            remarks = [r for r in (*self.comments, *self.downtimes, *self.fading) if isinstance(r, kind)]
            return [r for r in _remarks_found(remarks, plural, wish) if r.shows(self.now()) and user.sees(r.about)]
        things = self.hosts if plural == "hosts" else self.services
        names = wish.get(plural, [wish[plural[:-1]]] if plural[:-1] in wish else None)
        if isinstance(names, list) and names:
            return named(user, things, names, TYPES[plural])
        if wish.get("filter", PROBLEM_FILTERS[0]) not in PROBLEM_FILTERS:
            raise LookupError("syntax error, unexpected end of file")
        return [t for t in things.values() if user.sees(t) and ("filter" not in wish or t.problem)]

    def _attributes(self, thing: Checkable | Remark) -> dict[str, object]:
        if isinstance(thing, Remark):
            return thing.attributes()
        return thing.attributes(thing.checked(self.now()) if self.checker else thing.last_check, self.now())

    def _joined(self, thing: Checkable | Remark, wanted: Sequence[object]) -> dict[str, object]:
        host = thing.host if isinstance(thing, Checkable) else thing.about.host
        names = [str(name).removeprefix("host.") for name in wanted if str(name).startswith("host.")]
        if host is None or not names:
            return {}
        attributes = self._attributes(host)
        return {"host": {name: attributes[name] for name in names if name in attributes}}

    def _status(self) -> Answer:
        services, hosts = self.services.values(), self.hosts.values()
        checks = {"host": 3 * len(hosts), "service": 3 * len(services)}
        counters: dict[str, object] = {
            **{f"active_{kind}_checks_15min": count if self.checker else 0 for kind, count in checks.items()},
            **{f"passive_{kind}_checks_15min": 0 for kind in checks},
            "avg_latency": None,
            "num_hosts_up": sum(not thing.problem and not thing.pending for thing in hosts),
            "num_hosts_down": sum(thing.problem or thing.pending for thing in hosts),
            "num_hosts_unreachable": 0,
            "num_hosts_pending": sum(thing.pending for thing in hosts),
            "num_hosts_problem": sum(thing.problem for thing in hosts),
            "num_services_ok": sum(not thing.problem and not thing.pending for thing in services),
            "num_services_problem": sum(thing.problem for thing in services),
            "num_services_pending": sum(thing.pending for thing in services),
            "uptime": self.now() - self.started,
        }
        app = {
            "enable_host_checks": self.enabled,
            "enable_service_checks": self.enabled,
            "program_start": self.started,
            "version": self.version,
        }
        checkers = {"checker": {"idle": len(services), "pending": 0}} if self.checker else {}
        components: dict[str, object] = {
            "ApiListener": {"api": connections(self.satellites)},
            "CIB": counters,
            "CheckerComponent": {"checkercomponent": checkers},
            "IcingaApplication": {"icingaapplication": {"app": app}},
        }
        return results([{"name": name, "perfdata": [], "status": status} for name, status in components.items()])

    def _thing(self, name: str) -> Checkable:
        return self.services[name] if "!" in name else self.hosts[name]

    def identity(self) -> str:
        """A new name for a comment or downtime."""
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def _comment(self, thing: Checkable, author: str, text: str, ago: float, entry_type: int = 1) -> None:
        made = Comment(
            id=self.identity(), about=thing, author=author, text=text, at=self.now() - ago, entry_type=entry_type
        )
        self.comments.append(made)

    def let_go(self, thing: Checkable) -> None:
        """End its acknowledgement, and with it the comment that came with it, unless that is to stay."""
        if not thing.acknowledgement:
            return
        thing.acknowledgement, thing.acknowledgement_expiry = 0, 0.0
        thing.acknowledgement_change = self.now()
        for comment in tuple(self.comments):
            if comment.about is thing and comment.entry_type == ACKNOWLEDGEMENT and not comment.persistent:
                self.forget(comment)

    def forget(self, remark: Remark) -> None:
        """A comment or downtime is no more; reads show it for a while."""
        if isinstance(remark, Comment):
            self.comments.remove(remark)
        elif isinstance(remark, Downtime):
            self.downtimes.remove(remark)
        remark.gone_at = self.now() + self.lag
        self.fading.append(remark)

    def _settle(self) -> None:
        """Let acknowledgements and downtimes begin and end."""
        now = self.now()
        for thing in (*self.hosts.values(), *self.services.values()):
            thing.downtimes = 0
            if 0 < thing.acknowledgement_expiry <= now:
                self.let_go(thing)
        for planned in self.downtimes:
            planned.about.downtimes += planned.settle(now)
        self.comments = [comment for comment in self.comments if not 0 < comment.until <= now]
        self.downtimes = [planned for planned in self.downtimes if planned.ends > now]
        self.fading = [remark for remark in self.fading if remark.gone_at > now]


def _login(request: Request) -> str | None:
    """The name of the user whose password was sent."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return None
    try:
        name, _, password = base64.b64decode(token).decode().partition(":")
    except ValueError:
        return None
    return name if name in USERS and USERS[name].password == password else None


def _refusal(request: Request) -> Answer:
    text = "Unauthorized. Please check your user credentials."
    headers = {"WWW-Authenticate": 'Basic realm="Icinga 2"'}
    if request.headers.get("accept") == "application/json":
        return Answer(401, {"error": 401, "status": text}, headers)
    return Answer(401, f"<h1>{text}</h1>".encode(), {**headers, "Content-Type": "text/html"})


def _reads(request: Request) -> bool:
    return request.method == "GET" or request.headers.get("x-http-method-override") == "GET"


def _remarks_found(remarks: Sequence[Remark], plural: str, wish: Mapping[str, object]) -> list[Remark]:
    if "filter" not in wish:
        return list(remarks)
    if wish["filter"] == REMARK_FILTER:
        return [remark for remark in remarks if remark.about.problem]
    told = wish.get("filter_vars")
    if wish["filter"] != OBJECT_FILTERS[plural] or not isinstance(told, dict):
        raise LookupError("syntax error, unexpected end of file")
    on = (told["on_host"], told["on_service"])
    return [remark for remark in remarks if (remark.about.host_name, remark.about.service_name) == on]
