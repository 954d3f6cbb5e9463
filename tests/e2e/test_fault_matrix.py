"""Every way to answer badly, for every source, through the real readers and the real engine.

Two worlds run side by side for each fault: in one, the first half of the sources is broken and the other half is
watched; in the other, the other way round.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from secondline_tui.cli.wiring import engine
from secondline_tui.config.load import load
from secondline_tui.config.models import Config
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.health import Health
from secondline_tui.engine.supervisor import Engine
from tests.e2e.served import Served
from tests.e2e.wall import doubted
from tests.sources.bad_answers import FAILED_POLLS

INTERVAL, DEADLINE = 1.0, 1.5
FAULTS = [kind.replace("rate_limit:30", "rate_limit:1") for kind in FAILED_POLLS]
AT_ONCE = 3
GROUPS = [FAULTS[start : start + AT_ONCE] for start in range(0, len(FAULTS), AT_ONCE)]
"""Faults tried at the same time, each in worlds of its own."""
HALVES = (("icinga", "alertmanager", "zendesk", "rota"), ("ci", "grafana", "pagerduty", "trello"))


def hasty(config: Config) -> Config:
    """The same configuration, polled every second."""
    quick = {"interval": INTERVAL, "deadline": DEADLINE}
    return config.model_copy(
        update={"sources": {name: source.model_copy(update=quick) for name, source in config.sources.items()}}
    )


class Watched:
    """An engine on served services."""

    def __init__(self, demo: Served) -> None:
        self.demo = demo
        self.engine: Engine = engine(hasty(load(demo.config)))

    def health(self, name: str) -> Health:
        return self.state(name).health(self.engine.clock.monotonic())

    def state(self, name: str) -> SourceState:
        return self.engine.board.sources[name]

    async def until(self, names: tuple[str, ...], wanted: Health, seconds: float, after: str = "") -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all(self.health(name) is wanted for name in names):
                return
            await asyncio.sleep(0.02)
        told = {name: (self.health(name), self.state(name).fault) for name in names}
        raise AssertionError(f"{after}: not {wanted} after {seconds} s: {told}")


@contextlib.asynccontextmanager
async def running(demo: Served) -> AsyncIterator[Watched]:
    watched = Watched(demo)
    watched.engine.start()
    try:
        await watched.until((*HALVES[0], *HALVES[1]), Health.FRESH, 15)
        yield watched
    finally:
        demo.mend()
        await watched.engine.stop()


@pytest.fixture(scope="module")
def demos() -> Iterator[list[Served]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Served()) for _ in range(2 * AT_ONCE)]


async def endure(demo: Served, kind: str, broken: tuple[str, ...], well: tuple[str, ...]) -> None:
    """One fault on some sources: told as what it is, old items kept and dated, the others undisturbed, cured alone."""
    async with running(demo) as watched:
        before = {name: watched.state(name) for name in broken}
        for name in broken:
            demo.break_service(name, kind)
        wanted = FAILED_POLLS.get(kind, FAILED_POLLS.get("rate_limit:30"))
        refused = kind == "status:401"
        await watched.until(broken, Health.REFUSED if refused else Health.FAILING, 8)
        polls = {name: watched.state(name).good_at for name in well}
        for name in broken:
            state = watched.state(name)
            assert state.fault is not None
            assert state.fault.kind is wanted, f"{kind}, {name}: {state.fault}"
            assert {item.ref for item in state.items} >= {item.ref for item in before[name].items}, name
            assert state.as_of is not None
            assert state.as_of >= (before[name].as_of or state.as_of), "dated by its last good answer"
        await asyncio.sleep(INTERVAL + 0.5)
        for name in broken:
            assert watched.health(name) is not Health.FRESH, f"{name} must not look fresh while it fails"
        doubted(watched.engine, broken)
        for name in well:
            assert watched.health(name) is Health.FRESH
            assert watched.state(name).good_at != polls[name], f"{name} was polled meanwhile"
            assert (watched.state(name).took or 0) < DEADLINE, "a source that is well is not held up until the deadline"
        demo.mend()
        if refused:
            watched.engine.refresh()
        await watched.until(broken, Health.FRESH, INTERVAL + DEADLINE + 3, after=kind)
        for name in broken:
            assert watched.state(name).fault is None


@pytest.mark.parametrize("kinds", GROUPS, ids=" ".join)
async def test_faults(kinds: list[str], demos: list[Served], monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 2 * 2**20  # a flood is a flood at 2 MB too
    monkeypatch.setattr("secondline_tui.sources.http.BODY_LIMIT", limit)
    monkeypatch.setattr("secondline_tui.sources.session.BODY_LIMIT", limit)
    async with asyncio.TaskGroup() as together:
        for number, kind in enumerate(kinds):
            together.create_task(endure(demos[2 * number], kind, HALVES[0], HALVES[1]))
            together.create_task(endure(demos[2 * number + 1], kind, HALVES[1], HALVES[0]))


async def test_odd_rows_are_set_aside_counted_and_cost_nobody_else(demos: list[Served]) -> None:
    async with running(demos[0]) as watched:
        names = (*HALVES[0], *HALVES[1])
        before = {name: {item.ref for item in watched.state(name).items} for name in names}
        for name in names:
            watched.demo.break_service(name, "odd_row")
        watched.engine.refresh()
        await asyncio.sleep(INTERVAL + 1)
        for name in names:
            state = watched.state(name)
            assert watched.health(name) is Health.FRESH, f"{name}: {state.fault}"
            assert len(state.rejected) >= 1, name
            assert {item.ref for item in state.items} >= before[name], name


async def test_a_slow_answer_within_the_deadline_is_an_answer(demos: list[Served]) -> None:
    async with running(demos[0]) as watched:
        names = ("icinga", "rota")
        for name in names:
            watched.demo.break_service(name, "slow:0.1")
        await asyncio.sleep(2 * INTERVAL)
        for name in names:
            assert watched.health(name) is Health.FRESH


@pytest.mark.parametrize("name", ["icinga", "zendesk"])
@pytest.mark.parametrize("kind", ["status:500", "html", "refuse"])
def test_status_exits_with_3_and_says_so(name: str, kind: str, tmp_path: Path) -> None:
    with Demo() as demo:
        table = demo.config.read_text().split(f"[sources.{name}]")[1].split("\n[")[0]
        config = tmp_path / "one.toml"
        config.write_text(f"[sources.{name}]{table}")
        config.chmod(0o600)
        demo.world.break_service(name, Fault.parse(kind, None))
        done = subprocess.run(
            [sys.executable, "-m", "secondline_tui", "status", "--config", str(config), "--format", "json"],
            capture_output=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == 3, done.stderr.decode()
        told = json.loads(done.stdout)
        assert told["sources"][name]["health"] == "failing"
        assert told["sources"][name]["error"]["kind"] == FAILED_POLLS[kind].value
        assert told["alerts"] == told["tickets"] == []
