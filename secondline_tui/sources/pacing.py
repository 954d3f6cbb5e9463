"""Long work on the loop, in slices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TypeVar

SLICE_SECONDS = 0.0015
"""How long work may go on before keys are answered. A key takes a dozen turns of the loop until it is painted."""

ThingT = TypeVar("ThingT")


class Pace:
    """Keeps long work from holding up the loop, however much there is to do for one thing."""

    def __init__(self) -> None:
        self._until = perf_counter() + SLICE_SECONDS

    async def step(self) -> None:
        """One thing is done: when its slice is over, let the loop do what waits."""
        if perf_counter() >= self._until:
            await asyncio.sleep(0)
            self._until = perf_counter() + SLICE_SECONDS


async def paced(things: Iterable[ThingT]) -> AsyncIterator[ThingT]:
    """The same things; between slices of them keys are answered."""
    pace = Pace()
    for thing in things:
        yield thing
        await pace.step()
