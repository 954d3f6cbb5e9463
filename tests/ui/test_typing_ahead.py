"""Keys typed faster than the screen follows mean what they would have meant slowly."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from tests.fakes.items import alert, ticket
from tests.ui.desk import Desk, desk

NAMES = {"/": "slash", "?": "question_mark", "\r": "enter"}


async def burst(found: Desk, keys: str) -> None:
    """All of them before the first is looked at."""
    for sign in keys:
        found.app.post_message(events.Key(NAMES.get(sign, sign), sign))
    for _ in range(5):
        await found.pilot.pause()


async def test_what_is_typed_after_a_slash_is_a_filter_and_no_command() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("disk", name="quite full"), alert("load"))
        await burst(found, "/quit")
        assert found.app.is_running
        assert found.app.return_code is None
        assert found.screen.query_one("#filter", Input).value == "quit"
        assert "1 filtered out" in found.text


async def test_what_is_typed_after_the_filter_was_kept_is_a_command() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("disk", name="quite full"), alert("load"))
        await burst(found, "/quite\rh")
        assert found.screen.filter.value == "quite"
        assert "handled" in found.text.splitlines()[-1]


async def test_what_is_typed_after_the_help_key_is_a_search() -> None:
    async with desk() as found:
        await burst(found, "?quit")
        assert found.app.return_code is None
        assert "Go to the pages" not in found.text


async def test_a_command_is_about_the_pane_that_was_just_chosen() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("disk", name="disk is full"))
        await found.answer("zendesk", ticket("4711", subject="uploads fail"))
        await burst(found, "3\r")
        assert found.screen.detail.item is not None
        assert found.screen.detail.item.ref.key == "4711"
        await burst(found, "2\r")
        assert found.screen.detail.item.ref.key == "disk"
