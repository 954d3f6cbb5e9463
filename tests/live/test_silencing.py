"""Silences made, extended and ended on a real Alertmanager: by its own way, and by Grafana's through a front."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.config.sources import Alertmanager as AlertmanagerSettings
from secondline_tui.config.sources import Grafana as GrafanaSettings
from secondline_tui.domain.actions import Intent, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Alert
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor, Reader
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager import actor as alertmanager_actor
from secondline_tui.sources.alertmanager import reader as alertmanager_reader
from secondline_tui.sources.grafana import actor as grafana_actor
from secondline_tui.sources.grafana import reader as grafana_reader
from tests.live.grafana_front import TOKEN, GrafanaFront
from tests.live.process import call
from tests.live.prometheus import Alertmanager, Machines, Prometheus
from tests.sources.silencing import LONG

pytestmark = pytest.mark.live

ME = "Zoë Ångström"
CONFIG = Config(me=Me(name=ME))
NAMES = {"host_label": "machine", "deadline": 5, "heartbeat": {"alertname": "Watchdog"}}
SEEN_SECONDS = 20.0
GONE = "11fff6aa-ad6e-4d32-a974-14d953ee7ce0"
NOBODY: frozenset[str] = frozenset()


@dataclass
class Rig:
    """A way to a real Alertmanager with two alerts, web1 and web2."""

    alertmanager: Alertmanager
    reader: Reader
    actor: Actor

    async def alert(self, host: str = "web1") -> Alert:
        """The alert, as soon as Prometheus has sent it."""
        end = time.monotonic() + SEEN_SECONDS
        while True:
            try:
                items = (await self.reader.fetch()).items
                return next(item for item in items if isinstance(item, Alert) and item.host == host)
            except (PollFailed, StopIteration):
                assert time.monotonic() < end
                await asyncio.sleep(0.1)

    async def intent(self, verb: Verb = Verb.SILENCE, **changes: Any) -> Intent:
        alert, now = await self.alert(), datetime.now(UTC)
        told: dict[str, Any] = {
            "id": "1",
            "ref": alert.ref,
            "verb": verb,
            "item": SafeText(alert.name_line),
            "author": ME,
            "at": now,
            "text": "looking at it" if verb is Verb.SILENCE else "",
            "until": None if verb is Verb.EXPIRE else now + timedelta(hours=2),
        }
        if verb is Verb.SILENCE:
            told["matchers"] = (await self.actor.prepare(alert.ref, verb)).matchers
        return Intent(**{**told, **changes})

    def silence(self, identity: str) -> dict[str, Any]:
        """As Alertmanager itself tells it."""
        status, body, _ = call("GET", f"{self.alertmanager.url}/api/v2/silence/{identity}")
        assert status == 200
        told: dict[str, Any] = json.loads(body)
        return told

    def active(self) -> list[str]:
        """IDs of all silences that hold."""
        _, body, _ = call("GET", f"{self.alertmanager.url}/api/v2/silences")
        return [row["id"] for row in json.loads(body) if row["status"]["state"] != "expired"]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Alertmanager, GrafanaFront]]:
    with (
        Machines() as machines,
        Alertmanager() as alertmanager,
        Prometheus(machines, alertmanager) as prometheus,
        GrafanaFront(prometheus.url, alertmanager.url) as front,
    ):
        machines.trouble = {("web1", "warning"): True, ("web2", "warning"): True}
        yield alertmanager, front


@pytest.fixture(params=["alertmanager", "grafana"])
async def rig(request: pytest.FixtureRequest, servers: tuple[Alertmanager, GrafanaFront]) -> AsyncIterator[Rig]:
    alertmanager, front = servers
    if request.param == "alertmanager":
        am = AlertmanagerSettings.model_validate(
            {"type": "alertmanager", "url": alertmanager.url, "settle": 0, **NAMES}
        )
        made = Rig(alertmanager, alertmanager_reader.reader("s", am, CONFIG), alertmanager_actor.actor("s", am, CONFIG))
    else:
        told = {"type": "grafana", "url": front.url, "token": TOKEN, **NAMES}
        grafana = GrafanaSettings.model_validate(told)
        made = Rig(alertmanager, grafana_reader.reader("s", grafana, CONFIG), grafana_actor.actor("s", grafana, CONFIG))
    yield made
    for identity in made.active():
        call("DELETE", f"{alertmanager.url}/api/v2/silence/{identity}")
    await made.reader.close()
    await made.actor.close()


async def test_silenced_seen_extended_and_ended(rig: Rig) -> None:
    text = f"looking at it at {time.time()}"
    intent = await rig.intent(text=text)
    assert (await rig.actor.settle(intent, datetime.now(UTC), NOBODY)).there is False
    made = (await rig.actor.send(intent)).remote
    held = rig.silence(made)
    assert (held["createdBy"], held["comment"], held["status"]["state"]) == (ME, text, "active")
    finding = await rig.actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote, finding.told) == (True, made, "")
    assert (await rig.actor.settle(intent, datetime.now(UTC), {made})).there is False
    alert = await rig.alert()
    assert alert.acknowledged is not None
    assert (alert.acknowledged.by, alert.acknowledged.comment) == (ME, text)
    assert (await rig.alert("web2")).acknowledged is None

    preview = await rig.actor.prepare(alert.ref, Verb.EXTEND)
    assert (preview.chosen, [choice.key for choice in preview.choices]) == (made, [made])
    assert preview.choices[0].name == f"{ME}: {text}"
    longer = await rig.intent(Verb.EXTEND, to=preview.chosen, until=datetime.now(UTC) + timedelta(hours=5))
    assert (await rig.actor.settle(longer, datetime.now(UTC), NOBODY)).there is False
    assert (await rig.actor.send(longer)).remote == made
    after = rig.silence(made)
    assert {name: after[name] for name in ("startsAt", "matchers", "createdBy", "comment")} == {
        name: held[name] for name in ("startsAt", "matchers", "createdBy", "comment")
    }
    assert datetime.fromisoformat(after["endsAt"]) - datetime.fromisoformat(held["endsAt"]) > timedelta(hours=2)
    assert (await rig.actor.settle(longer, datetime.now(UTC), NOBODY)).there is True

    end = await rig.intent(Verb.EXPIRE, to=made)
    assert (await rig.actor.settle(end, datetime.now(UTC), NOBODY)).there is False
    assert (await rig.actor.send(end)).told == ""
    assert rig.silence(made)["status"]["state"] == "expired"
    assert (await rig.actor.settle(end, datetime.now(UTC), NOBODY)).there is True
    assert (await rig.alert()).acknowledged is None
    assert (await rig.actor.send(end)).told == "it had ended already"


async def test_how_many_alerts_matchers_cover(rig: Rig) -> None:
    ref = (await rig.alert()).ref
    await rig.alert("web2")

    async def covers(*matchers: Matcher) -> int | None:
        return (await rig.actor.prepare(ref, Verb.SILENCE, matchers=matchers)).covers

    assert (await rig.actor.prepare(ref, Verb.SILENCE)).covers == 1
    name = Matcher("alertname", "Trouble")
    assert await covers(name) == 2
    assert await covers(name, Matcher("machine", "web[[:digit:]]", regex=True)) == 2
    assert await covers(name, Matcher("machine", "web", regex=True)) == 0
    assert await covers(name, Matcher("machine", "web2|x", regex=True, equal=False)) == 1
    preview = await rig.actor.prepare(ref, Verb.SILENCE, matchers=(Matcher("alertname", "Watchdog"),))
    assert preview.covers == 1
    assert len(preview.changes) == 2


async def test_a_long_comment_arrives_as_it_was_typed(rig: Rig) -> None:
    intent = await rig.intent(text=LONG)
    made = (await rig.actor.send(intent)).remote
    assert rig.silence(made)["comment"] == rig.actor.as_kept(Verb.SILENCE, LONG) == LONG
    assert (await rig.actor.settle(intent, datetime.now(UTC), NOBODY)).remote == made


async def test_a_silence_that_has_begun_long_ago_stays_the_same_when_it_is_extended(rig: Rig) -> None:
    """Alertmanager would make another one of it, were it to begin in another second."""
    made = (await rig.actor.send(await rig.intent())).remote
    await asyncio.sleep(1.1)  # Alertmanager's own clock
    extend = await rig.intent(Verb.EXTEND, to=made, text="still broken", author="Bo")
    assert (await rig.actor.send(extend)).remote == made
    assert (rig.silence(made)["createdBy"], rig.silence(made)["comment"]) == ("Bo", "still broken")
    assert rig.active() == [made]
    assert (await rig.actor.settle(extend, datetime.now(UTC), NOBODY)).there is True


async def test_what_it_does_not_take_is_refused(rig: Rig) -> None:
    intent = await rig.intent()
    before = rig.active()
    past = replace(intent, until=datetime.now(UTC) - timedelta(minutes=1))
    with pytest.raises(Refused, match="end time can't be in the past"):
        await rig.actor.send(past)
    with pytest.raises(Refused, match="invalid label matcher"):
        await rig.actor.send(replace(intent, matchers=(Matcher("a", "(?<x>", regex=True, equal=False),)))
    for verb in (Verb.EXTEND, Verb.EXPIRE):
        with pytest.raises(Refused, match="no such silence any more"):
            await rig.actor.send(await rig.intent(verb, to=GONE))
    assert rig.active() == before


async def test_an_unknown_silences_500_is_a_no(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    made = (await rig.actor.send(await rig.intent())).remote
    end = await rig.intent(Verb.EXPIRE, to=made)
    monkeypatch.setattr("secondline_tui.sources.alertmanager.silencer.quote", lambda *_, **__: GONE)
    with pytest.raises(Refused, match="silence not found"):
        await rig.actor.send(end)
    assert made in rig.active()
