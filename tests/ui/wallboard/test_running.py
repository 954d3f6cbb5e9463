"""The wallboard over time: it turns its pages, spares its screen, and outlives whatever happens to it."""

from __future__ import annotations

import logging

import pytest
from textual import events

from secondline_tui.domain.text import clean
from secondline_tui.ui.wallboard import frame
from secondline_tui.ui.wallboard.blocks import Block
from secondline_tui.ui.wallboard.drawing import MOVE
from secondline_tui.ui.wallboard.scene import Scene
from tests.fakes.items import incident
from tests.ui.wall import SOURCES, wall


async def test_the_pages_turn_by_themselves() -> None:
    async with wall() as found:
        assert "● overview" in found.text
        await found.wait(21)
        assert "● alerts" in found.text


async def test_a_new_page_stops_the_rotation_where_it_is_seen() -> None:
    async with wall() as found:
        await found.answer("pagerduty", incident("9", title=clean("search is down"), number=9))
        assert "● pages" in found.text
        assert "stopped: it turned bad" in found.text
        await found.wait(90)
        assert "● pages" in found.text


async def test_keys_hold_turn_and_quit() -> None:
    async with wall() as found:
        await found.press("n")
        assert "● alerts" in found.text
        await found.press("space")
        assert "held" in found.text
        await found.wait(90)
        assert "● alerts" in found.text
        await found.press("space", "p")
        assert "● overview" in found.text
        await found.press("q")
        assert found.app._exit


async def test_r_asks_again_also_where_credentials_were_turned_down() -> None:
    async with wall() as found:
        polls = found.readers["zendesk"].polls
        await found.press("r")
        await found.shown()
        assert found.readers["zendesk"].polls == polls + 1


async def test_the_picture_moves_by_a_cell_so_that_no_cell_glows_for_weeks() -> None:
    async with wall() as found:
        await found.press("space")
        places = set()
        for _ in frame.SHIFT:
            lines = found.text.split("\n")
            row = next(n for n, line in enumerate(lines) if "secondline" in line)
            places.add((row, lines[row].index("secondline")))
            assert "q quits" in found.text, "nothing is pushed off the screen"
            await found.wait(MOVE)
        assert len(places) == len(frame.SHIFT)


async def test_the_clock_shows_its_seconds_so_that_a_picture_that_stands_still_is_seen() -> None:
    async with wall() as found:
        assert "Wed 09:31:00 London" in found.text
        await found.wait(7)
        assert "Wed 09:31:07 London" in found.text


async def test_after_sleep_nothing_old_is_shown_as_new() -> None:
    async with wall() as found:
        for reader in found.readers.values():
            reader.hang()
        found.clock.jump(8 * 3_600)
        found.screen.tick()
        await found.shown()
        assert "believe nothing" in found.text
        for reader in found.readers.values():
            reader.let_go()
        await found.wait(11)
        for _ in range(4):
            await found.wait(30)
        assert "✔ believe this screen: 7 of 7" in found.text


@pytest.mark.parametrize("hours", [-30, 30, 24 * 400])
async def test_a_wall_clock_that_is_set_changes_no_judgement(hours: int) -> None:
    async with wall() as found:
        found.clock.set(hours * 3_600)
        await found.wait(31)
        assert "✔ believe this screen: 7 of 7" in found.text
        for page in frame.PAGES:
            await found.show(page)


async def test_a_network_that_goes_and_comes_back() -> None:
    async with wall() as found:
        await found.fail(*SOURCES)
        await found.wait(600)
        assert "believe nothing" in found.text
        for name in SOURCES:
            await found.answer(name)
        assert "✔ believe this screen: 7 of 7" in found.text


async def test_a_page_that_cannot_be_drawn_says_so_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(scene: Scene, width: int, height: int) -> Block:
        raise ZeroDivisionError(" ".join(["a secret", "text", str((scene, width, height))]))

    async with wall() as found:
        monkeypatch.setattr(frame, "PAGES", {**frame.PAGES, "alerts": broken})
        with caplog.at_level(logging.ERROR):
            await found.press("n")
        assert "the page alerts cannot be drawn" in found.text
        assert "ZeroDivisionError" in caplog.text
        assert "a secret text" not in caplog.text
        found.screen.tick()
        assert caplog.text.count("ZeroDivisionError:") + caplog.text.count("alerts: Zero") == 1, "told once"
        await found.press("n")
        assert "● pages" in found.text


async def test_nothing_is_pasted_anywhere() -> None:
    async with wall() as found:
        before = found.text
        found.app.post_message(events.Paste("q"))
        await found.pilot.pause()
        assert found.text == before


async def test_another_size_is_drawn_anew() -> None:
    async with wall() as found:
        await found.pilot.resize_terminal(60, 100)
        await found.shown()
        assert found.text.count("\n") == 99
        assert "believe this screen" in found.text
