"""Our own quick screen draws what an independent terminal draws."""

from __future__ import annotations

import random

import pyte
import pytest
from rich.cells import cell_len

from tests.e2e.screen import Cells, Screen

SIGNS = ("a", "Z", "-", "é", "漢", "ｆ", "👩", "█", "\u0301", "\u200b", "한")
CONTROLS = (
    "\r\n",
    "\r",
    "\n",
    "\b",
    "\x1b[2J",
    "\x1b[K",
    "\x1b[J",
    "\x1b[0m",
    "\x1b[1;38;2;9;9;9m",
    "\x1b[?25l",
    "\x07",
)


def by_pyte(told: str, columns: int, lines: int) -> Cells:
    """What pyte draws. It gives up the rest of a text at some marks without width, and leaves halves standing."""
    screen = pyte.Screen(columns, lines)
    stream = pyte.Stream(screen)
    stream.feed("".join(sign for sign in told if sign < "\x7f" or cell_len(sign)))
    cells = [[screen.buffer[y][x].data for x in range(columns)] for y in range(lines)]
    for line in cells:
        for x, sign in enumerate(line):
            wide = sign != "" and cell_len(sign[0]) == 2
            if (wide and line[x + 1 : x + 2] != [""]) or (sign == "" and cell_len(line[x - 1][:1]) != 2):
                line[x] = " "
    return cells


def placed(chance: random.Random, columns: int, lines: int) -> str:
    """A text somewhere, that ends at the edge: pyte lets a wide character stand half beyond it."""
    column = chance.randint(1, columns)
    signs = chance.choices(SIGNS, k=columns)
    while cell_len("".join(signs)) > columns - column + 1:
        signs.pop()
    return f"\x1b[{chance.randint(1, lines)};{column}H" + "".join(signs)


@pytest.mark.parametrize("seed", range(40))
def test_anything_is_drawn_as_another_terminal_draws_it(seed: int) -> None:
    chance = random.Random(seed)
    columns, lines = chance.randint(2, 20), chance.randint(1, 6)
    parts = [placed(chance, columns, lines) for _ in range(40)]
    parts += [chance.choice(CONTROLS) for _ in range(5)]
    parts += ["x" * chance.randint(1, 2 * columns) for _ in range(5)]
    chance.shuffle(parts)
    told = "".join(parts)
    screen = Screen(columns, lines)
    cut = chance.randrange(len(told))
    for piece in (told[:cut], told[cut:]):  # in the middle of a sequence, perhaps
        screen.feed(piece)
    assert screen.cells == by_pyte(told, columns, lines)


def test_what_draws_nothing_is_not_seen() -> None:
    screen = Screen(20, 2)
    screen.feed("a\x1b]0;title\x07b\x1b]52;c;YQ==\x1b\\c\x1b[>25u\x1b[?2026$pd\x1b(Be\x1b[?2026hf\x1b]0;half")
    screen.feed(" a title\x07g")
    assert screen.text == "abcdefg\n"


def test_another_size_keeps_what_there_is_room_for() -> None:
    screen = Screen(4, 3)
    screen.feed("abcd\r\nefgh\r\nijkl")
    screen.resize(6, 2)
    assert screen.text == "efgh\nijkl"
    screen.resize(2, 3)
    assert screen.text == "ef\nij\n"


def test_a_sequence_that_it_cannot_draw_is_not_passed_over() -> None:
    with pytest.raises(AssertionError, match="not drawn"):
        Screen(20, 2).feed("\x1b[1J")
