from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from secondline_tui.config.sources import Trello as Settings
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.trello import reads as trello_reads
from secondline_tui.demo.trello.board import Member
from secondline_tui.demo.trello.service import KEY, ONGOING, READ_ONLY, READ_WRITE
from secondline_tui.demo.trello.shapes import told_card, told_member
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.trello import client, library
from secondline_tui.sources.trello.wire import BoardList
from tests.sources.bad_answers import FAILED_POLLS, HARMLESS
from tests.sources.trello.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


async def failure(desk: Desk, **changes: object) -> PollFailed:
    with pytest.raises(PollFailed) as caught:
        await desk.reader(**changes).fetch()
    return caught.value


# -- a poll -----------------------------------------------------------------------------------------------------------


async def test_a_poll_gives_the_wanted_lists_cards(desk: Desk) -> None:
    card = desk.spikes()
    reading = await desk.reader().fetch()
    assert reading.account == "Ana Sowande"
    assert reading.rejected == ()
    (item,) = reading.items
    assert isinstance(item, Card)
    assert item.ref == ItemRef("trello", Kind.CARD, card.id)
    assert item.title == card.name
    assert item.list_name == ONGOING
    assert item.labels == ("whitehall", "red")
    assert item.members == ("Bo Adéyẹmí", "Ana Sowande")
    assert item.comments == 2
    assert item.due is not None
    assert item.updated is not None
    assert abs(item.updated.timestamp() - (desk.world.now() - 3_600)) < 10
    assert item.links.web == f"https://trello.com/c/{card.short_link}"
    assert "https://logs.example.org/1" in item.description


async def test_lists_by_name_and_several_of_them_in_the_boards_order(desk: Desk) -> None:
    desk.spikes()
    reading = await desk.reader(lists=["to DO", ONGOING]).fetch()
    assert [item.name_line for item in reading.items] == [
        "Whitehall 5xx spikes at 09:00 after data sync",
        "Leaver (tech role)",
    ]


async def test_archived_cards_are_gone(desk: Desk) -> None:
    card = desk.spikes()
    reader = desk.reader()
    assert len((await reader.fetch()).items) == 1
    desk.trello.archive(card)
    assert (await reader.fetch()).items == ()


async def test_a_wanted_list_that_is_not_there_is_no_empty_list(desk: Desk) -> None:
    failed = await failure(desk, lists=["Known issues*"])
    assert failed.fault.kind is FaultKind.NOT_FOUND
    assert f'"{ONGOING}"'[:30] in failed.fault.message


async def test_a_closed_board_is_no_board(desk: Desk) -> None:
    desk.spikes()
    reader = desk.reader()
    assert len((await reader.fetch()).items) == 1
    desk.trello.board.closed = True
    with pytest.raises(PollFailed, match=r"the board GOV\.UK Technical 2nd Line is closed") as caught:
        await reader.fetch()
    assert caught.value.fault.kind is FaultKind.NOT_FOUND


async def test_an_archived_list_is_no_empty_list(desk: Desk) -> None:
    desk.spikes()
    desk.trello.board.list_named(ONGOING).closed = True
    failed = await failure(desk)
    assert failed.fault.kind is FaultKind.NOT_FOUND
    assert 'no list is called "Ongoing issues*" (setting lists), unless it is archived' in failed.fault.message


async def test_cards_that_explain_their_list_are_counted(desk: Desk) -> None:
    desk.spikes()
    for title in ("This column store is down", "README page 500s"):
        desk.trello.add_card(ONGOING, title)
    reading = await desk.reader().fetch()
    assert (len(reading.items), reading.hidden) == (3, 1)
    assert (await desk.reader(explainers=[]).fetch()).hidden == 0


async def test_the_configuration_must_want_a_list(desk: Desk) -> None:
    with pytest.raises(ValueError, match="lists"):
        desk.reader(lists=[])


async def test_a_poll_makes_three_requests_and_the_first_a_fourth(desk: Desk) -> None:
    for _ in range(40):
        desk.spikes()
    reader = desk.reader()
    await reader.fetch()
    board = "/1/boards/M7Demo2L"
    asked = [f"GET {board}", f"GET {board}/lists", f"GET {board}/members"]
    assert desk.asked() == [*asked, "GET /1/members/me"]
    desk.world.forget_requests()
    await reader.fetch()
    assert desk.asked() == asked


async def test_an_answer_that_may_be_cut_off_is_not_believed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board whose old cards fill the answer to its limit: the wanted list is asked for by itself, page by page."""
    for module in (client, trello_reads):
        monkeypatch.setattr(module, "AT_ONCE", 5)
    for n in range(12):
        desk.trello.add_card(ONGOING, f"issue {n}", ago=10_000 - n)
        desk.trello.add_card("Done", f"old {n}", ago=5_000 - n)
    reading = await desk.reader().fetch()
    assert {item.name_line for item in reading.items} == {f"issue {n}" for n in range(12)}
    assert len(reading.items) == 12


async def test_a_card_that_moves_to_the_list_that_was_read_already_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (client, trello_reads):
        monkeypatch.setattr(module, "AT_ONCE", 5)
    for n in range(12):
        desk.trello.add_card("Done", f"old {n}", ago=5_000 - n)
    card = desk.trello.add_card("To do", "on the move", ago=60)
    reader = desk.reader(lists=[ONGOING, "To do"])
    there = {item.ref for item in (await reader.fetch()).items}
    read = client.BoardClient._cards_of

    def reading(board: client.BoardClient, one: BoardList) -> list[object]:
        cards = read(board, one)
        if one.name == ONGOING:
            desk.trello.move(card, ONGOING, "bo_adeyemi")
        return cards

    monkeypatch.setattr(client.BoardClient, "_cards_of", reading)
    assert {item.ref for item in (await reader.fetch()).items} == there


async def test_pages_that_never_end_are_no_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "AT_ONCE", 1)
    monkeypatch.setattr(client, "PAGES", 3)
    for n in range(6):
        desk.trello.add_card(ONGOING, f"issue {n}", ago=n)
    failed = await failure(desk)
    assert failed.fault.kind is FaultKind.BAD_REPLY
    assert "more than 3 cards" in failed.fault.message


async def test_the_same_page_again_is_no_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "AT_ONCE", 1)
    desk.spikes()
    monkeypatch.setattr(library.Library, "get", lambda *_, **__: [{"id": "a"}])
    with pytest.raises(PollFailed, match="again instead of the next page"):
        client.BoardClient(_settings(desk))._pages("lists/x/cards", "cards")


def _settings(desk: Desk) -> Settings:
    return Settings.model_validate({**desk.trello.settings(), "url": desk.world.urls["trello"]})


# -- opening a card ---------------------------------------------------------------------------------------------------


async def test_detail_of_a_card(desk: Desk) -> None:
    card = desk.spikes()
    detail = await desk.reader().detail(ItemRef("trello", Kind.CARD, card.id))
    assert [(note.author, note.text) for note in detail.notes] == [
        ("somebody", "did not see it"),
        ("Bo Adéyẹmí", "Saw it again"),
    ]
    assert detail.body.startswith("Seen *each* Tuesday.\n\nLogs:")
    assert "Before closing (1 of 2)\n  [x] ask the team\n  [ ] write it up" in detail.body
    assert "graph  https://graphs.example.org/5xx" in detail.body
    attributes: dict[str, str] = dict(detail.attributes)
    assert attributes["members"] == "Bo Adéyẹmí, Ana Sowande"
    assert attributes["idShort"] == str(card.number)
    assert '"checkItemsChecked": 1' in attributes["badges"]
    assert "comments" not in attributes
    assert desk.asked() == [f"GET /1/cards/{card.id}", f"GET /1/cards/{card.id}/actions"]


async def test_comments_come_in_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, trello_reads):
        monkeypatch.setattr(module, "AT_ONCE", 3)
    card = desk.trello.add_card(ONGOING, "talked about", ago=1_000)
    for n in range(8):
        desk.trello.comment(card, "bo_adeyemi", f"comment {n}", ago=100 - n)
    detail = await desk.reader().detail(ItemRef("trello", Kind.CARD, card.id))
    assert [note.text for note in detail.notes] == [f"comment {n}" for n in reversed(range(8))]
    monkeypatch.setattr(client, "PAGES", 2)
    detail = await desk.reader().detail(ItemRef("trello", Kind.CARD, card.id))
    assert len(detail.notes) == 6
    assert ("comments", "the newest 6 of 8") in detail.attributes


async def test_a_card_that_is_gone(desk: Desk) -> None:
    for key, kind in (("5f0000000000000000000001", FaultKind.NOT_FOUND), ("../members/me", FaultKind.BAD_REPLY)):
        with pytest.raises(PollFailed) as caught:
            await desk.reader().detail(ItemRef("trello", Kind.CARD, key))
        assert caught.value.fault.kind is kind


async def test_a_card_is_opened_while_a_poll_hangs(desk: Desk) -> None:
    card = desk.spikes()
    reader = desk.reader(deadline=2)
    desk.world.break_service("trello", Fault("hang", 0, 1))
    poll = asyncio.create_task(reader.fetch())
    await asyncio.sleep(0.1)
    assert (await reader.detail(ItemRef("trello", Kind.CARD, card.id))).notes
    assert not poll.done()
    with pytest.raises(PollFailed):
        await poll


# -- the probe --------------------------------------------------------------------------------------------------------


async def test_the_probe_tells_account_board_and_lists(desk: Desk) -> None:
    desk.spikes()
    lines = await desk.reader(lists=["nothing like it"]).probe()
    assert lines[:2] == ("Trello, as Ana Sowande (ana_sowande)", "board GOV.UK Technical 2nd Line")
    assert len(lines) == 6
    ongoing = desk.trello.board.list_named(ONGOING)
    assert lines[2] == f"list {ONGOING} ({ongoing.id}): 2 cards"
    lines = await desk.reader().probe()
    assert lines[2].endswith(": 2 cards, shown")
    assert not lines[3].endswith("shown")


async def test_a_closed_board_is_told(desk: Desk) -> None:
    desk.trello.board.closed = True
    assert "which is closed" in (await desk.reader().probe())[1]


# -- what goes wrong --------------------------------------------------------------------------------------------------

SLOW = ("hang", "slow:3")


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_every_way_to_answer_badly_is_a_failed_poll(desk: Desk, kind: str) -> None:
    desk.spikes()
    reader = desk.reader(deadline=0.4 if kind in SLOW else 5)
    desk.world.break_service("trello", Fault.parse(kind, None))
    with pytest.raises(PollFailed) as caught:
        await reader.fetch()
    assert caught.value.fault.kind is FAILED_POLLS[kind]


@pytest.mark.parametrize("odd", [{"id": "1", "name": "no cards"}, {"id": 1, "name": "x", "cards": []}, "a list", None])
async def test_one_odd_list_costs_the_whole_poll(desk: Desk, odd: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be the one we want."""
    desk.spikes()
    good = trello_reads.Clerk._lists
    monkeypatch.setattr(trello_reads.Clerk, "_lists", lambda *told: [*good(*told), odd])
    assert (await failure(desk)).fault.kind is FaultKind.BAD_REPLY


async def test_one_odd_member_costs_a_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.spikes()

    def odd(who: Member) -> dict[str, object]:
        return {**told_member(who), "fullName": 7 if who.username == "bo_adeyemi" else who.full_name}

    monkeypatch.setattr(trello_reads, "told_member", odd)
    reading = await desk.reader().fetch()
    (item,) = reading.items
    assert isinstance(item, Card)
    assert item.members == ("somebody", "Ana Sowande")
    assert len(reading.rejected) == 1


async def test_one_odd_row_costs_no_other(desk: Desk) -> None:
    desk.spikes()
    desk.trello.add_card(ONGOING, "another")
    desk.world.break_service("trello", Fault.parse("odd_row", None))
    reading = await desk.reader().fetch()
    assert len(reading.items) == 2
    (reason,) = reading.rejected
    assert reason.startswith("a card, row 4 (7): ")


async def test_two_cards_of_one_id_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.spikes()
    same = "5f00000000000000000000ff"
    monkeypatch.setattr(trello_reads, "told_card", lambda one, of: {**told_card(one, of), "id": same})
    reading = await desk.reader(explainers=[]).fetch()
    assert (len(reading.items), len(reading.rejected)) == (1, 1)


@pytest.mark.parametrize("kind", HARMLESS)
async def test_what_does_no_harm(desk: Desk, kind: str) -> None:
    desk.spikes()
    desk.world.break_service("trello", Fault.parse(kind, None))
    assert len((await desk.reader().fetch()).items) == 1


async def test_after_too_many_requests_we_stay_away_for_trellos_window(desk: Desk) -> None:
    desk.world.break_service("trello", Fault.parse("rate_limit", None))
    failed = await failure(desk)
    assert failed.fault.retry_after == 10.0


async def test_a_hundred_requests_in_ten_seconds_are_too_many(desk: Desk) -> None:
    reader = desk.reader()
    for _ in range(33):
        await reader.fetch()
    with pytest.raises(PollFailed, match="Rate limit exceeded"):
        await reader.fetch()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": "nonsense"}, "invalid token"),
        ({"key": "nonsense"}, "invalid key"),
        ({"token": 'a"\r\nX-Evil: 1'}, "invalid token"),
    ],
)
async def test_wrong_credentials_stop_the_polling(desk: Desk, changes: dict[str, object], reason: str) -> None:
    fault = (await failure(desk, **changes)).fault
    assert fault.kind is FaultKind.UNAUTHORISED
    assert fault.stop
    assert fault.message.endswith(reason)


async def test_a_board_that_is_not_there(desk: Desk) -> None:
    assert (await failure(desk, board="AAAAAAAA")).fault.kind is FaultKind.NOT_FOUND
    assert "invalid id" in (await failure(desk, board="no such board")).fault.message


async def test_reading_needs_no_token_that_may_write(desk: Desk) -> None:
    desk.spikes()
    assert len((await desk.reader(token=READ_ONLY).fetch()).items) == 1


async def test_the_credentials_stay_in_the_header(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    card, told = desk.spikes(), []
    monkeypatch.setattr(desk.world, "note", lambda *request: told.append(request[-1]))
    reader = desk.reader()
    await reader.fetch()
    await reader.detail(ItemRef("trello", Kind.CARD, card.id))
    await reader.probe()
    for kind in FAILED_POLLS:
        if kind not in (*SLOW, "huge"):
            desk.world.break_service("trello", Fault.parse(kind, 1))
            told.append(str(await failure(desk)))
    told += [str(await failure(desk, token="s3cr3t", deadline=1)), caplog.text]
    for text in told:
        for secret in (KEY, READ_WRITE, "s3cr3t", "token=", "key="):
            assert secret not in text, urlsplit(text).path
    assert len(told) > 20


async def test_closing_is_quick_and_final(desk: Desk) -> None:
    reader = desk.reader()
    await reader.close()
    with pytest.raises(PollFailed):
        await reader.fetch()
