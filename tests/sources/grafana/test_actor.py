from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.demo.grafana import CREATOR, EDITOR, PERMISSIONS, VIEWER, Grafana
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.actions import Refused, Verb
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor
from secondline_tui.sources.grafana.actor import GrafanaActor
from tests.sources.silencing import ME, SLOW, Desk, serve


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from serve("grafana")


@pytest.fixture
async def actor(desk: Desk) -> AsyncIterator[Actor]:
    made = desk.actor()
    yield made
    await made.close()


def grafana(desk: Desk) -> Grafana:
    assert isinstance(desk.simulator, Grafana)
    return desk.simulator


async def test_the_account_is_the_tokens_and_the_name_is_ours(desk: Desk, actor: Actor) -> None:
    preview = await actor.prepare(await desk.ref(), Verb.SILENCE)
    assert preview.account == f"{ME}, with the token of sa-1-second-line"


async def test_of_grafanas_own_labels_only_the_rule_is_proposed(desk: Desk, actor: Actor) -> None:
    preview = await actor.prepare(await desk.ref(), Verb.SILENCE)
    assert preview.matchers == (
        Matcher("alertname", "Slow"),
        Matcher("__alert_rule_uid__", grafana(desk).rules["Slow"].uid),
        Matcher("grafana_folder", "Publishing"),
        Matcher("instance", "web1"),
        Matcher("severity", "warning"),
    )


@pytest.mark.parametrize(("state", "sent_as"), [("NoData", "DatasourceNoData"), ("Error", "DatasourceError")])
async def test_an_alert_that_is_sent_under_another_name_is_silenced_under_that(
    desk: Desk, actor: Actor, state: str, sent_as: str
) -> None:
    grafana(desk).fire("Queue long", {"instance": "mq1"}, state=state)
    preview = await actor.prepare(await desk.ref("mq1"), Verb.SILENCE)
    assert preview.matchers[0] == Matcher("alertname", sent_as)
    assert Matcher("rulename", "Queue long") in preview.matchers
    assert preview.covers == 1
    await actor.send(await desk.intent(host="mq1", matchers=preview.matchers))
    assert (await desk.alert("mq1")).acknowledged is not None


async def test_a_pending_alert_is_silenced_before_it_is_sent(desk: Desk, actor: Actor) -> None:
    grafana(desk).fire("Brewing", {"instance": "web9"}, state="Pending")
    preview = await actor.prepare(await desk.ref("web9"), Verb.SILENCE)
    assert (preview.covers, preview.changes) == (0, ())
    await actor.send(await desk.intent(host="web9", matchers=preview.matchers))
    grafana(desk).fire("Brewing", {"instance": "web9"})
    assert (await desk.alert("web9")).acknowledged is not None


async def test_a_rule_that_cannot_fire_has_nothing_to_silence(desk: Desk, actor: Actor) -> None:
    grafana(desk).add_rule("Sleeping")
    grafana(desk).pause("Sleeping")
    ref = next(alert.ref for alert in await desk.alerts() if alert.name == "Sleeping")
    with pytest.raises(Refused, match="a rule that cannot fire now"):
        await actor.prepare(ref, Verb.SILENCE)


@pytest.mark.parametrize(
    ("token", "verb", "may"),
    [
        (EDITOR, Verb.SILENCE, True),
        (EDITOR, Verb.EXTEND, True),
        (CREATOR, Verb.SILENCE, True),
        (CREATOR, Verb.EXTEND, False),
        (CREATOR, Verb.EXPIRE, False),
        (VIEWER, Verb.SILENCE, False),
        (VIEWER, Verb.EXPIRE, False),
    ],
)
async def test_what_an_account_may_not_do_is_known_before_and_told_after(
    desk: Desk, token: str, verb: Verb, may: bool
) -> None:
    held = desk.someone()
    before = desk.held()
    actor = desk.actor(token=token)
    ref, intent = await desk.ref(), await desk.intent(verb, to="" if verb is Verb.SILENCE else held)
    if may:
        await actor.prepare(ref, verb)
        await actor.send(intent)
        assert desk.held() != before
    else:
        with pytest.raises(Refused, match=r"permission alert\.silences:") as early:
            await actor.prepare(ref, verb)
        with pytest.raises(Refused, match="additional permissions") as late:
            await actor.send(intent)
        assert early.value.forbidden
        assert late.value.forbidden
        assert desk.held() == before
    await actor.close()


async def test_a_permission_that_is_given_meanwhile_is_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.someone()
    actor = desk.actor(token=CREATOR)
    ref = await desk.ref()
    await actor.prepare(ref, Verb.SILENCE)
    with pytest.raises(Refused):
        await actor.prepare(ref, Verb.EXTEND)
    given = {**PERMISSIONS, CREATOR: PERMISSIONS[EDITOR]}
    monkeypatch.setattr("secondline_tui.demo.grafana.PERMISSIONS", given)
    assert (await actor.prepare(ref, Verb.EXTEND)).covers == 2
    await actor.close()


async def test_an_account_that_may_silence_some_alerts_is_not_barred_by_the_others(
    desk: Desk, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await actor.prepare(await desk.ref(), Verb.SILENCE)
    handle = desk.simulator.handle

    def only_some(request: Request) -> Answer:
        denied = Answer(403, {"accessErrorId": "ACE1", "message": "not in this folder", "title": "Access denied"})
        return denied if request.method == "POST" else handle(request)

    monkeypatch.setattr(desk.simulator, "handle", only_some)
    with pytest.raises(Refused, match="not in this folder") as caught:
        await actor.send(await desk.intent())
    assert not caught.value.forbidden


@pytest.mark.parametrize("answer", [{"silenceID": "one"}, {"message": "silence created", "id": "one"}])
async def test_the_silences_name_in_older_and_newer_versions(
    desk: Desk, actor: Actor, answer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = await desk.intent()
    monkeypatch.setattr(desk.simulator, "handle", lambda _: Answer(202, answer))
    assert (await actor.send(intent)).remote == "one"


async def test_labels_with_any_name_are_silenced(desk: Desk, actor: Actor) -> None:
    grafana(desk).fire("Odd", {"instance": "web7", "größe in m²": 'x="1"'})
    preview = await actor.prepare(await desk.ref("web7"), Verb.SILENCE)
    assert Matcher("größe in m²", 'x="1"') in preview.matchers
    edited = tuple(Matcher.parse(str(matcher)) for matcher in preview.matchers)
    assert edited == preview.matchers
    await actor.send(await desk.intent(host="web7", matchers=edited))
    assert (await desk.alert("web7")).acknowledged is not None


async def test_what_programs_noted_on_a_silence_stays_on_it(
    desk: Desk, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = desk.someone()
    handle = desk.simulator.handle
    bodies: list[Any] = []

    def annotated(request: Request) -> Answer:
        if request.method == "POST":
            bodies.append(request.json())
        answer = handle(request)
        if request.path.endswith("/silences") and isinstance(answer.data, list):
            return Answer(200, [{**row, "annotations": {"ticket": "4711"}} for row in answer.data])
        return answer

    monkeypatch.setattr(desk.simulator, "handle", annotated)
    await actor.send(await desk.intent(Verb.EXTEND, to=held))
    assert bodies[0]["annotations"] == {"ticket": "4711"}


async def test_the_front_may_not_tell_who_we_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = desk.simulator.handle
    hidden = ("/api/user", "/api/access-control/user/permissions")
    monkeypatch.setattr(
        desk.simulator, "handle", lambda request: Answer(404) if request.path in hidden else handle(request)
    )
    actor = desk.actor()
    assert isinstance(actor, GrafanaActor)
    assert (await actor.prepare(await desk.ref(), Verb.SILENCE)).account == ME
    intent = await desk.intent(until=datetime.now(UTC) + timedelta(minutes=5), matchers=SLOW)
    assert (await actor.send(intent)).remote == desk.only()["id"]
    await actor.close()
