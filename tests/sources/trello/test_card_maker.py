"""New cards: the card with one request, its picture with another, each found again by reading back."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from secondline_tui.demo.server import _Handler
from secondline_tui.demo.trello import writes
from secondline_tui.demo.trello.service import ONGOING, READ_ONLY
from secondline_tui.demo.trello.shapes import told_attachment, told_card
from secondline_tui.domain.actions import (
    Finding,
    NotDone,
    NotSent,
    Receipt,
    Refused,
    Unanswered,
    Verb,
)
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.clocks import UNTIMELY
from secondline_tui.sources.trello.card_maker import TIMELESS
from tests.sources.trello.making import PNG, TEXT, Making, actor_for, at, now
from tests.sources.trello.test_actor import FAULTS

__all__ = ["at"]


# -- the two parts ----------------------------------------------------------------------------------------------------


async def test_a_card_is_made_and_its_picture_attached_with_one_request_each(at: Making) -> None:
    preview = await at.actor.prepare(new_card("trello"), Verb.CARD)
    assert (preview.account, preview.chosen) == ("Ana Sowande", at.list_id())
    assert preview.choices[0].name == ONGOING
    assert preview.audience == "everybody in the workspace of the board GOV.UK Technical 2nd Line"
    intent, sent_at = at.intent(), now()
    assert await at.settle(intent, sent_at) == Finding(there=False)
    at.desk.world.forget_requests()
    receipt = await at.actor.send(intent)
    assert at.desk.asked() == ["POST /1/cards"]
    card = ItemRef("trello", Kind.CARD, receipt.remote)
    assert receipt == Receipt(remote=card.key, ref=card, rest=True)
    assert await at.settle(intent, sent_at) == Finding(there=True, remote=card.key, ref=card, rest=True)
    (made,) = at.made()
    assert (made["title"], made["list"]) == ("http on web1: connection refused", ONGOING)
    assert made["desc"] == TEXT.partition("\n")[2].strip()
    assert made["attachments"] == []

    rest = replace(intent, ref=card)
    assert await at.settle(rest, sent_at) == Finding(there=False)
    at.desk.world.forget_requests()
    assert await at.actor.send(rest) == Receipt(remote=card.key)
    assert at.desk.asked() == [f"POST /1/cards/{card.key}/attachments"]
    assert await at.settle(rest, sent_at) == Finding(there=True, remote=card.key)
    assert at.attached() == [PNG]
    (one,) = at.desk.trello.board.cards[card.key].attachments
    assert (one.name, one.mime_type, one.size) == (at.picture, "image/png", len(PNG))


async def test_the_list_that_is_named_first_is_proposed(at: Making) -> None:
    for lists, chosen in ((["Done", "Ongoing*"], "Done"), (["Ongoing*", "Done"], ONGOING), (["Gone"], None)):
        other = actor_for(at.desk, at.folder, lists=lists)
        preview = await other.prepare(new_card("trello"), Verb.CARD)
        assert preview.chosen == (at.list_id(chosen) if chosen else "")
        await other.close()
    at.desk.trello.board.list_named(ONGOING).closed = True
    preview = await at.actor.prepare(new_card("trello"), Verb.CARD)
    assert at.list_id() not in {choice.key for choice in preview.choices}
    at.desk.trello.board.closed = True
    with pytest.raises(Refused, match="is closed"):
        await at.actor.prepare(new_card("trello"), Verb.CARD)


async def test_a_card_without_a_picture_is_over_with_one_request(at: Making) -> None:
    intent = at.intent(picture="")
    receipt = await at.actor.send(intent)
    assert not receipt.rest
    assert receipt.ref is not None
    assert (await at.settle(intent)).rest is False
    made = replace(intent, ref=receipt.ref)
    assert await at.settle(made) == Finding(there=True, remote=receipt.remote)
    del at.desk.trello.board.cards[receipt.remote]
    assert await at.settle(made) == Finding(
        there=True, remote=receipt.remote, told=SafeText("somebody has deleted it since")
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": " \n "}, "needs a title"),
        ({"to": ""}, "no list was chosen"),
        ({"text": "x" * 16_385}, "16385 characters of title"),
        ({"text": "x\n\n" + "\U0001f525" * 8_193}, "16386 characters of text"),
        ({"to": "5f0000000000000000000001"}, "invalid value for idList"),
    ],
)
async def test_what_trello_would_never_take_is_refused(at: Making, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        await at.actor.send(at.intent(**changes))
    assert at.made() == []


async def test_a_picture_that_is_gone_or_damaged_is_not_sent(at: Making) -> None:
    card = (await at.actor.send(at.intent())).ref
    assert card is not None
    at.desk.world.forget_requests()
    (at.folder / "pictures" / at.picture).write_bytes(PNG[:-1])
    for picture in (at.picture, "item-0123456789abcdef.png", "../outbox.db"):
        with pytest.raises(NotSent, match="not kept"):
            await at.actor.send(at.intent(ref=card, picture=picture))
    assert at.desk.asked() == []


# -- reading back -----------------------------------------------------------------------------------------------------


async def test_only_a_card_of_ours_of_then_with_that_title_and_text_is_taken_for_it(at: Making) -> None:
    board = at.desk.trello.board
    title, _, desc = TEXT.partition("\n")
    others = board.make_card(board.list_named(ONGOING), board.member("bo_adeyemi"), title)
    others.desc = desc
    earlier = at.desk.trello.add_card(ONGOING, title, "another text", ago=300)
    intent, sent_at = at.intent(), now()
    found = await at.settle(intent, sent_at)
    assert (found.there, found.told) == (None, "Bo Adéyẹmí has made such a card"), "which may have been us then"
    await at.actor.send(replace(intent, text="http on web2\n\nanother"))
    assert await at.settle(intent, sent_at) == Finding(there=False)
    mine = (await at.actor.send(intent)).remote
    assert mine not in (others.id, earlier.id)
    assert (await at.settle(intent, sent_at)).remote == mine
    for minutes in (-10, 10):
        found = await at.settle(intent, sent_at + timedelta(minutes=minutes))
        assert (found.there, found.told) == (None, UNTIMELY)
    assert await at.settle(intent, sent_at, {mine}) == Finding(there=False), "it is another action's"


@pytest.mark.parametrize("seconds", [-86_000, -240, 240, 86_000])
async def test_a_card_is_found_however_far_the_clocks_are_apart(
    at: Making, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr(at.desk.world, "_clock", lambda: time.time() + seconds)
    intent, sent_at = at.intent(), now()
    remote = (await at.actor.send(intent)).remote
    assert (await at.settle(intent, sent_at)).remote == remote


async def test_a_service_of_another_age_or_of_none_says_nothing_of_what_was_made(
    at: Making, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at.desk.world, "_clock", lambda: time.time() - 100 * 86_400)
    assert (await at.settle(at.intent())).told == TIMELESS
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: "soon")
    monkeypatch.delattr(_Handler, "date_time_string")
    assert (await at.settle(at.intent())).told == TIMELESS


async def test_what_colleagues_do_to_it_at_once_does_not_hide_it(at: Making) -> None:
    intent, sent_at = at.intent(), now()
    card = at.desk.trello.board.cards[(await at.actor.send(intent)).remote]
    at.desk.trello.archive(card, "bo_adeyemi")
    card.name = "Renamed"
    assert (await at.settle(intent, sent_at)).remote == card.id
    card.desc = "rewritten"
    found = await at.settle(intent, sent_at)
    assert not found.there, "renamed and rewritten: nobody could know it again"
    card.name = TEXT.partition("\n")[0]
    assert (await at.settle(intent, sent_at)).there is None, "it is for the person to say"
    card.gone_at = at.desk.trello.now()
    found = await at.settle(intent, sent_at)
    assert (found.there, found.told, found.rest) == (True, "somebody has deleted it since", False)


async def test_another_picture_of_the_card_is_not_taken_for_ours(at: Making) -> None:
    intent = at.intent()
    card = (await at.actor.send(intent)).ref
    assert card is not None
    rest = replace(intent, ref=card)
    held = at.desk.trello.board.cards[card.key]
    at.desk.trello.attach(held, "graph.png", "https://graphs.example.org/1")
    at.desk.trello.attach(held, at.picture, "https://elsewhere.example.org/cut-off")
    held.attachments[-1].size = 7
    assert await at.settle(rest) == Finding(there=False)
    held.gone_at = at.desk.trello.now()
    assert await at.settle(rest) == Finding(there=False, told=SafeText("the card is gone"))


# -- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("part", ["card", "picture"])
async def test_each_fault_costs_one_request_and_is_told_as_what_it_is(at: Making, part: str, fault: str) -> None:
    intent = at.intent()
    if part == "picture":
        intent = replace(intent, ref=(await at.actor.send(intent)).ref or intent.ref)
    at.desk.world.forget_requests()
    at.break_with(fault)
    with pytest.raises(NotDone) as caught:
        await at.actor.send(intent)
    assert type(caught.value) is FAULTS[fault]
    assert len(at.desk.asked()) == (0 if fault == "refuse" else 1)


async def test_a_yes_that_is_of_something_else_is_none(at: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    for odd in ({"idList": at.list_id("Done")}, {"name": "another"}, {"id": "x"}):
        monkeypatch.setattr(writes, "told_card", lambda card, board, odd=odd: {**told_card(card, board), **odd})
        with pytest.raises(Unanswered):
            await at.actor.send(at.intent())
    card = at.desk.trello.add_card(ONGOING, "x")
    monkeypatch.setattr(writes, "told_attachment", lambda one: {**told_attachment(one), "name": "another"})
    with pytest.raises(Unanswered):
        await at.actor.send(at.intent(ref=ItemRef("trello", Kind.CARD, card.id)))


async def test_a_token_that_may_only_read_is_told_so(at: Making) -> None:
    reader = actor_for(at.desk, at.folder, token=READ_ONLY)
    with pytest.raises(Refused, match="the scope read,write") as caught:
        await reader.send(at.intent())
    assert caught.value.forbidden
    await reader.close()
    assert at.made() == []
