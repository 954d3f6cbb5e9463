"""A simulated Grafana: unified alerting, silences, dashboards and accounts, as 11.6 answers."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping

from secondline_tui.demo.grafana_rules import Board, Instance, Rule, groups_of
from secondline_tui.demo.labels import Labels, Matcher, Refusal, SilenceBook
from secondline_tui.demo.simulator import Now, Simulator, rfc3339
from secondline_tui.demo.wire import Answer, Request

VERSION = "11.6.0"
EDITOR, CREATOR, VIEWER = "glsa_demo_editor", "glsa_demo_creator", "glsa_demo_viewer"
_READ = ("alert.instances:read", "alert.rules:read", "alert.silences:read", "dashboards:read", "folders:read")
_CREATE = ("alert.instances:create", "alert.silences:create")
_WRITE = ("alert.instances:write", "alert.silences:write")
PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    EDITOR: _READ + _CREATE + _WRITE,
    CREATOR: _READ + _CREATE,
    VIEWER: _READ,
}
LOGINS: Mapping[str, str] = {EDITOR: "sa-1-second-line", CREATOR: "sa-1-creator", VIEWER: "sa-1-wallboard"}


class Grafana(Simulator):
    """One Grafana. Labels of rules and alerts are what people configured; Grafana adds its own."""

    kind = "grafana"

    def __init__(self, name: str, now: Now, chance: random.Random, *, environment: str = "production") -> None:
        super().__init__(name, now, chance)
        self.environment = environment
        self.token = EDITOR
        self.root = "http://localhost:3000"
        """Its own idea of its address: a setting that nobody corrects."""
        self.groups_at_once = 0
        """A front that hands out so many groups at a time, asked or not; 0 is all of them."""
        self.rules: dict[str, Rule] = {}
        self.boards: list[Board] = []
        self.silences = SilenceBook(chance)
        self.heartbeat: Labels = {}
        self._mutings: list[tuple[Labels, str]] = []
        self._stopped_at: float | None = None
        self._evaluates = True

    # -- the world's side ---------------------------------------------------------------------------------------

    def add_rule(
        self,
        title: str,
        labels: Labels | None = None,
        annotations: Labels | None = None,
        *,
        folder: str = "Publishing",
        group: str = "web",
        panel: tuple[str, int] | None = None,
        provenance: str = "",
    ) -> Rule:
        """A rule that is fine. `panel` is a dashboard's UID and a panel of it; provenance is "", file or api."""
        told = dict(annotations or {})
        if panel is not None:
            told |= {"__dashboardUid__": panel[0], "__panelId__": str(panel[1])}
        folder_uid = folder.casefold().replace(" ", "-")
        uid = f"{self.chance.getrandbits(56):014x}"
        rule = Rule(uid, title, folder, folder_uid, group, dict(labels or {}), told, 60.0, provenance)
        self.rules[title] = rule
        return rule

    def fire(
        self,
        title: str,
        labels: Labels | None = None,
        annotations: Labels | None = None,
        *,
        ago: float = 0.0,
        state: str = "Alerting",
        reason: str = "",
        value: float = 1.0,
    ) -> Labels:
        """An alert of the rule with this title (made where there is none) is in `state` now; all of its labels."""
        rule = self.rules.get(title) or self.add_rule(title)
        whole = {"alertname": title, "grafana_folder": rule.folder, **rule.labels, **(labels or {})}
        rule.instances = [instance for instance in rule.instances if instance.labels != whole]
        told = {**rule.annotations, **(annotations or {})}
        rule.instances.append(Instance(whole, told, state, reason, self.now() - ago, value))
        return whole

    def beat(self, title: str = "Watchdog", *, ago: float = 518_400.0) -> Labels:
        """The heartbeat: an alert that always fires, and that `settings` names as such."""
        self.heartbeat = {"alertname": title}
        return self.fire(title, ago=ago)

    def resolve(self, title: str, labels: Labels | None = None) -> None:
        """Every alert of this rule with these labels is normal again."""
        for instance in self.rules[title].instances:
            if (labels or {}).items() <= instance.labels.items():
                instance.state, instance.reason = "Normal", ""

    def fail(self, title: str, error: str, *, ago: float = 0.0) -> None:
        """The rule cannot be evaluated; the alert that says so has the state Error."""
        self.fire(title, state="Error", ago=ago)
        self.rules[title].last_error = error

    def pause(self, title: str, paused: bool = True) -> None:
        """The rule is not evaluated any more; its alerts are gone. Or it is again."""
        self.rules[title].paused = paused
        self.rules[title].instances = []

    def silence(self, labels: Labels, by: str, comment: str, *, seconds: float = 7_200.0, ago: float = 0.0) -> str:
        """Somebody silences every alert with these labels; the silence's ID."""
        now = self.now()
        matchers = [Matcher(name, value) for name, value in labels.items()]
        return self.silences.write(matchers, now - ago, now - ago + seconds, by, comment, now=now - ago, since=now)

    def mute(self, labels: Labels, interval: str) -> None:
        """Alerts with these labels are muted by a timing of this name."""
        self._mutings.append((labels, interval))

    def stop_evaluating(self, *, ago: float = 0.0, ever: bool = True) -> None:
        """The scheduler stands still since then; or has never run (`ever` false)."""
        self._stopped_at, self._evaluates = self.now() - ago, ever

    def add_dashboard(self, uid: str, title: str, folder: str = "Publishing") -> None:
        """A dashboard."""
        self.boards.append(Board(len(self.boards) + 1, uid, title, folder.casefold()))

    def settings(self) -> Mapping[str, object]:
        """Read as an account that may silence."""
        heartbeat = {"heartbeat": dict(self.heartbeat)} if self.heartbeat else {}
        boards = {"dashboards": [board.uid for board in self.boards]} if self.boards else {}
        common = {"type": self.kind, "token": self.token, "environment": self.environment, "interval": 15}
        return {**common, **heartbeat, **boards}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as Grafana does: health to anybody, the rest to those who have a token."""
        if request.path == "/api/health":
            return Answer(200, {"commit": "d2fdff9e", "database": "ok", "version": VERSION})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not request.path.startswith("/api/") and not token:
            return Answer(302, None, {"Location": self.login_page(), "Cache-Control": "no-store"})
        if not token:
            return _unauthorised("Unauthorized", "auth.unauthorized")
        if scheme != "Bearer" or token not in PERMISSIONS:
            return _unauthorised("Invalid API key", "api-key.invalid")
        match request.path.strip("/").split("/")[1:]:
            case ["prometheus", "grafana", "api", "v1", "rules"] if request.method == "GET":
                return self._rules(request)
            case ["alertmanager", "grafana", "api", "v2", *rest]:
                return self._alertmanager(request, token, rest)
            case rest if request.method == "GET":
                return self._plain(request, token, rest)
            case _:
                return _error(404, "Not found")

    def rows(self, data: object) -> list[object] | None:
        """The rules of the first group."""
        inner = data.get("data") if isinstance(data, dict) else None
        groups = inner.get("groups") if isinstance(inner, dict) else None
        return groups[0]["rules"] if groups else None

    def later_part(self, request: Request) -> bool:
        """A poll is whole only with what was sent, the silences, and every page of rules."""
        return request.path.endswith(("/v2/alerts", "/v2/silences")) or "group_next_token" in request.query

    def too_many(self, seconds: float) -> Answer:
        """As hosted ones say it."""
        return Answer(429, {"message": "Too many requests"}, {"Retry-After": str(int(seconds))})

    def state(self) -> dict[str, object]:
        """Alerts by state, paused rules, silences."""
        now = self.now()
        instances = [(rule, instance) for rule in self.rules.values() for instance in rule.instances]
        return {
            "alerts": [
                {"labels": dict(i.labels), "state": i.state, "silenced_by": self._silenced(rule, i)}
                for rule, i in instances
            ],
            "paused": [rule.title for rule in self.rules.values() if rule.paused],
            "silences": self.silences.state(now),
            "dashboards": [board.uid for board in self.boards],
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _evaluated(self) -> float | None:
        if self._stopped_at is None:
            return self.now() - 10
        return self._stopped_at if self._evaluates else None

    def _rules(self, request: Request) -> Answer:
        groups = groups_of(list(self.rules.values()), self._evaluated())
        asked = request.one("group_limit")
        limit = int(asked) if asked else self.groups_at_once
        start = 0
        if request.one("group_next_token"):
            start = int(base64.urlsafe_b64decode(request.one("group_next_token")))
        page = groups[start : start + limit] if limit else groups[start:]
        rest = start + len(page) < len(groups)
        token = {"groupNextToken": base64.urlsafe_b64encode(str(start + len(page)).encode()).decode()} if rest else {}
        return Answer(200, {"status": "success", "data": {"groups": page, **token}})

    def _alertmanager(self, request: Request, token: str, rest: list[str]) -> Answer:
        now = self.now()
        needed = _needed(request)
        if needed and not set(needed) & set(PERMISSIONS[token]):
            return _denied(needed)
        match request.method, rest:
            case "GET", ["alerts"]:
                return Answer(200, self._sent(request))
            case "GET", ["silences"]:
                return Answer(200, [silence.told(now, annotations=True) for silence in self.silences.seen(now)])
            case "GET", ["silence", identity]:
                found = next((silence for silence in self.silences.seen(now) if silence.id == identity), None)
                return Answer(200, found.told(now, annotations=True)) if found else _error(404, "silence not found")
            case "POST", ["silences"]:
                return self._post(request)
            case "DELETE", ["silence", identity]:
                gone = self.silences.expire(identity, now=now, lag=self.lag)
                return Answer(200, {"message": "silence deleted"}) if gone else _error(404, "silence not found")
            case _:
                return _error(404, "Not found")

    def _sent(self, request: Request) -> list[dict[str, object]]:
        now = self.now()
        matchers = [matcher for matcher in map(Matcher.parse, request.query.get("filter", [])) if matcher]
        return [
            rule.sent(instance, now, self._silenced(rule, instance), self._muted(rule, instance), self.root)
            for rule in self.rules.values()
            for instance in rule.instances
            if instance.sent and all(matcher.fits(rule.sent_labels(instance)) for matcher in matchers)
        ]

    def _silenced(self, rule: Rule, instance: Instance) -> list[str]:
        return self.silences.of(rule.sent_labels(instance), self.now())

    def _muted(self, rule: Rule, instance: Instance) -> list[str]:
        labels = rule.sent_labels(instance)
        return [name for wanted, name in self._mutings if wanted.items() <= labels.items()]

    def _post(self, request: Request) -> Answer:
        try:
            body = request.json()
        except ValueError:
            return _error(400, "bad request data")
        done = self.silences.post(body, now=self.now(), lag=self.lag)
        if isinstance(done, Refusal):
            return _error(404 if done.status == 404 else 400, done.words)
        return Answer(202, {"silenceID": done})

    def _plain(self, request: Request, token: str, rest: list[str]) -> Answer:
        match rest:
            case ["user"]:
                return Answer(200, _user(LOGINS[token]))
            case ["access-control", "user", "permissions"]:
                return Answer(200, {action: ["*"] for action in PERMISSIONS[token]})
            case ["search"]:
                wanted = request.query.get("dashboardUIDs", [])
                return Answer(200, [board.hit() for board in self.boards if not wanted or board.uid in wanted])
            case ["dashboards", "uid", uid]:
                return self._dashboard(uid)
            case ["v1", "provisioning", "alert-rules"]:
                return Answer(200, [rule.provisioned() for rule in self.rules.values()])
            case ["v1", "provisioning", "alert-rules", uid]:
                found = next((rule for rule in self.rules.values() if rule.uid == uid), None)
                return Answer(200, found.provisioned()) if found else Answer(404)
            case _:
                return _error(404, "Not found")

    def _dashboard(self, uid: str) -> Answer:
        board = next((board for board in self.boards if board.uid == uid), None)
        if board is None:
            return _error(404, "Dashboard not found")
        inner = {"id": board.number, "uid": board.uid, "title": board.title, "panels": []}
        meta = {"type": "db", "url": board.hit()["url"], "folderUid": board.folder, "created": rfc3339(self.now())}
        return Answer(200, {"dashboard": inner, "meta": meta})


def _user(login: str) -> dict[str, object]:
    return {"id": 2, "uid": login, "email": "", "name": login, "login": login, "orgId": 1, "isDisabled": False}


def _error(status: int, message: str) -> Answer:
    return Answer(status, {"message": message, "traceID": ""})


def _unauthorised(message: str, identity: str) -> Answer:
    return Answer(401, {"extra": None, "message": message, "messageId": identity, "statusCode": 401, "traceID": ""})


def _needed(request: Request) -> tuple[str, ...]:
    """The permissions of which a request below the Alertmanager's path needs one; none for reading."""
    if request.method == "GET":
        return ()
    try:
        body = request.json()
    except ValueError:
        body = None
    changes = request.method != "POST" or (isinstance(body, dict) and bool(body.get("id")))
    return _WRITE if changes else _CREATE


def _denied(needed: tuple[str, ...]) -> Answer:
    one_of = ", ".join(needed)
    words = f"You'll need additional permissions to perform this action. Permissions needed: any of {one_of}"
    return Answer(403, {"accessErrorId": "ACE5138008213", "message": words, "title": "Access denied"})
