"""One screen has the keys: nothing comes above a prompt, and a prompt ends nothing but itself."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from textual.widgets import Static

from secondline_tui.domain.text import clean
from secondline_tui.engine.incidents import IncidentBook
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.notes import NoteBook
from secondline_tui.ui.dashboard.features.closing import Closing
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.declare import DeclareScreen
from secondline_tui.ui.prompts.handover import HandoverScreen
from secondline_tui.ui.prompts.jot import JotScreen
from secondline_tui.ui.prompts.waiting import WaitingScreen
from tests.fakes.items import alert, card, incident
from tests.ui.acting.test_changing import changes
from tests.ui.acting.test_declare import agreed, chosen, config, kept, looked, opened
from tests.ui.acting.test_declared import shown
from tests.ui.desk import Desk, Typed, acting, desk

FULL = (OSError(28, "No space left on device"), sqlite3.OperationalError("database is locked"))


class Above(Modal[None]):
    """Something in front."""

    def compose(self) -> list[Static]:
        return [Static("in front")]


def front(found: Desk) -> object:
    return found.app.screen


async def cover(found: Desk) -> Above:
    above = Above()
    await found.app.push_screen(above)
    return above


@pytest.mark.parametrize("key", ["a", "c", "w", "I", "W", "question_mark", "L"])
async def test_the_palette_does_not_open_above_another_screen(key: str, tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await found.answer("icinga", alert("a"))
        await found.press("2", key)
        before = list(found.app.screen_stack)
        await found.press("ctrl+p")
        assert found.app.screen_stack == before
        await found.press("escape")
        await found.until(lambda: front(found) is found.screen)
        await found.press("ctrl+p")
        assert front(found) is not found.screen, "on the dashboard it opens"


async def test_what_ends_behind_another_screen_ends_when_that_is_gone_and_sends_once() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        found.actors["icinga"].previewing.clear()
        await found.press("c", Typed("looking into it"), "ctrl+s")
        prompt = found.prompt
        above = await cover(found)
        found.actors["icinga"].previewing.set()
        await found.until(lambda: bool(found.sent))
        prompt.action_send()
        assert front(found) is above
        above.dismiss(None)
        await found.until(lambda: front(found) is found.screen)
        assert [intent.text for intent in found.sent] == ["looking into it"]


async def test_what_was_gathered_behind_another_screen_is_shown_when_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, real = threading.Event(), Closing.gather

    async def slow(self: Closing) -> object:
        while not go.is_set():
            await found.pilot.pause(0.01)
        return await real(self)

    monkeypatch.setattr(Closing, "gather", slow)
    async with acting() as found:
        await found.press("W")
        assert isinstance(front(found), WaitingScreen)
        above = await cover(found)
        go.set()
        await found.pilot.pause(0.1)
        assert front(found) is above
        above.dismiss(None)
        await found.until(lambda: isinstance(front(found), HandoverScreen))


async def test_nobody_is_asked_above_another_screen(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        found.actors["pagerduty"].previewing.clear()
        await found.press("ctrl+s")
        above = await cover(found)
        found.actors["pagerduty"].previewing.set()
        await found.pilot.pause(0.2)
        await found.press(Typed("yY"))
        assert (found.sent, kept(found)) == ([], ())
        assert not any(isinstance(screen, ConfirmScreen) for screen in found.app.screen_stack)
        above.dismiss(None)
        await found.until(lambda: isinstance(front(found), DeclareScreen))


async def test_a_prompt_that_comes_late_does_not_come_above_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, real = threading.Event(), IncidentBook.change
    async with acting("icinga", "pagerduty", config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "pagerduty", incident("p", number=77, title=clean("uploads fail"), priority="P3"))
        await found.answer("icinga", alert("a"))
        await chosen(found, "raise", "P2")
        await looked(found)
        await agreed(found)
        await found.until(lambda: bool(found.sent))
        await shown(found, "update due in 2h")
        monkeypatch.setattr(IncidentBook, "change", lambda *changed: disk.wait(60) and real(*changed))
        await changes(found)
        await found.press("home", "enter", "2", "c", Typed("web1 is "))
        disk.set()
        await found.until(lambda: "#77 uploads fail has the priority" in found.text)
        await found.press(Typed("back up"), "enter")
        assert found.prompt.text == "web1 is back up\n"
        assert sum(isinstance(screen, ComposeScreen) for screen in found.app.screen_stack) == 1
        assert len(found.sent) == 1


async def test_what_has_begun_to_be_declared_comes_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, real = threading.Event(), IncidentBook.declare
    monkeypatch.setattr(IncidentBook, "declare", lambda *declared: disk.wait(60) and real(*declared))
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        await looked(found)
        await found.press("y", "escape", "ctrl+s")
        assert isinstance(front(found), DeclareScreen)
        disk.set()
        await found.until(lambda: front(found) is found.screen)
        await found.until(lambda: len(found.sent) == 1)
        assert len(kept(found)) == 1


async def test_a_note_that_is_being_written_down_is_left_when_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, real = threading.Event(), NoteBook.add
    monkeypatch.setattr(NoteBook, "add", lambda *noted: disk.wait(60) and real(*noted))
    async with acting() as found:
        await found.press("w", Typed("remember the disk"), "ctrl+s", "escape")
        above = await cover(found)
        disk.set()
        await found.pilot.pause(0.2)
        assert front(found) is above
        above.dismiss(None)
        await found.until(lambda: front(found) is found.screen)
        assert "written down" in found.text


@pytest.mark.parametrize("error", FULL)
@pytest.mark.parametrize("key", ["w", "I", "c"])
async def test_a_draft_that_cannot_be_kept_is_not_lost_by_one_escape(
    key: str, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with acting("icinga", config=config(tmp_path), folder=tmp_path) as found:
        await found.answer("icinga", alert("a"))
        await found.press("2", key, Typed("twenty minutes"))

        def full(*_: object) -> None:
            raise error

        monkeypatch.setattr(Journal, "keep_draft", full)
        await found.press("escape")
        await found.until(lambda: "Esc once more loses what is typed" in " ".join(found.text.split()))
        await found.press(Typed("!"), "escape")
        assert front(found) is not found.screen, "what is typed since then is lost as little"
        await found.press("escape")
        await found.until(lambda: front(found) is found.screen)
        assert found.app.is_running


async def test_a_note_where_no_drafts_are_kept_is_not_lost_by_one_escape(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, read_only=True) as found:
        await found.press("w", Typed("some findings"), "escape")
        assert isinstance(front(found), JotScreen)
        assert "drafts are not kept here" in found.text
        await found.press("escape")
        assert front(found) is found.screen
        await found.press("w", "escape")
        assert front(found) is found.screen, "nothing is typed, nothing is lost"


async def test_a_card_that_is_gone_meanwhile_ends_no_other_screen() -> None:
    async with acting() as found:
        await found.answer("trello", card("c"))
        await found.press("4", "c")
        prompt = found.prompt
        above = await cover(found)
        prompt.dismiss(False)
        prompt.dismiss(False)
        assert front(found) is above
        above.dismiss(None)
        above.dismiss(None)
        await found.until(lambda: front(found) is found.screen)
