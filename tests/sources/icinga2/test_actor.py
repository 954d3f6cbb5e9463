"""Each verb on a simulated Icinga 2: what the person is told, what is sent, and what is found afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from secondline_tui.demo.icinga2 import NEW
from secondline_tui.demo.wire import Answer
from secondline_tui.domain.actions import Finding, NotDone, NotSent, Refused, Unanswered, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.access import access
from tests.sources.icinga2.acting import BEGIN, LONG, ME, Desk
from tests.sources.icinga2.conftest import DISK, DOWN, HTTP, LAG, LOAD

HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


async def refusal(work: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await work
    return caught.value


# -- what is sent --------------------------------------------------------------------------------------------------


async def test_acknowledge_with_the_defaults(desk: Desk) -> None:
    await desk.send(desk.intent(Verb.ACKNOWLEDGE, LOAD, "looking"))
    (done,) = desk.applied()
    assert done == {
        "action": "acknowledge-problem", "object": LOAD, "author": ME, "comment": "looking",
        "sticky": False, "persistent": False, "notify": True,
    }  # fmt: skip


async def test_acknowledge_as_configured_and_until_when_the_person_says(desk: Desk) -> None:
    how = {"sticky": True, "persistent": True, "notify": False, "expiry": "8h"}
    await desk.send(desk.intent(Verb.ACKNOWLEDGE, LOAD, "x"), acknowledge=how)
    await desk.send(desk.intent(Verb.ACKNOWLEDGE, DOWN, "y", until=desk.now() + HOUR), acknowledge=how)
    first, second = desk.applied()
    assert (first["sticky"], first["persistent"], first["notify"], first["expiry"]) == (
        True,
        True,
        False,
        BEGIN + 28_800,
    )
    assert (second["object"], second["expiry"]) == (DOWN, BEGIN + 3_600)


async def test_a_host_and_its_service_are_two_things(desk: Desk) -> None:
    await desk.send(desk.intent(Verb.ACKNOWLEDGE, DOWN, "the host"))
    assert set(desk.icinga.state()["acknowledged"]) == {DISK, DOWN}  # type: ignore[call-overload]
    assert not (await desk.settle(desk.intent(Verb.ACKNOWLEDGE, "web2!ping", "the host"))).there


async def test_a_name_is_never_a_filter(desk: Desk) -> None:
    for name in ("web1!|| true", 'web1!" || true || "', "web1!a!b"):
        host, _, service = name.partition("!")
        desk.icinga.add_service(host, service)
        desk.icinga.change(name, 2, "CRITICAL")
        meant = desk.intent(Verb.ACKNOWLEDGE, name, "only this")
        await desk.send(meant)
        assert (await desk.settle(meant)).there
    assert [done["object"] for done in desk.applied()] == ["web1!|| true", 'web1!" || true || "', "web1!a!b"]


async def test_a_comment_goes_out_exactly_as_typed(desk: Desk) -> None:
    meant = desk.intent(Verb.COMMENT, LOAD, LONG)
    receipt = await desk.send(meant)
    assert desk.icinga.comments[-1].text == LONG
    async with desk.actor() as acting:
        assert acting.as_kept(Verb.COMMENT, LONG) == LONG
    assert await desk.settle(meant) == Finding(there=True, remote=receipt.remote)
    assert receipt.remote == desk.icinga.comments[-1].name


async def test_what_icinga_does_not_keep_is_told(desk: Desk) -> None:
    async with desk.actor() as acting:
        assert acting.as_kept(Verb.COMMENT, "before\0after") == "before"
        assert acting.as_kept(Verb.COMMENT, "half \udc80") == "half ?"
        assert acting.as_kept(Verb.RECHECK, "why") == acting.as_kept(Verb.UNACKNOWLEDGE, "why") == ""
    for text in ("before\0after", "half \udc80"):
        meant = desk.intent(Verb.COMMENT, LOAD, text)
        await desk.send(meant)
        assert (await desk.settle(meant)).there


async def test_a_downtime_is_fixed_and_from_now_on(desk: Desk) -> None:
    meant = desk.intent(Verb.DOWNTIME, LOAD, "reboot", until=desk.now() + 2 * HOUR)
    receipt = await desk.send(meant)
    (done,) = desk.applied()
    assert (done["fixed"], done["start_time"], done["end_time"]) == (True, BEGIN, BEGIN + 7_200)
    assert LOAD in desk.icinga.state()["in_downtime"]  # type: ignore[operator]
    assert await desk.settle(meant) == Finding(there=True, remote=receipt.remote)


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME])
async def test_without_a_comment_or_a_name_nothing_is_sent(desk: Desk, verb: Verb) -> None:
    until = desk.now() + HOUR
    for text in ("", " \n\t", "\0hidden"):
        assert "comment" in (await refusal(desk.send(desk.intent(verb, LOAD, text, until=until)))).reason
    nobody = desk.intent(verb, LOAD, "x", until=until, author="")
    assert "[me]" in (await refusal(desk.send(nobody))).reason
    assert desk.writes() == 0


async def test_a_downtime_needs_an_end_that_lies_ahead(desk: Desk) -> None:
    for until in (None, desk.now(), desk.now() - HOUR):
        await refusal(desk.send(desk.intent(Verb.DOWNTIME, LOAD, "x", until=until)))
    assert desk.writes() == 0


# -- what is refused -----------------------------------------------------------------------------------------------


async def test_already_acknowledged_names_who_has_it(desk: Desk) -> None:
    no = await refusal(desk.send(desk.intent(Verb.ACKNOWLEDGE, DISK, "mine")))
    assert (no.reason, no.forbidden) == ("already acknowledged by Zoë Ångström: looking at it", False)
    assert (desk.writes(), desk.applied()) == (1, [])


async def test_a_409_for_another_reason_is_told_in_icingas_words(desk: Desk) -> None:
    no = await refusal(desk.send(desk.intent(Verb.ACKNOWLEDGE, "web1!fine", "x")))
    assert no.reason == "Service web1!fine is OK."
    late = desk.intent(Verb.ACKNOWLEDGE, LOAD, "x", until=desk.now() - HOUR)
    assert "must be in the future" in (await refusal(desk.send(late))).reason


async def test_what_is_gone(desk: Desk) -> None:
    for verb in (Verb.ACKNOWLEDGE, Verb.UNACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME, Verb.RECHECK):
        meant = desk.intent(verb, "web1!gone", "x", until=desk.now() + HOUR)
        no = await refusal(desk.send(meant))
        assert ("no longer" in no.reason, no.forbidden) == (True, False)
        assert (await desk.settle(meant)).there is None
        await refusal(desk.prepare(verb, "web1!gone"))
    assert desk.applied() == []


async def test_a_missing_permission_is_learnt_for_good(desk: Desk) -> None:
    for verb, right in ((Verb.ACKNOWLEDGE, "acknowledge-problem"), (Verb.COMMENT, "add-comment")):
        for no in (
            await refusal(desk.send(desk.intent(verb, LOAD, "x"), "ro")),
            await refusal(desk.prepare(verb, LOAD, "ro")),
        ):
            assert no.forbidden
            assert f"permission actions/{right}" in no.reason
    assert desk.applied() == []


async def test_another_teams_problem_is_no_lack_of_permission(desk: Desk) -> None:
    assert not (await refusal(desk.send(desk.intent(Verb.ACKNOWLEDGE, LOAD, "x"), "team"))).forbidden
    await desk.send(desk.intent(Verb.ACKNOWLEDGE, LAG, "x"), "team")
    assert [done["object"] for done in desk.applied()] == [LAG]


async def test_what_others_report_is_never_checked_by_force(desk: Desk) -> None:
    """Icinga would put UNKNOWN in the place of what they reported."""
    desk.icinga.services[LOAD].passive = True
    for work in (desk.send(desk.intent(Verb.RECHECK, LOAD)), desk.prepare(Verb.RECHECK, LOAD)):
        assert "does not check it itself" in (await refusal(work)).reason
    assert (desk.writes(), desk.icinga.services[LOAD].state) == (0, 2)
    assert (await desk.settle(desk.intent(Verb.RECHECK, LOAD))).there is None


async def test_somebody_elses_new_acknowledgement_is_not_removed(desk: Desk) -> None:
    preview = await desk.prepare(Verb.UNACKNOWLEDGE, DISK)
    assert preview.changes == ("it is acknowledged by Zoë Ångström: looking at it",)
    desk.clock.time += 10
    desk.act("remove-acknowledgement", DISK)
    desk.act("acknowledge-problem", DISK, author="Bo", comment="now me")
    meant = desk.intent(Verb.UNACKNOWLEDGE, DISK, stamp=preview.stamp)
    no = await refusal(desk.send(meant))
    assert (no.reason, no.outdated) == ("meanwhile it was acknowledged by Bo: now me", True)
    assert desk.writes() == 0
    seen = (await desk.prepare(Verb.UNACKNOWLEDGE, DISK)).stamp
    await desk.send(desk.intent(Verb.UNACKNOWLEDGE, DISK, stamp=seen))
    assert desk.icinga.services[DISK].acknowledgement == 0
    assert "not acknowledged any more" in (await refusal(desk.send(meant))).reason


# -- downtimes to end ----------------------------------------------------------------------------------------------


async def test_which_downtime_to_end_is_chosen(desk: Desk) -> None:
    preview = await desk.prepare(Verb.END_DOWNTIME, LAG)
    now, tomorrow = preview.choices
    assert (now.hint, tomorrow.hint) == ("resync", "another, tomorrow")
    assert (now.name, tomorrow.name) == ("by Mehmet, until 19:42", "by Mehmet, from Sun 17:43")
    assert preview.chosen == now.key


async def test_ending_a_downtime(desk: Desk) -> None:
    preview = await desk.prepare(Verb.END_DOWNTIME, LAG)
    assert "2 downtimes: choose one" in (await refusal(desk.send(desk.intent(Verb.END_DOWNTIME, LAG)))).reason
    other = desk.intent(Verb.END_DOWNTIME, LOAD, to=preview.chosen)
    await refusal(desk.send(other))
    assert desk.writes() == 0
    meant = desk.intent(Verb.END_DOWNTIME, LAG, to=preview.chosen)
    assert (await desk.settle(meant)).there is False
    await desk.send(meant)
    assert await desk.settle(meant) == Finding(there=True, remote=preview.chosen)
    assert "over already" in (await refusal(desk.send(meant))).reason
    only = desk.intent(Verb.END_DOWNTIME, LAG)
    assert (await desk.settle(only)).there is False
    await desk.send(only)
    assert (await desk.settle(only)).there
    assert [planned.about.name for planned in desk.icinga.downtimes] == []
    assert "no downtime" in (await refusal(desk.prepare(Verb.END_DOWNTIME, LAG))).reason


# -- what is told before -------------------------------------------------------------------------------------------


async def test_what_is_told_before(desk: Desk) -> None:
    preview = await desk.prepare(Verb.ACKNOWLEDGE, LOAD)
    assert preview.account == "Ana Sowande, through Icinga's user dash"
    assert preview.audience == "everybody who looks at this Icinga, and the problem's contacts"
    assert preview.changes == ("holds until the state changes",)
    how = {"sticky": True, "persistent": True, "notify": False, "expiry": "8h"}
    preview = await desk.prepare(Verb.ACKNOWLEDGE, LOAD, acknowledge=how)
    assert preview.audience == "everybody who looks at this Icinga"
    assert preview.changes == (
        "holds until all is well",
        "ends after 8h at the latest, unless you say when",
        "its comment stays when it ends",
    )
    assert (await desk.prepare(Verb.RECHECK, LOAD)).audience == ""
    assert (await desk.prepare(Verb.COMMENT, LOAD, me="")).account == "Icinga's user dash; no name is set under [me]"
    told = (await desk.prepare(Verb.DOWNTIME, LAG)).changes
    assert [line.partition(",")[0] for line in told] == ["it has a downtime already: by Mehmet"] * 2


async def test_what_makes_no_sense_any_more_is_refused_before_typing(desk: Desk) -> None:
    assert "already acknowledged by Zoë" in (await refusal(desk.prepare(Verb.ACKNOWLEDGE, DISK))).reason
    assert "no problem any more" in (await refusal(desk.prepare(Verb.ACKNOWLEDGE, "web1!fine"))).reason
    assert "not acknowledged any more" in (await refusal(desk.prepare(Verb.UNACKNOWLEDGE, LOAD))).reason
    assert desk.writes() == 0


async def test_a_fault_before_the_prompt_is_a_failed_poll(desk: Desk) -> None:
    with pytest.raises(PollFailed):
        await desk.prepare(Verb.ACKNOWLEDGE, LOAD, password="wrong")


# -- without rights to read ----------------------------------------------------------------------------------------


async def test_without_the_right_to_send_filters() -> None:
    strict = Desk(version=NEW)
    try:
        meant = strict.intent(Verb.COMMENT, LOAD, "x")
        assert (await strict.settle(meant, user="names")).there is False
        await strict.send(meant, "names")
        assert (await strict.settle(meant, user="names")).there
    finally:
        strict.close()


async def test_the_readers_connection_writes_nothing(desk: Desk) -> None:
    http = access(desk.settings(), Http)
    with pytest.raises(PollFailed) as caught:
        await http.body("POST", "/v1/actions/add-comment", json={"type": "Service", "service": LOAD})
    await http.close()
    assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert desk.world.requests() == []


# -- codes ---------------------------------------------------------------------------------------------------------

NOT_UNDERSTOOD = "not its API's"
ANSWERS: list[tuple[int, object, type[NotDone], str]] = [
    (200, {"results": [{"code": 409, "status": "in the way"}]}, Refused, "in the way"),
    (200, {"results": [{"code": 500, "status": "Action execution failed"}]}, Unanswered, "Action execution failed"),
    (200, {"results": []}, Unanswered, NOT_UNDERSTOOD),
    (200, {"results": [{"code": 200, "status": "x"}, {"code": 200, "status": "y"}]}, Unanswered, NOT_UNDERSTOOD),
    (200, {"results": [{"status": "no code"}]}, Unanswered, NOT_UNDERSTOOD),
    (200, [], Unanswered, NOT_UNDERSTOOD),
    (500, {"results": []}, Refused, "no longer has this"),
    (500, {"results": [{"code": 500, "status": "Could not create comment"}]}, Unanswered, "Could not create comment"),
    (500, {"results": [{"code": 200, "status": "done"}, {"code": 500, "status": "not"}]}, Unanswered, "HTTP 500"),
    (400, {"results": [{"code": 400, "status": "Comments require author"}]}, Refused, "Comments require author"),
    (404, {"error": 404, "status": "No objects found."}, Refused, "no longer has this"),
    (404, {"message": "from a proxy"}, Refused, "from a proxy"),
    (409, [1], Refused, "409"),
]


@pytest.mark.parametrize(("status", "told", "sort", "words"), ANSWERS)
async def test_every_code_is_read(desk: Desk, status: int, told: object, sort: type[NotDone], words: str) -> None:
    desk.answer_writes(Answer(status, told))
    with pytest.raises(sort) as caught:
        await desk.send(desk.intent(Verb.COMMENT, LOAD, "x"))
    assert words in str(caught.value)
    assert not getattr(caught.value, "forbidden", False)
    assert desk.writes() == 1


# -- every fault, every verb ---------------------------------------------------------------------------------------

FAULTS: dict[str, type[Exception]] = {
    "drop_after_apply": Unanswered,
    "reset": Unanswered,
    "hang": Unanswered,
    "status:500": Unanswered,
    "status:503": Unanswered,
    "html": Unanswered,
    "empty": Unanswered,
    "truncated": Unanswered,
    "wrong_shape": Unanswered,
    "status:403": Refused,
    "status:401": Refused,
    "redirect_login": Refused,
    "rate_limit": Exception,
}
VERBS = (Verb.ACKNOWLEDGE, Verb.UNACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME, Verb.END_DOWNTIME, Verb.RECHECK)
APPLIED = {"drop_after_apply", "html", "empty", "truncated", "wrong_shape"}


@pytest.mark.matrix
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("verb", VERBS)
async def test_one_request_whatever_happens_and_reading_back_tells_the_truth(desk: Desk, verb: Verb, kind: str) -> None:
    desk.icinga.checker = False
    desk.clock.time += 30
    name = {Verb.UNACKNOWLEDGE: DISK, Verb.END_DOWNTIME: LAG}.get(verb, HTTP)
    to = desk.icinga.downtimes[0].name if verb is Verb.END_DOWNTIME else ""
    meant = desk.intent(verb, name, "why", until=desk.now() + HOUR, to=to)
    desk.break_writes(kind)
    with pytest.raises(FAULTS[kind]) as caught:
        await desk.send(meant, deadline=0.5)
    assert (type(caught.value).__name__ == "HeldBack") is (kind == "rate_limit")
    assert desk.writes() == 1
    assert len(desk.applied()) == (kind in APPLIED)
    assert (await desk.settle(meant)).there is (kind in APPLIED)


@pytest.mark.parametrize("verb", VERBS)
async def test_when_nobody_answers_nothing_was_sent(desk: Desk, verb: Verb) -> None:
    meant = desk.intent(verb, DISK, "why", until=desk.now() + HOUR, to=f"{DISK}!x")
    async with desk.actor() as acting:
        desk.close()
        with pytest.raises(NotSent):
            await acting.send(meant)
        with pytest.raises(PollFailed):
            await acting.settle(meant, meant.at, frozenset())
