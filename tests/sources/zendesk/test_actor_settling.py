"""What a ticket's history tells of what was sent, and of what others did meanwhile."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.demo.world import World
from secondline_tui.domain.actions import Intent, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.clocks import UNTIMELY
from tests.sources.zendesk.acting import NUMBER, Scene, office
from tests.sources.zendesk.conftest import Start


@pytest.fixture
def scene(start: Start, world: World) -> Scene:
    rig = start(office(world))
    return Scene(rig, rig.actor())


# -- other people -----------------------------------------------------------------------------------------------------


async def test_a_colleagues_newer_change_is_not_overwritten_but_told(scene: Scene) -> None:
    intent = await scene.seen(Verb.STATUS, to="pending")
    scene.rig.zendesk.change(NUMBER, by="Bo Lindqvist", assignee="Bo Lindqvist", status="hold", priority="high")
    scene.rig.zendesk.comment(NUMBER, "Bo Lindqvist", "Mine: the CDN", public=False)
    with pytest.raises(Refused) as caught:
        await scene.send(intent)
    assert caught.value.outdated
    told = str(caught.value.reason)
    assert re.match(r"changed since you saw it: Bo Lindqvist, \ds ago: ", told)
    for part in ("assignee: nobody → Bo Lindqvist", "status: new → hold", "an internal note “Mine: the CDN”"):
        assert part in told
    assert (scene.kept()["status"], scene.written()) == ("hold", 1)


async def test_a_conflict_that_the_history_does_not_show_yet_is_told_all_the_same(scene: Scene) -> None:
    intent = await scene.seen(Verb.STATUS, to="pending")
    await scene.act(Verb.COMMENT, "from elsewhere")
    scene.rig.zendesk.tickets[NUMBER].audits[-1].visible_at += 60
    fresh = Scene(scene.rig, scene.rig.actor())
    with pytest.raises(Refused, match="something has changed meanwhile"):
        await fresh.send(intent)


async def test_without_a_version_the_present_one_is_taken(scene: Scene) -> None:
    scene.rig.zendesk.change(NUMBER, by="Bo Lindqvist", priority="high")
    for verb, (text, to) in scene.choices().items():
        intent = scene.intent(verb, text, to)
        await scene.send(intent)
        assert (await scene.settle(intent)).there is True, verb


async def test_two_actions_of_ours_on_one_version_do_not_stand_in_each_others_way(scene: Scene) -> None:
    take, comment, status = (
        await scene.seen(Verb.TAKE),
        await scene.seen(Verb.COMMENT, "a"),
        await scene.seen(Verb.STATUS, to="hold"),
    )
    for intent in (take, comment, status):
        await scene.send(intent)
    assert (scene.kept()["assignee"], scene.kept()["status"], len(scene.told())) == ("Ana Sowande", "hold", 1)


async def test_a_colleagues_change_between_two_of_ours_still_stands(scene: Scene) -> None:
    take, status = await scene.seen(Verb.TAKE), await scene.seen(Verb.STATUS, to="solved")
    await scene.send(take)
    zendesk = scene.rig.zendesk
    at = zendesk.now() + 2
    zendesk.record(zendesk.tickets[NUMBER], zendesk.person("Bo Lindqvist").id, {"status": "hold"}, at=at, visible_at=0)
    with pytest.raises(Refused) as caught:
        await scene.send(status)
    assert (caught.value.outdated, scene.kept()["status"]) == (True, "hold")


# -- settling ---------------------------------------------------------------------------------------------------------


async def test_nothing_is_found_before_it_was_sent(scene: Scene) -> None:
    for verb, (text, to) in scene.choices().items():
        if verb is not Verb.RELEASE:  # nobody has it, as it would be afterwards
            found = await scene.settle(scene.intent(verb, text, to))
            assert found.there is False, verb


async def test_a_write_is_found_as_soon_as_the_service_shows_it(scene: Scene) -> None:
    for verb, (text, to) in scene.choices().items():
        intent = await scene.seen(verb, text, to)
        scene.rig.zendesk.lag = 3_600
        await scene.send(intent)
        found = await scene.settle(intent)
        assert found.there is not True or found.told == "it was so already", verb
        scene.rig.zendesk.lag = 0
        ticket = scene.rig.zendesk.tickets[NUMBER]
        ticket.audits[-1].visible_at = ticket.comments[-1].visible_at = 0
        ticket.versions[:] = [(0, ticket.facts)]
        assert (await scene.settle(intent)).there is True, verb


async def test_identical_texts_are_told_apart(scene: Scene) -> None:
    first, receipt = await scene.act(Verb.COMMENT, "Looking")
    second = await scene.seen(Verb.COMMENT, "Looking")
    assert (await scene.settle(second)).there is False
    again = await scene.send(second)
    assert (await scene.settle(first)).remote == receipt.remote
    assert (await scene.settle(second)).remote == again.remote != receipt.remote


def sent_elsewhere(scene: Scene, text: str, *, by: str = "Ana Sowande", public: bool = False, at: float = 0.0) -> None:
    """Somebody writes this in a browser, so many seconds from now."""
    zendesk = scene.rig.zendesk
    zendesk.comment(NUMBER, by, text, public=public, ago=-at)
    zendesk.tickets[NUMBER].audits[-1].visible_at = zendesk.tickets[NUMBER].comments[-1].visible_at = 0


async def test_without_a_kept_id_author_text_audience_and_time_decide(scene: Scene) -> None:
    sent_elsewhere(scene, "Looking", at=-600)
    intent = await scene.seen(Verb.COMMENT, "Looking")
    scene.sent[intent.id] = datetime.now(UTC)
    sent_elsewhere(scene, "Looking", by="Bo Lindqvist", at=2)
    sent_elsewhere(scene, "Looking", public=True, at=2)
    sent_elsewhere(scene, "Looked", at=2)
    assert (await scene.settle(intent)).there is False
    sent_elsewhere(scene, " Looking\n", at=3)
    found = await scene.settle(intent)
    assert found.there is True
    assert (await scene.settle(intent, frozenset({found.remote}))).there is False


async def test_an_older_text_of_ours_is_not_taken_for_it_though_it_is_the_version_that_was_seen(scene: Scene) -> None:
    sent_elsewhere(scene, "Looking", at=-60)
    intent = await scene.seen(Verb.COMMENT, "Looking")
    assert (await scene.settle(intent)).there is False


async def test_a_clock_that_is_minutes_wrong_does_not_matter(scene: Scene) -> None:
    for minutes in (-4, 14):
        intent = await scene.seen(Verb.COMMENT, f"Looking {minutes}")
        scene.sent[intent.id] = datetime.now(UTC) - timedelta(minutes=minutes)
        sent_elsewhere(scene, f"Looking {minutes}", at=1)
        assert (await scene.settle(intent)).there is True
    intent = await scene.seen(Verb.COMMENT, "Looking")
    scene.sent[intent.id] = datetime.now(UTC) - timedelta(hours=2)
    sent_elsewhere(scene, "Looking", at=1)
    found = await scene.settle(intent)
    assert (found.there, found.told) == (None, UNTIMELY)


@pytest.mark.parametrize("seconds", [-1_800, 7_200])
async def test_without_a_kept_id_it_is_found_however_wrong_our_clock_is(
    scene: Scene, world: World, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "_clock", lambda: time.time() + seconds)
    intent = await scene.seen(Verb.COMMENT, "Looking")
    scene.sent[intent.id] = datetime.now(UTC)
    sent_elsewhere(scene, "Looking", at=1)
    assert (await scene.settle(intent)).there is True


async def state_verbs(scene: Scene) -> list[Intent]:
    third, mine = scene.group("3rd Line"), scene.rig.zendesk.agent
    scene.rig.zendesk.change(NUMBER, assignee=mine.name, status="open", ago=600)
    return [
        await scene.seen(Verb.RELEASE),
        await scene.seen(Verb.STATUS, to="pending"),
        await scene.seen(Verb.PRIORITY, to="low"),
        await scene.seen(Verb.REASSIGN, to=third),
    ]


async def test_the_same_state_set_by_somebody_else_is_not_taken_for_ours(scene: Scene) -> None:
    intents = await state_verbs(scene)
    scene.rig.zendesk.change(
        NUMBER, by="Bo Lindqvist", assignee="", status="pending", priority="low", group="3rd Line", ago=-1
    )
    scene.rig.zendesk.tickets[NUMBER].audits[-1].visible_at = 0
    scene.rig.zendesk.tickets[NUMBER].versions[:] = [(0, scene.rig.zendesk.tickets[NUMBER].facts)]
    for intent in intents:
        found = await scene.settle(intent)
        assert (found.there, found.told) == (False, "somebody else has done the same meanwhile"), intent.verb


async def test_a_state_that_we_set_is_found_without_a_kept_id(scene: Scene) -> None:
    for intent in await state_verbs(scene):
        facts: dict[str, Any] = {
            Verb.RELEASE: {"assignee": ""},
            Verb.STATUS: {"status": "pending"},
            Verb.PRIORITY: {"priority": "low"},
            Verb.REASSIGN: {"group": "3rd Line"},
        }[intent.verb]
        scene.rig.zendesk.change(NUMBER, by="Ana Sowande", **facts)
        found = await scene.settle(intent)
        assert (found.there, found.remote != "") == (True, True), intent.verb


async def test_an_update_that_changes_nothing_is_confirmed_by_the_ticket_itself(scene: Scene) -> None:
    scene.rig.zendesk.change(NUMBER, status="pending", ago=60)
    intent, _ = await scene.act(Verb.STATUS, to="pending")
    found = await scene.settle(intent)
    assert (found.there, found.told) == (True, "it was so already")


async def test_a_macro_without_text_and_kept_id_cannot_be_told_from_another_change_of_ours(scene: Scene) -> None:
    intent = await scene.seen(Verb.MACRO, to=scene.macro("Thank"))
    assert (await scene.settle(intent)).there is False
    scene.rig.zendesk.change(NUMBER, by="Ana Sowande", status="pending")
    assert (await scene.settle(intent)).there is None


async def test_a_ticket_that_is_gone_cannot_be_settled_for_now(scene: Scene) -> None:
    intent = scene.intent(Verb.COMMENT, "x", ref=ItemRef("zendesk", Kind.TICKET, "77"))
    with pytest.raises(PollFailed):
        await scene.settle(intent)
