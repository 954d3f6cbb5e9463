"""Work with an end: a result in time, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from secondline_tui.domain.ports import Clock

ResultT = TypeVar("ResultT")


class TooLate(Exception):  # noqa: N818  (a fact, not a programming error)
    """The time is over. (Not TimeoutError: that is what broken connections raise, too.)"""


async def within(clock: Clock, seconds: float, work: Awaitable[ResultT]) -> ResultT:
    """The result of `work`, or TooLate after so many seconds. `work` is then cancelled, not awaited."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_heard)
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
    finally:
        alarm.cancel()
        task.cancel()
    raise TooLate


def _heard(task: asyncio.Future[ResultT]) -> None:
    """Take note of a late failure, so that asyncio does not complain about it on the screen."""
    if not task.cancelled():
        task.exception()
