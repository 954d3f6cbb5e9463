from __future__ import annotations

import io
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from textual.color import Color
from textual.theme import Theme

from secondline_tui.config import withheld
from secondline_tui.ui.picture.drawing import COLUMNS, EDGE, HIGH, ROWS, WIDE, drawn
from secondline_tui.ui.picture.picturing import MOST, pictured
from secondline_tui.ui.picture.runs import Run, palette, runs
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.theme import DARK, LIGHT
from tests.fakes.clock import BEGIN

INK, PAPER, RED = (214, 221, 230), (15, 19, 24), (255, 123, 114)


def picture(*lines: str, **look: bool) -> Image.Image:
    return opened(drawn([[Run(line, INK, PAPER, **look)] for line in lines], PAPER))


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    assert image.format == "PNG"
    return image


def cells(image: Image.Image, column: int, row: int, count: int = 1) -> bytes:
    """The pixels of some cells of a line."""
    left, top = EDGE + column * WIDE, EDGE + row * HIGH
    return image.crop((left, top, left + count * WIDE, top + HIGH)).tobytes()


def test_each_sign_has_a_cell_of_its_own_and_looks_like_itself() -> None:
    image = picture("ab", "ba")
    assert image.size == (2 * WIDE + 2 * EDGE, 2 * HIGH + 2 * EDGE)
    assert cells(image, 0, 0) == cells(image, 1, 1)
    assert cells(image, 1, 0) == cells(image, 0, 1)
    assert cells(image, 0, 0) != cells(image, 1, 0)
    assert cells(picture("  "), 0, 0) == bytes(PAPER) * (WIDE * HIGH)


@pytest.mark.parametrize("sign", "✖✔▲↔→…●○─│█▇▁éẹçŁßжλ–“”!?✉")
def test_what_the_screen_is_made_of_has_a_form_in_our_font(sign: str) -> None:
    missing, blank = picture("\U000f0000"), picture(" ")
    assert cells(picture(sign), 0, 0) not in (cells(missing, 0, 0), cells(blank, 0, 0))


def test_wide_signs_take_two_cells_and_marks_none() -> None:
    image = picture("中x", "e\u0301x", "xxx")
    assert cells(image, 2, 0) == cells(image, 0, 2)
    assert cells(image, 1, 1) == cells(image, 0, 2)
    assert cells(image, 0, 1) != cells(picture("e"), 0, 0)


def test_colours_and_styles_are_drawn() -> None:
    image = opened(drawn([[Run("█", RED, PAPER), Run(" ", INK, RED)]], PAPER))
    middle = EDGE + HIGH // 2
    assert image.getpixel((EDGE + 4, middle)) == RED
    assert image.getpixel((EDGE + WIDE + 4, middle)) == RED
    plain = cells(picture("x"), 0, 0)
    looks = [cells(picture("x", **{look: True}), 0, 0) for look in ("bold", "strike")]
    assert len({plain, *looks}) == 3


def test_the_same_lines_are_the_same_bytes() -> None:
    rows = [[Run("one", INK, PAPER), Run("two", RED, PAPER)]]
    assert drawn(rows, PAPER) == drawn(rows, PAPER)


def test_no_text_makes_it_larger_than_it_may_be() -> None:
    hostile = "x" * 50_000 + "\u0301" * 50_000 + "中" * 10_000
    rows = [[Run(hostile, INK, PAPER)] * 3, *[[Run("x" * 500, INK, PAPER)] * 3] * (2 * ROWS)]
    content = drawn(rows, PAPER)
    assert opened(content).size == (COLUMNS * WIDE + 2 * EDGE, ROWS * HIGH + 2 * EDGE)
    assert len(content) < 1_000_000
    assert opened(drawn([], PAPER)).size == (2 * EDGE, 2 * EDGE)


def test_a_wide_sign_that_does_not_fit_is_left_out() -> None:
    row = [Run("x" * (COLUMNS - 1), INK, PAPER), Run("中", INK, PAPER)]
    image = opened(drawn([row], PAPER))
    assert cells(image, COLUMNS - 1, 0) == bytes(PAPER) * (WIDE * HIGH)


# -- from lines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_role_looks_as_on_the_screen(theme: Theme) -> None:
    colours = palette(theme)
    paper = Color.parse(str(theme.background)).rgb
    assert colours.paper == paper
    assert set(colours.looks) == set(Role)
    (strong, gone, doubt) = runs((("a", Role.STRONG), ("b", Role.GONE), ("c", Role.DOUBT)), colours)
    assert (strong.text, strong.ink, strong.bold) == ("a", Color.parse(str(theme.foreground)).rgb, True)
    assert gone.strike
    assert (doubt.ink, doubt.ground != paper) == (paper, True), "reversed"
    assert len({colours.looks[role].ink for role in (Role.PLAIN, Role.MUTED, Role.CRITICAL, Role.GOOD)}) == 4


def test_a_picture_is_dated_and_counts_what_it_leaves_out() -> None:
    view = View(BEGIN, ZoneInfo("Europe/London"), 80)
    lines: list[Line] = [((f" line {n} " + "x" * 200, Role.PLAIN),) for n in range(500)]
    image, light = opened(pictured(lines, view)), opened(pictured(lines, view, dark=False))
    assert image.size == light.size == (80 * WIDE + 2 * EDGE, (MOST + 2) * HIGH + 2 * EDGE)
    assert image.getpixel((0, 0)) == palette(DARK).paper
    assert light.getpixel((0, 0)) == palette(LIGHT).paper
    muted = palette(DARK).looks[Role.MUTED]
    for row, told in ((0, " Wed 18 Nov 2026 09:31:00 GMT"), (MOST + 1, f" … and {500 - MOST} more lines")):
        expected = opened(drawn([[Run(told, muted.ink, muted.ground)]], muted.ground))
        assert cells(image, 0, row, len(told)) == cells(expected, 0, 0, len(told))


def test_no_secret_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withheld, "_forms", set())
    monkeypatch.setattr(withheld, "_pattern", None)
    view = View(BEGIN, ZoneInfo("Europe/London"), 80)
    drawn_before = pictured([((" token c0ffee-not-for-anybody here", Role.PLAIN),)], view)
    withheld.remember("c0ffee-not-for-anybody")
    drawn_now = pictured([((" token c0ffee-not-for-anybody here", Role.PLAIN),)], view)
    assert drawn_now == pictured([((f" token {withheld.MARK} here", Role.PLAIN),)], view) != drawn_before


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_the_dashboard_starts_without_pillow() -> None:
    code = "import sys, secondline_tui.ui.dashboard.screen; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
