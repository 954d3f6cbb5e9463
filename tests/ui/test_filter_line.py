"""Filtering as one types: what is kept, what is cleared, and where the selection is afterwards."""

from __future__ import annotations

from secondline_tui.domain.text import clean
from secondline_tui.ui.dashboard.palette import likeness
from tests.fakes.items import ago, alert, ticket
from tests.ui.desk import Desk, desk


async def type_in(found: Desk, text: str) -> None:
    for sign in text:
        await found.press({"/": "slash", "-": "minus", " ": "space", ":": "colon"}.get(sign, sign))


def selected(found: Desk) -> str | None:
    item = found.screen.panes["alerts"].list.selected
    return item.ref.key if item else None


async def alerts(found: Desk) -> None:
    await found.answer(
        "icinga",
        *(alert(name, name=clean(name), since=ago(minutes=n)) for n, name in enumerate(("node", "search", "disk"), 1)),
    )


async def test_escape_clears_what_is_being_typed_and_gives_the_keys_back() -> None:
    async with desk() as found:
        await alerts(found)
        await type_in(found, "/disk")
        assert "/disk  2 filtered out" in found.text
        await found.press("escape")
        assert "filtered out" not in found.text
        assert not found.screen.filter.is_open
        await found.press("G")
        assert selected(found) == "disk"


async def test_a_filter_that_is_kept_stays_in_the_title_and_escape_clears_it() -> None:
    async with desk(size=(60, 24)) as found:
        await alerts(found)
        await type_in(found, "/-disk")
        await found.press("enter")
        assert " Alerts /-disk  1 filtered out " in found.text
        await found.press("escape")
        assert "/-disk" not in found.text


async def test_the_selection_is_where_it_was_before_the_filter() -> None:
    async with desk() as found:
        await alerts(found)
        await found.press("j")
        assert selected(found) == "search"
        await type_in(found, "/-s")
        assert selected(found) == "node", "what it hides is not selected, but the most urgent of the rest"
        await found.press("backspace")
        assert selected(found) == "search"
        await type_in(found, "node")
        await found.press("enter")
        assert selected(found) == "search"
        await found.press("escape")
        assert selected(found) == "search"


async def test_a_click_elsewhere_keeps_the_filter_and_puts_its_line_away() -> None:
    async with desk() as found:
        await alerts(found)
        await found.answer("zendesk", ticket("1", subject=clean("uploads")))
        await type_in(found, "/disk")
        await found.pilot.click("#tickets-list")
        await found.shown()
        assert not found.screen.filter.is_open
        assert not found.screen.filter.display
        assert "/disk  2 filtered out" in found.text
        await found.press("slash")
        assert found.screen.filter.value == "", "the other pane has its own"


async def test_the_footer_tells_the_keys_of_the_filter() -> None:
    async with desk() as found:
        await alerts(found)
        await found.press("slash")
        assert "Enter keeps the filter  Esc clears it" in found.text
        await found.press("escape")
        assert "/ filter" in found.text


async def test_a_field_that_there_is_none_of_is_said_at_once() -> None:
    async with desk() as found:
        await alerts(found)
        await type_in(found, "/hst:web1")
        assert "no field 'hst'; did you mean host?" in found.text.splitlines()[-1]
        await found.press("escape")
        await type_in(found, "/host:web1")
        assert "no field" not in found.text


async def test_the_filter_of_one_pane_is_not_that_of_another() -> None:
    async with desk() as found:
        await alerts(found)
        await found.answer("zendesk", ticket("1", subject=clean("disk quota")), ticket("2", subject=clean("uploads")))
        await type_in(found, "/disk")
        await found.press("enter", "3")
        assert "uploads" in found.text
        await type_in(found, "/uploads")
        await found.press("escape")
        assert "/disk  2 filtered out" in found.text


async def test_a_remark_is_one_line_that_the_next_one_replaces() -> None:
    async with desk() as found:
        await alerts(found)
        await found.press("h", "h", "S")
        assert "handled items" not in found.text
        assert found.text.splitlines()[-1].strip() == "Alerts by newest"


async def test_a_link_that_is_not_there_is_said() -> None:
    async with desk() as found:
        await alerts(found)
        await found.press("o")
        assert "no page is known of node on web1" in found.text


def test_what_the_palette_finds() -> None:
    assert likeness("theme", "Next colours: dark, light, the terminal's own", "theme theme") > 0
    assert likeness("theme", "Show the whole item: output, comments", "open open") == 0
    assert likeness("ref zen", "Refresh zendesk") > likeness("rz", "Refresh zendesk") > 0
    assert likeness("refresh", "Refresh zendesk") > likeness("zendesk", "Refresh zendesk")
