"""Hostile text in every field of every source, seen through a pseudo-terminal: it is text, and nothing else.

The dashboard is visited once in each size, and what it sent is then looked at from several sides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC

import pytest

from secondline_tui.cli.wiring import engine
from secondline_tui.config.load import load
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Detail, Item, Note
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.ui.detail_text import as_text, detail_lines
from secondline_tui.ui.rows import View, row
from secondline_tui.ui.spans import Line, width_of
from tests.e2e.hostile import MARK, NUMBERS, random_text, tag
from tests.e2e.screen import Cells
from tests.e2e.served import Served
from tests.e2e.strict import copied, hidden_in, offences
from tests.e2e.terminal import Terminal
from tests.e2e.tour import Tour, buttons_in, text_of
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, card, incident, ticket

BIG, SMALL = (160, 50), (80, 24)
LISTS = ("Pages", "Alerts", "Tickets", "Ongoing issues")
pytestmark = pytest.mark.timeout(300)

ENCODED = re.compile(r"%[0-9A-F]{2}")
"""In a word: an item's reference is its service's own key for it, percent-encoded; and so are labels in a link."""

PRINTED = {"text": 2, "line": 2, "json": 2, "check": 69}
"""The ways to print, and what each ends with in this world: critical alerts, and sources that refuse."""


@dataclass(frozen=True)
class Print:
    """What was printed, and the exit code."""

    raw: bytes
    code: int


@dataclass(frozen=True)
class Recorded:
    """Every visit and every print, made side by side."""

    tours: Mapping[tuple[int, int], Tour]
    prints: Mapping[str, Print]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served("tests.e2e.hostile") as services:
        yield services


@pytest.fixture(scope="module")
def recorded(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    env = {name: str(tmp_path_factory.mktemp("home")) for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME")}
    tours = {BIG: Tour(served.config, BIG, env), SMALL: Tour(served.config, SMALL, env)}

    def printed(how: str) -> Print:
        arguments = ("check",) if how == "check" else ("status", "--format", how)
        screen = Terminal(*arguments, "--config", str(served.config), env=env)
        try:
            return Print(code=screen.wait(120), raw=screen.raw)
        finally:
            screen.close()

    with ThreadPoolExecutor() as pool:
        visits = [pool.submit(tour.run) for tour in tours.values()]
        prints = dict(zip(PRINTED, pool.map(printed, PRINTED), strict=True))
        for visit in visits:
            visit.result()
    return Recorded(tours, prints)


@pytest.mark.parametrize("size", [BIG, SMALL])
def test_nothing_but_text_reaches_the_terminal(recorded: Recorded, size: tuple[int, int]) -> None:
    tour = recorded.tours[size]
    assert offences(tour.raw) == []
    assert MARK.encode() not in tour.lists, "not even the inside of a sequence is shown"


@pytest.mark.parametrize("size", [BIG, SMALL])
def test_the_program_goes_on_and_leaves_when_it_is_asked_to(recorded: Recorded, size: tuple[int, int]) -> None:
    tour = recorded.tours[size]
    assert tour.code == 0
    for name, grid in tour.seen.items():
        first, *_, last = text_of(grid).splitlines()
        assert "London" in first, f"{name}: the first line is where it belongs"
        told = last.startswith(" copied: ")  # a remark stands there for a while
        assert told or last.rstrip().endswith(("? help", "Esc clears it")), f"{name}: the last line too"


def test_every_attack_was_on_the_screen(recorded: Recorded) -> None:
    tour = recorded.tours[BIG]
    for pane in (*LISTS, "Today"):
        text = "".join(text_of(grid) for name, grid in tour.seen.items() if name.startswith(f"{pane} alone"))
        missing = {tag(number) for number in NUMBERS} - set(re.findall(r"\bt\d\d\b", text))
        # A CSV with NUL is no CSV, and half a character cannot be encoded in one.
        assert len(missing) <= (6 if pane == "Today" else 0), f"{pane}: {missing}"


@pytest.mark.parametrize("size", [BIG, SMALL])
@pytest.mark.parametrize("pane", LISTS)
def test_columns_are_aligned(recorded: Recorded, size: tuple[int, int], pane: str) -> None:
    for name in (f"{pane} alone", f"{pane} alone, next", f"{pane} alone, end"):
        grid = recorded.tours[size].seen[name]
        top = next(y for y, line in enumerate(text_of(grid).splitlines()) if line.startswith(f" {pane} "))
        assert grid[top][-1] == "─", "the rule of the title ends at the edge"
        assert len(ends(grid, top + 1, len(grid) - 1, 0, size[0])) == 1, text_of(grid)


def test_columns_are_aligned_side_by_side(recorded: Recorded) -> None:
    grid = recorded.tours[BIG].seen["start"]
    lines = text_of(grid).splitlines()
    top = next(y for y, line in enumerate(lines) if line.startswith(" Alerts "))
    middle = next(x for x in range(1, BIG[0]) if "".join(grid[top][x : x + 9]) == " Tickets ")
    below = next(y for y in range(top, BIG[1]) if "".join(grid[y][middle : middle + 16]) == " Ongoing issues ")
    today = next(y for y in range(below, BIG[1]) if "".join(grid[y][middle : middle + 7]) == " Today ")
    assert len(ends(grid, top + 1, BIG[1] - 1, 0, middle)) == 1
    assert len(ends(grid, top + 1, below, middle, BIG[0])) == 1
    assert len(ends(grid, below + 1, today, middle, BIG[0])) == 1
    assert all(grid[y][middle - 1] in " ▁▂▃▄▅▆▇█" for y in range(top + 1, BIG[1] - 1)), "nothing runs over"


def ends(grid: Cells, top: int, bottom: int, left: int, right: int) -> set[int]:
    """The columns in which the ages of a list end; its last column is the scroll bar's."""
    found = set()
    for y in range(top, bottom):
        cells = grid[y][left : right - 1]
        text = "".join(cells).rstrip()
        if text:
            assert re.search(r"(\d+[smhd]|–|\d:\d\d)$", text), text
            found.add(max(x for x, cell in enumerate(cells) if cell.strip()))
    return found


@pytest.mark.parametrize("size", [BIG, SMALL])
def test_what_looks_like_a_button_does_nothing(recorded: Recorded, size: tuple[int, int]) -> None:
    tour = recorded.tours[size]
    for place in ("list and remark", "an item", "sources"):
        before, after = tour.seen[f"{place}, not yet pressed"], tour.seen[f"{place}, pressed"]
        if (place, size) != ("sources", SMALL):  # there the reason is beyond the edge
            assert list(buttons_in(before)), f"{place}: there is something to press"
        assert ("what is wrong" in text_of(after)) is (place == "sources")


@pytest.mark.parametrize("size", [BIG, SMALL])
def test_what_is_copied_is_cleaned(recorded: Recorded, size: tuple[int, int]) -> None:
    (text,) = copied(recorded.tours[size].raw)
    assert "[@click=app.quit]" in text
    assert hidden_in(text, allowed="\n") == []


@pytest.mark.parametrize("how", PRINTED)
def test_what_is_printed_is_text(recorded: Recorded, how: str) -> None:
    made = recorded.prints[how]
    assert made.code == PRINTED[how], made.raw.decode()[-2_000:]
    assert offences(made.raw, full_screen=False) == []
    words = re.findall(r"[!-~]+", made.raw.decode())
    assert not [word for word in words if MARK in word and not ENCODED.search(word)], (
        "not even the inside of a sequence"
    )
    if how == "json":
        told = json.loads(made.raw)
        assert len(told["tickets"]) == len(told["cards"]) == len(told["incidents"]) == len(NUMBERS)
        assert hidden_in(json.dumps(told, ensure_ascii=False)) == []


# -- every item, opened, without a terminal between --------------------------------------------------------------------


async def test_every_item_opened(served: Served) -> None:
    work = engine(load(served.config))
    try:
        board = await work.poll_once()
        fresh = [state for name, state in board.sources.items() if not name.startswith("sour-")]
        for state in fresh:
            assert state.health(work.clock.monotonic()) is Health.FRESH, f"{state.name}: {state.fault}"
            assert state.rejected == (), state.name
            # Alertmanager and Grafana tell everything again for each alert that is opened.
            step = 13 if state.type in ("alertmanager", "grafana") else 1
            for item in state.items[::step]:
                if "%EF%BF%BD" not in str(item.ref):  # a name that its service itself could not find again
                    _assert_harmless(item, await work.detail(item.ref))
    finally:
        await work.stop()


def _assert_harmless(item: Item, more: Detail) -> None:
    for width in (40, 100):
        view = View(BEGIN, UTC, width)
        lines = [*row(item, view), *detail_lines(item, more, view)]
        assert hidden_in("\n".join(map(_text, lines)), allowed="\n") == []
    assert hidden_in(as_text(item, view), allowed="\n") == []


def _text(line: Line) -> str:
    return "".join(text for text, _ in line)


# -- any text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [38, 60, 94, 140, 200])
def test_random_text_keeps_to_its_place(width: int) -> None:
    view = View(BEGIN, UTC, width)
    for seed in range(20):
        text, block = clean(random_text(seed, 300)), clean_block(random_text(seed, 2_000))
        note = Note(author=text, text=block, at=BEGIN, label=text)
        for item in _items(text):
            for line in row(item, view):
                assert width_of(line) == width
                assert hidden_in(_text(line)) == []
            for line in detail_lines(item, Detail(notes=(note,), body=block, attributes=((text, text),)), view):
                assert hidden_in(_text(line)) == []


def _items(text: str) -> list[Item]:
    w = clean(text)
    made: Alert = alert("a", name=w, host=w, output=w, summary=w, environment=w)
    return [
        made,
        incident("b", title=w, service=w, assigned=(w, w), priority=w),
        ticket("1", subject=w, requester=w, assignee=w, priority=w, tags=(w,)),
        card("c", title=w, labels=(w, w), members=(w,), comments=3),
    ]
