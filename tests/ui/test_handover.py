"""Notes and the handover from the dashboard, key by key."""

from __future__ import annotations

import string
import threading
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.domain.actions import Verb
from secondline_tui.domain.text import clean
from secondline_tui.engine.history import History
from secondline_tui.engine.notes import NoteBook
from secondline_tui.ui.prompts import handover
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.handover import HandoverScreen, saved
from secondline_tui.ui.prompts.jot import JotScreen
from secondline_tui.ui.prompts.line import LineScreen
from tests.fakes.actor import Inline
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, ticket
from tests.ui.desk import Desk, Typed, acting, desk


def config(tmp_path: Path) -> Config:
    return Config(state=tmp_path / "state", me=Me(name="Ana Sowande"))


async def opened(found: Desk) -> HandoverScreen:
    await found.press("W")
    await found.until(lambda: isinstance(found.app.screen, HandoverScreen))
    screen = found.app.screen
    assert isinstance(screen, HandoverScreen)
    return screen


async def written(found: Desk, text: str) -> None:
    await found.press("w", Typed(text), "ctrl+s")
    await found.until(lambda: not isinstance(found.app.screen, JotScreen))


# -- notes --------------------------------------------------------------------------------------------------------


async def test_a_note_takes_every_printable_key_and_is_kept_with_its_time(tmp_path: Path) -> None:
    typed = "".join(sign for sign in string.printable if sign.isprintable()) + "é🐢"
    async with acting(config=config(tmp_path)) as found:
        await written(found, typed)
        assert "written down: the handover (W) tells it" in found.text
        assert not found.sent
    (note,) = NoteBook(tmp_path / "state").since(BEGIN)
    assert (note.text, note.by, note.at) == (typed, "Ana Sowande", BEGIN)


async def test_a_note_is_in_the_handover(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await written(found, "Fastly knows")
        screen = await opened(found)
        assert "- 09:31 Ana Sowande: Fastly knows" in screen.text
        assert "Fastly knows" in found.text


async def test_an_unfinished_note_is_offered_again_and_is_no_note(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await found.press("w", Typed("half a tho"), "escape")
        assert NoteBook(tmp_path / "state").since(BEGIN) == ()
        await found.press("w")
        assert "your draft of 09:31" in found.text
        await found.press(Typed("ught"), "ctrl+s")
        await found.until(lambda: not isinstance(found.app.screen, JotScreen))
        assert [note.text for note in NoteBook(tmp_path / "state").since(BEGIN)] == ["half a thought"]
        await found.press("w")
        assert "your draft" not in found.text


async def test_an_empty_note_is_none(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await found.press("w", "space", "ctrl+s")
        assert "nothing is written yet" in found.text
        assert isinstance(found.app.screen, JotScreen)


async def test_a_note_that_cannot_be_kept_stays_in_the_editor(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    async with acting(config=config(tmp_path)) as found:
        await found.press("w", Typed("important"), "ctrl+s")
        await found.until(lambda: "cannot be kept" in found.text)
        assert "important" in found.text


async def test_a_dashboard_that_only_reads_keeps_notes_too(tmp_path: Path) -> None:
    async with desk(config=config(tmp_path), read_only=True) as found:
        await written(found, "seen")
        screen = await opened(found)
        assert "seen" in screen.text
        assert "comment on a card" not in found.text
        await found.press("c")
        assert found.app.screen is screen


# -- the handover -------------------------------------------------------------------------------------------------


async def test_the_handover_tells_what_is_open_and_what_was_done(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await found.answer("icinga", alert("a"))
        await found.answer("zendesk", ticket("7"))
        await found.press("2", "a", Typed("on it"), "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await found.clock.advance(5)
        screen = await opened(found)
        assert "- 1 × check a (production), firing now on web1" in screen.text
        assert "  - 09:31 Ana Sowande: acknowledge" in screen.text
        assert "“on it”" in screen.text
        assert "#7 ticket 7" in screen.text


async def test_what_the_record_has_seen_is_counted_and_what_it_cannot_tell_is_said(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        engine = found.screen.session.engine
        history = History(tmp_path / "state", engine.clock, UTC, timedelta(days=90), lambda now: now, disk=Inline())
        assert "is not recorded" in (await opened(found)).text
        await found.press("escape")
        for _ in range(3):
            await found.answer("icinga", alert("a", since=engine.clock.now()))
            await history.record(engine.board)
            await found.clock.advance(31)
            await found.answer("icinga")
            await history.record(engine.board)
            await found.clock.advance(31)
        history.close()
        screen = await opened(found)
        assert "- 3 × check a (production), last 09:" in screen.text
        assert "is not recorded" not in screen.text
        await found.press("escape")
        (tmp_path / "state" / "history.db").write_bytes(b"damage" * 1000)
        assert "is not recorded" in (await opened(found)).text


async def test_it_is_copied_whole(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        screen = await opened(found)
        await found.press("y")
        assert found.app.clipboard == screen.text
        assert "copied" in found.text


async def test_it_is_saved_under_the_name_given_and_nothing_is_overwritten(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        screen = await opened(found)
        await found.press("s")
        assert isinstance(found.app.screen, LineScreen)
        assert "save the handover as" in found.text
        assert "~/handover-2026-11-18-0931.md" in found.text
        await found.press("enter")
        path = tmp_path / "handover-2026-11-18-0931.md"
        await found.until(lambda: "saved as" in found.text)
        assert path.read_text("utf-8") == screen.text
        assert path.stat().st_mode & 0o777 == 0o600
        await found.press("s", "enter")
        await found.until(lambda: "there is such a file already" in found.text)


async def test_it_is_saved_though_the_handover_is_left_at_once_and_what_came_of_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = threading.Event()

    def slowly(path: Path, text: str) -> str:
        disk.wait(60)
        return saved(path, text)

    monkeypatch.setattr(handover, "saved", slowly)
    async with acting(config=config(tmp_path)) as found:
        screen = await opened(found)
        await found.press("s", "enter", "escape")
        assert not isinstance(found.app.screen, HandoverScreen)
        disk.set()
        await found.until(lambda: "saved as" in found.text)
        assert (tmp_path / "handover-2026-11-18-0931.md").read_text("utf-8") == screen.text


def test_where_nothing_can_be_saved_that_is_said(tmp_path: Path) -> None:
    assert saved(tmp_path / "none" / "file", "x") == "that cannot be written: No such file or directory"
    assert saved(tmp_path / "a\0b", "x").startswith("that cannot be written")
    assert saved(Path("~nobody-of-that-name/x"), "x").startswith("that cannot be written")


async def test_it_is_posted_on_the_chosen_card_once_after_being_shown(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await found.answer("trello", card("c1"), card("c2", title=clean("Handover")))
        screen = await opened(found)
        await found.press("c")
        assert isinstance(found.app.screen, ChooserScreen)
        await found.press("down", "enter")
        await found.until(lambda: found.prompt.text == screen.text.rstrip())
        assert not found.sent
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert (intent.ref.key, intent.verb, intent.text) == ("c2", Verb.COMMENT, screen.text.rstrip())


async def test_only_what_was_changed_by_hand_comes_back_as_a_draft(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await found.answer("trello", card("c1", updated=ago(days=30)))
        await found.press("4", "c", Typed("of my own"), "escape")
        await opened(found)
        await found.press("c", "enter")
        await found.until(lambda: "# Handover" in found.text)
        assert "of my own" not in found.text, "the draft of another comment"
        await found.press("escape", "escape")
        await written(found, "one more thing")
        await opened(found)
        await found.press("c", "enter")
        await found.until(lambda: found.prompt.text.startswith("# Handover"))
        assert "one more thing" in found.prompt.text
        await found.press(Typed("PS"), "escape", "c", "enter")
        await found.until(lambda: found.prompt.text.endswith("PS"))


async def test_without_a_card_to_comment_on_it_says_so(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path)) as found:
        await opened(found)
        await found.press("c")
        assert "there is no card that can be commented on" in found.text
