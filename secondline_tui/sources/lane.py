"""A lane: one daemon thread for one synchronous library, so that a call that hangs holds up nothing else.

asyncio's own threads will not do: there are six of them for the whole program, DNS look-ups included, and quitting
waits for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import TypeVar, cast

from secondline_tui.domain.health import FaultKind
from secondline_tui.sources.errors import failed

ResultT = TypeVar("ResultT")
_Job = Callable[[], None]


class Lane:
    """Runs calls one after the other on a thread of its own, which starts with the first call."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._given_up = 0
        self._closed = False

    async def call(self, work: Callable[[], ResultT]) -> ResultT:
        """The result of `work`, run on the lane after the calls before it. Cancelling gives up waiting: `work` is left
        out if it has not begun, and finishes by itself if it has.

        A call that nobody waits for any more blocks the lane until it ends: meanwhile, PollFailed(timed_out).
        """
        if self._closed:
            raise failed(FaultKind.UNREACHABLE, "its connection was closed")
        if self._given_up > 0:
            raise failed(FaultKind.TIMED_OUT, "the previous request has not ended yet")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"lane:{self._name}", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[ResultT] = loop.create_future()

        def job() -> None:
            if future.cancelled():
                self._tell(loop, lambda: self._settle(future, None, None))
                return
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  (handed over, whatever it is, to whoever awaits)
                failure = error
                self._tell(loop, lambda: self._settle(future, None, failure))
            else:
                self._tell(loop, lambda: self._settle(future, result, None))

        self._jobs.put(job)
        try:
            return await future
        except asyncio.CancelledError:
            self._given_up += future.cancelled()
            raise

    def close(self) -> None:
        """Let the thread end after the calls that were asked for."""
        self._closed = True
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _tell(self, loop: asyncio.AbstractEventLoop, settle: _Job) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone, and whoever waited with it
            loop.call_soon_threadsafe(settle)

    def _settle(self, future: asyncio.Future[ResultT], result: ResultT | None, error: BaseException | None) -> None:
        if future.done():
            self._given_up -= 1
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast(ResultT, result))


async def aside(name: str, work: Callable[[], ResultT]) -> ResultT:
    """The result of one call on a daemon thread of its own: imports, secrets, certificates."""
    lane = Lane(name)
    try:
        return await lane.call(work)
    finally:
        lane.close()
