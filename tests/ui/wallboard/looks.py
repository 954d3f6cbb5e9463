"""What the wallboard looks like, cell by cell, as tests/ui/looks has it of the dashboard.

`python -m tests.ui.wallboard.looks` writes it down anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from secondline_tui.config.models import Config
from tests.ui.looks import written
from tests.ui.wall import SOURCES, wall

FILES = Path(__file__).parent / "looks"


@dataclass(frozen=True)
class Look:
    """One page in one situation."""

    page: str
    size: tuple[int, int] = (120, 40)
    failing: tuple[str, ...] = ()
    empty: bool = False
    theme: str = "dark"


LOOKS = {
    "overview": Look("overview"),
    "overview-80x24": Look("overview", (80, 24), ("icinga",)),
    "overview-doubt": Look("overview", failing=("icinga", "zendesk")),
    "alerts-60x100": Look("alerts", (60, 100)),
    "alerts-light": Look("alerts", theme="light"),
    "pages": Look("pages"),
    "pages-doubt": Look("pages", failing=("pagerduty",)),
    "tickets": Look("tickets"),
    "issues-empty": Look("issues", empty=True),
    "today": Look("today"),
    "today-no-answer": Look("today", (80, 24), tuple(SOURCES)),
}


async def look(name: str) -> str:
    """One of them, written down."""
    wanted = LOOKS[name]
    config = Config.model_validate({"ui": {"theme": wanted.theme}})
    async with wall(size=wanted.size, config=config, given={} if wanted.empty else None) as found:
        await found.wait(9)
        await found.fail(*wanted.failing)
        await found.show(wanted.page)
        return written(found.app)


def main() -> None:
    """Write every look down."""
    FILES.mkdir(exist_ok=True)
    for name in LOOKS:
        (FILES / f"{name}.txt").write_text(asyncio.run(look(name)), "utf-8")


if __name__ == "__main__":
    main()
