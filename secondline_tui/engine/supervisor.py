"""The engine: starts a poller for each source, keeps it alive, and ends all of them at once."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from types import MappingProxyType

from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Detail
from secondline_tui.domain.ports import Clock
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.companion import Companion
from secondline_tui.engine.impatience import be_impatient
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.poller import Poller
from secondline_tui.engine.store import Listener, Store

log = logging.getLogger(__name__)

WATCH = 5.0
SLEPT = 5.0
CLOSING = 0.3


class Engine:
    """All polling of one process. Make and use it on one asyncio loop."""

    def __init__(self, plans: Iterable[SourcePlan], clock: Clock, companions: Iterable[Companion] = ()) -> None:
        plans = tuple(plans)
        self.clock = clock
        self._store = Store(Board(MappingProxyType({plan.name: plan.blank() for plan in plans})))
        self._pollers = {plan.name: Poller(plan, self._store, clock) for plan in plans}
        self._companions = tuple(companions)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def board(self) -> Board:
        """The current board."""
        return self._store.board

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of every new board, at most every 100 ms, until the returned function is called."""
        return self._store.subscribe(listener)

    def start(self) -> None:
        """Begin to poll every source."""
        be_impatient()
        for poller in self._pollers.values():
            self._tasks.append(asyncio.create_task(self._keep_alive(poller), name=f"poll:{poller.plan.name}"))
        self._tasks.append(asyncio.create_task(self._watch_for_sleep(), name="watch:sleep"))
        for companion in self._companions:
            name = type(companion).__name__.lower()
            self._tasks.append(asyncio.create_task(self._accompanied(companion, name), name=name))

    async def stop(self) -> None:
        """End all polling within 0.3 s, whatever the services do."""
        for task in self._tasks:
            task.cancel()
        closing = [asyncio.ensure_future(poller.close()) for poller in self._pollers.values()]
        if self._tasks or closing:
            await asyncio.wait([*self._tasks, *closing], timeout=CLOSING)
        self._tasks.clear()
        self._store.close()

    async def poll_once(self) -> Board:
        """One poll of every source, concurrently, and the board after it."""
        be_impatient()
        polls = (self._guarded(name, poller.poll(), poller) for name, poller in self._pollers.items())
        await asyncio.gather(*polls)
        return self.board

    def refresh(self, name: str | None = None) -> None:
        """Poll one source, or all of them, now."""
        for poller in self._chosen(name):
            poller.refresh()

    def pause(self, name: str) -> None:
        """Stop polling one source."""
        self._pollers[name].pause()

    def resume(self, name: str) -> None:
        """Poll it again, at once."""
        self._pollers[name].resume()

    async def detail(self, ref: ItemRef) -> Detail:
        """What an item holds beyond its row; PollFailed when its service does not say."""
        return await self._pollers[ref.source].detail(ref)

    async def probe(self, name: str) -> tuple[str, ...]:
        """What `check` tells of one source beyond a poll; PollFailed when it does not answer."""
        return await self._pollers[name].probe()

    def _chosen(self, name: str | None) -> Iterable[Poller]:
        return self._pollers.values() if name is None else (self._pollers[name],)

    async def _keep_alive(self, poller: Poller) -> None:
        """Run a poller for ever: a crash is a health state and another try, never an exit."""
        while True:
            await self._guarded(poller.plan.name, poller.run(), poller)
            await self.clock.sleep(poller.plan.interval)

    async def _accompanied(self, companion: Companion, name: str) -> None:
        """Run a companion for ever."""
        while True:
            await self._guarded(name, companion.run(self))
            await self.clock.sleep(WATCH)

    async def _guarded(self, name: str, work: Awaitable[None], poller: Poller | None = None) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  (the one boundary: what breaks must be seen, and must not be fatal)
            # The traceback says where; the exception's own text may quote an address with a token in it.
            where = "".join(traceback.format_tb(error.__traceback__))
            kind = type(error).__name__
            log.error("%s: %s crashed with %s\n%s", name, "reader" if poller else "it", kind, where)
            if poller is not None:
                message = SafeText(f"its answer could not be read: {kind} in our own code; the log says where")
                poller.failed(Fault(kind=FaultKind.BAD_REPLY, message=message))

    async def _watch_for_sleep(self) -> None:
        """Poll everything at once after the machine slept: timers do not count that time, people do."""
        while True:
            before = self.clock.monotonic()
            await self.clock.sleep(WATCH)
            if self.clock.monotonic() - before > WATCH + SLEPT:
                self.refresh()
