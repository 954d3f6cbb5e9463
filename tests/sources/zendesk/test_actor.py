"""Each verb on a ticket: what is told before, what goes out, what the service then holds, and how that is found."""

from __future__ import annotations

import asyncio

import pytest
from zenpy.lib.api_objects import Ticket

from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import OAUTH_READER
from secondline_tui.domain.actions import NotSent, Refused, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Ticket as TicketItem
from secondline_tui.domain.offers import OFFERS
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.zendesk.updates import TEXT_LIMIT
from tests.sources.zendesk.acting import NUMBER, Scene, office
from tests.sources.zendesk.conftest import Start

LONG = "".join(
    f"{line}:\tTab, “quotes”, \"these\", [red]markup[/red], **bold**, <b>&amp;</b>, 👩‍🚒 🇬🇧 é, back\\slash  {end}"
    for line, end in ((n, "\r\n" if n % 3 else "\n") for n in range(60))
)  # fmt: skip


@pytest.fixture
def scene(start: Start, world: World) -> Scene:
    rig = start(office(world))
    return Scene(rig, rig.actor())


# -- every verb -------------------------------------------------------------------------------------------------------


async def test_every_verb_that_is_offered_is_one_update_which_its_history_confirms(scene: Scene) -> None:
    assert set(scene.choices()) == set(OFFERS["zendesk", TicketItem])
    scene.rig.zendesk.page_size = 2
    for verb, (text, to) in scene.choices().items():
        before = scene.written()
        intent, receipt = await scene.act(verb, text, to)
        assert scene.written() == before + 1, verb
        found = await scene.settle(intent)
        assert (found.there, found.remote, found.told) == (True, receipt.remote, ""), verb
        assert receipt.remote


async def test_taking_a_ticket_assigns_it_to_me_and_my_group_and_opens_it(scene: Scene) -> None:
    shown = await scene.prepare(Verb.TAKE)
    assert shown.account == "Ana Sowande (ana.sowande@example.org)"
    assert shown.changes == ("assignee: nobody → Ana Sowande", "group: none → 2nd Line", "status: new → open")
    assert shown.before == ""
    await scene.act(Verb.TAKE)
    kept = scene.kept()
    assert (kept["assignee"], kept["group"], kept["status"]) == ("Ana Sowande", "2nd Line", "open")
    assert scene.told() == []


async def test_taking_leaves_a_group_and_a_solution_as_they_are(scene: Scene) -> None:
    scene.rig.zendesk.change(NUMBER, group="3rd Line", assignee="Bo Lindqvist", status="solved", ago=60)
    shown = await scene.prepare(Verb.TAKE)
    assert (shown.changes, shown.before) == (("assignee: Bo Lindqvist → Ana Sowande",), scene.person("Bo Lindqvist"))
    await scene.act(Verb.TAKE)
    kept = scene.kept()
    assert (kept["assignee"], kept["group"], kept["status"]) == ("Ana Sowande", "3rd Line", "solved")


@pytest.mark.parametrize("holder", ["", "Bo Lindqvist"])
async def test_what_was_taken_goes_back_to_whoever_had_it(scene: Scene, holder: str) -> None:
    if holder:
        scene.rig.zendesk.change(NUMBER, assignee=holder, ago=60)
    taken = await scene.prepare(Verb.TAKE)
    await scene.act(Verb.TAKE)
    shown = await scene.prepare(Verb.RELEASE)
    assert shown.chosen == taken.before == (scene.person(holder) if holder else "")
    assert [choice.name for choice in shown.choices] == ([holder] if holder else []) + ["nobody"]
    intent, _ = await scene.act(Verb.RELEASE, to=shown.chosen)
    assert scene.kept()["assignee"] == (holder or None)
    assert (await scene.settle(intent)).there is True


async def test_what_is_not_mine_cannot_be_given_back(scene: Scene) -> None:
    with pytest.raises(Refused, match="nobody has it"):
        await scene.prepare(Verb.RELEASE)
    scene.rig.zendesk.change(NUMBER, assignee="Bo Lindqvist")
    with pytest.raises(Refused, match="Bo Lindqvist has it"):
        await scene.prepare(Verb.RELEASE)


async def test_what_a_colleague_has_by_now_is_not_given_back_for_them(scene: Scene) -> None:
    await scene.act(Verb.TAKE)
    scene.rig.zendesk.change(NUMBER, by="Bo Lindqvist", assignee="Bo Lindqvist")
    with pytest.raises(Refused, match="Bo Lindqvist has it"):
        await scene.send(scene.intent(Verb.RELEASE))
    assert (scene.kept()["assignee"], scene.written()) == ("Bo Lindqvist", 1)


async def test_what_does_not_show_yet_can_be_acted_upon_and_taken_back(scene: Scene) -> None:
    scene.rig.break_with("lag:3600")
    for verb, text in ((Verb.TAKE, ""), (Verb.COMMENT, "Mine"), (Verb.RELEASE, ""), (Verb.COMMENT, "Not mine")):
        await scene.send(scene.intent(verb, text))
        await asyncio.sleep(1.01)  # versions are told to the second
    assert (scene.kept()["assignee"], len(scene.told())) == (None, 2)


async def test_only_a_reply_is_public(scene: Scene) -> None:
    assert "other departments can read internal notes" in (await scene.prepare(Verb.COMMENT)).audience
    await scene.act(Verb.COMMENT, "for us")
    await scene.act(Verb.REPLY, "for everybody")
    await scene.act(Verb.MACRO, "Dear Grace …", scene.macro("Thank"))
    assert scene.told() == [
        ("Ana Sowande", False, "for us"),
        ("Ana Sowande", True, "for everybody"),
        ("Ana Sowande", False, "Dear Grace …"),
    ]


async def test_a_reply_names_everybody_who_will_read_it(scene: Scene) -> None:
    assert (await scene.prepare(Verb.REPLY)).audience == "the requester, Grace Adeyemi"
    names = ("Ines Faria", "李 小龍")
    scene.rig.zendesk.tickets[NUMBER].copied = tuple(scene.rig.zendesk.person(name).id for name in names)
    shown = await scene.prepare(Verb.REPLY)
    assert shown.audience == "the requester, Grace Adeyemi, and in CC or following: Ines Faria, 李 小龍"


async def test_a_comment_may_carry_the_status_to_submit_as(scene: Scene) -> None:
    await scene.act(Verb.TAKE)
    shown = await scene.prepare(Verb.REPLY)
    assert [choice.key for choice in shown.choices] == ["open", "pending", "hold", "solved"]
    assert shown.chosen == ""
    before = scene.written()
    await scene.act(Verb.REPLY, "Done.", "solved")
    assert (scene.written() - before, scene.kept()["status"]) == (1, "solved")
    await scene.act(Verb.COMMENT, "Not quite.", "open")
    assert scene.kept()["status"] == "open"


async def test_a_text_arrives_exactly_as_typed(scene: Scene) -> None:
    for verb in (Verb.COMMENT, Verb.REPLY):
        assert scene.actor.as_kept(verb, LONG) == LONG
        intent, receipt = await scene.act(verb, LONG)
        assert scene.told()[-1][2] == LONG
        assert (await scene.settle(intent)).remote == receipt.remote


@pytest.mark.parametrize(
    ("text", "why"), [("", "nothing in it"), (" \n\t", "nothing in it"), ("é" * (TEXT_LIMIT // 2 + 1), "too long")]
)
async def test_a_text_that_zendesk_would_drop_or_cut_is_not_sent(scene: Scene, text: str, why: str) -> None:
    for verb in (Verb.COMMENT, Verb.REPLY):
        with pytest.raises(Refused, match=why):
            await scene.act(verb, text, "pending")
    assert scene.written() == 0
    await scene.act(Verb.COMMENT, "é" * (TEXT_LIMIT // 2))


async def test_the_statuses_are_the_accounts_own_where_it_has_any(scene: Scene) -> None:
    shown = await scene.prepare(Verb.STATUS)
    assert [(choice.key, choice.hint) for choice in shown.choices] == [
        ("open", ""),
        ("pending", "waits for the requester"),
        ("hold", "waits for somebody else"),
        ("solved", "needs an assignee: take it first"),
    ]
    assert shown.chosen == shown.before == ""  # new: nothing can be put back into that
    scene.rig.zendesk.add_status("Waiting for 3rd line", "hold")
    scene.rig.zendesk.add_status("Being looked at", "open")
    shown = await scene.prepare(Verb.STATUS)
    assert [choice.name for choice in shown.choices] == ["Being looked at", "Waiting for 3rd line"]
    key = shown.choices[1].key
    intent, _ = await scene.act(Verb.STATUS, to=key)
    assert scene.kept()["status"] == "hold"
    assert (await scene.settle(intent)).there is True
    shown = await scene.prepare(Verb.STATUS)
    assert shown.chosen == shown.before == key


async def test_priorities_come_with_the_present_one(scene: Scene) -> None:
    await scene.act(Verb.PRIORITY, to="high")
    assert scene.kept()["priority"] == "high"
    shown = await scene.prepare(Verb.PRIORITY)
    assert [choice.key for choice in shown.choices] == ["urgent", "high", "normal", "low"]
    assert (shown.chosen, shown.before) == ("high", "high")


async def test_a_ticket_that_goes_to_another_group_belongs_to_nobody_there(scene: Scene) -> None:
    await scene.act(Verb.TAKE)
    third = scene.group("3rd Line")
    shown = await scene.prepare(Verb.REASSIGN, to=third)
    assert [(choice.name, choice.hint) for choice in shown.choices] == [("2nd Line", "has it now"), ("3rd Line", "")]
    assert shown.changes == ("group: 2nd Line → 3rd Line", "assignee: Ana Sowande → nobody")
    await scene.act(Verb.REASSIGN, to=third)
    assert (scene.kept()["group"], scene.kept()["assignee"]) == ("3rd Line", None)


# -- macros -----------------------------------------------------------------------------------------------------------


async def test_a_macro_is_shown_before_it_is_applied_and_applied_as_shown(scene: Scene) -> None:
    assert [choice.name for choice in (await scene.prepare(Verb.MACRO)).choices] == ["Pass on", "Thank"]
    shown = await scene.prepare(Verb.MACRO, to=scene.macro("Pass on"))
    assert shown.text == "Passed on to 3rd line."
    assert shown.changes == (
        "status: new → hold",
        "priority: none → low",
        "group: none → 3rd Line",
        "adds tags: passed_on",
        "adds its text as an internal note",
    )
    assert scene.written() == 0
    intent, _ = await scene.act(Verb.MACRO, "Passed on, with regards.", scene.macro("Pass on"))
    kept = scene.kept()
    assert (kept["status"], kept["priority"], kept["group"]) == ("hold", "low", "3rd Line")
    assert kept["tags"] == ["govt_form", "passed_on"]
    assert scene.told() == [("Ana Sowande", False, "Passed on, with regards.")]
    assert scene.written() == 1
    assert (await scene.settle(intent)).there is True


async def test_a_macro_without_its_text_writes_none(scene: Scene) -> None:
    intent, _ = await scene.act(Verb.MACRO, "", scene.macro("Thank"))
    assert (scene.kept()["status"], scene.told()) == ("pending", [])
    assert (await scene.settle(intent)).there is True


async def test_a_macros_public_comment_goes_in_as_a_note_and_the_prompt_says_so(scene: Scene) -> None:
    shown = await scene.prepare(Verb.MACRO, to=scene.macro("Thank"))
    assert "internal note" in shown.changes[1]
    assert "reply" in shown.changes[2]
    _, receipt = await scene.act(Verb.MACRO, shown.text, scene.macro("Thank"))
    assert "the requester does not see it" in receipt.told
    assert scene.told() == [("Ana Sowande", False, "Dear Grace …")]
    _, receipt = await scene.act(Verb.MACRO, "Passed on", scene.macro("Pass on"))
    assert receipt.told == ""


async def test_a_macro_that_was_changed_after_it_was_shown_is_not_applied(scene: Scene) -> None:
    key = scene.macro("Thank")
    intent = await scene.seen(Verb.MACRO, "Dear Grace …", key)
    scene.rig.zendesk.macros[int(key)].actions = {"status": "solved", "comment_value": "Dear Grace …"}
    with pytest.raises(Refused, match="no longer as it was shown") as caught:
        await scene.send(intent)
    assert (caught.value.outdated, scene.written()) == (True, 0)


async def test_a_macros_text_is_cleaned_before_it_is_offered(scene: Scene) -> None:
    key = scene.macro("Thank")
    scene.rig.zendesk.macros[int(key)].actions = {"comment_value": "Dear\x1b[2J Grace,\n\u202ebye"}
    assert (await scene.prepare(Verb.MACRO, to=key)).text == "Dear Grace,\nbye"


async def test_a_macro_that_is_gone_is_refused(scene: Scene) -> None:
    for to in ("77", "no number"):
        with pytest.raises(Refused):
            await scene.prepare(Verb.MACRO, to=to)


# -- what cannot be done ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", list(OFFERS["zendesk", TicketItem]))
async def test_what_is_closed_or_gone_is_refused_before_the_prompt(scene: Scene, verb: Verb) -> None:
    with pytest.raises(Refused, match="no such ticket"):
        await scene.actor.prepare(ItemRef("zendesk", Kind.TICKET, "77"), verb)
    scene.rig.zendesk.change(NUMBER, status="closed")
    with pytest.raises(Refused, match="follow-up"):
        await scene.prepare(verb)


async def test_the_services_reason_is_told(scene: Scene) -> None:
    with pytest.raises(Refused, match="Assignee: is required when solving a ticket"):
        await scene.act(Verb.STATUS, to="solved")
    with pytest.raises(Refused, match="Priority: fastest is not recognized"):
        await scene.act(Verb.PRIORITY, to="fastest")
    intent = await scene.seen(Verb.COMMENT, "too late")
    scene.rig.zendesk.change(NUMBER, status="closed")
    with pytest.raises(Refused, match="closed prevents ticket update"):
        await scene.send(intent)
    assert scene.told() == []


@pytest.mark.parametrize(
    ("verb", "to"),
    [(Verb.STATUS, ""), (Verb.PRIORITY, ""), (Verb.REASSIGN, ""), (Verb.RELEASE, "Bo"), (Verb.MOVE, "1")],
)
async def test_an_intent_that_says_too_little_is_not_sent(scene: Scene, verb: Verb, to: str) -> None:
    with pytest.raises(Refused):
        await scene.send(scene.intent(verb, to=to))
    assert scene.written() == 0


async def test_who_may_write_notes_only_is_not_offered_a_reply(scene: Scene) -> None:
    scene.rig.zendesk.agent.only_private_comments = True
    for attempt in (scene.prepare(Verb.REPLY), scene.send(scene.intent(Verb.REPLY, "for everybody"))):
        with pytest.raises(Refused, match="internal notes only") as caught:
            await attempt
        assert caught.value.forbidden
    assert scene.written() == 0
    await scene.act(Verb.COMMENT, "for us")


async def test_a_reply_that_zendesk_keeps_to_itself_is_told_as_such(scene: Scene) -> None:
    await scene.prepare(Verb.REPLY)
    scene.rig.zendesk.agent.only_private_comments = True  # since we asked who we are
    intent = scene.intent(Verb.REPLY, "for everybody")
    receipt = await scene.send(intent)
    assert "the requester does not see it" in receipt.told
    assert (await scene.settle(intent)).told == receipt.told


async def test_a_token_that_may_only_read_is_forbidden_to_write(scene: Scene) -> None:
    scene.actor = scene.rig.actor(username="", token=None, oauth_token=OAUTH_READER)
    intent = await scene.seen(Verb.COMMENT, "for us")
    with pytest.raises(Refused, match="may not do that") as caught:
        await scene.send(intent)
    assert caught.value.forbidden
    assert scene.told() == []


async def test_the_readers_session_writes_nothing_whatever_the_library_is_asked(scene: Scene) -> None:
    reader = scene.rig.reader()
    await reader.fetch()
    desk = reader._desk
    with pytest.raises(PollFailed) as caught:
        desk._zenpy.tickets.update(Ticket(id=NUMBER, status="solved"))
    assert caught.value.fault.kind is FaultKind.FORBIDDEN
    for method in ("post", "put", "patch", "delete"):
        with pytest.raises(PollFailed):
            desk._session.request(method, f"{desk._guard._gate.url}/api/v2/tickets/{NUMBER}", json={})
    assert scene.written() == 0
    with pytest.raises(PollFailed):  # nor does the session that previews and settles
        scene.actor._reading.update(NUMBER, {"status": "solved"})
    assert scene.written() == 0


async def test_a_closed_actor_sends_nothing(scene: Scene) -> None:
    intent = await scene.seen(Verb.TAKE)
    await scene.actor.close()
    with pytest.raises(NotSent):
        await scene.send(intent)
    assert scene.written() == 0
