from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from secondline_tui.config.secrets import SecretError
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.labels import fingerprint
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Alert, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.alertmanager.reader import AlertmanagerReader
from secondline_tui.sources.http import Http
from tests.sources.alertmanager.conftest import BATCH, DISK, QUIET, SLOW, WATCHDOG, Served
from tests.sources.bad_answers import FAILED_POLLS, odd_about

ALL = {fingerprint(labels) for labels in (DISK, SLOW, QUIET, BATCH)}


@asynccontextmanager
async def opened(made: AlertmanagerReader) -> AsyncIterator[AlertmanagerReader]:
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
    found = {item.name: item for item in reading.items if isinstance(item, Alert)}
    assert len(found) == len(reading.items)
    return {str(name): alert for name, alert in found.items()}


async def test_every_alert_but_the_heartbeat(served: Served) -> None:
    reading = await poll(served)
    assert {item.ref.key for item in reading.items} == ALL
    assert (reading.rejected, reading.hidden) == ((), 0)


async def test_an_alert_in_full(served: Served) -> None:
    alert = alerts(await poll(served))["DiskFull"]
    assert alert.ref == ItemRef("am", Kind.ALERT, fingerprint(DISK))
    assert (alert.severity, alert.state, alert.host) == (Severity.CRITICAL, "active", "db1:9100")
    assert (alert.environment, alert.summary, alert.output) == ("production", "Disk is full", "Disk is full")
    assert alert.since is not None
    assert 595 < (datetime.now(UTC) - alert.since).total_seconds() < 660
    assert dict(alert.labels) == DISK
    assert ("owner", "Zoë") in alert.annotations
    assert not alert.handled
    assert alert.links.runbook == "https://docs.example.org/disk"
    assert alert.links.graph == "http://prometheus.example.org/graph?g0.expr=x"
    assert alert.links.web is not None
    assert alert.links.web.startswith(f"{served.url}/#/alerts?")
    assert "alertname%3D%22DiskFull%22" in alert.links.web


async def test_who_silenced_it_is_whoever_does_so_longest(served: Served) -> None:
    alert = alerts(await poll(served))["Slow"]
    assert alert.acknowledged is not None
    assert (alert.acknowledged.by, alert.acknowledged.comment) == ("Zoë Ångström", "looking at it")
    assert alert.acknowledged.at is not None
    assert alert.acknowledged.until is not None
    assert alert.acknowledged.until - alert.acknowledged.at == timedelta(hours=1)
    assert [(note.author, note.label) for note in alert.notes] == [("Zoë Ångström", "silence"), ("Bo", "silence")]
    assert (alert.environment, alert.state, alert.handled) == ("staging", "suppressed", True)


async def test_inhibited(served: Served) -> None:
    found = alerts(await poll(served))
    assert {name for name, alert in found.items() if alert.inhibited} == {"DiskSlow"}
    assert found["DiskSlow"].handled
    assert found["DiskSlow"].acknowledged is None


async def test_muted_by_a_time_interval_is_planned_quiet(served: Served) -> None:
    served.simulator.mute({"alertname": "BatchLate"}, "nights", "weekends")
    alert = alerts(await poll(served))["BatchLate"]
    modern = served.simulator.modern
    assert (alert.downtime, alert.handled) == (modern, modern)
    assert [note.text for note in alert.notes] == (["nights", "weekends"] if modern else [])


async def test_severity_words(one: Served) -> None:
    words = {"page": "critical", "DISASTER": "critical", "warn": "warning", "Average": "warning", "none": "unknown"}
    for word in words:
        one.simulator.fire({"alertname": f"as {word}", "severity": word})
    one.simulator.fire({"alertname": "as nothing"})
    found = alerts(await poll(one))
    assert {word: found[f"as {word}"].severity for word in words} == words
    assert found["as nothing"].severity is Severity.UNKNOWN


async def test_severities_of_the_configuration_win_and_ignored_ones_are_counted(one: Served) -> None:
    reading = await poll(one, severities={"INFO": "ignore", "warning": "critical"})
    found = alerts(reading)
    assert set(found) == {"DiskFull", "Slow", "DiskSlow"}
    assert reading.hidden == 1
    assert found["Slow"].severity is Severity.CRITICAL


async def test_without_a_severity_label_may_be_ignored_too(one: Served) -> None:
    one.simulator.fire({"alertname": "Unlabelled"})
    reading = await poll(one, severities={"": "ignore"})
    assert "Unlabelled" not in alerts(reading)
    assert reading.hidden == 1


async def test_other_labels_and_a_path_to_grafana(one: Served) -> None:
    one.simulator.fire({"alertname": "Odd", "node": "n1", "stage": "test", "level": "page"})
    settings = {"host_label": "node", "environment_label": "stage", "severity_label": "level"}
    found = alerts(await poll(one, **settings, grafana_url="https://grafana.example.org/sub"))
    assert (found["Odd"].host, found["Odd"].environment, found["Odd"].severity) == ("n1", "test", "critical")
    assert found["Slow"].links.graph == "https://grafana.example.org/sub/d/abc?var-app=web"


async def test_filter_and_receiver_are_the_servers_business(one: Served) -> None:
    assert set(alerts(await poll(one, filter=['severity=~"warn.*"', "cluster!=a"]))) == {"Slow"}
    assert set(alerts(await poll(one, receiver="sms|pager"))) == {"DiskFull"}


# -- whether it sees ------------------------------------------------------------------------------------------


async def test_a_missing_heartbeat_is_blindness(one: Served) -> None:
    one.simulator.resolve(WATCHDOG)
    fault = (await failure(one)).fault
    assert fault.kind is FaultKind.BLIND
    assert "alertname=Watchdog" in fault.message


async def test_a_silenced_heartbeat_beats(served: Served) -> None:
    served.simulator.silence({"alertname": "Watchdog"}, "ana", "noisy")
    assert {item.ref.key for item in (await poll(served)).items} == ALL


async def test_a_heartbeat_that_the_filter_leaves_out_is_asked_for(one: Served) -> None:
    assert set(alerts(await poll(one, filter=["cluster=a"]))) == {"DiskFull", "DiskSlow"}
    one.simulator.resolve(WATCHDOG)
    assert (await failure(one, filter=["cluster=a"])).fault.kind is FaultKind.BLIND


async def test_a_heartbeat_with_other_labels_does_not_count(one: Served) -> None:
    wanted = {"alertname": "Watchdog", "cluster": "b"}
    assert (await failure(one, heartbeat=wanted)).fault.kind is FaultKind.BLIND


async def reader_at(served: Served, age: float, **extra: object) -> Reading:
    """A poll so many seconds after the Alertmanager's start."""
    now = datetime.fromtimestamp(served.simulator.started, UTC) + timedelta(seconds=age)
    settings = served.settings(**{"heartbeat": {}, **extra})
    made = AlertmanagerReader("am", settings, Http(served.url, deadline=1), now=lambda: now)
    async with opened(made):
        return await made.fetch()


async def test_just_restarted_and_empty_is_blindness(one: Served) -> None:
    one.simulator.restart(repeat_after=1_000)
    with pytest.raises(PollFailed, match=r"blind: started 1m ago"):
        await reader_at(one, 100)
    assert (await reader_at(one, 130)).items == ()
    assert (await reader_at(one, 100, settle="90s")).items == ()
    assert (await reader_at(one, 0, settle=0)).items == ()


@pytest.mark.parametrize("heartbeat", [{}, WATCHDOG])
async def test_just_restarted_with_some_alerts_repeated_already(one: Served, heartbeat: dict[str, str]) -> None:
    one.simulator.restart(repeat_after=0)
    with pytest.raises(PollFailed, match=r"blind: started 1s ago"):
        await reader_at(one, 1, heartbeat=heartbeat)
    assert len((await reader_at(one, 130, heartbeat=heartbeat)).items) == 5 - bool(heartbeat)


@pytest.mark.parametrize("extra", [{}, {"filter": ["cluster=a"]}])
async def test_a_heartbeat_in_an_old_answer_does_not_beat(one: Served, extra: dict[str, object]) -> None:
    """As a cache in front keeps it: Alertmanager itself lists nothing that has ended."""
    with pytest.raises(PollFailed, match=r"blind: heartbeat alertname=Watchdog.* not repeated any more"):
        await reader_at(one, 7 * 86_400, heartbeat=WATCHDOG, **extra)


async def test_a_receiver_that_does_not_exist_is_blindness(one: Served) -> None:
    fault = (await failure(one, receiver="pager")).fault
    assert fault.kind is FaultKind.BLIND
    assert fault.message == "no receiver is called pager; there are: nobody, pagerduty, slack, sms"


async def test_a_receiver_that_has_no_alerts(one: Served) -> None:
    assert (await poll(one, receiver="slack|page.*")).items == ()
    assert "/api/v2/receivers" in one.asked()
    one.world.forget_requests()
    await poll(one, receiver="sms")
    assert not any("receivers" in path for path in one.asked())


# -- opening one, and checking ---------------------------------------------------------------------------------


async def test_detail(served: Served) -> None:
    async with opened(served.reader()) as made:
        detail = await made.detail(ItemRef("am", Kind.ALERT, fingerprint(SLOW)))
    told = {str(name): text for name, text in detail.attributes}
    assert told["label.alertname"] == "Slow"
    assert told["annotation.description"] == "p99 is 4 s"
    assert told["receivers"] == '"nobody"', "a name, and no statement"
    silence = next(text for name, text in detail.attributes if name.startswith("silence "))
    assert silence.startswith('{alertname="Slow"} until ')
    assert silence.endswith("by Zoë Ångström: looking at it")
    assert [note.text for note in detail.notes] == ["looking at it", "shorter"]
    assert detail.body == "p99 is 4 s"


async def test_detail_of_one_that_is_over(one: Served) -> None:
    one.simulator.resolve(DISK)
    async with opened(one.reader()) as made:
        with pytest.raises(PollFailed, match="not_found"):
            await made.detail(ItemRef("am", Kind.ALERT, fingerprint(DISK)))


async def test_probe(served: Served) -> None:
    async with opened(served.reader()) as made:
        lines = await made.probe()
    assert lines[0] == f"Alertmanager {served.simulator.version}, up for 6d"
    assert lines[1] == "cluster ready; peers: 1"
    async with opened(served.reader(heartbeat={})) as made:
        assert "no heartbeat" in (await made.probe())[-1]


async def test_requests_of_a_poll(one: Served) -> None:
    await poll(one)
    asked = [path.partition("?")[0] for path in one.asked()]
    assert (asked[0], sorted(asked[1:])) == ("/api/v2/alerts", ["/api/v2/silences", "/api/v2/status"])
    one.world.forget_requests()
    one.simulator.resolve({"alertname": "Slow"})
    await poll(one)
    assert [path.partition("?")[0] for path in one.asked()] == ["/api/v2/alerts", "/api/v2/status"]


# -- bad answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_a_bad_answer_is_a_failed_poll(one: Served, kind: str) -> None:
    async with opened(one.reader()) as made:
        assert len((await made.fetch()).items) == 4
        one.world.break_service("am", Fault.parse(kind, None))
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
        assert caught.value.fault.kind is FAILED_POLLS[kind]
        one.world.mend()
        assert len((await made.fetch()).items) == 4


@pytest.mark.parametrize("kind", ["slow:0.05", "lag:30"])
async def test_slow_is_no_failure(one: Served, kind: str) -> None:
    one.world.break_service("am", Fault.parse(kind, None))
    assert {item.ref.key for item in (await poll(one)).items} == ALL


async def test_an_odd_row_costs_itself_only(one: Served) -> None:
    one.world.break_service("am", Fault.parse("odd_row", None))
    reading = await poll(one)
    assert {item.ref.key for item in reading.items} == ALL
    assert len(reading.rejected) == 1
    assert "an alert" in reading.rejected[0]


async def test_an_alert_that_cannot_be_told_is_counted(one: Served) -> None:
    """A fault of ours: it must not make an alert vanish."""
    with patch("secondline_tui.sources.alertmanager.mapping.runbook", side_effect=odd_about("Disk is full")):
        reading = await poll(one)
    assert {item.ref.key for item in reading.items} == ALL - {fingerprint(DISK)}
    assert reading.rejected == ("an alert, row 2: ValueError",)


async def test_two_alerts_with_one_fingerprint_are_counted(one: Served) -> None:
    with patch("secondline_tui.demo.labels.fingerprint", return_value="0e738638e8a270b1"):
        reading = await poll(one)
    assert len(reading.items) == 1
    assert len(reading.rejected) == 3


async def test_an_annotation_that_is_no_address(one: Served) -> None:
    one.simulator.fire(DISK, {"grafana_path": "http://[broken"})
    reading = await poll(one, grafana_url="https://grafana.example.org")
    assert {item.ref.key for item in reading.items} == ALL
    assert reading.rejected == ()


# -- the way in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wants", "settings"),
    [
        ({"Authorization": "Bearer s3cret-t0ken"}, {"token": "s3cret-t0ken"}),
        ({"Authorization": "Basic YW5hOnMzY3JldC10MGtlbg=="}, {"username": "ana", "password": "s3cret-t0ken"}),
        ({"Cookie": "_oauth2_proxy=s3cret-t0ken"}, {"headers": {"Cookie": "_oauth2_proxy=s3cret-t0ken"}}),
    ],
)
async def test_a_proxy_in_front(
    one: Served, wants: dict[str, str], settings: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    one.simulator.wants = wants
    bare: dict[str, object] = {"headers": {}}
    assert len((await poll(one, **{**bare, **settings})).items) == 4
    refused = await failure(one, **bare)
    assert refused.fault.kind is FaultKind.UNAUTHORISED
    one.world.break_service("am", Fault.parse("status:401", None))
    told = [str(refused), str(await failure(one, **{**bare, **settings})), caplog.text, *one.asked()]
    assert not any("s3cret" in text or "czNjcmV0" in text for text in told)


async def test_a_secret_that_no_header_can_carry(one: Served) -> None:
    with pytest.raises(SecretError) as caught:
        one.reader(token="s3crét")
    assert "s3cr" not in str(caught.value)
