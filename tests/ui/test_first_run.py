"""The first screen tells what to do next, on every size of terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from secondline_tui.ui.first_run import FirstRun, text_for
from tests.ui.desk import dump

PATH = Path("/home/ana.sowande/.config/secondline-tui/config.toml")


def shown_words(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24), (120, 40), (200, 60)])
async def test_nothing_is_cut(size: tuple[int, int]) -> None:
    app = FirstRun(PATH)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        rows = [row.strip() for row in dump(app).splitlines() if row.strip()]
    assert len(rows) <= size[1]
    assert rows[0].startswith("╭")
    assert rows[0].endswith("╮")
    assert rows[-1].startswith("╰")
    assert rows[-1].endswith("╯")
    assert all(row.startswith("│") and row.endswith("│") for row in rows[1:-1])
    words = shown_words("\n".join(rows))
    assert "onfiguration yet" in words
    assert " d see " in words
    assert " q leave, and write " in words
    assert str(PATH) in words.replace(" ", "")
    assert "config.example.toml" in words
    assert ("needed or sent" in words) is (size != (40, 12))
    assert ("ICINGA_PASSWORD" in words) is (size[0] >= 80)


async def test_another_size_gets_another_text() -> None:
    app = FirstRun(PATH)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert "ICINGA_PASSWORD" not in dump(app)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "ICINGA_PASSWORD" in dump(app)


def test_keys_stand_apart_from_the_words_that_explain_them() -> None:
    lines = text_for(PATH, 34, 40)
    at = next(number for number, line in enumerate(lines) if line.startswith("  d   see"))
    assert lines[at + 1].startswith("      ")
    assert all(len(line) <= 34 for line in lines)


async def test_keys() -> None:
    for key, result in (("d", "demo"), ("q", None)):
        app = FirstRun(PATH)
        async with app.run_test() as pilot:
            await pilot.press(key)
        assert app.return_value == result
