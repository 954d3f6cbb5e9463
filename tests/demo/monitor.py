"""A simulated Icinga 2 with a clock, a way to ask it, and what the real one was heard to answer."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from secondline_tui.demo.checkables import USERS
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from tests.specs import SHARED

BEGIN = 1_795_283_000.0  # 2026-11-21T17:43:20Z
PROBLEMS = {"filter": "service.problem", "attrs": ["name"]}


@dataclass
class Clock:
    time: float = BEGIN

    def __call__(self) -> float:
        return self.time


@dataclass
class Rig:
    """A simulator, its clock, and a way to ask it."""

    clock: Clock = field(default_factory=Clock)
    version: str = ""

    def __post_init__(self) -> None:
        world = World(self.clock)
        extra = {"version": self.version} if self.version else {}
        self.icinga = Icinga2("icinga", world.now, world.chance("icinga"), **extra)
        for host in ("web1", "db1"):
            self.icinga.add_host(host, f"the {host}", role=host[:-1])
            for service in ("load", "disk"):
                self.icinga.add_service(host, service)
        self.icinga.change("web1!load", 2, "CRITICAL - 40", ago=600)
        self.icinga.change("db1!disk", 1, "WARNING - 8%")

    def ask(self, method: str, target: str, body: object = None, user: str = "dash", **headers: str) -> Answer:
        password = USERS[user].password if user in USERS else "wrong"
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        told = {"accept": "application/json", "authorization": f"Basic {token}", **headers}
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.icinga.handle(Request(method, target, told, raw))

    def query(self, plural: str, wish: object = None, user: str = "dash") -> Answer:
        return self.ask("POST", f"/v1/objects/{plural}", wish or {}, user, **{"x-http-method-override": "GET"})

    def names(self, plural: str, wish: object = None, user: str = "dash") -> set[str]:
        data = self.query(plural, wish, user).data
        assert isinstance(data, dict), data
        return {row["name"] for row in data["results"]}

    def attrs(self, plural: str, name: str) -> dict[str, Any]:
        data = self.query(plural, {plural[:-1]: name}).data
        assert isinstance(data, dict), data
        (row,) = data["results"]
        found: dict[str, Any] = row["attrs"]
        return found


def heard() -> dict[str, dict[str, Any]]:
    """What a real 2.13.6 answered: name to status, content_type and body."""
    file = SHARED / "samples" / "icinga2.json"
    if not file.exists():
        pytest.skip("the recorded answers are not at hand: no shared/samples/icinga2.json beside the checkout")
    found: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return found
