"""Two dashboards of one person on one state folder: what is typed in one is neither lost nor repeated by the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from tests.fakes.items import alert, ticket
from tests.ui.desk import Desk, Typed, acting


async def reply(found: Desk) -> None:
    """Send the public reply that is offered."""
    await found.press("ctrl+o")
    await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
    await found.press("y")
    await found.until(lambda: bool(found.sent))


async def test_a_draft_of_another_window_is_offered_and_not_destroyed(tmp_path: Path) -> None:
    async with acting("icinga", folder=tmp_path) as here:
        await here.answer("icinga", alert("a"))
        async with acting("icinga", folder=tmp_path) as there:
            await there.answer("icinga", alert("a"))
            await there.press("2", "c", Typed("findings"), "escape")
            await here.press("2", "c", Typed("ok"), "ctrl+s")  # before it could see that
            await here.until(lambda: bool(here.sent))
            assert [sent.text for sent in here.sent] == ["ok"]
        await here.clock.advance(3)
        await here.press("c")
        assert here.prompt.text == "findings"


async def test_a_draft_that_another_window_has_sent_is_offered_no_more(tmp_path: Path) -> None:
    async with acting("zendesk", folder=tmp_path) as there:
        await there.answer("zendesk", ticket("1"))
        await there.press("3", "R", Typed("sorry"), "escape")
        async with acting("zendesk", folder=tmp_path) as here:
            await here.answer("zendesk", ticket("1"))
            await there.press("R")
            await reply(there)
            await here.clock.advance(3)
            await here.press("3", "R")
            assert here.prompt.text == ""


async def test_an_open_prompt_says_that_its_draft_was_sent_in_another_window(tmp_path: Path) -> None:
    async with acting("zendesk", folder=tmp_path) as there:
        await there.answer("zendesk", ticket("1"))
        await there.press("3", "R", Typed("sorry"), "escape")
        async with acting("zendesk", folder=tmp_path) as here:
            await here.answer("zendesk", ticket("1"))
            await here.press("3", "R")
            assert here.prompt.text == "sorry"
            await there.press("R")
            await reply(there)
            await here.press("ctrl+o")
            await here.until(lambda: "another window has sent this draft meanwhile" in here.text)
            assert here.prompt.text == "sorry"
            assert not here.sent
            await here.press("ctrl+g")
            await here.until(lambda: isinstance(here.app.screen, ConfirmScreen))
            await here.press("y")
            await here.until(lambda: bool(here.sent))


@pytest.mark.parametrize("key", ["R", "C"])
async def test_a_draft_is_offered_only_where_it_was_typed(tmp_path: Path, key: str) -> None:
    for home, offered in (("sandbox", []), ("production", []), ("sandbox", ["sandbox"])):
        async with acting("zendesk", "trello", folder=tmp_path, home=home) as found:
            await found.answer("zendesk", ticket("42"))
            await found.press("3", key)
            await found.until(lambda desk=found: isinstance(desk.app.screen, ComposeScreen))  # type: ignore[misc]
            assert re.findall("typed in ([a-z]+)", found.prompt.text) == offered
            await found.press(Typed(f" typed in {home}"), "escape")
