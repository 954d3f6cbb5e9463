from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from pydantic import ValidationError

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.grafana import EDITOR, VIEWER
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Alert, Dashboard, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.grafana.reader import GrafanaReader
from tests.sources.bad_answers import FAILED_POLLS, odd_about
from tests.sources.grafana.conftest import Served

STATES = {
    "High 5xx": "Alerting",
    "Queue long": "Alerting",
    "Slow": "Pending",
    "Sync missing": "NoData",
    "Broken rule": "Error",
    "Easing": "Recovering",
    "Sleeping": "Paused",
}


@asynccontextmanager
async def opened(made: GrafanaReader) -> AsyncIterator[GrafanaReader]:
    try:
        yield made
    finally:
        await made.close()


async def poll(served: Served, **extra: object) -> Reading:
    async with opened(served.reader(**extra)) as made:
        return await made.fetch()


async def failure(served: Served, **extra: object) -> PollFailed:
    with pytest.raises(PollFailed) as caught:
        await poll(served, **extra)
    return caught.value


def alerts(reading: Reading) -> dict[str, Alert]:
    found = [item for item in reading.items if isinstance(item, Alert)]
    assert len({alert.ref for alert in found}) == len(found) == len({alert.name for alert in found})
    return {str(alert.name): alert for alert in found}


async def test_every_alert_in_grafanas_own_words(served: Served) -> None:
    reading = await poll(served)
    assert {name: alert.state for name, alert in alerts(reading).items()} == STATES
    assert (reading.rejected, reading.hidden) == ((), 0)
    assert reading.account == "sa-1-second-line"
    assert reading.permissions is not None
    assert "alert.silences:create" in reading.permissions


async def test_an_alert_in_full(served: Served) -> None:
    alert = alerts(await poll(served))["High 5xx"]
    rule = served.simulator.rules["High 5xx"]
    assert (alert.severity, alert.host, alert.environment) == (Severity.CRITICAL, "cache-1", "staging")
    assert (alert.summary, alert.output) == ("Too many 5xx", "Too many 5xx\n1.2 %")
    assert alert.since is not None
    assert 235 < (datetime.now(UTC) - alert.since).total_seconds() < 300
    assert ("grafana_folder", "Publishing") in alert.labels
    assert not any(name.startswith("__") for name, _ in (*alert.labels, *alert.annotations))
    assert alert.links.runbook == "https://docs.example.org/5xx"
    assert alert.links.graph == f"{served.url}/d/web1?viewPanel=4"
    assert alert.links.web == f"{served.url}/alerting/grafana/{rule.uid}/view"
    assert (alert.handled, alert.soft, alert.paused) == (False, False, False)


async def test_silenced(served: Served) -> None:
    found = alerts(await poll(served))
    handling = found["Queue long"].acknowledged
    assert handling is not None
    assert (handling.by, handling.comment) == ("Łukasz", "draining it")
    assert handling.at is not None
    assert handling.until == handling.at + timedelta(minutes=30)
    assert [name for name, alert in found.items() if alert.handled] == ["Queue long"]


async def test_a_silence_of_the_renamed_alert_is_found(served: Served) -> None:
    served.simulator.silence({"alertname": "DatasourceNoData", "rulename": "Sync missing"}, "Bo", "source is down")
    alert = alerts(await poll(served))["Sync missing"]
    assert alert.acknowledged is not None
    assert alert.acknowledged.by == "Bo"
    assert ("alertname", "DatasourceNoData") in alert.labels
    assert ("rulename", "Sync missing") in alert.labels


async def test_muted(served: Served) -> None:
    served.simulator.mute({"alertname": "High 5xx"}, "nights")
    alert = alerts(await poll(served))["High 5xx"]
    assert (alert.downtime, alert.acknowledged, [note.text for note in alert.notes]) == (True, None, ["nights"])


async def test_pending_is_soft_and_paused_is_paused(served: Served) -> None:
    found = alerts(await poll(served))
    assert [name for name, alert in found.items() if alert.soft] == ["Slow"]
    paused = found["Sleeping"]
    assert (paused.paused, paused.severity) == (True, Severity.UNKNOWN)
    assert [name for name, alert in found.items() if alert.paused] == ["Sleeping"]


async def test_a_failing_rule_says_why(served: Served) -> None:
    found = alerts(await poll(served))
    assert found["Broken rule"].summary == "failed to execute query A: connection refused"


async def test_a_failing_rule_without_an_alert_is_a_blind_spot(served: Served) -> None:
    served.simulator.add_rule("Mute and broken").last_error = "bad query"
    alert = alerts(await poll(served))["Mute and broken"]
    assert (alert.state, alert.summary, alert.paused) == ("Error", "bad query", False)


async def test_the_key_stays_while_the_state_changes(served: Served) -> None:
    keys = set()
    for state in ("Pending", "Alerting", "NoData", "Error", "Recovering"):
        served.simulator.fire("Slow", state=state)
        keys.add(alerts(await poll(served))["Slow"].ref)
    assert len(keys) == 1


async def test_same_labels_in_two_rules_are_two_alerts(served: Served) -> None:
    served.simulator.add_rule("Twin", folder="A")
    served.simulator.rules["first"] = served.simulator.rules.pop("Twin")
    served.simulator.rules["first"].folder = "Publishing"
    served.simulator.add_rule("Twin")
    for title in ("first", "Twin"):
        served.simulator.fire(title, {"alertname": "Twin"})
    reading = await poll(served)
    assert sum(item.name_line == "Twin" for item in reading.items) == 2


async def test_dashboards_in_the_order_of_the_configuration(served: Served) -> None:
    reading = await poll(served, dashboards=["mq", "gone", "web1"])
    boards = [item for item in reading.items if isinstance(item, Dashboard)]
    assert [board.title.partition(" (")[0] for board in boards] == ["Message queues", "gone", "Web requests"]
    assert "not found" in boards[1].title
    assert boards[0].links.web == f"{served.url}/d/mq"
    assert boards[0].ref == ItemRef("grafana", Kind.DASHBOARD, "mq")


async def test_filter(served: Served) -> None:
    found = alerts(await poll(served, filter=['grafana_folder=~"Data|Search"']))
    assert set(found) == {"Queue long", "Sync missing"}


async def test_ignored_severities_are_counted(served: Served) -> None:
    reading = await poll(served, severities={"warning": "ignore"})
    assert set(alerts(reading)) == STATES.keys() - {"Queue long", "Slow"}
    assert reading.hidden == 2


# -- whether it sees ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["Normal", "Pending", "NoData", "Error"])
async def test_a_heartbeat_that_does_not_beat(served: Served, state: str) -> None:
    served.simulator.fire("Watchdog", state=state)
    fault = (await failure(served)).fault
    assert fault.kind is FaultKind.BLIND
    assert "alertname=Watchdog" in fault.message


async def test_a_heartbeat_for_want_of_data_does_not_beat(served: Served) -> None:
    served.simulator.fire("Watchdog", reason="NoData")
    assert (await failure(served)).fault.kind is FaultKind.BLIND


async def test_a_silenced_heartbeat_beats(served: Served) -> None:
    served.simulator.silence({"alertname": "Watchdog"}, "ana", "noisy")
    assert "Watchdog" not in alerts(await poll(served))


@pytest.mark.parametrize(("ago", "ever"), [(900.0, True), (0.0, False)])
async def test_rules_that_nobody_evaluates(served: Served, ago: float, ever: bool) -> None:
    served.simulator.stop_evaluating(ago=ago, ever=ever)
    fault = (await failure(served)).fault
    assert fault.kind is FaultKind.BLIND
    assert "evaluated" in fault.message


async def test_a_rule_evaluated_some_minutes_ago_is_fine(served: Served) -> None:
    served.simulator.stop_evaluating(ago=300)
    assert len(alerts(await poll(served))) == len(STATES)


async def test_one_rule_that_nobody_evaluates_is_a_blind_spot(served: Served) -> None:
    served.simulator.add_rule("Stuck", {"severity": "critical"}).stopped_at = served.world.now() - 3 * 86_400
    alert = alerts(await poll(served))["Stuck"]
    assert (alert.state, alert.summary, alert.severity) == ("Error", "last evaluated 3d ago", Severity.CRITICAL)
    async with opened(served.reader()) as made:
        assert (await made.detail(alert.ref)).body == "last evaluated 3d ago"


async def test_a_heartbeat_whose_rule_nobody_evaluates(served: Served) -> None:
    served.simulator.rules["Watchdog"].stopped_at = served.world.now() - 3_600
    assert (await failure(served)).fault.kind is FaultKind.BLIND


async def test_every_rule_paused_is_blindness(served: Served) -> None:
    for title in served.simulator.rules:
        served.simulator.pause(title)
    fault = (await failure(served, heartbeat={})).fault
    assert (fault.kind, fault.message) == (FaultKind.BLIND, "every alert rule is paused: 9")


async def test_not_one_rule_is_blindness(served: Served) -> None:
    served.simulator.rules.clear()
    for dashboards in ([], ["web1"]):
        fault = (await failure(served, heartbeat={}, dashboards=dashboards)).fault
        assert (fault.kind, "not one alert rule" in fault.message) == (FaultKind.BLIND, True)


async def test_a_grafana_that_has_only_dashboards(served: Served) -> None:
    dashboards = await poll(served, heartbeat={}, alerts=False)
    assert len(dashboards.items) == 2
    assert not any("alert" in path for path in served.asked())
    async with opened(served.reader(heartbeat={}, alerts=False)) as made:
        assert "0 alert rules" in (await made.probe())[0]
    with pytest.raises(ValidationError, match="alerts = false leaves only dashboards"):
        served.settings(alerts=False, heartbeat={}, dashboards=[])
    with pytest.raises(ValidationError, match="alerts = false leaves only dashboards"):
        served.settings(alerts=False)


# -- opening one, and checking ---------------------------------------------------------------------------------


async def test_detail_of_an_alert(served: Served) -> None:
    ref = alerts(await poll(served))["Queue long"].ref
    async with opened(served.reader()) as made:
        detail = await made.detail(ref)
    told = {str(name): text for name, text in detail.attributes}
    assert (told["state"], told["rule"], told["rule.folder"]) == ("Alerting", "Queue long", "Search")
    assert told["label.__alert_rule_uid__"] == served.simulator.rules["Queue long"].uid
    silence = next(text for name, text in told.items() if name.startswith("silence "))
    assert silence.startswith('{alertname="Queue long"} until ')
    assert [note.author for note in detail.notes] == ["Łukasz"]


async def test_detail_of_a_rule(served: Served) -> None:
    ref = alerts(await poll(served))["Sleeping"].ref
    async with opened(served.reader()) as made:
        told = {str(name): text for name, text in (await made.detail(ref)).attributes}
        served.simulator.pause("Sleeping", False)
        with pytest.raises(PollFailed, match="not_found"):
            await made.detail(ref)
    assert (told["state"], told["rule.provenance"]) == ("Paused", "file")


async def test_probe(served: Served) -> None:
    async with opened(served.reader()) as made:
        assert await made.probe() == (
            "Grafana 11.6.0, as sa-1-second-line, 9 alert rules",
            "paused alert rules: 1",
        )
    async with opened(served.reader(token=VIEWER)) as made:
        assert any("may not silence" in line for line in await made.probe())


async def test_requests_of_a_poll(served: Served) -> None:
    async with opened(served.reader()) as made:
        await made.fetch()
        assert len(served.asked()) == 6
        served.world.forget_requests()
        await made.fetch()
    paths = sorted(path.partition("?")[0] for path in served.asked())
    sent = "/api/alertmanager/grafana/api/v2"
    rules = "/api/prometheus/grafana/api/v1/rules"
    assert paths == [f"{sent}/alerts", f"{sent}/silences", rules, "/api/search"]


async def test_pages_of_rules_that_nobody_asked_for(served: Served) -> None:
    served.simulator.groups_at_once = 1
    assert {name: alert.state for name, alert in alerts(await poll(served)).items()} == STATES
    assert sum("/rules" in path for path in served.asked()) == 3
    served.world.break_service("grafana", Fault.parse("page_missing", None))
    assert (await failure(served)).fault.kind is FaultKind.NOT_FOUND


# -- bad answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_a_bad_answer_is_a_failed_poll(served: Served, kind: str) -> None:
    async with opened(served.reader()) as made:
        assert len((await made.fetch()).items) == 9
        served.world.break_service("grafana", Fault.parse(kind, None))
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
        assert caught.value.fault.kind is FAILED_POLLS[kind]
        served.world.mend()
        assert len((await made.fetch()).items) == 9


@pytest.mark.parametrize("kind", ["slow:0.05", "lag:30"])
async def test_slow_is_no_failure(served: Served, kind: str) -> None:
    served.world.break_service("grafana", Fault.parse(kind, None))
    assert len((await poll(served)).items) == 9


async def test_an_odd_row_costs_itself_only(served: Served) -> None:
    served.world.break_service("grafana", Fault.parse("odd_row", None))
    reading = await poll(served)
    assert {name: alert.state for name, alert in alerts(reading).items()} == STATES
    assert len(reading.rejected) == 1
    assert "a rule" in reading.rejected[0]


async def test_an_alert_that_cannot_be_told_is_counted(served: Served) -> None:
    """A fault of ours: it must not make an alert vanish, nor hide the others."""
    with patch("secondline_tui.sources.grafana.mapping.runbook", side_effect=odd_about("Too many 5xx")):
        reading = await poll(served)
    assert set(alerts(reading)) == STATES.keys() - {"High 5xx"}
    assert reading.rejected == ("an alert: ValueError",)


async def test_an_annotation_that_is_no_address(served: Served) -> None:
    served.simulator.fire("Easing", annotations={"dashboard": "/http://[broken"})
    reading = await poll(served)
    assert alerts(reading).keys() == STATES.keys()
    assert reading.rejected == ()


# -- the way in --------------------------------------------------------------------------------------------------


async def test_a_wrong_token_is_refused_and_never_told(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    refused = await failure(served, token="glsa_s3cret")
    assert (refused.fault.kind, refused.fault.stop) == (FaultKind.UNAUTHORISED, True)
    assert "Invalid API key" in refused.fault.message
    await poll(served)
    told = [str(refused), caplog.text, *served.asked()]
    assert not any("s3cret" in text or EDITOR in text for text in told)


async def test_a_login_page_instead_of_an_answer(served: Served) -> None:
    served.world.break_service("grafana", Fault.parse("redirect_login", 1))
    assert (await failure(served)).fault.kind is FaultKind.UNAUTHORISED
