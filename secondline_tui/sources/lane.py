"""A lane: one daemon thread for one synchronous library, so that a call that hangs holds up nothing else.

asyncio's own threads will not do: there are six of them for the whole program, DNS look-ups included, and quitting
waits for each.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

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
        self._waiting = 0

    async def call(self, work: Callable[[], ResultT]) -> ResultT:
        """The result of `work`, run on the lane. Cancelling gives up waiting; the thread finishes by itself.

        A call that nobody waits for any more blocks the lane until it ends: meanwhile, PollFailed(timed_out).
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"lane:{self._name}", daemon=True)
            self._thread.start()
        if self._waiting:
            raise failed(FaultKind.TIMED_OUT, "the previous request has not ended yet")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[ResultT] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001  (handed over, whatever it is, to whoever awaits)
                self._hand_over(loop, future, None, error)
            else:
                self._hand_over(loop, future, result, None)

        self._jobs.put(job)
        self._waiting += 1
        return await future

    def close(self) -> None:
        """Let the thread end after its current call."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _hand_over(
        self,
        loop: asyncio.AbstractEventLoop,
        future: asyncio.Future[ResultT],
        result: ResultT | None,
        error: BaseException | None,
    ) -> None:
        def settle() -> None:
            self._waiting -= 1
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

        if not loop.is_closed():
            loop.call_soon_threadsafe(settle)


async def aside(name: str, work: Callable[[], ResultT]) -> ResultT:
    """The result of one call on a daemon thread of its own: imports, secrets, certificates."""
    lane = Lane(name)
    try:
        return await lane.call(work)
    finally:
        lane.close()
