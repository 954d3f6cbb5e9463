"""What a prompt says in passing, and what is said of it when it is closed."""

from __future__ import annotations

import pytest

from secondline_tui.domain.actions import Choice, Preview, Verb
from secondline_tui.domain.text import clean
from tests.fakes.items import alert, card
from tests.ui.desk import Desk, Typed, acting

PUBLIC = clean("anybody at all, since the board Ongoing is public")


def footer(found: Desk) -> str:
    return found.text.splitlines()[-1]


async def test_who_reads_a_comment_is_told_as_its_service_names_them_also_to_the_key_for_public_replies() -> None:
    async with acting() as found:
        found.actors["trello"].previews[Verb.COMMENT] = Preview(audience=PUBLIC)
        await found.answer("trello", card("c"))
        await found.press("4", "c", Typed("hm"), "ctrl+o")
        assert f"^O sends public replies only; this one is read by {PUBLIC}: ^S sends it" in found.prompt.remark
        assert "inside the team" not in found.text
        assert found.sent == []


async def test_where_nobody_knows_the_readers_none_are_named() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("t", "ctrl+o")
        assert found.prompt.remark == "^O sends public replies only: Enter sends it"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_chosen_line_of_a_list_is_marked_in_text_too(size: tuple[int, int]) -> None:
    lists = tuple(Choice(key=key, name=clean(key)) for key in ("Waiting", "Done", "long " * 30))
    async with acting(size=size) as found:
        found.actors["trello"].previews[Verb.MOVE] = Preview(choices=lists, chosen="Done")
        await found.answer("trello", card("c"))
        await found.press("4", "m")
        assert "▸ Done" in found.text
        assert "  Waiting" in found.text
        await found.press("down")
        assert found.text.count("▸") == 1, "also where a choice takes several lines"
        assert "▸ long" in found.text
        await found.press("home")
        assert "▸ Waiting" in found.text


async def test_what_was_typed_and_not_sent_is_said_to_be_kept() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        await found.press("c", "escape")
        assert "draft" not in footer(found), "nothing was typed"
        await found.press("c", Typed("half a thought"), "escape")
        assert "draft kept: c on this item offers it again" in footer(found)
        await found.press("space", "space", "c", Typed("of both"), "escape")
        assert "draft kept: c on the same items offers it again" in footer(found)
        await found.press("w", Typed("a note"), "escape")
        await found.until(lambda: "draft kept: w offers it again" in footer(found))
        await found.press("w", "ctrl+s")
        await found.until(lambda: "written down" in footer(found))
