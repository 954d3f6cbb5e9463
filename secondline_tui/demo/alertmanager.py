"""A simulated Alertmanager: API v2 as 0.25.0 of Debian 12 answers, or as a newer version does."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secondline_tui.demo.firings import Firing
from secondline_tui.demo.labels import Labels, Matcher, Refusal, SilenceBook, fingerprint, stamp, told_alert
from secondline_tui.demo.simulator import Now, Simulator
from secondline_tui.demo.wire import Answer, Request

SEVERITIES = {"critical": "critical", "page": "critical", "warning": "warning", "info": "unknown"}
"""The labels of what matters to people, and how bad that is."""
OLD, NEW = "0.25.0", "0.28.1"
RECEIVERS = ("nobody", "pagerduty", "slack", "sms")
CONFIG = "route:\n  receiver: nobody\nreceivers:\n" + "".join(f"- name: {name}\n" for name in RECEIVERS)
METHODS = {
    "status": ["GET"],
    "alerts": ["GET"],
    "receivers": ["GET"],
    "silences": ["POST", "GET"],
    "silence": ["DELETE", "GET"],
}


@dataclass(slots=True)
class Fired:
    """An alert that senders repeat."""

    labels: Labels
    annotations: Labels
    starts: float
    generator: str
    receivers: tuple[str, ...]
    visible_at: float


@dataclass(frozen=True, slots=True)
class Inhibition:
    """Alerts that fit `target` are kept quiet while one fits `source` and has the same values of `equal`."""

    source: Matcher
    target: Matcher
    equal: tuple[str, ...]


@dataclass(slots=True)
class Muting:
    """Alerts that fit are muted in time intervals of these names."""

    matchers: tuple[Matcher, ...]
    intervals: tuple[str, ...]


@dataclass(slots=True)
class Told:
    """What is asked for: the parameters of GET /alerts."""

    states: Mapping[str, bool] = field(default_factory=dict)
    matchers: tuple[Matcher, ...] = ()
    receiver: re.Pattern[str] | None = None


class Alertmanager(Simulator):
    """One Alertmanager. `wants` are the headers that a proxy in front of it insists on."""

    kind = "alertmanager"

    def __init__(
        self,
        name: str,
        now: Now,
        chance: random.Random,
        *,
        version: str = OLD,
        wants: Mapping[str, str] | None = None,
        environment: str = "production",
    ) -> None:
        super().__init__(name, now, chance)
        self.version = version
        self.wants = dict(wants or {})
        self.environment = environment
        self.heartbeat: Labels = {}
        self.started = now() - 6 * 86_400
        self.silences = SilenceBook(chance)
        self._fired: dict[str, Fired] = {}
        self._inhibitions: list[Inhibition] = []
        self._mutings: list[Muting] = []

    @property
    def modern(self) -> bool:
        """Whether it is a version that has more fields than 0.25."""
        return self.version != OLD

    # -- the world's side ---------------------------------------------------------------------------------------

    def fire(
        self,
        labels: Labels,
        annotations: Labels | None = None,
        *,
        ago: float = 0.0,
        generator: str = "",
        receivers: Sequence[str] = ("nobody",),
    ) -> str:
        """An alert fires, and goes on firing; its fingerprint."""
        now = self.now()
        key = fingerprint(labels)
        self._fired[key] = Fired(labels, annotations or {}, now - ago, generator, tuple(receivers), now)
        if labels.get("severity") in SEVERITIES:
            self.firings.begin(self._firing(key, labels, now - ago))
        return key

    def _firing(self, key: str, labels: Labels, began: float) -> Firing:
        """What the world remembers of an alert."""
        return Firing(
            kind="alert",
            key=key,
            name=labels["alertname"],
            host=labels.get("instance", ""),
            environment=labels.get("environment", self.environment),
            severity=SEVERITIES[labels["severity"]],
            state="active",
            began=began,
        )

    def beat(self, labels: Labels, *, ago: float = 518_400.0) -> str:
        """The heartbeat: an alert that always fires, and that `settings` names as such."""
        self.heartbeat = labels
        return self.fire(labels, {"summary": "Alerting works as long as this fires"}, ago=ago)

    def resolve(self, labels: Labels) -> None:
        """Every alert with these labels, and perhaps more, is over."""
        over = [key for key, alert in self._fired.items() if labels.items() <= alert.labels.items()]
        for key in over:
            del self._fired[key]
            self.firings.end(key, self.now())

    def silence(self, labels: Labels, by: str, comment: str, *, seconds: float = 7_200.0, ago: float = 0.0) -> str:
        """Somebody silences every alert with these labels; the silence's ID."""
        matchers = [Matcher(name, value) for name, value in labels.items()]
        now = self.now()
        began = now - ago
        return self.silences.write(matchers, began, began + seconds, by, comment, now=began, since=now)

    def inhibit(self, source: Matcher, target: Matcher, equal: Sequence[str] = ()) -> None:
        """From now on alerts that fit `target` are inhibited by those that fit `source`."""
        self._inhibitions.append(Inhibition(source, target, tuple(equal)))

    def mute(self, labels: Labels, *intervals: str) -> None:
        """Alerts with these labels are muted by time intervals of these names; only newer versions tell."""
        self._mutings.append(Muting(tuple(Matcher(name, value) for name, value in labels.items()), intervals))

    def restart(self, *, repeat_after: float = 60.0) -> None:
        """It starts anew and has forgotten its alerts, until their senders repeat them. Silences are kept."""
        self.started = self.now()
        for alert in self._fired.values():
            alert.visible_at = self.started + repeat_after

    def settings(self) -> Mapping[str, object]:
        """Read with the headers that it wants."""
        heartbeat = {"heartbeat": dict(self.heartbeat)} if self.heartbeat else {}
        headers = {"headers": dict(self.wants)} if self.wants else {}
        return {"type": self.kind, "environment": self.environment, "interval": 15, **heartbeat, **headers}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as the proxy in front does, or as Alertmanager."""
        turned_away = self._turned_away(request)
        if turned_away is not None:
            return turned_away
        match request.path.strip("/").split("/"):
            case ["api", "v2", what, *rest] if what in METHODS and len(rest) == (what == "silence"):
                if request.method not in METHODS[what]:
                    methods = ",".join(METHODS[what])
                    return _error(405, f"method {request.method} is not allowed, but [{methods}] are")
                return self._answer(what, request, rest)
            case _:
                return _error(404, f"path {request.path} was not found")

    def rows(self, data: object) -> list[object] | None:
        """The alerts, where the answer is a list of them."""
        alerts = isinstance(data, list) and data and isinstance(data[0], dict) and "fingerprint" in data[0]
        return data if alerts and isinstance(data, list) else None

    def later_part(self, request: Request) -> bool:
        """Alertmanager has no pages; a poll is whole only with its silences."""
        return request.path.endswith("/silences")

    def login_page(self) -> str:
        """Where the proxy in front would send a browser."""
        return "/oauth2/sign_in?rd=%2F"

    def state(self) -> dict[str, object]:
        """Alerts and silences."""
        now = self.now()
        return {
            "alerts": [{"labels": dict(a.labels), "status": self._status(a, now)} for a in self._visible(now)],
            "silences": self.silences.state(now),
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _turned_away(self, request: Request) -> Answer | None:
        for name, value in self.wants.items():
            if request.headers.get(name.lower()) != value:
                if name.lower() == "authorization":
                    return Answer(401, b"Unauthorized\n", {"Content-Type": "text/plain", "WWW-Authenticate": "Basic"})
                return Answer(302, None, {"Location": self.login_page()})
        return None

    def _answer(self, what: str, request: Request, rest: list[str]) -> Answer:
        now = self.now()
        match what, request.method:
            case "status", _:
                return self._own_status()
            case "alerts", _:
                return self._alerts(request)
            case "receivers", _:
                return Answer(200, [{"name": name} for name in RECEIVERS])
            case "silences", "GET":
                wanted = {state: request.one(state, "true") == "true" for state in ("active", "pending", "expired")}
                shown = [s for s in self.silences.seen(now) if not self.modern or wanted[s.state(now)]]
                return Answer(200, [silence.told(now, annotations=self.modern) for silence in shown])
            case "silences", _:
                return self._post(request)
            case _:
                return self._one(request, rest[0])

    def _alerts(self, request: Request) -> Answer:
        told = _told(request)
        if isinstance(told, Answer):
            return told
        now = self.now()
        found = []
        for alert in self._visible(now):
            status = self._status(alert, now)
            if _asked_for(told, alert, status):
                found.append(self._row(alert, status, now))
        return Answer(200, sorted(found, key=lambda row: str(row["fingerprint"])))

    def _visible(self, now: float) -> list[Fired]:
        return [alert for alert in self._fired.values() if alert.visible_at <= now]

    def _row(self, alert: Fired, status: Mapping[str, object], now: float) -> dict[str, object]:
        return told_alert(
            alert.labels,
            alert.annotations,
            starts=alert.starts,
            now=now,
            generator=alert.generator,
            receivers=alert.receivers,
            status=status,
        )

    def _status(self, alert: Fired, now: float) -> dict[str, object]:
        silenced = self.silences.of(alert.labels, now)
        inhibited = [fingerprint(other.labels) for other in self._visible(now) if self._inhibits(other, alert)]
        fitting = [m for m in self._mutings if all(matcher.fits(alert.labels) for matcher in m.matchers)]
        muted = [name for muting in fitting for name in muting.intervals] if self.modern else []
        return {
            "inhibitedBy": inhibited[:1],
            **({"mutedBy": muted} if self.modern else {}),
            "silencedBy": silenced,
            "state": "suppressed" if silenced or inhibited or muted else "active",
        }

    def _inhibits(self, other: Fired, alert: Fired) -> bool:
        return other is not alert and any(
            rule.source.fits(other.labels)
            and rule.target.fits(alert.labels)
            and all(other.labels.get(name) == alert.labels.get(name) for name in rule.equal)
            for rule in self._inhibitions
        )

    def _own_status(self) -> Answer:
        build = {"branch": "debian/sid", "buildDate": "20230112-10:54:53", "buildUser": "team@tracker.debian.org"}
        info = {**build, "goVersion": "go1.19.5", "revision": "0.25.0-1+b4", "version": self.version}
        cluster = {"name": "01KZ", "peers": [{"address": "10.0.0.7:9094", "name": "01KZ"}], "status": "ready"}
        status = {"cluster": cluster, "config": {"original": CONFIG}, "uptime": stamp(self.started)}
        return Answer(200, {**status, "versionInfo": info})

    def _post(self, request: Request) -> Answer:
        try:
            body = request.json()
        except ValueError:
            body = None
        done = self.silences.post(body, now=self.now(), lag=self.lag, plain_names=not self.modern)
        if isinstance(done, Refusal):
            return _error(done.status, done.words, done.code) if done.code else Answer(done.status, done.words)
        return Answer(200, {"silenceID": done})

    def _one(self, request: Request, identity: str) -> Answer:
        try:
            uuid.UUID(identity)
        except ValueError:
            return _error(422, f'silenceID in path must be of type uuid: "{identity}"', 601)
        now = self.now()
        if request.method == "DELETE":
            if self.silences.expire(identity, now=now, lag=self.lag):
                return Answer(200)
            return Answer(404 if self.modern else 500, None if self.modern else "silence not found")
        found = next((silence for silence in self.silences.seen(now) if silence.id == identity), None)
        return Answer(200, found.told(now, annotations=self.modern)) if found else Answer(404)


def _error(status: int, message: str, code: int = 0) -> Answer:
    return Answer(status, {"code": code or status, "message": message})


def _told(request: Request) -> Told | Answer:
    """What GET /alerts asks for, or why it cannot be understood."""
    matchers = []
    for text in request.query.get("filter", []):
        matcher = Matcher.parse(text)
        if matcher is None:
            return Answer(400, f"bad matcher format: {text}")
        matchers.append(matcher)
    pattern = request.one("receiver")
    try:
        receiver = re.compile(pattern) if pattern else None
    except re.error as error:
        return Answer(400, f"failed to parse receiver param: error parsing regexp: {error}")
    states = {name: request.one(name, "true") == "true" for name in ("active", "silenced", "inhibited")}
    return Told(states, tuple(matchers), receiver)


def _asked_for(told: Told, alert: Fired, status: Mapping[str, object]) -> bool:
    fits = all(matcher.fits(alert.labels) for matcher in told.matchers)
    to_receiver = told.receiver is None or any(told.receiver.fullmatch(name) for name in alert.receivers)
    kept = (
        (told.states["active"] or status["state"] != "active")
        and (told.states["silenced"] or not status["silencedBy"])
        and (told.states["inhibited"] or not status["inhibitedBy"])
    )
    return fits and to_receiver and kept
