"""A day of a busy world in a quarter of an hour: every source polled ten thousand times, a page drawn each time.

`python -m tests.bench.soak [ROUNDS]` prints how memory, open files, threads and tasks went.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondline_tui.cli.wiring import engine, shiftwork
from secondline_tui.config.load import load
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.story import furnish
from secondline_tui.demo.world import World
from secondline_tui.domain.health import Health
from secondline_tui.domain.summary import summary
from secondline_tui.domain.telling import Habits, Now, Rule, Teller
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.supervisor import Engine
from secondline_tui.glance.kept import write
from secondline_tui.ui.wallboard.drawing import Drawing
from secondline_tui.ui.wallboard.frame import PAGES, Place
from secondline_tui.ui.wallboard.scene import Scene
from tests.bench.process import memory_mb
from tests.e2e.served import Served, serve

ROUNDS = 10_000
SPEED = 95.0
"""How fast the world goes: about a day in the time that so many polls take."""
SAMPLES = 50


class FastClock(SystemClock):
    """The world's time; deadlines go by our own."""

    def __init__(self, begin: float) -> None:
        self._begin = begin

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._begin, UTC) + timedelta(seconds=self._gone())

    def monotonic(self) -> float:
        return 1_000 + self._gone()

    def _gone(self) -> float:
        return (time.time() - self._begin) * SPEED


def busy(begin: float) -> World:
    """The demo's morning at that speed, and a monitor in which something changes all the time."""
    world = World(lambda: begin + (time.time() - begin) * SPEED)
    furnish(world)
    chance = world.chance("soak")
    icinga = world.simulators["icinga"]
    assert isinstance(icinga, Icinga2)
    host = icinga.add_host("soak", "soak (10.9.9.9)").name
    names = [icinga.add_service(host, f"check {n}").name for n in range(40)]

    def change() -> None:
        icinga.change(chance.choice(names), chance.randint(0, 3), f"value={chance.random():.3f}")
        world.at(world.now() - world.started + 30, change)

    world.at(5, change)
    return world


class Soak:
    """Polls and draws, and measures itself."""

    def __init__(self, config: Path, begin: float) -> None:
        self.settings = load(config)
        made = engine(self.settings)
        self.clock = FastClock(begin)
        self.engine = Engine([poller.plan for poller in made._pollers.values()], self.clock)
        self.kept = str(config.parent / "board.json")
        self.calendar = shiftwork(self.settings.shift).calendar
        self.drawing = Drawing(self.clock.monotonic())
        self.teller = Teller(Habits(rules=(Rule(ways=frozenset({"bell"})),)))
        self.pages = itertools.cycle(PAGES)
        self.notices = self.failed = 0

    async def once(self) -> None:
        """One poll of everything, and all that is made of it."""
        board = await self.engine.poll_once()
        now, monotonic = self.clock.now(), self.clock.monotonic()
        scene = Scene(board, now, monotonic, self.calendar, (), self.settings.ui.environments)
        self.drawing.lines(scene, Place(tuple(PAGES), next(self.pages)), 120, 40)
        write(self.kept, "soak", summary(board, now, monotonic))
        self.notices += self.teller.update(board, monotonic, Now(now.time(), on_shift=True)) is not None
        self.failed += sum(state.health(monotonic) is not Health.FRESH for state in board.sources.values())


def costs() -> tuple[float, int, int, int]:
    """Memory in MB, open files, threads, tasks."""
    gc.collect()
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (the folder's own descriptor is counted too, always)
    return memory_mb(os.getpid()), files, threading.active_count(), len(asyncio.all_tasks())


def slope(values: Sequence[float]) -> float:
    """Growth from one to the next, by least squares."""
    places, mean = range(len(values)), sum(values) / len(values)
    middle = (len(values) - 1) / 2
    return sum((n - middle) * (values[n] - mean) for n in places) / sum((n - middle) ** 2 for n in places)


async def soak(config: Path, begin: float, rounds: int) -> None:
    """Run, and tell."""
    work = Soak(config, begin)
    told = []
    for number in range(1, rounds + 1):
        await work.once()
        if number % max(1, rounds // SAMPLES) == 0:
            told.append(costs())
            megabytes, files, threads, tasks = told[-1]
            print(f"{number:>6}  {megabytes:.1f} MB, {files} files, {threads} threads, {tasks} tasks", flush=True)
    await work.engine.stop()
    settled = told[len(told) // 5 :]
    memory = [sample[0] for sample in settled]
    counts = []
    for place, name in enumerate(("files", "threads", "tasks"), 1):
        had = [sample[place] for sample in settled]
        counts.append(f"{name} {min(had):.0f} to {max(had):.0f}")
    hours = work.clock.monotonic() / 3_600
    print(
        f"soak         {rounds} polls of each of {len(work.engine.board.sources)} sources, {hours:.0f} h of the world: "
        f"memory {memory[0]:.1f} to {memory[-1]:.1f} MB, by its slope {slope(memory) * len(memory):+.1f} MB; "
        f"{', '.join(counts)}; {work.notices} notices, {work.failed} answers that were not fresh"
    )


def main() -> None:
    """Serve the world, or soak in one."""
    if sys.argv[1:2] == ["serve"]:
        serve(busy(float(sys.argv[2])))
        return
    begin = time.time()
    with Served("tests.bench.soak", "serve", str(begin)) as demo:
        asyncio.run(soak(demo.config, begin, int(sys.argv[1]) if sys.argv[1:] else ROUNDS))


if __name__ == "__main__":
    main()
