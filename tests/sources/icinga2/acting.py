"""A simulated Icinga 2 with a clock that stands still, and actors on it."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.config.sources import Icinga2 as Settings
from secondline_tui.demo.checkables import USERS
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.http import Writer
from secondline_tui.sources.icinga2.access import access
from secondline_tui.sources.icinga2.actor import Icinga2Actor
from tests.sources.icinga2.conftest import furnish

BEGIN = 1_795_283_000.0  # 2026-11-21T17:43:20Z
ME = "Ana Sowande"
_QUOTES = "\tq \"q\" 'q' [bold]m[/] **b** {{{x}}} $host.name$ \\n /* */"
_LETTERS = "\U0001f469\u200d\U0001f692 \u00e9 e\u0301 \u202e \u2028"
LONG = "".join(f"{number}  {_QUOTES} {_LETTERS}  \r\n" for number in range(60)) + "\n \n"
"""Sixty lines that a careless client, server or terminal would change."""
_numbers = itertools.count()


def ref(name: str) -> ItemRef:
    return ItemRef("icinga", Kind.ALERT, name)


def intent(verb: Verb, name: str, text: str = "", *, at: datetime, author: str = ME, **more: Any) -> Intent:
    return Intent(
        id=f"i{next(_numbers)}", ref=ref(name), verb=verb, item=SafeText(name), author=author, at=at, text=text, **more
    )


@dataclass
class Clock:
    time: float = BEGIN

    def __call__(self) -> float:
        return self.time


class Desk:
    """One world with one Icinga in it, and a person in front of it whose clock is `ahead` of Icinga's."""

    def __init__(self, *, version: str = "r2.13.6-1") -> None:
        self.clock = Clock()
        self.ahead = timedelta(0)
        self.world = World(self.clock)
        self.icinga = Icinga2("icinga", self.world.now, self.world.chance("icinga"), version=version)
        furnish(self.icinga)
        self.world.add(self.icinga)
        self.world.listen()

    def now(self) -> datetime:
        """The person's clock."""
        return datetime.fromtimestamp(self.clock(), UTC) + self.ahead

    def settings(self, user: str = "dash", **extra: object) -> Settings:
        login = {"username": user, "password": USERS[user].password}
        told = {"url": self.world.urls["icinga"], **self.icinga.settings(), **login, "deadline": 2, **extra}
        return Settings.model_validate(told)

    @asynccontextmanager
    async def actor(self, user: str = "dash", me: str = ME, **extra: Any) -> AsyncIterator[Icinga2Actor]:
        source = self.settings(user, **extra)
        made = Icinga2Actor(source, Config(me=Me(name=me)), access(source, Writer), self.now)
        try:
            yield made
        finally:
            await made.close()

    def intent(self, verb: Verb, name: str, text: str = "", **more: Any) -> Intent:
        return intent(verb, name, text, **{"at": self.now(), **more})

    async def prepare(self, verb: Verb, name: str, user: str = "dash", **extra: Any) -> Preview:
        async with self.actor(user, **extra) as acting:
            return await acting.prepare(ref(name), verb)

    async def send(self, meant: Intent, user: str = "dash", **extra: Any) -> Receipt:
        async with self.actor(user, **extra) as acting:
            return await acting.send(meant)

    async def settle(
        self, meant: Intent, *claimed: str, sent_at: datetime | None = None, user: str = "dash", **extra: Any
    ) -> Finding:
        async with self.actor(user, **extra) as acting:
            return await acting.settle(meant, sent_at or meant.at, frozenset(claimed))

    def applied(self) -> list[dict[str, Any]]:
        """Everything that was done, as GET /state tells it."""
        told: Any = self.icinga.state()["applied"]
        return list(told)

    def writes(self) -> int:
        """How many requests to write came in."""
        return sum(str(request["path"]).startswith("/v1/actions/") for request in self.world.requests())

    def break_writes(self, kind: str) -> None:
        """Let only requests that write meet a fault."""
        fault = Fault.parse(kind, None)
        server = self.world._servers["icinga"]

        def fault_for(request: Request) -> Fault | None:
            return fault if request.path.startswith("/v1/actions/") else None

        setattr(server, "fault_for", fault_for)  # noqa: B010  (a test double)

    def answer_writes(self, answer: Answer) -> None:
        """Let every request that writes get this answer, and nothing be done."""
        setattr(self.icinga._hands, "act", lambda *_: answer)  # noqa: B010  (a test double)

    def act(self, action: str, name: str, **wish: object) -> None:
        """A colleague does something, by way of the API."""
        kind = "Service" if "!" in name else "Host"
        body = {"type": kind, kind.lower(): name, **wish}
        user = USERS["dash"]
        answer = self.icinga._hands.act(user, action, Request("POST", "", {}, _json(body)))
        assert answer.status == 200, answer.data

    def close(self) -> None:
        self.world.close()


def _json(body: object) -> bytes:
    return json.dumps(body).encode()
