"""What is related on the screen: on both rows, in the opened item, and what a person says of a maybe."""

from __future__ import annotations

from pathlib import Path

from secondline_tui.domain.text import clean, clean_block
from tests.fakes.items import alert, card, incident, ticket
from tests.ui.desk import Desk, desk

FULL = alert("web1!disk full", name=clean("disk full"))
PAGE = incident("P", title=clean("disk full on web1"))
KNOWN = card("k", title=clean("Uploads"), description=clean_block("alert: disk full\n\nTicket 4711"))
LOOKS = card("l", title=clean("Messages unprocessed in AmazonMQ"))
QUEUE = alert("q", name=clean("AmazonMQ messages not processed"), host=clean("rabbit"))


async def morning(found: Desk) -> None:
    await found.answer("icinga", FULL)
    await found.answer("pagerduty", PAGE)
    await found.answer("trello", KNOWN)
    await found.answer("zendesk", ticket("4711"))


def row(found: Desk, words: str) -> str:
    return next(line for line in found.text.splitlines() if words in line and "↔" in line)


async def test_both_rows_tell_of_each_other_where_there_is_room() -> None:
    async with desk(size=(160, 40)) as found:
        await morning(found)
        assert "↔ #4127 · card" in row(found, "disk full  ")
        assert "↔ alert" in row(found, "#4127 disk full on web1")
        assert "↔ card" in row(found, "ticket 4711")
        assert "↔ alert · #4711" in row(found, "Uploads")
        await found.answer("icinga")
        assert "↔ #4711" in row(found, "Uploads")


async def test_a_small_screen_gives_up_nothing_for_it() -> None:
    async with desk(size=(60, 24)) as found:
        await found.answer("icinga", FULL)
        without = found.text
        await morning(found)
        assert "disk full" in without
        assert "disk full" in found.text


async def test_the_opened_item_tells_why_and_enter_leads_on() -> None:
    async with desk() as found:
        await morning(found)
        await found.press("2", "enter")
        assert "related 2" in found.text
        assert "↔ incident #4127 disk full on web1" in found.text
        assert "the page names the alert and its machine" in found.text
        assert "the card has a line for the alert" in found.text
        await found.press("enter", "down", "enter")
        assert "Ongoing issues" in found.text
        assert "↔ ticket #4711 ticket 4711" in found.text
        await found.press("escape")
        assert found.screen.showing == "panes"


async def test_the_only_sure_one_is_opened_at_once() -> None:
    async with desk() as found:
        await morning(found)
        await found.press("1", "enter", "enter")
        assert found.screen.detail.item is FULL


async def test_enter_in_an_item_without_relations_does_nothing() -> None:
    async with desk() as found:
        await found.answer("icinga", FULL)
        await found.press("2", "enter", "enter")
        assert "related" not in found.text
        assert found.screen.detail.item is FULL


async def test_a_maybe_is_confirmed_and_that_is_remembered(tmp_path: Path) -> None:
    async with desk(size=(160, 40), folder=tmp_path) as found:
        await found.answer("icinga", QUEUE)
        await found.answer("trello", LOOKS)
        assert "↔ card?" in found.text
        await found.press("2", "enter")
        assert "maybe: both speak of Messages, unprocessed, Amazon, MQ" in found.text
        await found.press("enter", "enter", "down", "enter")
        await found.until(lambda: "confirmed by hand" in found.text)
        await found.press("escape")
        assert "↔ card " in found.text
    async with desk(size=(160, 40), folder=tmp_path) as found:
        await found.answer("icinga", QUEUE)
        await found.answer("trello", LOOKS)
        assert "↔ card " in found.text


async def test_a_denied_maybe_leaves_the_rows_and_can_be_had_back(tmp_path: Path) -> None:
    async with desk(size=(160, 40), folder=tmp_path) as found:
        await found.answer("icinga", QUEUE)
        await found.answer("trello", LOOKS)
        await found.press("2", "enter", "enter", "enter", "down", "down", "enter")
        await found.until(lambda: "you said that it does not belong" in found.text)
        await found.press("escape")
        assert "↔" not in found.text
        await found.press("enter", "enter", "enter", "down", "down", "enter")
        await found.until(lambda: "maybe: both speak" in found.text)
