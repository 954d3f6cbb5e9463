from __future__ import annotations

from collections.abc import Iterator

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Alertmanager as Settings
from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.labels import Matcher
from secondline_tui.demo.world import World
from secondline_tui.sources.alertmanager.reader import AlertmanagerReader, reader

DISK = {"alertname": "DiskFull", "instance": "db1:9100", "severity": "critical", "cluster": "a"}
SLOW = {"alertname": "Slow", "instance": "web1", "severity": "warning", "environment": "staging"}
QUIET = {"alertname": "DiskSlow", "instance": "db1:9100", "severity": "warning", "cluster": "a"}
BATCH = {"alertname": "BatchLate", "severity": "info"}
WATCHDOG = {"alertname": "Watchdog", "severity": "none"}
SUMMARY = {"summary": "Disk is full", "runbook_url": "https://docs.example.org/disk", "owner": "Zoë"}


class Served:
    """A simulated Alertmanager that listens, and readers of it."""

    def __init__(self, world: World, simulator: Alertmanager) -> None:
        self.world = world
        self.simulator = simulator

    @property
    def url(self) -> str:
        return self.world.urls["am"]

    def settings(self, **extra: object) -> Settings:
        told = {"url": self.url, **self.simulator.settings(), "deadline": 2, **extra}
        return Settings.model_validate(told)

    def reader(self, **extra: object) -> AlertmanagerReader:
        return reader("am", self.settings(**extra), Config())

    def asked(self) -> list[str]:
        return [str(request["path"]) for request in self.world.requests()]


def furnished(simulator: Alertmanager) -> Alertmanager:
    """One alert of each sort."""
    simulator.fire(DISK, SUMMARY, ago=600, generator="http://prometheus.example.org/graph?g0.expr=x", receivers=["sms"])
    simulator.fire(SLOW, {"description": "p99 is 4 s", "grafana_path": "/d/abc?var-app=web"}, ago=60)
    simulator.silence({"alertname": "Slow"}, "Zoë Ångström", "looking at it", seconds=3_600, ago=30)
    simulator.silence({"alertname": "Slow"}, "Bo", "shorter", seconds=600)
    simulator.fire(QUIET)
    simulator.inhibit(Matcher("severity", "critical"), Matcher("severity", "warning"), ["cluster", "instance"])
    simulator.fire(BATCH)
    simulator.beat(WATCHDOG)
    return simulator


@pytest.fixture(params=["0.25.0", "0.28.1"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    yield from serve(request.param)


@pytest.fixture
def one() -> Iterator[Served]:
    """The older one alone, where the version makes no difference."""
    yield from serve("0.25.0")


def serve(version: str) -> Iterator[Served]:
    world = World()
    simulator = furnished(Alertmanager("am", world.now, world.chance("am"), version=version))
    world.add(simulator)
    world.listen()
    yield Served(world, simulator)
    world.close()
