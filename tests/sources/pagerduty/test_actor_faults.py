from __future__ import annotations

import asyncio
import time

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from secondline_tui.domain.actions import HeldBack, NotDone, NotSent, Refused, Unanswered, Verb
from secondline_tui.domain.health import PollFailed
from tests.sources.pagerduty.acting import NOBODY, VERBS, of
from tests.sources.pagerduty.conftest import Served

APPLIED = frozenset({"drop_after_apply", "html", "empty", "truncated", "wrong_shape", "slow:3"})
"""What is carried out although the answer tells nothing."""
FAULTS: dict[str, type[NotDone]] = {
    "drop_after_apply": Unanswered,
    "reset": Unanswered,
    "hang": Unanswered,
    "slow:3": Unanswered,
    "status:500": Unanswered,
    "status:502": Unanswered,
    "status:408": Unanswered,
    "status:400": Refused,
    "status:403": Refused,
    "status:409": Refused,
    "rate_limit:7": HeldBack,
    "html": Unanswered,
    "empty": Unanswered,
    "truncated": Unanswered,
    "wrong_shape": Unanswered,
    "redirect_login": Refused,
}


@pytest.fixture
def only_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only requests that write meet a fault."""
    met = SimulatedServer.fault_for

    def fault_for(server: SimulatedServer, request: Request) -> Fault | None:
        return None if request.method == "GET" else met(server, request)

    monkeypatch.setattr(SimulatedServer, "fault_for", fault_for)


@pytest.mark.matrix
@pytest.mark.usefixtures("only_writes")
@pytest.mark.parametrize(
    ("verb", "fault", "kind"),
    [
        (verb, fault, kind)
        for fault, kind in FAULTS.items()
        for verb in VERBS
        if fault != "slow:3" or verb is Verb.COMMENT  # to the sender it is the same as one that hangs
    ],
)
async def test_one_request_whatever_happens_and_the_truth_of_it(
    served: Served, page: str, verb: Verb, fault: str, kind: type[NotDone]
) -> None:
    if verb is Verb.END_OVERRIDE:
        served.sim.override(served.primary, served.bo, served.time - 60, served.time + 3_600)
    intent = of(served, verb, page)
    served.break_with(fault)
    async with served.actor(deadline=0.4 if fault in ("hang", "slow:3") else 5) as actor:
        began = time.monotonic()
        with pytest.raises(NotDone) as caught:
            await actor.send(intent)
        assert type(caught.value) is kind
        assert time.monotonic() - began < 10
        assert len(served.written()) == 1
        served.world.mend()
    async with served.actor() as actor:
        for _ in range(50):  # a request that hangs is carried out when the server goes on
            if len(served.acts()) == (fault in APPLIED):
                break
            await asyncio.sleep(0.02)
        found = await actor.settle(intent, served.now(), NOBODY)
    assert len(served.acts()) == (fault in APPLIED)
    assert found.there is (fault in APPLIED)
    assert len(served.written()) == 1
    if isinstance(caught.value, HeldBack):
        assert caught.value.seconds == 7
    if isinstance(caught.value, Refused):
        assert caught.value.forbidden is (fault in ("status:403", "redirect_login"))


@pytest.mark.matrix
@pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if verb not in (Verb.COMMENT, Verb.OVERRIDE, Verb.END_OVERRIDE, Verb.DECLARE)]
)
@pytest.mark.parametrize("fault", ["reset", "status:500", "rate_limit", "html", "empty", "truncated"])
async def test_nothing_is_sent_where_the_service_cannot_be_asked_first(
    served: Served, page: str, verb: Verb, fault: str
) -> None:
    served.break_with(fault)
    async with served.actor() as actor:
        with pytest.raises(HeldBack if fault == "rate_limit" else NotSent):
            await actor.send(of(served, verb, page))
    assert served.written() == []
    served.world.mend()


async def test_nothing_is_sent_where_the_service_does_not_answer_first(served: Served, page: str) -> None:
    served.break_with("hang")
    async with served.actor(deadline=0.3) as actor:
        with pytest.raises(NotSent, match="could not be asked first"):
            await actor.send(of(served, Verb.ESCALATE, page))
    assert served.written() == []
    served.world.mend()


@pytest.mark.parametrize("verb", VERBS)
async def test_nothing_is_sent_where_nobody_listens(served: Served, page: str, verb: Verb) -> None:
    if verb is Verb.END_OVERRIDE:
        served.sim.override(served.primary, served.bo, served.time - 60, served.time + 3_600)
    served.break_with("refuse")
    async with served.actor() as actor:
        with pytest.raises(NotSent):
            await actor.send(of(served, verb, page))
    served.world.mend()
    assert served.acts() == []


@pytest.mark.usefixtures("only_writes")
async def test_while_a_given_up_write_goes_on_nothing_else_is_sent_and_a_prompt_is_answered(
    served: Served, page: str
) -> None:
    served.break_with("hang")
    async with served.actor(deadline=0.5) as actor:
        sending = asyncio.ensure_future(actor.send(of(served, Verb.COMMENT, page)))
        for _ in range(200):
            if served.written():
                break
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        with pytest.raises(NotSent, match="has not ended yet"):
            await actor.send(of(served, Verb.ACKNOWLEDGE, page))
        assert (await actor.prepare(of(served, Verb.COMMENT, page).ref, Verb.COMMENT)).account
    assert len(served.written()) == 1
    served.world.mend()


@pytest.mark.matrix
@pytest.mark.parametrize("fault", ["reset", "status:500", "html", "empty", "truncated", "wrong_shape", "refuse"])
@pytest.mark.parametrize("verb", VERBS)
async def test_a_bad_answer_settles_nothing(served: Served, page: str, verb: Verb, fault: str) -> None:
    if verb is Verb.END_OVERRIDE:
        served.sim.override(served.primary, served.bo, served.time - 60, served.time + 3_600)
    intent = of(served, verb, page)
    async with served.actor() as actor:
        await actor.settle(intent, served.now(), NOBODY)  # who we are is known by now
        served.break_with(fault)
        with pytest.raises(PollFailed):
            await actor.settle(intent, served.now(), NOBODY)
    served.world.mend()
