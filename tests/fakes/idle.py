"""When a program that is driven by a pilot has nothing left to do.

Textual's pilot looks at the processor's time, in pauses of 20 ms: slow, and wrong where the machine is so busy that the
program did not get its turn. The loop itself knows better.
"""

from __future__ import annotations

import asyncio
from typing import Any

import textual.app
import textual.pilot

PAUSE = 0.001
"""Seconds between two looks."""
PATIENCE = 2.0
"""Seconds until a program that never rests is taken as it is; Textual's one second is short on a busy machine."""
LOOKS = 3
"""So many looks one after the other find nothing to do, before that is believed: what a thread brings comes between."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Return when nothing is to be run now. Timers that are due later do not count."""
    loop: Any = asyncio.get_running_loop()
    begin, quiet = loop.time(), 0
    while (quiet < LOOKS or loop.time() - begin < min_sleep) and loop.time() - begin < max(max_sleep, PATIENCE):
        await asyncio.sleep(PAUSE)
        busy = loop._ready or any(not timer.cancelled() and timer.when() <= loop.time() for timer in loop._scheduled)
        quiet = 0 if busy else quiet + 1


def use() -> None:
    """Let every pilot wait like this."""
    textual.app.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
    textual.pilot.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
