"""`demo --serve` and `status` side by side, as two programs: what is printed is what the services hold."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.served import Served

ONGOING = "Ongoing issues, useful Info & unexplained events"
EXPLAINERS = {"README"}
TYPES = {"icinga2", "alertmanager", "grafana", "pagerduty", "zendesk", "trello", "rota"}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served() as demo:
        yield demo


def status(config: Path, form: str = "json") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "secondline_tui", "status", "--config", str(config), "--format", form]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ))


@pytest.fixture(scope="module")
def seen(served: Served) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the services held while `status` asked them, and what it printed."""
    for _ in range(5):
        before = served.call("GET", "/state")
        done = status(served.config)
        if served.call("GET", "/state") == before:
            assert done.stderr == ""
            assert done.returncode == 2
            return before, json.loads(done.stdout)
    raise AssertionError("the morning never stood still")


def test_every_type_of_source_is_fresh(seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, told = seen
    assert {source["type"] for source in told["sources"].values()} == TYPES
    assert {source["health"] for source in told["sources"].values()} == {"fresh"}
    assert not any(source["error"] or source["rejected"] for source in told["sources"].values())


def test_alerts_are_those_of_the_monitors(seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    state, told = seen
    shown = {name: [alert for alert in told["alerts"] if alert["source"] == name] for name in state}
    for name in ("icinga", "ci"):
        assert len(shown[name]) == len(state[name]["problems"]) > 0
        acknowledged = [alert for alert in shown[name] if alert["acknowledged"] and not alert["downtime"]]
        assert len(acknowledged) == len(state[name]["acknowledged"])
        assert len([alert for alert in shown[name] if alert["downtime"]]) == len(state[name]["in_downtime"])
    held = [alert["labels"]["alertname"] for alert in state["alertmanager"]["alerts"]]
    assert sorted(alert["name"] for alert in shown["alertmanager"]) == sorted(set_without(held, "Watchdog"))
    firing = [alert["labels"]["alertname"] for alert in state["grafana"]["alerts"] if alert["state"] != "Normal"]
    names = [*set_without(firing, "GrafanaWatchdog"), *state["grafana"]["paused"]]
    assert sorted(alert["name"] for alert in shown["grafana"]) == sorted(names)
    assert len(told["dashboards"]) == len(state["grafana"]["dashboards"]) > 0


def set_without(names: list[str], heartbeat: str) -> list[str]:
    assert heartbeat in names
    return [name for name in names if name != heartbeat]


def test_incidents_tickets_and_cards_are_those_of_the_services(seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    state, told = seen
    pages = [page for page in state["pagerduty"]["incidents"] if page["status"] != "resolved"]
    assert pages, "something is open"
    incidents = {page["number"]: (page["status"], page["acknowledged_by"]) for page in pages}
    assert {page["number"]: (page["status"], page["acknowledged_by"]) for page in told["incidents"]} == incidents
    assert len(incidents) == state["pagerduty"]["open"] > 0

    tickets = {int(key): ticket for key, ticket in state["zendesk"]["tickets"].items() if ticket["status"] != "solved"}
    assert {ticket["id"]: ticket["requester"] for ticket in told["tickets"]} == {
        number: ticket["requester"] for number, ticket in tickets.items()
    }
    assert tickets

    cards = [card for card in state["trello"]["cards"] if card["list"] == ONGOING and not card["closed"]]
    expected = {card["title"]: len(card["comments"]) for card in cards if card["title"] not in EXPLAINERS}
    assert {card["title"]: card["comments"] for card in told["cards"]} == expected
    assert expected


def test_the_pairing_is_the_rotas_beside_who_is_on_call(seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    state, told = seen
    today = told["pairing"]["date"]
    rows = [row for row in state["rota"]["rows"] if row["first"] <= today <= row["last"]]
    assert told["pairing"]["on_shift"] is True
    for role in told["pairing"]["roles"]:
        planned = [row["person"] for row in rows if row["role"] == role["role"]]
        assert role["planned"] in (planned or [None])
        assert role["actual"] == state["pagerduty"]["on_call"].get(role["role"])
        assert role["mismatch"] is bool(role["planned"] and role["actual"] and role["planned"] != role["actual"])


def test_the_other_forms_tell_the_same(served: Served, seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, told = seen
    words = status(served.config, "text").stdout
    for pane, title in (("alerts", "name"), ("incidents", "title"), ("tickets", "subject"), ("cards", "title")):
        assert all(item[title][:20] in words for item in told[pane])
    line = status(served.config, "line").stdout
    handled = ("acknowledged", "downtime", "inhibited", "paused")
    open_ = [alert["severity"] for alert in told["alerts"] if not any(alert[name] for name in handled)]
    assert f"✖{open_.count('critical')} !{open_.count('warning')} " in line


def test_every_request_is_on_record_and_only_reads(served: Served, seen: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert seen
    requests = served.call("GET", "/requests")
    assert {request["service"] for request in requests} == set(served.services)
    writes = {request["method"] for request in requests} - {"GET"}
    assert writes <= {"POST"}
    assert all(request["service"] in ("icinga", "ci") for request in requests if request["method"] == "POST")
    assert all(request["time"] and request["path"].startswith("/") for request in requests)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_of_it_however_it_is_ended(tmp_path: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "secondline_tui", "demo", "--serve"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as process:
        assert process.stdout is not None
        config = Path(json.loads(process.stdout.readline())["config"])
        assert config.is_relative_to(tmp_path)
        process.send_signal(how)
        assert process.wait(30) == 0
    assert list(tmp_path.iterdir()) == []
