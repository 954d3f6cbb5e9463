"""A clock that stands still until it is told to go on."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)


class FakeClock:
    def __init__(self, begin: datetime = BEGIN) -> None:
        self._begin = begin
        self.elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return 1_000.0 + self.elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.elapsed + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Go on, waking each sleeper at its time and letting everything that follows from it happen."""
        end = self.elapsed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.elapsed, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
            await settle()
        self.elapsed = end
        await settle()

    def set(self, seconds: float) -> None:
        """Somebody set the clock on the wall by so much; no time went by."""
        self._begin += timedelta(seconds=seconds)

    def run(self) -> None:
        """Go on by itself from here on, for what nobody is left to wait for."""

        async def running() -> None:
            while True:
                await self.advance(0.1)

        self._running = asyncio.create_task(running())

    def jump(self, seconds: float) -> None:
        """The machine slept: time went on, and no timer noticed."""
        self.elapsed += seconds
        self._sleepers = [(due + seconds, order, future) for due, order, future in self._sleepers]
        heapq.heapify(self._sleepers)


async def settle(rounds: int = 60) -> None:
    """Let every task that can go on do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)
