"""The file for status bars follows the board: with every change, at most once a second, and now and then without."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.domain.board import Reading
from secondline_tui.domain.text import clean
from secondline_tui.engine import keeper, store
from secondline_tui.engine.keeper import BEAT, Keeper
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.glance.kept import write
from tests.fakes.clock import FakeClock, settle
from tests.fakes.items import alert
from tests.fakes.reader import FakeReader


async def at_once(work: Callable[..., Any], *arguments: Any) -> Any:
    """Instead of a thread, for which a held clock does not wait."""
    return work(*arguments)


class Kept:
    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.clock, self.writings = path, FakeClock(), 0
        self.reader = FakeReader(Reading(items=()))
        plan = SourcePlan(
            name="icinga", type="icinga2", environment=clean(""), interval=30, deadline=10, open=self.reader.open
        )
        self.engine = Engine([plan], self.clock, [Keeper(str(path), "c", ())])
        monkeypatch.setattr(store, "QUIET", 0.0)
        monkeypatch.setattr(keeper, "write", self.count(write))
        monkeypatch.setattr(asyncio, "to_thread", at_once)

    def count(self, write: Any) -> Any:
        def counted(*arguments: Any) -> None:
            self.writings += 1
            write(*arguments)

        return counted

    @property
    def told(self) -> Any:
        return json.loads(self.path.read_text())["told"]

    async def go(self, seconds: float) -> None:
        for _ in range(round(seconds * 2)):
            await self.clock.advance(0.5)
            await asyncio.sleep(0.002)
            await settle()


@asynccontextmanager
async def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    made = Kept(tmp_path / "run" / "board.json", monkeypatch)
    made.engine.start()
    await made.go(2)
    try:
        yield made
    finally:
        await made.engine.stop()


async def test_it_follows_the_board_and_goes_with_the_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept(tmp_path, monkeypatch) as found:
        assert found.told["critical"] == 0
        assert found.told["fresh"] == 1
        found.reader.answer(Reading(items=(alert("1"),)))
        found.engine.refresh()
        await found.go(2)
        assert found.told["critical"] == 1
        assert found.told["worst"] == ["critical production: check 1 on web1, 4m"]
    assert not found.path.exists()


async def test_a_thousand_changes_are_a_few_writings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept(tmp_path, monkeypatch) as found:
        before = found.writings
        for n in range(1_000):
            found.reader.answer(Reading(items=(alert(str(n)),)))
            found.engine.refresh()
            await settle(3)
        await found.go(2)
        assert 1 <= found.writings - before <= 4


async def test_without_a_change_it_gives_a_sign_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with kept(tmp_path, monkeypatch) as found:
        before = found.writings
        await found.go(3 * BEAT)
        assert 2 <= found.writings - before <= 5


async def test_a_place_that_cannot_be_written_is_told_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "run").write_text("in the way")
    async with kept(tmp_path, monkeypatch) as found:
        await found.go(3 * BEAT)
        assert found.reader.polls >= 1
        assert caplog.text.count("the file for status bars cannot be written") == 1


async def test_a_companion_that_crashes_is_run_again(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        runs = 0

        async def run(self, watched: object) -> None:
            self.runs += 1
            raise ValueError(f"a secret {watched}")

    clock, broken = FakeClock(), Broken()
    engine = Engine([], clock, [broken])
    engine.start()
    await clock.advance(12)
    await engine.stop()
    assert broken.runs == 3
    assert "broken: it crashed with ValueError" in caplog.text
