from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.actions import Refused, Verb
from secondline_tui.domain.offers import OFFERS
from tests.demo.pager import HOUR
from tests.sources.pagerduty.acting import LASTING, NOBODY, REQUESTS, VERBS, of, refused, unanswered
from tests.sources.pagerduty.conftest import Served


def test_every_verb_that_is_offered_is_tried() -> None:
    offered = {verb for (kind, _), offer in OFFERS.items() if kind == "pagerduty" for verb in offer}
    assert offered <= set(VERBS)


# -- every verb ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb_is_one_request_and_shows_after_the_lag(served: Served, page: str, verb: Verb) -> None:
    intent = of(served, verb, page)
    served.sim.lag = 5
    sent_at = served.now()
    async with served.actor() as actor:
        assert (await actor.settle(intent, sent_at, NOBODY)).there is False
        receipt = await actor.send(intent)
        expected = REQUESTS[verb].format(page=page, schedule=served.primary.id, to=intent.to)
        assert served.written() == [expected]
        assert len(served.acts()) == 1
        assert (await actor.settle(intent, sent_at, NOBODY)).there is False, "the service does not show it yet"
        served.later(6)
        found = await actor.settle(intent, sent_at, NOBODY)
        assert found.there
        assert found.remote or verb in LASTING
        if receipt.remote:
            assert found.remote == receipt.remote
        assert len(served.acts()) == 1


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in (Verb.END_OVERRIDE, *LASTING)])
async def test_what_is_claimed_for_another_action_is_not_this_ones(served: Served, page: str, verb: Verb) -> None:
    intent = of(served, verb, page)
    async with served.actor() as actor:
        await actor.send(intent)
        first = await actor.settle(intent, served.now(), NOBODY)
        assert (await actor.settle(intent, served.now(), {first.remote})).there is False


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in (Verb.OVERRIDE, Verb.END_OVERRIDE, *LASTING)])
async def test_what_a_colleague_did_is_not_ours(
    served: Served, page: str, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = of(served, verb, page)
    async with served.actor() as actor:
        await unanswered(actor, intent, monkeypatch)
        async with served.actor(me=served.bo.email) as theirs:
            await theirs.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).there is False


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in (*LASTING, Verb.END_OVERRIDE)])
async def test_at_another_start_what_another_user_did_may_have_been_us(served: Served, page: str, verb: Verb) -> None:
    """The program was killed while it sent, and then somebody else's key and address were configured."""
    intent = replace(of(served, verb, page), to="" if verb is Verb.OVERRIDE else of(served, verb, page).to)
    async with served.actor(me=served.bo.email) as before:
        await before.send(intent)
    async with served.actor() as actor:
        assert (await actor.settle(intent, served.now(), NOBODY)).there is None


@pytest.mark.parametrize("minutes", [-20, -4, 4, 20])
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb is not Verb.END_OVERRIDE])
async def test_what_was_done_is_found_however_wrong_our_clock_is(
    served: Served, page: str, verb: Verb, minutes: int
) -> None:
    served.ours_ahead = timedelta(minutes=minutes)
    intent = of(served, verb, page)
    if intent.until:
        intent = replace(intent, until=intent.until + served.ours_ahead)
    async with served.actor() as actor:
        sent_at = served.our_now()
        await actor.send(intent)
        assert (await actor.settle(intent, sent_at, NOBODY)).there is True


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in (*LASTING, Verb.END_OVERRIDE)])
async def test_what_was_done_is_never_called_undone_because_a_clock_was_set(
    served: Served, page: str, verb: Verb
) -> None:
    served.ours_ahead = timedelta(minutes=10)
    intent = of(served, verb, page)
    async with served.actor() as actor:
        sent_at = served.our_now()
        await actor.send(intent)
        served.ours_ahead = timedelta(0)  # the machine has learnt the time meanwhile
        assert (await actor.settle(intent, sent_at, NOBODY)).there is not False


async def test_what_each_verb_leaves_in_pagerduty(served: Served, page: str) -> None:
    async with served.actor() as actor:
        for verb in (Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.RESOLVE):
            await actor.send(of(served, verb, page))
        acts = served.acts()
        assert [{name: act[name] for name in act if name not in ("at", "id", "to", "did")} for act in acts] == [
            {"by": "Ana Sowande", "status": "acknowledged"},
            {"by": "Ana Sowande", "content": "looking"},
            {"by": "Ana Sowande", "duration": 3_600},
            {"by": "Ana Sowande", "escalation_level": 2},
            {"by": "Ana Sowande", "assignees": [served.dee.id]},
            {"by": "Ana Sowande", "status": "resolved", "resolution": "restarted it"},
        ]
        await actor.send(of(served, Verb.OVERRIDE, page))
        served.later(1)
        assert served.primary.on_call(served.time, served.time) is served.bo
        served.later(60)
        undo = served.intent(Verb.END_OVERRIDE, served.turn(), to=served.acts()[-1]["id"])
        await actor.send(undo)
        assert served.primary.on_call(served.time, served.time) is served.ana
        assert (await actor.settle(undo, served.now(), NOBODY)).there


async def test_another_snooze_or_reassignment_of_ours_is_not_this_one(served: Served, page: str) -> None:
    snooze, hour = of(served, Verb.SNOOZE, page), timedelta(hours=1)
    async with served.actor() as actor:
        for intent, other in (
            (snooze, served.intent(Verb.SNOOZE, page, until=served.now() + 2 * hour)),
            (of(served, Verb.REASSIGN, page), served.intent(Verb.REASSIGN, page, to=served.cy.id)),
        ):
            await actor.send(other)
            assert (await actor.settle(other, served.now(), NOBODY)).there
            assert (await actor.settle(intent, served.now(), NOBODY)).there is False


async def test_an_override_is_for_us_where_nobody_is_named(served: Served) -> None:
    intent = served.intent(Verb.OVERRIDE, served.turn(), until=served.now() + timedelta(hours=1))
    async with served.actor(me=served.bo.email) as actor:
        receipt = await actor.send(intent)
        assert served.acts()[0]["user"] == "Bo Łukasik"
        assert (await actor.settle(intent, served.now(), NOBODY)).remote == receipt.remote


async def test_an_override_begins_now_and_never_in_the_past(served: Served, page: str) -> None:
    served.later(0.9)
    async with served.actor() as actor:
        await actor.send(of(served, Verb.OVERRIDE, page))
    begun = served.primary.overrides[0].entry.start - served.time
    assert 0 <= begun <= 1


async def test_an_override_that_is_another_persons_or_ends_otherwise_is_not_this_one(served: Served) -> None:
    end = served.now() + timedelta(hours=1)
    intent = served.intent(Verb.OVERRIDE, served.turn(), to=served.bo.id, until=end)
    for user, start, until in (
        (served.dee, served.time, end.timestamp()),
        (served.bo, served.time, end.timestamp() + 60),
        (served.bo, served.time - 600, end.timestamp()),
    ):
        async with served.actor() as actor:
            assert (await actor.settle(intent, served.now(), NOBODY)).there is False
        served.sim.override(served.primary, user, start, until)
    async with served.actor() as actor:
        assert (await actor.settle(intent, served.now(), NOBODY)).there is None, "of his, to that end, begun otherwise"


async def test_an_override_that_is_taken_back_before_it_begins_goes_away(served: Served) -> None:
    served.sim.override(served.primary, served.bo, served.time + HOUR, served.time + 2 * HOUR)
    intent = served.intent(Verb.END_OVERRIDE, served.turn(), to=served.primary.overrides[0].id)
    async with served.actor() as actor:
        assert (await actor.settle(intent, served.now(), NOBODY)).there is False
        await actor.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).there
        assert "no such thing" in (await refused(actor, intent)).reason


async def test_the_list_of_overrides_may_come_with_the_status_that_is_documented(
    served: Served, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = served.sim.handle

    def documented(request: Request) -> Answer:
        given = answer(request)
        listed = request.method == "GET" and request.path.endswith("/overrides")
        return Answer(201, given.data, given.headers) if listed and given.status == 200 else given

    monkeypatch.setattr(served.sim, "handle", documented)
    intent = of(served, Verb.OVERRIDE, page)
    async with served.actor() as actor:
        receipt = await actor.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).remote == receipt.remote


# -- colleagues ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reopens", [True, False])
async def test_what_is_resolved_stays_resolved(served: Served, page: str, reopens: bool) -> None:
    served.sim.account.reopens = reopens
    served.sim.resolve(page, served.bo)
    async with served.actor() as actor:
        for verb in (Verb.ACKNOWLEDGE, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.RESOLVE):
            assert (await refused(actor, of(served, verb, page))).reason == "already resolved by Bo Łukasik"
            with pytest.raises(Refused, match="already resolved by Bo"):
                await actor.prepare(of(served, verb, page).ref, verb)
        await actor.send(of(served, Verb.COMMENT, page))
    assert served.sim.incident(page).status == "resolved"
    assert served.written() == [f"POST /incidents/{page}/notes"]


async def test_a_no_that_only_the_service_knows_of_is_told(served: Served, page: str) -> None:
    """Resolved a moment ago, which reads do not show yet."""
    served.sim.account.reopens = False
    served.sim.lag = 60
    async with served.actor(me=served.bo.email) as theirs:
        await theirs.send(of(served, Verb.RESOLVE, page))
    async with served.actor() as actor:
        no = await refused(actor, of(served, Verb.ACKNOWLEDGE, page))
    assert ("Already Resolved" in no.reason, no.forbidden) == (True, False)


async def test_who_has_acknowledged_it_already_is_told(served: Served, page: str) -> None:
    served.sim.acknowledge(page, served.bo)
    intent = of(served, Verb.ACKNOWLEDGE, page)
    async with served.actor() as actor:
        assert (await refused(actor, intent)).reason == "already acknowledged by Bo Łukasik"
        with pytest.raises(Refused, match="already acknowledged by Bo"):
            await actor.prepare(intent.ref, Verb.ACKNOWLEDGE)
    assert served.written() == []


@pytest.mark.parametrize("verb", [Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.RESOLVE])
async def test_what_a_colleague_changed_while_the_prompt_was_open_is_not_overwritten(
    served: Served, page: str, verb: Verb
) -> None:
    served.sim.acknowledge(page, served.bo, ago=60)
    intent = of(served, verb, page)
    async with served.actor() as actor:
        stamp = (await actor.prepare(intent.ref, verb)).stamp
        seen = served.intent(verb, page, to=intent.to, until=intent.until, stamp=stamp)
        served.sim.escalate(page, served.bo, 3)
        no = await refused(actor, seen)
        assert no.reason == "not done, since it has changed meanwhile: Escalated to Dee Novák. Look again"
        assert no.outdated
        assert served.written() == []
        again = (await actor.prepare(intent.ref, verb)).stamp
        await actor.send(served.intent(verb, page, to=intent.to, until=intent.until, stamp=again))
    assert len(served.acts()) == 1


async def test_our_own_acts_and_notes_of_anybody_do_not_stand_in_the_way(served: Served, page: str) -> None:
    async with served.actor() as actor:
        stamp = (await actor.prepare(of(served, Verb.REASSIGN, page).ref, Verb.REASSIGN)).stamp
        served.sim.note(page, served.bo, "hm")
        await actor.send(of(served, Verb.ACKNOWLEDGE, page))
        await actor.send(served.intent(Verb.REASSIGN, page, to=served.dee.id, stamp=stamp))
    assert len(served.acts()) == 2


async def test_a_level_that_was_called_meanwhile_by_itself_is_not_called_again(served: Served, page: str) -> None:
    async with served.actor() as actor:
        preview = await actor.prepare(of(served, Verb.ESCALATE, page).ref, Verb.ESCALATE)
        reassigned = await actor.prepare(of(served, Verb.REASSIGN, page).ref, Verb.REASSIGN)
        served.later(301)
        no = await refused(actor, served.intent(Verb.ESCALATE, page, to=preview.chosen, stamp=preview.stamp))
        assert "Escalated to Bo Łukasik" in no.reason
        await actor.send(served.intent(Verb.REASSIGN, page, to=served.dee.id, stamp=reassigned.stamp))
    assert len(served.acts()) == 1


async def test_an_incident_that_is_gone_is_told(served: Served) -> None:
    async with served.actor() as actor:
        for verb in (Verb.ACKNOWLEDGE, Verb.RESOLVE):
            assert "no longer has" in (await refused(actor, served.intent(verb, "PGONE"))).reason
        assert "no such thing" in (await refused(actor, served.intent(Verb.COMMENT, "PGONE", text="x"))).reason


# -- what cannot be sent ---------------------------------------------------------------------------------------------


async def test_what_pagerduty_would_not_take_is_not_sent(served: Served, page: str) -> None:
    now = served.now()
    turn = served.turn()
    async with served.actor() as actor:
        for intent, words in (
            (served.intent(Verb.COMMENT, page, text=" \n"), "no empty note"),
            (served.intent(Verb.ACKNOWLEDGE, page, text="mine"), "keeps no text"),
            (served.intent(Verb.SNOOZE, page, until=now - timedelta(seconds=1)), "is over"),
            (served.intent(Verb.SNOOZE, page, until=now + timedelta(days=7, seconds=1)), "7 days"),
            (served.intent(Verb.SNOOZE, page), "until when"),
            (served.intent(Verb.ESCALATE, page, to="0"), "number from 1"),
            (served.intent(Verb.ESCALATE, page, to="two"), "number from 1"),
            (served.intent(Verb.REASSIGN, page), "to whom"),
            (served.intent(Verb.OVERRIDE, turn, to="P", until=now), "is over"),
            (served.intent(Verb.END_OVERRIDE, turn), "which override"),
            (served.intent(Verb.TAKE, page), "no way to take"),
        ):
            assert words in (await refused(actor, intent)).reason
            assert served.written() == []


async def test_a_snooze_may_last_a_week_to_the_second(served: Served, page: str) -> None:
    async with served.actor() as actor:
        await actor.send(served.intent(Verb.SNOOZE, page, until=served.now() + timedelta(days=7)))
    assert served.acts()[0]["duration"] == 604_800


async def test_the_services_no_is_told_in_its_words(served: Served, page: str) -> None:
    hour = served.now() + timedelta(hours=1)
    async with served.actor() as actor:
        for intent, words in (
            (served.intent(Verb.ESCALATE, page, to="9"), "Escalation level is not one of the policy's"),
            (served.intent(Verb.REASSIGN, page, to="PNONE"), "User not found"),
            (
                served.intent(Verb.OVERRIDE, served.turn(), to="PNONE", until=hour),
                "User not found",
            ),
        ):
            no = await refused(actor, intent)
            assert (words in no.reason, no.forbidden) == (True, False)
    assert served.acts() == []
