"""One source's life: wake, fetch within the deadline, publish, sleep. A poll never overlaps itself."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from secondline_tui.domain.board import Reading, SourceState
from secondline_tui.domain.filters import WORK
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Detail, Item
from secondline_tui.domain.ports import Clock, Reader
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.backoff import next_delay
from secondline_tui.engine.deadline import TooLate, within
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.store import Store

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

SLICE = 100


class Poller:
    """Polls one source for as long as `run` runs, and keeps its state in the store."""

    def __init__(self, plan: SourcePlan, store: Store, clock: Clock) -> None:
        self.plan = plan
        self._store = store
        self._clock = clock
        self._reader: Reader | None = None
        self._wake = asyncio.Event()
        self._failures = 0
        self._not_before = float("-inf")
        self._with_all = True
        """Whether the last poll was one that every source made at once."""
        self.state = plan.blank()

    # -- what a person may ask -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Poll now; during a poll, once more after it. A pause asked for by the service is kept."""
        self._with_all = True
        self._wake.set()

    def pause(self) -> None:
        """Stop polling until `resume`; a poll under way is finished and its answer kept."""
        if self.state.paused_since is None:
            self._put(replace(self.state, paused_since=self._clock.now()))

    def resume(self) -> None:
        """Poll again, at once."""
        if self.state.paused_since is not None:
            self._put(replace(self.state, paused_since=None))
            self._wake.set()

    async def detail(self, ref: ItemRef) -> Detail:
        """What one item holds beyond its row; PollFailed when the service does not say within the deadline."""
        return await self._within_deadline(self._detail(ref))

    async def probe(self) -> tuple[str, ...]:
        """What `check` tells of the source beyond a poll; PollFailed as for one."""
        return await self._within_deadline(self._probe())

    # -- the life --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Poll until cancelled. Anything but a failed poll is the supervisor's business."""
        while True:
            await self._until_allowed()
            self._wake.clear()
            started = self._clock.monotonic()
            await self.poll()
            await self._sleep(started)

    async def poll(self) -> None:
        """One poll, whatever comes of it published."""
        asked_at, started = self._clock.now(), self._clock.monotonic()
        self._put(replace(self.state, polling=True))
        try:
            reading, items = await self._within_deadline(self._fetch())
            self._require_prompt(started)
        except PollFailed as failed:
            self.failed(failed.fault)
        else:
            self._succeeded(reading, items, asked_at, started)

    def failed(self, fault: Fault) -> None:
        """Publish a failure; the old items stay, dated."""
        if self._failures == 0:
            log.warning("%s: %s: %s", self.plan.name, fault.kind, fault.message)
        self._failures += 1
        if fault.retry_after is not None:
            delay = next_delay(self.plan.interval, self._failures, 0.0, fault.retry_after)
            self._not_before = self._clock.monotonic() + delay
        since = self.state.fault_since or self._clock.now()
        self._put(replace(self.state, polling=False, fault=fault, fault_since=since))

    async def close(self) -> None:
        """Let go of the reader."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()

    # -- within ------------------------------------------------------------------------------------------------

    def _put(self, state: SourceState) -> None:
        self.state = state
        self._store.put(state)

    async def _fetch(self) -> tuple[Reading, tuple[Item, ...]]:
        """A reading, and those of its items that the `ignore` rules leave; what is unchanged is the same object.

        So is the whole of them: who looks at them need not look again.
        """
        reading = await (await self._opened()).fetch()
        old = {item.ref: item for item in self.state.items}
        kept: list[Item] = []
        for start in range(0, len(reading.items), SLICE):
            for item in reading.items[start : start + SLICE]:
                if not (isinstance(item, WORK) and any(rule.matches(item) for rule in self.plan.ignore)):
                    before = old.get(item.ref)
                    kept.append(before if before is not None and before == item else item)
            await asyncio.sleep(0)  # keys are answered between slices
        shown = self.state.items
        same = len(kept) == len(shown) and all(a is b for a, b in zip(kept, shown, strict=True))
        return reading, shown if same else tuple(kept)

    async def _detail(self, ref: ItemRef) -> Detail:
        return await (await self._opened()).detail(ref)

    async def _probe(self) -> tuple[str, ...]:
        return await (await self._opened()).probe()

    async def _opened(self) -> Reader:
        if self._reader is None:
            self._reader = await self.plan.open()
        return self._reader

    async def _within_deadline(self, work: Awaitable[ResultT]) -> ResultT:
        """The result of `work`, or PollFailed(timed_out) after the deadline."""
        try:
            return await within(self._clock, self.plan.deadline, work)
        except TooLate:
            message = SafeText(f"no complete answer within {self.plan.deadline:g} s")
            raise PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=message)) from None

    def _require_prompt(self, started: float) -> None:
        """PollFailed when the machine slept while the answer was on its way, which no timer notices: it is of before.

        The next poll is due by then, since its time counts from when this one began.
        """
        if self._clock.monotonic() - started > self.plan.deadline:
            message = SafeText("the machine slept while the answer was on its way")
            raise PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=message))

    def _succeeded(self, reading: Reading, items: tuple[Item, ...], asked_at: datetime, started: float) -> None:
        """Keep what was answered. It is known to be of when it was asked for: no part of it is older."""
        if self._failures:
            log.warning("%s: answers again", self.plan.name)
        self._failures = 0
        self._not_before = float("-inf")
        self._put(
            replace(
                self.state,
                items=items,
                as_of=asked_at,
                good_at=started,
                took=self._clock.monotonic() - started,
                rejected=reading.rejected,
                unseen=reading.unseen,
                hidden=reading.hidden + len(reading.items) - len(items),
                fault=None,
                fault_since=None,
                polling=False,
                account=reading.account,
                permissions=reading.permissions,
            )
        )

    async def _until_allowed(self) -> None:
        """Wait while paused, refused, or asked by the service to stay away."""
        while True:
            if self.state.paused_since is not None:
                self._wake.clear()
                await self._wake.wait()
                continue
            wait = self._not_before - self._clock.monotonic()
            if wait <= 0:
                return
            await self._clock.sleep(wait)

    async def _sleep(self, started: float) -> None:
        """Until the next poll is due or somebody asks for one."""
        fault = self.state.fault
        if fault is not None and fault.stop:
            await self._wake.wait()
            return
        delay = next_delay(self.plan.interval, self._failures, random.random())  # noqa: S311  (jitter)
        if self._with_all:
            self._with_all = False
            delay *= 1 - self.plan.phase / 2
        rest = max(0.0, started + delay - self._clock.monotonic())
        timer = asyncio.ensure_future(self._clock.sleep(rest))
        wake = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({timer, wake}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            wake.cancel()
