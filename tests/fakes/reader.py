"""A reader that answers what it is told to, when it is told to."""

from __future__ import annotations

import asyncio

from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef


class FakeReader:
    def __init__(self, answer: Reading | Exception) -> None:
        self._answer = answer
        self._gate = asyncio.Event()
        self._gate.set()
        self._under_way = 0
        self.polls = 0
        self.most_at_once = 0
        self.closed = False
        self.opening: Exception | None = None
        self.told: Detail | Exception = Detail(attributes=())
        """What it tells of an item beyond its row."""
        self.asked: list[ItemRef] = []
        """Of which items, in the order of the questions."""

    async def open(self) -> FakeReader:
        if self.opening is not None:
            raise self.opening
        return self

    def answer(self, reading: Reading) -> None:
        self._answer = reading

    def fail(self, error: Exception) -> None:
        self._answer = error

    def hang(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    async def fetch(self) -> Reading:
        self.polls += 1
        self._under_way += 1
        self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            await self._gate.wait()
        finally:
            self._under_way -= 1
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    async def detail(self, ref: ItemRef) -> Detail:
        self.asked.append(ref)
        await self._gate.wait()
        if isinstance(self.told, Exception):
            raise self.told
        return self.told

    async def probe(self) -> tuple[str, ...]:
        return ("a fake",)

    async def close(self) -> None:
        self.closed = True
