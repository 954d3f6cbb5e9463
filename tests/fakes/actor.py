"""A service that can be written to, in memory: it applies, loses, delays and refuses as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor, Future
from dataclasses import replace
from datetime import datetime
from typing import Any

from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Verb
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor
from secondline_tui.domain.refs import ItemRef


class FakeActor:
    def __init__(self) -> None:
        self.applied: list[str] = []
        """The text of everything that was applied."""
        self.sends: list[Intent] = []
        self.asked = 0
        self.shows: bool | None = True
        """Whether reading back sees what was applied; None: no reading can tell."""
        self.reading: Exception | None = None
        self.closed = False
        self.opening: Exception | None = None
        self.previews: dict[Verb, Preview | Exception] = {}
        """What is told of a verb beforehand; with a destination, of (verb, destination) in `effects`."""
        self.effects: dict[tuple[Verb, str], Preview] = {}
        self.covers: Callable[[tuple[Matcher, ...]], int] | None = None
        self.prepared: list[tuple[ItemRef, Verb, str]] = []
        self.as_kept_by: Callable[[str], str] = str.rstrip
        self.previewing = asyncio.Event()
        """Whether it answers what is asked beforehand."""
        self.previewing.set()
        self._answers: list[Exception | str] = []
        self._gate = asyncio.Event()
        self._gate.set()

    async def open(self) -> FakeActor:
        if self.opening is not None:
            raise self.opening
        return self

    def answers(self, *answers: Exception | str) -> None:
        """What the next sends meet: an exception, or "lost": applied and then that exception."""
        self._answers += answers

    def hang(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    async def prepare(
        self, ref: ItemRef, verb: Verb, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview:
        self.prepared.append((ref, verb, to))
        await self._gate.wait()
        await self.previewing.wait()
        preview = self.effects.get((verb, to)) or self.previews.get(verb, Preview())
        if isinstance(preview, Exception):
            raise preview
        if matchers is not None:
            preview = replace(preview, matchers=matchers)
        return replace(preview, covers=self.covers(preview.matchers)) if self.covers is not None else preview

    async def send(self, intent: Intent) -> Receipt:
        self.sends.append(intent)
        await self._gate.wait()
        answer = self._answers.pop(0) if self._answers else "done"
        if answer == "lost":
            self.applied.append(intent.text)
            answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        self.applied.append(intent.text)
        return Receipt(remote=f"made-{len(self.applied)}")

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        del sent_at
        self.asked += 1
        if self.reading is not None:
            raise self.reading
        if self.shows is None:
            return Finding(there=None)
        numbers = [n for n, text in enumerate(self.applied, 1) if text == intent.text and f"made-{n}" not in claimed]
        return Finding(there=self.shows and bool(numbers), remote=f"made-{numbers[0]}" if numbers else "")

    def as_kept(self, verb: Verb, text: str) -> str:
        del verb
        return self.as_kept_by(text)

    async def close(self) -> None:
        self.closed = True


class Through(FakeActor):
    """What is asked and sent goes to a real actor."""

    def __init__(self, real: Actor) -> None:
        super().__init__()
        self._real = real

    async def prepare(
        self, ref: ItemRef, verb: Verb, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview:
        return await self._real.prepare(ref, verb, to=to, matchers=matchers)

    async def send(self, intent: Intent) -> Receipt:
        self.sends.append(intent)
        return await self._real.send(intent)

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        return await self._real.settle(intent, sent_at, claimed)

    def as_kept(self, verb: Verb, text: str) -> str:
        return self._real.as_kept(verb, text)


class Inline(Executor):
    """Does everything at once, so that a held clock is all there is to wait for."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (handed on)
            future.set_exception(error)
        return future
