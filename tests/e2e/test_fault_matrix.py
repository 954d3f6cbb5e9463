"""Every way to answer badly, for every source, through the real readers and the real engine.

Two worlds run side by side for each fault: in one, the first half of the sources is broken and the other half is
watched; in the other, the other way round.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
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
from tests.e2e.served import Services, served_together
from tests.e2e.wall import doubted
from tests.sources.bad_answers import FAILED_POLLS
from tests.thorough import THOROUGH

pytestmark = pytest.mark.timeout(150)
INTERVAL, DEADLINE, SHORT = 1.0, 60.0, 3.0
"""A busy machine is left time for its answers, but for where nothing comes of a poll before its deadline."""
ENDLESS = ("hang", f"slow:{SHORT + 2:g}")
WANTED = {
    {"rate_limit:30": "rate_limit:1", "slow:3": ENDLESS[1]}.get(kind, kind): wanted
    for kind, wanted in FAILED_POLLS.items()
}
FAULTS = list(WANTED)
AT_ONCE = 3
GROUPS = [FAULTS[start : start + AT_ONCE] for start in range(0, len(FAULTS), AT_ONCE)]
"""Faults tried at the same time, each in worlds of its own."""
PATIENCE = 100.0
HALVES = (("icinga", "alertmanager", "zendesk", "rota"), ("ci", "grafana", "pagerduty", "trello"))
ALL = (*HALVES[0], *HALVES[1])
DELAY = 0.05
"""By how many seconds a source may be delayed by others that are broken."""
ROUNDS, TRIES = 5, 4
"""From how many answers that is judged, and how often it is looked at: what is by chance is not so again."""


def hasty(config: Config, interval: float, deadline: float) -> Config:
    """The same configuration, polled more often."""
    quick = {"interval": interval, "deadline": deadline}
    return config.model_copy(
        update={"sources": {name: source.model_copy(update=quick) for name, source in config.sources.items()}}
    )


class Watched:
    """An engine on served services."""

    def __init__(self, demo: Services, interval: float, deadline: float) -> None:
        self.demo = demo
        self.engine: Engine = engine(hasty(load(demo.config), interval, deadline))
        self.good: dict[str, SourceState] = {}
        """The last good answer of each source, be it that it came just before something broke."""
        self._put = self.engine._store.put
        self.engine._store.put = self._noted  # type: ignore[method-assign]

    def _noted(self, state: SourceState) -> None:
        if state.fault is None and state.good_at is not None:
            self.good[state.name] = state
        self._put(state)

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

    async def answers(self, names: tuple[str, ...]) -> AsyncIterator[None]:
        """Comes again and again until each of the sources has answered anew."""
        before = {name: self.state(name).good_at for name in names}
        async with asyncio.timeout(PATIENCE):
            while any(self.state(name).good_at == before[name] for name in names):
                yield
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(demo: Services, interval: float = INTERVAL, deadline: float = DEADLINE) -> AsyncIterator[Watched]:
    watched = Watched(demo, interval, deadline)
    watched.engine.start()
    try:
        await watched.until(ALL, Health.FRESH, PATIENCE)
        yield watched
    finally:
        demo.mend()
        await watched.engine.stop()


@pytest.fixture(scope="module")
def demos() -> Iterator[Sequence[Services]]:
    with served_together(2 * AT_ONCE) as demos:
        yield demos


@pytest.fixture(autouse=True)
async def _ended() -> AsyncIterator[None]:
    """Engines do not wait long for their connections to be closed; a test that leaves some behind disturbs the next."""
    yield
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=15)
    await asyncio.sleep(0.1)  # a transport that was closed is gone a turn of the loop later


async def endure(demo: Services, kind: str, broken: tuple[str, ...], well: tuple[str, ...]) -> None:
    """One fault on some sources: told as what it is, old items kept and dated, the others undisturbed, cured alone."""
    async with running(demo, deadline=SHORT if kind in ENDLESS else DEADLINE) as watched:
        for name in broken:
            demo.break_service(name, kind)
        refused = kind == "status:401"
        await watched.until(broken, Health.REFUSED if refused else Health.FAILING, PATIENCE, kind)
        for name in broken:
            state = watched.state(name)
            assert state.fault is not None
            assert state.fault.kind is WANTED[kind], f"{kind}, {name}: {state.fault}"
            assert state.items == watched.good[name].items, name
            assert state.as_of == watched.good[name].as_of is not None, "dated by its last good answer"
        async for _ in watched.answers(well):
            for name in broken:
                assert watched.health(name) is not Health.FRESH, f"{kind}: {name} must not look fresh while it fails"
            for name in well:
                assert watched.health(name) is Health.FRESH, f"{kind}: {name} is not to suffer"
        doubted(watched.engine, broken)
        demo.mend()
        if refused:
            watched.engine.refresh()
        await watched.until(broken, Health.FRESH, PATIENCE, kind)
        for name in broken:
            assert watched.state(name).fault is None


@pytest.mark.parametrize("kinds", GROUPS, ids=" ".join)
async def test_faults(kinds: list[str], demos: Sequence[Services], monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 2 * 2**20  # a flood is a flood at 2 MB too
    monkeypatch.setattr("secondline_tui.sources.http.BODY_LIMIT", limit)
    monkeypatch.setattr("secondline_tui.sources.session.BODY_LIMIT", limit)
    async with asyncio.TaskGroup() as together:
        for number, kind in enumerate(kinds):
            together.create_task(endure(demos[2 * number], kind, HALVES[0], HALVES[1]))
            together.create_task(endure(demos[2 * number + 1], kind, HALVES[1], HALVES[0]))


async def answered(watched: Watched, names: tuple[str, ...]) -> dict[str, float]:
    """Ask everything at once; for each of the sources, the seconds until its answer is on the board."""
    began = watched.engine.clock.monotonic()
    watched.engine.refresh()
    async for _ in watched.answers(names):
        pass
    states = {name: watched.state(name) for name in names}
    return {name: (state.good_at or 0.0) + (state.took or 0.0) - began for name, state in states.items()}


def told_apart(name: str, both: Sequence[tuple[dict[str, float], dict[str, float]]]) -> str:
    """How much later a source answers in the first world, "" where it does not."""
    here, there = [told[name] for told, _ in both], [told[name] for _, told in both]
    late = statistics.median(here) - statistics.median(there) > DELAY + max(there) - min(there)
    return f"{name}: {here} s; where the others are quiet {there} s" if late else ""


# Sound although a clock is watched: each source is compared with itself in a world of the same process where the
# others are paused, asked in turn with this one, so that whatever else keeps the machine busy keeps both waiting. What
# a broken source costs the others it costs them at every turn: the middle of several answers shows it, and a single
# slow one does not count. The unrest of the machine, seen in how far the answers of the quiet world are apart, is
# allowed for, and so is what it had for the one world only. When polls begin and end to the very moment is told on a
# held clock, in tests/engine/test_isolation.py.
@pytest.mark.parametrize("kind", ["hang", "huge", *(["refuse", "truncated"] if THOROUGH else [])])
async def test_no_other_source_is_delayed(kind: str, demos: Sequence[Services]) -> None:
    for broken, well in (HALVES, HALVES[::-1]):
        async with running(demos[0], 60, SHORT) as watched, running(demos[1], 60, SHORT) as quiet:
            for name in broken:
                watched.demo.break_service(name, kind)
                quiet.engine.pause(name)
            for _ in range(TRIES):
                both = [(await answered(watched, well), await answered(quiet, well)) for _ in range(ROUNDS)]
                delayed = [told for name in well if (told := told_apart(name, both))]
                if not delayed:
                    break
            assert not delayed


async def test_odd_rows_are_set_aside_counted_and_cost_nobody_else(demos: Sequence[Services]) -> None:
    async with running(demos[0]) as watched:
        before = {name: {item.ref for item in watched.state(name).items} for name in ALL}
        for name in ALL:
            watched.demo.break_service(name, "odd_row")
        for _ in range(2):  # the first answers may be to questions asked before
            await answered(watched, ALL)
        for name in ALL:
            state = watched.state(name)
            assert watched.health(name) is Health.FRESH, f"{name}: {state.fault}"
            assert len(state.rejected) >= 1, name
            assert {item.ref for item in state.items} >= before[name], name


async def test_a_slow_answer_within_the_deadline_is_an_answer(demos: Sequence[Services]) -> None:
    async with running(demos[0]) as watched:
        names = ("icinga", "rota")
        for name in names:
            watched.demo.break_service(name, "slow:0.1")
        for _ in range(2):
            took = await answered(watched, names)
        for name in names:
            assert took[name] >= 0.1
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
