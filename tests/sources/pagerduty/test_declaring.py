"""An incident of one's own, and another priority: made once, whatever happens, and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.pagerduty.account import ACCOUNT_KEY, READ_ONLY_KEY
from secondline_tui.domain.actions import Intent, Unanswered, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.opening import NEW, Opening, unborn
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.pagerduty.actor import PagerDutyActor
from tests.sources.pagerduty.acting import NOBODY, refused
from tests.sources.pagerduty.conftest import Served


def wish(served: Served, *, urgency: str = "high", **told: str) -> Intent:
    p1 = served.sim.account.priorities[0].id
    to = str(Opening(served.icinga.id, p1, urgency))
    given = {"to": to, "text": "Attachments fail\n\nEvery upload since 10:02.\n", **told}
    return replace(served.intent(Verb.DECLARE, NEW, **given), id="5e0c")


def opened(served: Served) -> list[str]:
    return [incident.title for incident in served.sim.account.book.all_current()]


async def test_an_incident_is_opened_as_it_was_worded_and_read_back(served: Served) -> None:
    async with served.actor() as actor:
        assert (await actor.settle(wish(served), served.now(), NOBODY)).there is False
        receipt = await actor.send(wish(served, urgency="low"))
        found = await actor.settle(wish(served), served.now(), NOBODY)
    made = served.sim.incident(receipt.remote)
    assert (made.title, made.service, made.urgency, made.key) == ("Attachments fail", served.icinga, "low", "5e0c")
    assert made.priority is not None
    assert made.priority.name == "P1"
    assert made.first_entry.channel["details"] == "Every upload since 10:02."
    assert made.changed_by is served.ana
    assert (found.there, found.remote) == (True, receipt.remote)
    assert served.written() == ["POST /incidents"]


async def test_without_a_priority_or_details_none_are_sent(served: Served) -> None:
    async with served.actor() as actor:
        receipt = await actor.send(wish(served, to=str(Opening(served.icinga.id)), text="Attachments fail"))
    assert served.sim.incident(receipt.remote).priority is None


async def test_a_repeat_opens_no_second_one_and_finds_the_first(served: Served) -> None:
    async with served.actor() as actor:
        first = await actor.send(wish(served))
        again = await actor.send(wish(served))
    assert again.remote == first.remote
    assert opened(served) == ["Attachments fail"]


async def test_a_repeat_after_it_was_lost_on_the_way_back_opens_no_second_one(served: Served) -> None:
    served.world.break_service("pd", Fault.parse("drop_after_apply", 1))
    served.sim.lag = 60
    async with served.actor() as actor:
        with pytest.raises(Unanswered):
            await actor.send(wish(served))
        assert (await actor.settle(wish(served), served.now(), NOBODY)).there is False  # it is slow to show it
        assert "already exists" in (await refused(actor, wish(served))).reason
        served.later(61)
        assert (await actor.settle(wish(served), served.now(), NOBODY)).there is True
    assert opened(served) == ["Attachments fail"]


async def test_a_key_that_only_reads_is_told_for_good(served: Served) -> None:
    async with served.actor(token=READ_ONLY_KEY) as actor:
        assert (await refused(actor, wish(served))).forbidden
    assert opened(served) == []


async def test_a_key_of_the_account_acts_in_the_persons_name(served: Served) -> None:
    async with served.actor(token=ACCOUNT_KEY) as actor:
        receipt = await actor.send(wish(served))
    assert served.sim.incident(receipt.remote).changed_by is served.ana


@pytest.mark.parametrize(
    ("told", "why"),
    [({"to": "PX"}, "which service"), ({"to": "PX//shrill"}, "which service"), ({"text": "  \nx"}, "without a title")],
)
async def test_what_is_not_all_said_is_not_sent(served: Served, told: dict[str, str], why: str) -> None:
    async with served.actor() as actor:
        assert why in (await refused(actor, wish(served, **told))).reason
    assert served.written() == []


async def test_a_service_that_is_gone_is_pagerdutys_no(served: Served) -> None:
    async with served.actor() as actor:
        assert "Service not found" in (await refused(actor, wish(served, to=str(Opening("PGONE"))))).reason


# -- what is told first ----------------------------------------------------------------------------------------------


async def test_the_services_whose_incidents_are_shown_are_offered_and_whom_they_would_call(served: Served) -> None:
    ref = unborn("pd")
    async with served.actor() as actor:
        told = await actor.prepare(ref, Verb.DECLARE)
        assert [choice.name for choice in told.choices] == ["GOV.UK Icinga", "GOV.UK Pingdom"]
        assert (told.chosen, told.choices[0].hint) == (served.icinga.id, "GOV.UK")
        assert (told.account, told.changes) == ("Ana Sowande <ana.sowande@example.org>", ())
        effect = await actor.prepare(ref, Verb.DECLARE, to=str(Opening(served.icinga.id)))
        assert effect.changes == ("calls Ana Sowande (GOV.UK)",)
        ranked = await actor.prepare(ref, Verb.PRIORITY)
        assert (ranked.choices[0].name, ranked.choices[0].hint) == ("P1", "Complete outage")
    async with served.actor(services=[served.pingdom.id]) as actor:
        told = await actor.prepare(ref, Verb.DECLARE)
        assert [choice.name for choice in told.choices] == ["GOV.UK Pingdom"]
    assert served.written() == []


@pytest.mark.parametrize("fault", ["status:500", "html", "empty", "truncated", "wrong_shape", "redirect_login"])
async def test_a_bad_answer_offers_nothing(served: Served, fault: str) -> None:
    async with served.actor() as actor:
        await actor.prepare(unborn("pd"), Verb.DECLARE)  # who we are is known by now
        served.break_with(fault)
        for verb in (Verb.DECLARE, Verb.PRIORITY):
            with pytest.raises(PollFailed):
                await actor.prepare(unborn("pd"), verb)
        served.world.mend()


# -- another priority ------------------------------------------------------------------------------------------------


async def prioritised(actor: PagerDutyActor, served: Served, page: str, to: str) -> Intent:
    told = await actor.prepare(ItemRef("pd", Kind.INCIDENT, page), Verb.PRIORITY)
    return served.intent(Verb.PRIORITY, page, to=to, stamp=told.stamp, before=told.before)


async def test_a_page_is_raised_and_read_back_and_can_be_lowered_again(served: Served, page: str) -> None:
    p1, p2 = (priority.id for priority in served.sim.account.priorities[:2])
    async with served.actor() as actor:
        intent = await prioritised(actor, served, page, p2)
        assert intent.before == ""
        assert (await actor.settle(intent, served.now(), NOBODY)).there is False
        await actor.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).there is True
        again = await prioritised(actor, served, page, p1)
        assert again.before == p2
        await actor.send(again)
    ranked = served.sim.incident(page).priority
    assert ranked is not None
    assert ranked.name == "P1"


async def test_what_a_colleague_chose_meanwhile_is_not_overwritten(served: Served, page: str) -> None:
    p1, p2 = (priority.id for priority in served.sim.account.priorities[:2])
    async with served.actor() as actor:
        intent = await prioritised(actor, served, page, p1)
        await actor.send(served.intent(Verb.PRIORITY, page, to=p2))
        no = await refused(actor, intent)
        assert ("it is P2 now" in no.reason, no.outdated) == (True, True)
        await actor.send(replace(intent, stamp=""))  # who was told, and sends it again, has seen it
        served.sim.resolve(page, served.ana)
        assert "already resolved" in (await refused(actor, intent)).reason
