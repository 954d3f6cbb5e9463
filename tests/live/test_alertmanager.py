"""A real Prometheus fires, a real Alertmanager is silenced, and both readers see the same."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Alertmanager as AlertmanagerSettings
from secondline_tui.config.sources import Grafana as GrafanaSettings
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Alert
from secondline_tui.domain.ports import Reader
from secondline_tui.sources.alertmanager import reader as alertmanager_reader
from secondline_tui.sources.grafana import reader as grafana_reader
from tests.live.grafana_front import TOKEN, GrafanaFront
from tests.live.process import call
from tests.live.prometheus import Alertmanager, Machines, Prometheus

pytestmark = pytest.mark.live

HEARTBEAT = {"alertname": "Watchdog"}
NAMES = {"host_label": "machine", "deadline": 5, "heartbeat": HEARTBEAT}
SEEN_SECONDS = 20.0

Row = tuple[str, str, str]
"""(machine or name, severity, who has it, or why it is quiet)"""


@dataclass
class Rig:
    machines: Machines
    alertmanager: Alertmanager
    prometheus: Prometheus
    front: GrafanaFront

    def alertmanager_reader(self, **extra: object) -> Reader:
        told = {"type": "alertmanager", "url": self.alertmanager.url, "settle": 0, **NAMES, **extra}
        return alertmanager_reader.reader("am", AlertmanagerSettings.model_validate(told), Config())

    def grafana_reader(self, **extra: object) -> Reader:
        told = {"type": "grafana", "url": self.front.url, "token": TOKEN, **NAMES, **extra}
        return grafana_reader.reader("grafana", GrafanaSettings.model_validate(told), Config())

    def silence(self, by: str, comment: str, **labels: str) -> str:
        now = datetime.now(UTC)
        wish = {
            "matchers": [{"name": name, "value": labels[name], "isRegex": False, "isEqual": True} for name in labels],
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(hours=2)).isoformat(),
            "createdBy": by,
            "comment": comment,
        }
        status, body, _ = call("POST", f"{self.alertmanager.url}/api/v2/silences", wish)
        assert status == 200, body
        return str(json.loads(body)["silenceID"])

    def unsilence(self, identity: str) -> None:
        assert call("DELETE", f"{self.alertmanager.url}/api/v2/silence/{identity}")[0] == 200


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with (
        Machines() as machines,
        Alertmanager() as alertmanager,
        Prometheus(machines, alertmanager) as prometheus,
        GrafanaFront(prometheus.url, alertmanager.url) as front,
    ):
        yield Rig(machines, alertmanager, prometheus, front)


@pytest.fixture(autouse=True)
def _calm(rig: Rig) -> Iterator[None]:
    yield
    rig.prometheus.thaw()
    rig.machines.trouble = dict.fromkeys(rig.machines.trouble, False)
    rig.machines.beating, rig.machines.brewing = True, False


@pytest.fixture(params=["alertmanager", "grafana"])
async def made(request: pytest.FixtureRequest, rig: Rig) -> AsyncIterator[Reader]:
    made = rig.alertmanager_reader() if request.param == "alertmanager" else rig.grafana_reader()
    yield made
    await made.close()


async def poll(made: Reader) -> tuple[Alert, ...]:
    reading = await made.fetch()
    assert reading.rejected == ()
    alerts = tuple(item for item in reading.items if isinstance(item, Alert))
    assert len({alert.ref for alert in alerts}) == len(alerts) == len(reading.items)
    return alerts


def row(alert: Alert) -> Row:
    by = alert.acknowledged.by if alert.acknowledged else ""
    return alert.host or alert.name, alert.severity.value, by or "inhibited" * alert.inhibited or "soft" * alert.soft


async def eventually(made: Reader, *wanted: Row) -> dict[Row, Alert]:
    """Poll until exactly these alerts are seen."""
    end = time.monotonic() + SEEN_SECONDS
    while True:
        try:
            seen = {row(alert): alert for alert in await poll(made)}
        except PollFailed as failed:
            if time.monotonic() > end:
                raise
            assert failed.fault.kind is FaultKind.BLIND  # noqa: PT017  (until Prometheus first reaches it)
        else:
            if seen.keys() == set(wanted) or time.monotonic() > end:
                assert seen.keys() == set(wanted)
                return seen
        await asyncio.sleep(0.1)


async def blindness(made: Reader, why: str = "") -> str:
    """Poll until it is said to be blind, and why. Servers that have just started are so for other reasons too."""
    end = time.monotonic() + SEEN_SECONDS
    while time.monotonic() < end:
        try:
            await made.fetch()
        except PollFailed as failed:
            assert failed.fault.kind is FaultKind.BLIND  # noqa: PT017  (what is being waited for)
            if why in failed.fault.message:
                return failed.fault.message
        await asyncio.sleep(0.1)
    pytest.fail("never blind")


async def test_fire_and_resolve(rig: Rig, made: Reader) -> None:
    await eventually(made)
    rig.machines.trouble = {("db1", "critical"): True, ("web1", "warning"): True, ("log1", "info"): True}
    rows = ("db1", "critical", ""), ("web1", "warning", ""), ("log1", "unknown", "")
    alert = (await eventually(made, *rows))[rows[0]]
    for _ in range(50):  # in Grafana the link comes from another answer, which may know the alert a moment later
        if alert.links.graph is not None:
            break
        await asyncio.sleep(0.1)
        alert = (await eventually(made, *rows))[rows[0]]
    assert (alert.name, alert.summary) == ("Trouble", "db1 is in trouble")
    assert alert.links.runbook == "https://docs.example.org/trouble"
    assert alert.links.graph is not None
    assert alert.since is not None
    assert abs((datetime.now(UTC) - alert.since).total_seconds()) < 30
    rig.machines.trouble[("db1", "critical")] = False
    await eventually(made, ("web1", "warning", ""), ("log1", "unknown", ""))


async def test_silence(rig: Rig, made: Reader) -> None:
    rig.machines.trouble = {("web1", "warning"): True, ("web2", "warning"): True}
    await eventually(made, ("web1", "warning", ""), ("web2", "warning", ""))
    silence = rig.silence("Zoë Ångström", "looking: «a\nb»", machine="web1")
    seen = await eventually(made, ("web1", "warning", "Zoë Ångström"), ("web2", "warning", ""))
    alert = seen["web1", "warning", "Zoë Ångström"]
    assert alert.acknowledged is not None
    assert alert.acknowledged.comment == "looking: «a\nb»"
    assert alert.acknowledged.until is not None
    assert timedelta(minutes=119) < alert.acknowledged.until - datetime.now(UTC) < timedelta(minutes=121)
    detail = await made.detail(alert.ref)
    assert any(text.startswith('{machine="web1"} until ') for _, text in detail.attributes)
    rig.unsilence(silence)
    await eventually(made, ("web1", "warning", ""), ("web2", "warning", ""))


async def test_inhibit(rig: Rig, made: Reader) -> None:
    rig.machines.trouble = {("db1", "critical"): True, ("db1", "warning"): True, ("db2", "warning"): True}
    quiet = ("db1", "warning", "inhibited")
    seen = await eventually(made, ("db1", "critical", ""), quiet, ("db2", "warning", ""))
    assert seen[quiet].handled


async def test_heartbeat(rig: Rig, made: Reader) -> None:
    await eventually(made)
    rig.machines.beating = False
    assert "alertname=Watchdog is missing" in await blindness(made)
    rig.machines.beating = True
    await eventually(made)
    silence = rig.silence("ana", "noisy", alertname="Watchdog")
    await eventually(made)
    rig.unsilence(silence)


async def test_pending(rig: Rig, made: Reader) -> None:
    """Only the rules know of an alert that is not sent yet."""
    rig.machines.brewing = True
    told = {("Brewing", "warning", "soft")} if isinstance(made, grafana_reader.GrafanaReader) else set()
    await eventually(made, *told)


async def test_probe(made: Reader) -> None:
    lines = await made.probe()
    assert "Alertmanager 0." in lines[0] or "Grafana" in lines[0]


async def test_a_restart_is_never_an_all_clear(rig: Rig) -> None:
    """Alertmanager forgets its alerts, and keeps its silences."""
    made = rig.alertmanager_reader()
    rig.machines.trouble = {("web1", "warning"): True, ("web2", "warning"): True}
    silence = rig.silence("Bo", "known", machine="web1")
    both = {("web1", "warning", "Bo"), ("web2", "warning", "")}
    await eventually(made, *both)
    rig.prometheus.freeze()
    rig.alertmanager.restart()
    assert "Watchdog is missing" in await blindness(made)
    rig.prometheus.thaw()
    await eventually(made, *both)
    rig.unsilence(silence)
    await made.close()


async def test_an_alertmanager_that_has_just_started() -> None:
    """Nobody sends to this one."""
    with Alertmanager() as fresh:
        settings = {"type": "alertmanager", "url": fresh.url}
        made = alertmanager_reader.reader("am", AlertmanagerSettings.model_validate(settings), Config())
        assert "senders may not have repeated all of their alerts yet" in await blindness(made)
        await made.close()
        calm = AlertmanagerSettings.model_validate({**settings, "settle": 0})
        made = alertmanager_reader.reader("am", calm, Config())
        assert await poll(made) == ()
        await made.close()


async def test_a_receiver_that_nobody_has(rig: Rig) -> None:
    made = rig.alertmanager_reader(receiver="pager")
    assert "no receiver is called pager; there are: nobody, sms" in await blindness(made, "no receiver")
    await made.close()
    made = rig.alertmanager_reader(receiver="s.s")
    await eventually(made)
    await made.close()


async def test_a_token_that_is_wrong(rig: Rig) -> None:
    made = rig.grafana_reader(token="glsa_wrong")
    with pytest.raises(PollFailed) as caught:
        await made.fetch()
    assert (caught.value.fault.kind, caught.value.fault.stop) == (FaultKind.UNAUTHORISED, True)
    await made.close()
