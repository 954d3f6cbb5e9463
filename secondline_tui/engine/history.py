"""The local record of what was seen: kept beside the polling, on a thread of its own, and asked by the screens."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar

from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.past import NOTHING, Noise, Occurrence, Past
from secondline_tui.domain.ports import Clock
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.engine import recall
from secondline_tui.engine.chronicle import EVERYTHING, Chronicle
from secondline_tui.engine.companion import Watched
from secondline_tui.engine.database import is_damage
from secondline_tui.engine.seen import Seen

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

PAUSE = 2.0
"""Seconds between two writings, at the least: what changed in between is kept together."""
PRUNING = timedelta(days=1)
MOST = 100
"""How many of the noisiest there are."""


class History:
    """Made and used on one asyncio loop. Whatever is wrong with the disk, nothing else suffers."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        zone: tzinfo,
        keep: timedelta,
        began: Callable[[datetime], datetime],
        disk: Executor | None = None,
    ) -> None:
        self._chronicle = Chronicle(folder)
        self._clock = clock
        self._zone = zone
        self._keep = keep
        self._began = began
        self._given = self._disk = disk
        self._recorded: dict[str, float] = {}
        self._pruned: datetime | None = None
        self._listeners: list[Callable[[], None]] = []
        self._open = False
        self.note: SafeText = EMPTY
        """Something about the record that the person should know."""
        self.looked: datetime | None = None
        """When the person last said that everything is seen."""
        self.new: frozenset[ItemRef] = frozenset()
        """What came since then, or else since the shift began, and was not opened since."""

    # -- questions -------------------------------------------------------------------------------------------

    async def past(self, of: ItemRef | str) -> Past:
        """What is known of an item from before; of all alerts with a name, when given that."""
        return await self._asked(partial(recall.past, self._chronicle.path, of, self._clock.now(), self._zone), NOTHING)

    async def seen_between(self, kind: Kind, begin: datetime, end: datetime) -> list[Occurrence]:
        """What was there at some time from `begin` up to but without `end`, in the order it began."""
        return await self._asked(partial(recall.seen_between, self._chronicle.path, kind, begin, end), [])

    async def noisiest(self, begin: datetime, end: datetime, most: int = MOST) -> list[Noise]:
        """The alerts that began most often from `begin` up to but without `end`, by name and environment."""
        return await self._asked(partial(recall.noisiest, self._chronicle.path, begin, end, most), [])

    async def looks(self) -> Mapping[str, datetime]:
        """When the person last looked at each item; under "", when they said that everything is seen."""
        return await self._asked(partial(recall.looks, self._chronicle.path), {})

    # -- what is new -----------------------------------------------------------------------------------------

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told when `new` or `note` changes, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def see(self, ref: ItemRef | None = None) -> None:
        """The person has seen an item, or everything there is: it is new no more, at the next start too."""
        now = self._clock.now()
        if ref is None:
            self.looked = now
            self._put_new(frozenset())
            await self._look(now)
        else:
            self._put_new(self.new - {ref})
            await self._look(now, str(ref))

    async def _look(self, now: datetime, ref: str = EVERYTHING) -> None:
        def looked() -> frozenset[ItemRef]:
            self._chronicle.look(now.timestamp(), ref)
            return self._came(now)

        new = await self._written(looked) if self._open else None
        if new is not None:
            self._put_new(new)

    # -- beside the polling ----------------------------------------------------------------------------------

    async def run(self, watched: Watched) -> None:
        """Record every good answer until cancelled."""
        changed = asyncio.Event()
        unsubscribe = watched.subscribe(lambda _: changed.set())
        try:
            await self.open()
            while True:
                changed.clear()
                await self.record(watched.board)
                await watched.clock.sleep(PAUSE)
                await changed.wait()
        finally:
            unsubscribe()
            self.close()

    async def open(self) -> None:
        """Open the file; `note` says so when that is not possible."""
        self._disk = self._disk or ThreadPoolExecutor(1, "history")
        self._open = await self._written(self._opened) is not None
        looked = await self._written(self._chronicle.looked) if self._open else None
        self.looked = datetime.fromtimestamp(looked, UTC) if looked is not None else None

    def close(self) -> None:
        """Let go of the file, after what is being written."""
        if self._disk is not None:
            self._disk.submit(self._chronicle.close)
            if self._given is None:
                self._disk.shutdown(wait=False)
            self._disk = self._given
        self._open = False
        self._recorded.clear()

    async def record(self, board: Board) -> None:
        """Keep what sources say that are to be believed now; the others say nothing about what has ended."""
        if not self._open:
            await self.open()
        seen = self._fresh(board) if self._open else []
        new = await self._written(partial(self._kept, seen, self._clock.now())) if self._open else None
        if new is not None:
            self._recorded.update((reading.source, reading.at) for reading in seen)
            self._put_new(new)

    def _opened(self) -> bool:
        self._chronicle.open()
        return True

    def _fresh(self, board: Board) -> list[Seen]:
        """The good answers that are not recorded yet."""
        monotonic = self._clock.monotonic()
        return [
            Seen(
                source=name,
                at=came_at.timestamp(),
                items=state.items,
                rejected=len(state.rejected),
                blind=bool(state.unseen),
            )
            for name, state in board.sources.items()
            if (came_at := state.came_at) is not None
            and state.health(monotonic) is Health.FRESH
            and self._recorded.get(name) != came_at.timestamp()
        ]

    def _kept(self, seen: list[Seen], now: datetime) -> frozenset[ItemRef]:
        """Write, and read what is new then."""
        self._chronicle.record(seen)
        if seen and (self._pruned is None or now - self._pruned >= PRUNING):
            self._chronicle.prune((now - self._keep).timestamp())
            self._pruned = now
        return self._came(now)

    def _came(self, now: datetime) -> frozenset[ItemRef]:
        limit = self.looked or self._began(now)
        return frozenset(map(ItemRef.parse, self._chronicle.came_since(limit.timestamp())))

    # -- within ----------------------------------------------------------------------------------------------

    def _put_new(self, new: frozenset[ItemRef]) -> None:
        if new != self.new:
            self.new = new
            self._tell()

    def _say(self, note: str) -> None:
        if note != self.note:
            self.note = SafeText(note)
            self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    async def _written(self, work: Callable[[], ResultT]) -> ResultT | None:
        """What `work` gives, done on the record's own thread; None when the disk does not let it, which is told."""
        try:
            result = await self._on(self._disk, partial(self._mended, work))
        except (OSError, sqlite3.Error) as error:
            log.error("the record of what was seen cannot be kept: %s: %s", type(error).__name__, error)
            self._say("what is seen cannot be kept on disk; the log says why")
            return None
        aside = self._chronicle.set_aside
        self._say(f"the record of what was seen was damaged, and is kept as {aside.name}" if aside else "")
        return result

    def _mended(self, work: Callable[[], ResultT]) -> ResultT:
        """The same, once more with a new file when the old one turns out to be damaged."""
        try:
            return work()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._chronicle.begin_anew()
            return work()

    async def _asked(self, question: Callable[[], ResultT], otherwise: ResultT) -> ResultT:
        """An answer, from another thread than the one that writes."""
        try:
            return await self._on(self._given, question)
        except (OSError, sqlite3.Error) as error:
            log.info("the record of what was seen cannot be asked: %s: %s", type(error).__name__, error)
            return otherwise

    async def _on(self, executor: Executor | None, work: Callable[[], ResultT]) -> ResultT:
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(executor, work))
