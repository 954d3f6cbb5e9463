from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style

from secondline_tui.ui.picture.drawing import COLUMNS, EDGE, HIGH, ROWS, WIDE, drawn
from secondline_tui.ui.picture.runs import Ground, Run, runs

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
    looks = [cells(picture("x", **{look: True}), 0, 0) for look in ("bold", "underline", "strike")]
    assert len({plain, *looks}) == 4


def test_the_same_lines_are_the_same_bytes() -> None:
    rows = [[Run("one", INK, PAPER), Run("two", RED, PAPER)]]
    assert drawn(rows, PAPER) == drawn(rows, PAPER)


def test_no_text_makes_it_larger_than_it_may_be() -> None:
    hostile = "x" * 50_000 + "\u0301" * 50_000 + "中" * 10_000
    content = drawn([[Run(hostile, INK, PAPER)] * 3] * (2 * ROWS), PAPER)
    assert opened(content).size == (COLUMNS * WIDE + 2 * EDGE, ROWS * HIGH + 2 * EDGE)
    assert len(content) < 1_000_000
    assert opened(drawn([], PAPER)).size == (2 * EDGE, 2 * EDGE)


def test_a_wide_sign_that_does_not_fit_is_left_out() -> None:
    row = [Run("x" * (COLUMNS - 1), INK, PAPER), Run("中", INK, PAPER)]
    image = opened(drawn([row], PAPER))
    assert cells(image, COLUMNS - 1, 0) == bytes(PAPER) * (WIDE * HIGH)


# -- from strips ------------------------------------------------------------------------------------------------------

DARK, LIGHT = Ground(INK, PAPER, True), Ground((0, 0, 0), (255, 255, 255), False)


def test_a_terminals_own_colours_become_those_it_might_have() -> None:
    (plain,) = runs([Segment("x")], DARK)
    assert (plain.ink, plain.ground) == (INK, PAPER)
    (default,) = runs([Segment("x", Style(color="default", bgcolor="default"))], LIGHT)
    assert (default.ink, default.ground) == (LIGHT.ink, LIGHT.paper)
    (red,) = runs([Segment("x", Style(color="red"))], LIGHT)
    assert red.ink == (128, 0, 0)
    (exact,) = runs([Segment("x", Style(color="#ff7b72", bgcolor="#102030", bold=True))], DARK)
    assert exact == Run("x", RED, (16, 32, 48), bold=True)


def test_reverse_and_dim_are_colours() -> None:
    (turned, dim) = runs([Segment("x", Style(reverse=True)), Segment("y", Style(dim=True))], LIGHT)
    assert (turned.ink, turned.ground) == (LIGHT.paper, LIGHT.ink)
    assert dim.ink == (128, 128, 128)
    assert runs([Segment("")], LIGHT) == ()


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_the_dashboard_starts_without_pillow() -> None:
    code = "import sys, secondline_tui.ui.dashboard.screen; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
