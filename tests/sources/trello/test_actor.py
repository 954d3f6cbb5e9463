from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.trello import reads, writes
from secondline_tui.demo.trello.board import Card
from secondline_tui.demo.trello.service import ONGOING, READ_ONLY
from secondline_tui.demo.trello.shapes import told_board, told_card
from secondline_tui.domain.actions import (
    Finding,
    HeldBack,
    Intent,
    NotDone,
    NotSent,
    Refused,
    Unanswered,
    Verb,
)
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.offers import OFFERS
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.clocks import UNTIMELY
from secondline_tui.sources.trello.actor import TrelloActor
from secondline_tui.sources.trello.client import BoardClient
from secondline_tui.sources.trello.deeds import TEXT_LIMIT, VERBS
from tests.sources.trello.desk import Desk, settings

NOBODY: frozenset[str] = frozenset()
LONG = "\r\n".join(
    f"{n}\tline — “quoted” 'so' \U0001f469‍\U0001f4bb **bold** [link](https://example.org) [red]markup[/] `code`   "
    for n in range(60)
)


def now() -> datetime:
    return datetime.now(UTC)


class Acting:
    """One card, and an actor on it."""

    def __init__(self, desk: Desk, actor: TrelloActor) -> None:
        self.desk = desk
        self.actor = actor
        self.trello = desk.trello
        self.card: Card = self.trello.add_card(ONGOING, "Known [issue]", due_in=3_600, ago=900)
        self.ref = ItemRef("trello", Kind.CARD, self.card.id)

    def list_id(self, name: str) -> str:
        return self.trello.board.list_named(name).id

    def intent(self, verb: Verb, **changes: Any) -> Intent:
        given: dict[str, Any] = {"text": "seen again"} if verb is Verb.COMMENT else {}
        if verb is Verb.MOVE:
            given["to"] = self.list_id("Done")
        told = {"id": "1", "ref": self.ref, "item": SafeText("Known"), "author": "Ana", "at": now(), **given, **changes}
        return Intent(verb=verb, **told)

    async def settle(self, intent: Intent, sent_at: datetime | None = None, claimed: set[str] | None = None) -> Finding:
        return await self.actor.settle(intent, sent_at or now(), claimed or NOBODY)

    def break_with(self, kind: str, times: int | None = None) -> None:
        self.desk.world.break_service("trello", Fault.parse(kind, times))

    def state(self) -> dict[str, Any]:
        return self.desk.kept(self.card)

    def comments(self) -> list[tuple[str | None, str]]:
        return [(said["author"], said["text"]) for said in self.state()["comments"]]


@asynccontextmanager
async def acting(actor_now: Any = None, **changes: object) -> AsyncIterator[Acting]:
    desk = Desk()
    actor = desk.actor(actor_now, **changes)
    try:
        yield Acting(desk, actor)
    finally:
        await actor.close()
        desk.close()


@pytest.fixture
async def at() -> AsyncIterator[Acting]:
    async with acting() as made:
        yield made


def ready(at: Acting, verb: Verb) -> None:
    """Make the card one to which the verb can be done."""
    if verb is Verb.UNDONE:
        at.card.due_complete = True
    if verb is Verb.UNARCHIVE:
        at.card.closed = True


def test_every_verb_that_is_offered_can_be_done() -> None:
    offered = {verb for (kind, _), offer in OFFERS.items() if kind == "trello" for verb in offer}
    assert offered | {Verb.UNARCHIVE} == VERBS


# -- each verb --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "attribute", "after"),
    [
        (Verb.DONE, "due_complete", True),
        (Verb.UNDONE, "due_complete", False),
        (Verb.ARCHIVE, "closed", True),
        (Verb.UNARCHIVE, "closed", False),
        (Verb.MOVE, "list", "Done"),
    ],
)
async def test_a_change_is_made_once_and_found_in_the_cards_history(
    at: Acting, verb: Verb, attribute: str, after: object
) -> None:
    ready(at, verb)
    preview = await at.actor.prepare(at.ref, verb)
    assert preview.account == "Ana Sowande"
    intent = at.intent(verb, stamp=preview.stamp)
    assert await at.settle(intent) == Finding(there=False)
    at.desk.world.forget_requests()
    await at.actor.send(intent)
    assert at.desk.asked() == [f"PUT /1/cards/{at.card.id}"], "nothing is asked before it"
    assert at.state()[attribute] == after
    found = await at.settle(intent)
    assert found.there
    assert found.remote in at.trello.board.actions
    assert len(at.state()["written"]) == 1


async def test_a_comment_arrives_as_it_was_said_to(at: Acting) -> None:
    text = f"\n {LONG}\t\n"
    preview = await at.actor.prepare(at.ref, Verb.COMMENT)
    assert preview.audience == "everybody in the workspace of the board GOV.UK Technical 2nd Line"
    intent = at.intent(Verb.COMMENT, text=text, stamp=preview.stamp)
    at.desk.world.forget_requests()
    receipt = await at.actor.send(intent)
    assert at.desk.asked() == [f"POST /1/cards/{at.card.id}/actions/comments"]
    assert at.comments() == [("Ana Sowande", at.actor.as_kept(Verb.COMMENT, text))]
    assert at.actor.as_kept(Verb.COMMENT, LONG + "x") == LONG + "x"
    assert await at.settle(intent) == Finding(there=True, remote=receipt.remote)


async def test_a_move_goes_to_one_of_the_boards_open_lists(at: Acting) -> None:
    at.trello.board.list_named("To do").closed = True
    preview = await at.actor.prepare(at.ref, Verb.MOVE)
    assert [choice.name for choice in preview.choices] == [ONGOING, "Alerts which don't add value", "Done"]
    assert preview.chosen == preview.before == at.list_id(ONGOING)
    assert [choice.key for choice in preview.choices if choice.hint] == [at.list_id(ONGOING)]
    told = await at.actor.prepare(at.ref, Verb.MOVE, to=at.list_id("Done"))
    assert told.changes == (f"from {ONGOING} to Done",)
    told = await at.actor.prepare(at.ref, Verb.MOVE, to=at.list_id(ONGOING))
    assert told.changes == ("nothing: it is there already",)
    with pytest.raises(Refused, match="no such open list"):
        await at.actor.prepare(at.ref, Verb.MOVE, to=at.list_id("To do"))


async def test_a_move_and_its_undoing_and_the_move_again(at: Acting) -> None:
    claimed: set[str] = set()
    for to in ("Done", ONGOING, "Done"):
        intent, sent_at = at.intent(Verb.MOVE, to=at.list_id(to)), now()
        await at.actor.send(intent)
        found = await at.settle(intent, sent_at, claimed)
        assert found.there
        assert found.remote not in claimed
        claimed.add(found.remote)
    assert len(claimed) == 3


# -- before it is done ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "audience"),
    [
        ("private", "members of the board"),
        ("public", "anybody at all, since the board GOV.UK Technical 2nd Line is public"),
        ("new-fangled", "anybody at all"),
    ],
)
async def test_a_comments_audience_is_the_boards(at: Acting, level: str, audience: str) -> None:
    at.trello.board.audience = level
    assert audience in (await at.actor.prepare(at.ref, Verb.COMMENT)).audience


async def test_what_trello_would_take_but_makes_no_sense_is_refused_before_the_prompt(at: Acting) -> None:
    for verb, reason in ((Verb.UNARCHIVE, "it is not archived"), (Verb.UNDONE, "it is not marked as done")):
        with pytest.raises(Refused) as caught:
            await at.actor.prepare(at.ref, verb)
        assert caught.value.reason == reason
    at.trello.mark(at.card, True, "bo_adeyemi")
    with pytest.raises(Refused) as caught:
        await at.actor.prepare(at.ref, Verb.DONE)
    assert caught.value.reason == "it is marked as done already (Bo Adéyẹmí)"
    at.trello.archive(at.card, "bo_adeyemi")
    with pytest.raises(Refused, match=r"it is archived already \(Bo Adéyẹmí\)"):
        await at.actor.prepare(at.ref, Verb.ARCHIVE)
    for verb in (Verb.COMMENT, Verb.MOVE, Verb.UNDONE):
        with pytest.raises(Refused, match="it is archived"):
            await at.actor.prepare(at.ref, verb)
    assert at.desk.writes() == []


async def test_a_card_that_is_gone_or_of_another_board_is_refused(at: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("5f00000000000000000000ee", at.card.short_link):
        with pytest.raises(Refused, match="no such card any more"):
            await at.actor.prepare(ItemRef("trello", Kind.CARD, key), Verb.COMMENT)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(reads, "told_board", lambda board: {**told_board(board), "id": "5f00000000000000000000bb"})
        with pytest.raises(Refused, match="on another board now"):
            await at.actor.prepare(at.ref, Verb.COMMENT)
    with pytest.raises(Refused, match="no such thing as silence"):
        await at.actor.prepare(at.ref, Verb.SILENCE)
    at.trello.board.closed = True
    with pytest.raises(Refused, match="is closed"):
        await at.actor.prepare(at.ref, Verb.COMMENT)


@pytest.mark.parametrize(
    ("verb", "changes", "reason"),
    [
        (Verb.COMMENT, {"text": " \n"}, "needs a text"),
        (Verb.COMMENT, {"text": "x" * (TEXT_LIMIT + 1)}, "16385 characters"),
        (Verb.COMMENT, {"text": "\U0001f600" * (TEXT_LIMIT // 2 + 1)}, "16386 characters"),
        (Verb.MOVE, {"to": ""}, "no list"),
        (Verb.ARCHIVE, {"text": "why"}, "an action of its own"),
        (Verb.SILENCE, {}, "no such thing"),
    ],
)
async def test_what_trello_would_never_take_is_not_sent(at: Acting, verb: Verb, changes: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        await at.actor.send(at.intent(verb, **changes))
    assert at.desk.asked() == []


async def test_the_longest_comment_is_sent(at: Acting) -> None:
    await at.actor.send(at.intent(Verb.COMMENT, text="x" * TEXT_LIMIT))
    assert len(at.comments()[0][1]) == TEXT_LIMIT


# -- reading back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_what_is_not_shown_yet_is_not_there_yet(verb: Verb) -> None:
    ahead = timedelta()
    async with acting(lambda: now() + ahead) as at:
        ready(at, verb)
        at.break_with("lag:30")
        intent, sent_at = at.intent(verb), now()
        receipt = await at.actor.send(intent)
        assert (await at.settle(intent, sent_at)).there is False
        for action in at.trello.board.actions.values():
            action.visible_at = 0.0
        at.card.earlier.clear()
        found = await at.settle(intent, sent_at)
        assert found.there
        assert receipt.remote in ("", found.remote)


@pytest.mark.matrix
@pytest.mark.parametrize("fault", ["reset", "drop_after_apply"])
@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_reading_back_tells_what_became_of_a_write_without_an_answer(at: Acting, verb: Verb, fault: str) -> None:
    ready(at, verb)
    preview = await at.actor.prepare(at.ref, verb)
    intent, sent_at = at.intent(verb, stamp=preview.stamp), now()
    at.break_with(fault, 1)
    with pytest.raises(Unanswered):
        await at.actor.send(intent)
    assert (await at.settle(intent, sent_at)).there is (fault == "drop_after_apply")


async def test_somebody_elses_comment_and_an_older_one_of_ours_are_not_taken_for_it(at: Acting) -> None:
    at.trello.comment(at.card, "ana_sowande", "seen again", ago=600)
    at.trello.comment(at.card, "ana_sowande", "seen again", ago=20)
    preview = await at.actor.prepare(at.ref, Verb.COMMENT)
    intent = at.intent(Verb.COMMENT, stamp=preview.stamp)
    at.trello.comment(at.card, "bo_adeyemi", "seen again")
    at.trello.comment(at.card, "ana_sowande", "seen again!")
    assert (await at.settle(intent)).there is None, "his may be ours, were we another one when it was sent"
    receipt = await at.actor.send(intent)
    assert await at.settle(intent) == Finding(there=True, remote=receipt.remote)
    assert await at.settle(intent, claimed={receipt.remote}) == Finding(there=False)


async def test_without_a_stamp_the_time_decides_and_never_against_us(at: Acting) -> None:
    intent = at.intent(Verb.COMMENT)
    await at.actor.send(intent)
    for minutes, there in ((-4, None), (-2, True), (2, True), (4, None)):
        assert (await at.settle(intent, now() + timedelta(minutes=minutes))).there is there, minutes


@pytest.mark.parametrize("seconds", [-86_400 * 400, -240, 240, 3_600])
@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_what_was_done_is_found_however_wrong_our_clock_is(verb: Verb, seconds: int) -> None:
    def ours() -> datetime:
        return now() + timedelta(seconds=seconds)

    async with acting(ours) as at:
        ready(at, verb)
        intent, sent_at = at.intent(verb, stamp=(await at.actor.prepare(at.ref, verb)).stamp), ours()
        await at.actor.send(intent)
        assert (await at.settle(intent, sent_at)).there is True


@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_what_was_done_is_never_called_undone_because_a_clock_was_set(at: Acting, verb: Verb) -> None:
    ready(at, verb)
    intent = at.intent(verb, stamp=(await at.actor.prepare(at.ref, verb)).stamp)
    await at.actor.send(intent)
    for minutes in (-20, 20):
        finding = await at.settle(intent, now() + timedelta(minutes=minutes))
        assert (finding.there, finding.told) == (None, UNTIMELY)


@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_at_another_start_what_another_account_did_may_have_been_us(at: Acting, verb: Verb) -> None:
    """The program was killed while it sent, and then somebody else's token was configured."""
    ready(at, verb)
    intent = at.intent(verb, stamp=(await at.actor.prepare(at.ref, verb)).stamp)
    await at.actor.send(intent)
    for action in at.trello.board.actions.values():
        action.author = at.trello.board.member("bo_adeyemi")
    other = at.desk.actor()
    finding = await other.settle(intent, now(), NOBODY)
    assert (finding.there, finding.told) == (None, "Bo Adéyẹmí has done the same")
    await other.close()
    assert (await at.settle(intent)).there is False, "what this process sent, it sent as Ana"


async def test_two_alike_are_told_apart(at: Acting) -> None:
    first, second = at.intent(Verb.COMMENT), at.intent(Verb.COMMENT, id="2")
    await at.actor.send(first)
    found = await at.settle(first)
    at.break_with("reset", 1)
    with pytest.raises(Unanswered):
        await at.actor.send(second)
    assert (await at.settle(second, claimed={found.remote})).there is False
    at.break_with("drop_after_apply", 1)
    with pytest.raises(Unanswered):
        await at.actor.send(second)
    again = await at.settle(second, claimed={found.remote})
    assert again.there
    assert again.remote != found.remote


async def test_line_ends_that_trello_may_change_do_not_hide_a_comment(at: Acting) -> None:
    intent = at.intent(Verb.COMMENT, text=" a\r\nb\r\n")
    at.trello.comment(at.card, "ana_sowande", "a\nb")
    assert (await at.settle(intent)).there


async def test_what_a_colleague_did_meanwhile_is_not_ours(at: Acting) -> None:
    intent, sent_at = at.intent(Verb.MOVE), now()
    at.trello.move(at.card, "Done", "bo_adeyemi")
    await at.actor.send(intent)
    assert await at.settle(intent, sent_at) == Finding(there=False, told=SafeText("Bo Adéyẹmí has done the same"))


async def test_a_move_that_was_moved_on_is_still_found(at: Acting) -> None:
    intent, sent_at = at.intent(Verb.MOVE), now()
    await at.actor.send(intent)
    at.trello.move(at.card, "To do", "bo_adeyemi")
    assert (await at.settle(intent, sent_at)).there


async def test_what_was_so_already_is_believed_after_a_while() -> None:
    ahead = timedelta()
    async with acting(lambda: now() + ahead) as at:
        intent, sent_at = at.intent(Verb.MOVE, to=at.list_id(ONGOING)), now()
        await at.actor.send(intent)
        assert (await at.settle(intent, sent_at)).there is False
        ahead = timedelta(seconds=25)  # the actor's clock sees it
        assert await at.settle(intent, sent_at) == Finding(there=True, told=SafeText("it was so already"))


async def test_a_comment_of_an_account_that_is_gone_does_not_hide_ours(at: Acting) -> None:
    intent = at.intent(Verb.COMMENT)
    receipt = await at.actor.send(intent)
    at.trello.comment(at.card, "", "from an account that is gone")
    assert await at.settle(intent) == Finding(there=True, remote=receipt.remote)


# -- faults -----------------------------------------------------------------------------------------------------------

FAULTS: dict[str, type[NotDone]] = {
    "refuse": NotSent,
    "reset": Unanswered,
    "hang": Unanswered,
    "drop_after_apply": Unanswered,
    "status:400": Refused,
    "status:401": Refused,
    "status:403": Refused,
    "status:404": Refused,
    "status:409": Refused,
    "status:500": Unanswered,
    "status:503": Unanswered,
    "rate_limit": HeldBack,
    "html": Unanswered,
    "empty": Unanswered,
    "truncated": Unanswered,
    "wrong_shape": Unanswered,
    "redirect_login": Refused,
}


@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", sorted(VERBS))
async def test_each_fault_costs_one_request_and_is_told_as_what_it_is(verb: Verb, fault: str) -> None:
    async with acting(deadline=0.5) as at:
        ready(at, verb)
        at.break_with(fault)
        with pytest.raises(NotDone) as caught:
            await at.actor.send(at.intent(verb))
        assert type(caught.value) is FAULTS[fault]
        assert len(at.desk.asked()) == (0 if fault == "refuse" else 1)


async def test_a_yes_that_shows_no_change_or_another_card_is_none(at: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    for odd in ({"closed": False}, {"id": "5f00000000000000000000ee"}):
        monkeypatch.setattr(writes, "told_card", lambda card, board, odd=odd: {**told_card(card, board), **odd})
        with pytest.raises(Unanswered):
            await at.actor.send(at.intent(Verb.ARCHIVE))
    monkeypatch.setattr(
        writes, "told_action", lambda *_: {"id": "1", "type": "x", "date": "2026-01-01T00:00Z", "data": {}}
    )
    with pytest.raises(Unanswered):
        await at.actor.send(at.intent(Verb.COMMENT))


async def test_a_dead_connection_is_not_written_on(at: Acting) -> None:
    """What asks keeps its connections; what writes makes a new one, however soon after."""
    await at.actor.prepare(at.ref, Verb.COMMENT)
    await at.actor.send(at.intent(Verb.COMMENT))
    at.break_with("refuse")
    at.break_with("lag:0")  # every connection was cut
    await at.actor.send(at.intent(Verb.COMMENT, text="another"))
    assert [text for _, text in at.comments()] == ["seen again", "another"]
    assert len(at.desk.writes()) == 2


async def test_a_token_that_may_only_read_is_told_so() -> None:
    async with acting(token=READ_ONLY) as at:
        await at.actor.prepare(at.ref, Verb.COMMENT)
        with pytest.raises(Refused, match="the scope read,write") as caught:
            await at.actor.send(at.intent(Verb.COMMENT))
        assert caught.value.forbidden
        assert at.comments() == []


async def test_too_many_requests_hold_back_for_as_long_as_trello_counts(at: Acting) -> None:
    at.break_with("rate_limit", 1)
    with pytest.raises(HeldBack) as caught:
        await at.actor.send(at.intent(Verb.COMMENT))
    assert caught.value.seconds == 10.0


async def test_a_write_that_was_given_up_holds_up_the_next_but_not_the_questions(at: Acting) -> None:
    at.break_with("hang", 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await at.actor.send(at.intent(Verb.COMMENT))
    with pytest.raises(NotSent, match="has not ended yet"):
        await at.actor.send(at.intent(Verb.COMMENT))
    assert (await at.settle(at.intent(Verb.COMMENT))).there is False
    assert len(at.desk.writes()) == 1


async def test_questions_of_the_actor_and_all_of_the_readers_cannot_write(at: Acting) -> None:
    told = {**at.trello.settings(), "url": at.desk.world.urls["trello"]}
    library = BoardClient(settings(**told))._library
    card = library.card(at.card.id)
    for write in (lambda: card.comment("x"), lambda: card.change_list("x"), lambda: card.set_closed(True), card.delete):
        with pytest.raises(PollFailed, match="read-only"):
            write()
    with pytest.raises(PollFailed, match="read-only"):
        library.client.http_service.post("https://api.trello.com/1/cards", json={})
    assert at.desk.asked() == []
    assert isinstance(library.client.http_service, requests.Session)
    library.close()
