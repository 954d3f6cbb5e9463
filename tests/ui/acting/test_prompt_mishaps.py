"""Keys that come while a prompt is busy, and pastes that are too big for it."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual import events

from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.prompts.compose import ComposeScreen
from tests.fakes.items import alert
from tests.ui.acting.test_prompt import script
from tests.ui.desk import Typed, acting


async def test_nothing_goes_out_while_the_text_is_in_another_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = tmp_path / "go"
    wait = f'while [ ! -e "{go}" ]; do sleep 0.02; done; printf " and more" >> "$1"'
    monkeypatch.setenv("VISUAL", script(tmp_path, wait)[0])
    async with acting() as found:
        monkeypatch.setattr(found.app, "suspend", nullcontext)
        await found.answer("icinga", alert("a"))
        found.actors["icinga"].previewing.clear()
        await found.press("c", Typed("some"), "ctrl+s", "ctrl+e")
        found.actors["icinga"].previewing.set()
        await found.pilot.pause(0.2)
        sent = list(found.sent)
        go.touch()
        assert sent == []
        await found.until(lambda: found.prompt.text == "some and more")


async def test_no_other_editor_opens_while_it_is_being_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", script(tmp_path, 'printf " and more" >> "$1"')[0])
    answer = _slow_as_kept(monkeypatch)
    async with acting() as found:
        monkeypatch.setattr(found.app, "suspend", nullcontext)
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("some"), "ctrl+s", "ctrl+e")
        assert "too late" in found.text
        answer.set()
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == "some"


async def test_what_is_typed_on_while_it_is_being_looked_at_is_not_sent_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _slow_as_kept(monkeypatch)
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("some"), "ctrl+s", Typed(" more"))
        answer.set()
        await found.until(lambda: "typed on meanwhile" in found.text)
        assert found.sent == []
        assert isinstance(found.app.screen, ComposeScreen)
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == "some more"


async def test_escape_while_it_is_being_looked_at_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _slow_as_kept(monkeypatch)
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("some"), "ctrl+s", "escape")
        answer.set()
        await found.pilot.pause(0.2)
        assert found.sent == []
        await found.press("c")
        assert found.prompt.text == "some"


async def test_a_huge_paste_is_declined_at_once_and_costs_nothing_that_was_typed() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("mine"))
        began = time.monotonic()
        found.app.post_message(events.Paste("word and " * 1_200_000))
        await found.pilot.pause()
        await found.pilot.pause()
        assert time.monotonic() - began < 20, "each word by itself would take minutes"
        assert found.prompt.text == "mine"
        assert "too many" in found.text


def _slow_as_kept(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let the question what a service keeps be answered when the event is set."""
    answer = asyncio.Event()
    ask = Outbox.as_kept

    async def slow(self: Outbox, ref: object, verb: object, text: str) -> str:
        await answer.wait()
        return await ask(self, ref, verb, text)  # type: ignore[arg-type]

    monkeypatch.setattr(Outbox, "as_kept", slow)
    return answer
