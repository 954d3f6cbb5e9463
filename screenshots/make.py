"""`python screenshots/make.py` makes every picture here from the demo. Needs chromium and a monospaced font."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secondline_tui.cli.acting import outbox, plans_for_acting
from secondline_tui.cli.wiring import shiftwork
from secondline_tui.config.load import load
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.story import furnish
from secondline_tui.demo.world import World
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.supervisor import Engine
from secondline_tui.ui.commands import keymap
from secondline_tui.ui.dashboard.app import Dashboard
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.wallboard.app import WallApp, WallScreen
from secondline_tui.ui.wallboard.session import WallSession

HERE = Path(__file__).parent
FONT = "DejaVu Sans Mono"
INTO_THE_STORY = 195.0
"""Seconds of the demo's morning that are over: the page is three minutes old, the drill has just begun."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the terminal's size, the theme, what is broken, the keys pressed before."""

    name: str
    size: tuple[int, int]
    theme: str = "dark"
    broken: Sequence[str] = ()
    keys: Sequence[str] = ()
    page: str = ""
    """The page of the wallboard; without one, it is a picture of the dashboard."""


EVERYTHING = ("icinga", "ci", "alertmanager", "grafana", "pagerduty", "zendesk", "trello", "rota")
SHOTS = (
    Shot("dashboard-80x24", (80, 24)),
    Shot("dashboard-120x40", (120, 40)),
    Shot("dashboard-200x60", (200, 60)),
    Shot("light-120x40", (120, 40), theme="light"),
    Shot("doubt-120x40", (120, 40), broken=("ci",)),
    Shot("no-answer-120x40", (120, 40), broken=EVERYTHING),
    Shot("item-120x40", (120, 40), keys=("enter",)),
    Shot("sources-120x40", (120, 40), broken=("ci",), keys=("H",)),
    Shot("help-120x40", (120, 40), keys=("question_mark",)),
    Shot("wallboard-120x40", (120, 40), page="overview"),
    Shot("wallboard-alerts-200x60", (200, 60), page="alerts"),
    Shot("wallboard-pages-120x40", (120, 40), page="pages"),
    Shot("wallboard-doubt-120x40", (120, 40), page="overview", broken=("icinga",)),
    Shot("wallboard-no-answer-120x40", (120, 40), page="alerts", broken=EVERYTHING),
    Shot("wallboard-portrait-60x100", (60, 100), page="overview"),
)  # fmt: skip


def late_world() -> World:
    """The demo's world, some minutes into its story."""
    late = INTO_THE_STORY
    world = World(lambda: time.time() - late)
    furnish(world)
    late = 0.0
    return world


async def take(shot: Shot) -> str:
    """The screen as SVG."""
    with Demo(late_world()) as demo:
        config = load(demo.config)
        config = config.model_copy(update={"ui": config.ui.model_copy(update={"theme": shot.theme})})
        planned, shift = plans_for_acting(config), shiftwork(config.shift, patient=True)
        work = Engine(planned, SystemClock())
        writes = outbox(config, planned, work.refresh)
        session = Session(work, config, shift.calendar, shift.agenda, keymap({}), writes)
        wall = WallSession(work, config, shift.calendar, shift.agenda)
        app = WallApp(wall) if shot.page else Dashboard(lambda: session)
        async with app.run_test(size=shot.size) as pilot:
            await asyncio.sleep(4)
            for name in shot.broken:
                demo.world.break_service(name, Fault.parse("refuse", None))
                work.refresh(name)
            await asyncio.sleep(1.5)
            if isinstance(app.screen, WallScreen):
                app.screen.action_go(app.screen.rotation.pages.index(shot.page))
            await pilot.press(*shot.keys)
            await asyncio.sleep(1.0)
            return app.export_screenshot()


def render(svg: str, target: Path) -> None:
    """SVG to PNG, with a font of this machine instead of one from the network."""
    width, height = (round(float(side)) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg).replace("Fira Code", FONT)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f'<body style="margin:0">{svg}</body>', "utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        places = [f"--user-data-dir={folder}", f"--window-size={width},{height}", f"--screenshot={target}"]
        subprocess.run([*command, *places, str(page)], check=True, capture_output=True)


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    for shot in SHOTS:
        if not wanted or shot.name in wanted:
            render(asyncio.run(take(shot)), HERE / f"{shot.name}.png")
