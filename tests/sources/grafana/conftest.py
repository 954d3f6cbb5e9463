from __future__ import annotations

from collections.abc import Iterator

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Grafana as Settings
from secondline_tui.demo.grafana import Grafana
from secondline_tui.demo.world import World
from secondline_tui.sources.grafana.reader import GrafanaReader, reader


class Served:
    """A simulated Grafana that listens, and readers of it."""

    def __init__(self, world: World, simulator: Grafana) -> None:
        self.world = world
        self.simulator = simulator

    @property
    def url(self) -> str:
        return self.world.urls["grafana"]

    def settings(self, **extra: object) -> Settings:
        told = {"url": self.url, **self.simulator.settings(), "deadline": 2, **extra}
        return Settings.model_validate(told)

    def reader(self, **extra: object) -> GrafanaReader:
        return reader("grafana", self.settings(**extra), Config())

    def asked(self) -> list[str]:
        return [str(request["path"]) for request in self.world.requests()]


def furnish(grafana: Grafana) -> None:
    """One alert of each sort, a paused rule, and two dashboards."""
    grafana.add_dashboard("web1", "Web requests")
    grafana.add_dashboard("mq", "Message queues")
    runbook = {"runbook_url": "https://docs.example.org/5xx", "summary": "Too many 5xx"}
    grafana.add_rule("High 5xx", {"severity": "critical"}, runbook, panel=("web1", 4))
    grafana.fire("High 5xx", {"instance": "cache-1", "environment": "staging"}, {"description": "1.2 %"}, ago=240)
    grafana.fire("High 5xx", {"instance": "cache-2"}, ago=240)
    grafana.resolve("High 5xx", {"instance": "cache-2"})
    grafana.add_rule("Queue long", {"severity": "warning"}, folder="Search", group="queues")
    grafana.fire("Queue long", {"instance": "mq-1"}, ago=50)
    grafana.silence({"alertname": "Queue long"}, "Łukasz", "draining it", seconds=1_800)
    grafana.add_rule("Slow", {"severity": "warning"})
    grafana.fire("Slow", state="Pending", ago=20)
    grafana.add_rule("Sync missing", {"severity": "critical"}, folder="Data", group="sync")
    grafana.fire("Sync missing", state="NoData", ago=900)
    grafana.fail("Broken rule", "failed to execute query A: connection refused")
    grafana.fire("Was broken", state="Normal", reason="Error")
    grafana.fire("Easing", state="Recovering", ago=300)
    grafana.add_rule("Sleeping", {"severity": "critical"}, provenance="file")
    grafana.pause("Sleeping")
    grafana.beat()


@pytest.fixture
def served() -> Iterator[Served]:
    world = World()
    simulator = Grafana("grafana", world.now, world.chance("grafana"))
    furnish(simulator)
    world.add(simulator)
    world.listen()
    yield Served(world, simulator)
    world.close()
