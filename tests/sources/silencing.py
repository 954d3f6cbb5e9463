"""Services whose alerts can be silenced, and what both sorts of tests of their actors need."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.config.sources import Alertmanager as AlertmanagerSettings
from secondline_tui.config.sources import Grafana as GrafanaSettings
from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.grafana import Grafana
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from secondline_tui.demo.world import World
from secondline_tui.domain.actions import Intent, Verb
from secondline_tui.domain.items import Alert
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor, Reader
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager import actor as alertmanager_actor
from secondline_tui.sources.alertmanager import reader as alertmanager_reader
from secondline_tui.sources.grafana import actor as grafana_actor
from secondline_tui.sources.grafana import reader as grafana_reader

ME = "Ana Sowande"
CONFIG = Config(me=Me(name=ME))
WEB1 = Matcher("instance", "web1")
SLOW = (Matcher("alertname", "Slow"), WEB1)
KINDS = ("0.25.0", "0.28.1", "grafana")
LONG = "".join(
    f"{n}\t[b]not bold[/b] **nor this** \"quoted\" 'too' 😀 é\\n {{{{ $x }}}} <i>{n}</i>  \r\n" for n in range(60)
)


@dataclass
class Desk:
    """One such service with two alerts, web1 and web2, and a heartbeat; a reader and an actor of it."""

    world: World
    simulator: Alertmanager | Grafana
    ahead: list[float]
    """By how many seconds the world's clock has been put forward."""

    def settings(self, **extra: object) -> dict[str, Any]:
        return {"url": self.world.urls["am"], **self.simulator.settings(), "deadline": 10, **extra}

    def actor(self, **extra: object) -> Actor:
        if isinstance(self.simulator, Grafana):
            return grafana_actor.actor("am", GrafanaSettings.model_validate(self.settings(**extra)), CONFIG)
        return alertmanager_actor.actor("am", AlertmanagerSettings.model_validate(self.settings(**extra)), CONFIG)

    def reader(self) -> Reader:
        if isinstance(self.simulator, Grafana):
            return grafana_reader.reader("am", GrafanaSettings.model_validate(self.settings()), CONFIG)
        return alertmanager_reader.reader("am", AlertmanagerSettings.model_validate(self.settings()), CONFIG)

    async def alerts(self) -> list[Alert]:
        """The alerts as a poll shows them."""
        made = self.reader()
        try:
            items = (await made.fetch()).items
        finally:
            await made.close()
        return [item for item in items if isinstance(item, Alert)]

    async def alert(self, host: str = "web1") -> Alert:
        return next(alert for alert in await self.alerts() if alert.host == host)

    async def ref(self, host: str = "web1") -> ItemRef:
        return (await self.alert(host)).ref

    async def intent(self, verb: Verb = Verb.SILENCE, host: str = "web1", **changes: Any) -> Intent:
        now = datetime.now(UTC)
        told: dict[str, Any] = {
            "id": f"{random.getrandbits(64):x}",
            "ref": await self.ref(host),
            "verb": verb,
            "item": SafeText("Slow on web1"),
            "author": ME,
            "at": now,
            "text": "looking at it" if verb is Verb.SILENCE else "",
            "until": None if verb is Verb.EXPIRE else now + timedelta(hours=2),
            "matchers": SLOW if verb is Verb.SILENCE else (),
        }
        return Intent(**{**told, **changes})

    def fire(self, host: str) -> None:
        if isinstance(self.simulator, Grafana):
            self.simulator.fire("Slow", {"instance": host, "severity": "warning"})
        else:
            self.simulator.fire({"alertname": "Slow", "instance": host, "severity": "warning"})

    def resolve(self, host: str) -> None:
        if isinstance(self.simulator, Grafana):
            self.simulator.resolve("Slow", {"instance": host})
        else:
            self.simulator.resolve({"alertname": "Slow", "instance": host})

    def someone(self, comment: str = "looking", *, by: str = "Bo", seconds: float = 3_600, ago: float = 0) -> str:
        """A colleague silences both alerts."""
        return self.simulator.silence({"alertname": "Slow"}, by, comment, seconds=seconds, ago=ago)

    def held(self) -> list[dict[str, Any]]:
        """Every silence there is, in the words of GET /state."""
        told: Any = self.world.state()["am"]
        silences: list[dict[str, Any]] = told["silences"]
        return silences

    def only(self) -> dict[str, Any]:
        (one,) = self.held()
        return one

    def writes(self) -> list[str]:
        """Every request that could write, as it came in."""
        asked = self.world.requests()
        return [f"{request['method']} {request['path']}" for request in asked if request["method"] != "GET"]

    def break_writes(self, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
        """Let the next request that writes meet a fault; reading goes on."""
        meets = SimulatedServer.fault_for

        def only_writes(server: SimulatedServer, request: Request) -> Fault | None:
            return None if request.method == "GET" else meets(server, request)

        monkeypatch.setattr(SimulatedServer, "fault_for", only_writes)
        self.break_with(kind)

    def break_with(self, kind: str) -> None:
        self.world.break_service("am", Fault.parse(kind, None if kind.startswith("lag") else 1))


def serve(kind: str) -> Iterator[Desk]:
    ahead = [0.0]
    world = World(lambda: time.time() + sum(ahead))
    simulator: Alertmanager | Grafana
    if kind == "grafana":
        simulator = Grafana("am", world.now, world.chance("am"))
        simulator.beat()
    else:
        simulator = Alertmanager("am", world.now, world.chance("am"), version=kind)
        simulator.beat({"alertname": "Watchdog"})
    desk = Desk(world, simulator, ahead)
    desk.fire("web1")
    desk.fire("web2")
    world.add(simulator)
    world.listen()
    yield desk
    world.close()
