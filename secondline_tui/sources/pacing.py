"""Long work on the loop, in slices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from secondline_tui.sources.wire import SLICE

ThingT = TypeVar("ThingT")


async def paced(things: Iterable[ThingT]) -> AsyncIterator[ThingT]:
    """The same things; between slices of them keys are answered."""
    for number, thing in enumerate(things, 1):
        yield thing
        if not number % SLICE:
            await asyncio.sleep(0)
