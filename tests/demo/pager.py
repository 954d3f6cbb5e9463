"""A small PagerDuty account with people, rotas, a policy, two services and a clock of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import Any

from secondline_tui.demo.pagerduty.account import OWN_KEY
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from tests.fakes.clock import BEGIN

HOUR = 3_600.0
ANA = "ana.sowande@example.org"


class Pager:
    """The account, and what a test needs to know of it. It is Wednesday 09:31 in London."""

    def __init__(self) -> None:
        self.time = BEGIN.timestamp()
        self.world = World(lambda: self.time)
        self.sim = PagerDuty("pd", lambda: self.time, self.world.chance("pd"))
        self.world.add(self.sim)
        sim = self.sim
        self.ana = sim.add_user("Ana Sowande", ANA, role="admin")
        self.bo = sim.add_user("Bo Łukasik", "bo.lukasik@example.org")
        self.cy = sim.add_user("Cy Ó Dálaigh", "cy.odalaigh@example.org")
        self.dee = sim.add_user("Dee Novák", "dee.novak@example.org")
        self.team = sim.add_team("2nd line")
        self.primary = sim.add_schedule(
            "GOV.UK Primary (1st Call)", [self.cy, self.dee], roles=("inhours_primary", "oncall_primary")
        )
        self.week, self.day = range(5), (time(9, 30), time(17, 30))
        sim.add_layer(self.primary, [self.ana], hours=self.day, days=self.week)
        self.secondary = sim.add_schedule("GOV.UK Secondary (2nd Call)", [self.bo], roles=("inhours_secondary",))
        self.policy = sim.add_policy("GOV.UK", [[self.primary], [self.secondary], [self.dee]], minutes=5)
        self.icinga = sim.add_service("GOV.UK Icinga", self.policy, team=self.team)
        self.pingdom = sim.add_service("GOV.UK Pingdom", self.policy, acknowledgement_timeout=None)
        self.rate = self.drill = self.home = ""

    def ask(
        self, method: str, target: str, body: object = None, *, key: str = OWN_KEY, sender: str | None = ANA
    ) -> Answer:
        headers = {"authorization": f"Token token={key}", **({"from": sender} if sender else {})}
        raw = b"" if body is None else json.dumps(body).encode()
        return self.sim.handle(Request(method, target, headers, raw))

    def get(self, target: str, **options: Any) -> Any:
        answer = self.ask("GET", target, **options)
        assert answer.status == 200, answer
        return json.loads(answer.body())

    def later(self, seconds: float) -> None:
        self.time += seconds

    def at(self, hour: int, minute: int = 0, day: int = 18) -> None:
        self.time = datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()
