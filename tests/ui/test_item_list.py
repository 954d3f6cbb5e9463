"""The selection is an item, whatever the list does."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

import pytest
from textual.app import App, ComposeResult

from secondline_tui.domain.items import Alert
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.rows import View
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert
from tests.ui.desk import dump


class ListApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.list = ItemList(lambda width: View(BEGIN, UTC, width))

    def compose(self) -> ComposeResult:
        yield self.list


@asynccontextmanager
async def listing(*keys: str, height: int = 12) -> AsyncIterator[tuple[ListApp, ItemList]]:
    app = ListApp()
    async with app.run_test(size=(80, height)) as pilot:
        app.list.focus()
        app.list.set_items([alert(key) for key in keys], now=BEGIN)
        await pilot.pause()
        yield app, app.list


def key_of(widget: ItemList) -> str | None:
    return widget.selected.ref.key if widget.selected else None


def screen_row_of(app: ListApp, key: str) -> int | None:
    lines = dump(app).splitlines()
    return next((y for y, line in enumerate(lines) if f"check {key} " in line + " "), None)


async def test_selection_stays_on_the_item_when_rows_come_above() -> None:
    async with listing("a", "b", "c") as (_, widget):
        widget.move(1)
        widget.set_items([alert(key) for key in ("new", "a", "b", "c")], now=BEGIN)
        assert key_of(widget) == "b"


async def test_a_selected_item_that_goes_away_keeps_its_place_until_one_moves_on() -> None:
    async with listing("a", "b", "c") as (app, widget):
        widget.move(1)
        widget.set_items([alert("a"), alert("c")], now=BEGIN + timedelta(hours=4))
        assert widget.selected_is_gone
        assert key_of(widget) == "b"
        await app.animator.wait_until_complete()
        assert "gone since" in dump(app)
        widget.set_items([alert("a"), alert("c"), alert("d")], now=BEGIN)
        assert widget.selected_is_gone, "further refreshes leave the place alone"
        widget.move(1)
        assert key_of(widget) == "c"
        assert [item.ref.key for item in widget.items] == ["a", "c", "d"]


async def test_moving_up_from_a_gone_item_reaches_the_one_above() -> None:
    async with listing("a", "b", "c") as (_, widget):
        widget.move(1)
        widget.set_items([alert("a"), alert("c")], now=BEGIN)
        widget.move(-1)
        assert key_of(widget) == "a"


async def test_a_gone_item_that_comes_back_is_itself_again() -> None:
    async with listing("a", "b") as (_, widget):
        widget.move(1)
        widget.set_items([alert("a")], now=BEGIN)
        widget.set_items([alert("b"), alert("a")], now=BEGIN)
        assert not widget.selected_is_gone
        assert key_of(widget) == "b"
        assert len(widget.items) == 2


async def test_scrolled_list_keeps_the_selected_row_where_it_is_on_the_screen() -> None:
    keys = [f"k{n:02}" for n in range(60)]
    async with listing(*keys) as (app, widget):
        for _ in range(30):
            widget.move(1)
        await app.animator.wait_until_complete()
        before = screen_row_of(app, "k30")
        widget.set_items([alert(f"new{n}") for n in range(7)] + [alert(key) for key in keys], now=BEGIN)
        assert key_of(widget) == "k30"
        assert screen_row_of(app, "k30") == before


@pytest.mark.parametrize("seed", range(5))
async def test_selection_survives_200_random_refreshes(seed: int) -> None:
    """Adds, removals, reordering and changes, between any two moves: what is selected is what was selected."""
    chance = random.Random(seed)
    alive: list[str] = [f"k{n:03}" for n in range(25)]
    fresh = 25
    async with listing(*alive, height=10) as (app, widget):
        for _ in range(200):
            held = key_of(widget)
            for _ in range(chance.randrange(4)):
                alive.insert(chance.randrange(len(alive) + 1), f"k{fresh:03}")
                fresh += 1
            for _ in range(chance.randrange(4)):
                if alive:
                    alive.pop(chance.randrange(len(alive)))
            if chance.random() < 0.3:
                chance.shuffle(alive)
            rows: list[Alert] = [alert(key, output=str(chance.random())) for key in alive]
            widget.set_items(rows, now=BEGIN)
            assert key_of(widget) == held
            assert widget.selected_is_gone is (held not in alive)
            assert [item.ref.key for item in widget.items] == alive
            if held is not None:
                assert screen_row_of(app, held) is not None, "the selected row is in sight"
            if chance.random() < 0.5:
                step = chance.choice((-3, -1, 1, 2))
                widget.move(step)
                if alive:
                    assert key_of(widget) in alive or widget.selected_is_gone


async def test_the_cursor_is_in_sight_at_once_wherever_its_item_went() -> None:
    """No picture comes between without it: right after one has acted on a row, one looks for it."""
    keys = [f"k{number:02}" for number in range(40)]
    async with listing(*keys, height=12) as (app, widget):
        widget.move_to_end(last=False)
        others = [alert(key) for key in keys[1:]]
        widget.set_items([*others, alert("k00")], now=BEGIN)
        assert screen_row_of(app, "k00") == 11, "at the edge, coming from where nothing was above it"
        widget.set_items([*others[:20], alert("k00"), *others[20:]], now=BEGIN)
        assert screen_row_of(app, "k00") == 11, "the others move, not the chosen one"


async def test_the_chosen_row_stays_in_its_place_however_far_its_item_goes() -> None:
    keys = [f"k{number:02}" for number in range(60)]
    async with listing(*keys, height=12) as (app, widget):
        widget.move(30)
        widget.move(-4)
        assert (here := screen_row_of(app, "k26")) == 7
        others = [alert(key) for key in keys if key != "k26"]
        for place in (50, 9, 45, 26):
            widget.set_items([*others[:place], alert("k26"), *others[place:]], now=BEGIN)
            assert screen_row_of(app, "k26") == here


async def test_ten_thousand_rows_are_as_good_as_ten() -> None:
    async with listing(*(f"k{n}" for n in range(10_000))) as (_, widget):
        widget.move_to_end(last=True)
        assert key_of(widget) == "k9999"
        widget.move_page(-1)
        assert widget.above > 9_000


async def test_only_changed_lines_are_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listing(*"abcdefgh") as (_, widget):
        painted: list[int] = []
        monkeypatch.setattr(widget, "refresh_line", painted.append)
        monkeypatch.setattr(widget, "refresh", lambda *_, **__: painted.append(-1))
        widget.set_items([alert(key) for key in "abcdefgh"], now=BEGIN)
        assert painted == []
        changed = [alert(key, name=f"changed {key}" if key == "c" else f"check {key}") for key in "abcdefgh"]
        widget.set_items(changed, now=BEGIN)
        assert painted == [2]
