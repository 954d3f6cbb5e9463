"""Whatever a write meets, it went out once, and what is told of it is true."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from secondline_tui.demo.world import World
from secondline_tui.domain.actions import HeldBack, Intent, NotDone, NotSent, Refused, Unanswered, Verb
from secondline_tui.domain.health import PollFailed
from tests.sources.zendesk.acting import NUMBER, Scene, office
from tests.sources.zendesk.conftest import Start

OUTCOMES: dict[str, tuple[type[NotDone], bool | None]] = {
    "drop_after_apply": (Unanswered, True),
    "reset": (Unanswered, False),
    "hang": (Unanswered, False),
    "status:500": (Unanswered, False),
    "status:503": (Unanswered, False),
    "status:403": (Refused, False),
    "status:409": (Refused, False),
    "rate_limit:600": (HeldBack, False),
    "html": (Unanswered, True),
    "empty": (Unanswered, True),
    "truncated": (Unanswered, True),
    "wrong_shape": (Unanswered, True),
    "redirect_login": (Refused, False),
}
"""What each fault means for a write, and whether it was applied all the same."""
VERBS = (
    Verb.TAKE, Verb.RELEASE, Verb.COMMENT, Verb.REPLY, Verb.STATUS, Verb.PRIORITY, Verb.REASSIGN, Verb.MACRO,
)  # fmt: skip


@pytest.fixture
def scene(start: Start, world: World) -> Scene:
    zendesk = office(world)
    zendesk.change(NUMBER, assignee="Ana Sowande", status="open", ago=600)
    rig = start(zendesk)
    return Scene(rig, rig.actor(deadline=2))


@pytest.fixture
def writes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let faults hit what writes, and leave what is read before it alone."""
    fault_for = SimulatedServer.fault_for

    def chosen(self: SimulatedServer, request: Request) -> Fault | None:
        return None if request.method == "GET" else fault_for(self, request)

    monkeypatch.setattr(SimulatedServer, "fault_for", chosen)


def wish(scene: Scene, verb: Verb) -> tuple[str, str]:
    return {
        Verb.COMMENT: ("Looking", ""),
        Verb.REPLY: ("We are looking", "pending"),
        Verb.STATUS: ("", "pending"),
        Verb.PRIORITY: ("", "high"),
        Verb.REASSIGN: ("", scene.group("3rd Line")),
        Verb.MACRO: ("Passed on", scene.macro("Pass on")),
    }.get(verb, ("", ""))


@pytest.mark.matrix
@pytest.mark.usefixtures("writes_only")
@pytest.mark.parametrize("kind", OUTCOMES)
@pytest.mark.parametrize("verb", VERBS)
async def test_a_write_goes_out_once_whatever_it_meets(scene: Scene, verb: Verb, kind: str) -> None:
    if verb is Verb.TAKE:
        scene.rig.zendesk.change(NUMBER, assignee="Bo Lindqvist", ago=60)
    intent = await scene.seen(verb, *wish(scene, verb))
    expected, applied = OUTCOMES[kind]
    updates = len(scene.rig.zendesk.tickets[NUMBER].audits)
    scene.rig.break_with(kind)
    started = time.monotonic()
    with pytest.raises(expected) as caught:
        await scene.send(intent)
    assert time.monotonic() - started < 15
    assert type(caught.value) is expected
    assert caught.value.reason
    scene.rig.world.mend()
    assert scene.written() == 1
    assert len(scene.rig.zendesk.tickets[NUMBER].audits) - updates == applied
    assert (await scene.settle(intent)).there is applied


@pytest.mark.parametrize("verb", VERBS)
async def test_what_cannot_be_reached_was_not_sent(scene: Scene, verb: Verb) -> None:
    if verb is Verb.TAKE:
        scene.rig.zendesk.change(NUMBER, assignee="Bo Lindqvist", ago=60)
    intent = await scene.seen(verb, *wish(scene, verb))
    scene.rig.break_with("refuse")
    with pytest.raises(NotSent):
        await scene.send(intent)
    scene.rig.world.mend()
    assert scene.written() == 0
    assert (await scene.settle(intent)).there is False


@pytest.mark.parametrize("kind", ["status:500", "hang", "html", "reset", "rate_limit:30", "wrong_shape"])
async def test_what_has_to_be_read_first_and_cannot_be_lets_nothing_be_sent(scene: Scene, kind: str) -> None:
    for verb in (Verb.TAKE, Verb.MACRO, Verb.COMMENT):
        intent = scene.intent(verb, "Looking", scene.macro("Thank"))  # from the shell: no version was seen
        scene.rig.break_with(kind)
        waits = kind.startswith("rate_limit")
        with pytest.raises(
            HeldBack if waits else NotSent, match="to wait 30 s" if waits else "could not be asked first"
        ):
            await scene.send(intent)
        scene.rig.world.mend()
    assert scene.written() == 0


async def test_a_send_ends_within_the_deadline_and_writes_nothing_late(scene: Scene) -> None:
    scene.rig.break_with("slow:1.2")  # of 2 s, half are for what is read before
    with pytest.raises(NotSent):
        await scene.send(scene.intent(Verb.TAKE))
    await asyncio.sleep(2)
    assert scene.written() == 0


async def test_how_long_to_stay_away_is_told(scene: Scene) -> None:
    intent = await scene.seen(Verb.COMMENT, "one too many")
    for number in range(30):
        await scene.act(Verb.PRIORITY, to=("low", "high")[number % 2])
    with pytest.raises(HeldBack) as caught:
        await scene.send(intent)
    assert 590 < caught.value.seconds <= 600
    assert scene.told() == []


@pytest.mark.parametrize("kind", ["status:500", "hang", "empty", "wrong_shape", "refuse"])
async def test_a_preview_or_a_settlement_that_cannot_be_read_says_so(scene: Scene, kind: str) -> None:
    intent, _ = await scene.act(Verb.COMMENT, "Looking")
    scene.rig.break_with(kind)
    with pytest.raises(PollFailed):
        await scene.prepare(Verb.REPLY)
    with pytest.raises(PollFailed):
        await scene.settle(intent)


async def test_the_prompt_does_without_the_accounts_own_words_where_they_are_not_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(scene.rig.zendesk._reads, ("ticket_fields",))
    assert [choice.key for choice in (await scene.prepare(Verb.STATUS)).choices] == [
        "open",
        "pending",
        "hold",
        "solved",
    ]
    assert (await scene.prepare(Verb.PRIORITY)).choices[0].key == "urgent"


@pytest.mark.usefixtures("writes_only")
async def test_in_a_storm_of_faults_every_text_arrives_once_and_what_is_told_is_true(scene: Scene) -> None:
    chance = random.Random(20_261_118)
    zendesk = scene.rig.zendesk
    refs = [scene.ref(zendesk.add_ticket(f"Fault {n}", "Grace Adeyemi", ago=600).id) for n in range(5)]
    claimed: set[str] = set()
    for number in range(50):
        verb = chance.choice((Verb.COMMENT, Verb.REPLY))
        intent = scene.intent(
            verb, chance.choice(("Looking", "Looking ", f"Looking {number}")), ref=chance.choice(refs)
        )
        kind = chance.choice(("drop_after_apply", "reset", "status:500", "html", "empty", ""))
        scene.rig.world.break_service("zendesk", Fault.parse(kind, 1) if kind else None)
        claimed.add(await through(scene, intent, frozenset(claimed)))
    assert len(claimed) == 50
    notes = [note for ref in refs for note in zendesk.tickets[int(ref.key)].comments[1:]]
    assert (len(notes), scene.written() > 50) == (50, True)


async def through(scene: Scene, intent: Intent, claimed: frozenset[str]) -> str:
    """Send until it was answered or found, as the outbox does; what the service calls the update."""
    while True:
        try:
            return (await scene.send(intent)).remote
        except Unanswered:
            found = await scene.settle(intent, claimed)
            if found.there:
                return found.remote
