from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.lane import Lane, aside


def lanes() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lane:")]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110  (it comes true on another thread)
            await asyncio.sleep(0.005)


@pytest.fixture
def lane() -> Lane:
    return Lane("test")


async def test_calls_run_in_order_on_one_daemon_thread(lane: Lane) -> None:
    assert "lane:test" not in lanes()  # nothing is started before it is needed
    order: list[int] = []

    def note(number: int) -> threading.Thread:
        order.append(number)
        return threading.current_thread()

    threads = set(await asyncio.gather(*(lane.call(partial(note, number)) for number in range(5))))
    assert order == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threads.pop().daemon
    assert lanes().count("lane:test") == 1
    lane.close()
    await until(lambda: "lane:test" not in lanes())


async def test_what_a_call_raises_is_raised_where_it_is_awaited(lane: Lane) -> None:
    def fails() -> None:
        raise KeyError("odd")

    with pytest.raises(KeyError, match="odd"):
        await lane.call(fails)
    assert await lane.call(lambda: 7) == 7
    lane.close()


async def test_a_hung_call_holds_up_neither_the_loop_nor_closing(lane: Lane) -> None:
    release = threading.Event()
    hung = asyncio.create_task(lane.call(lambda: release.wait(5)))
    began = time.monotonic()
    await asyncio.sleep(0.01)
    hung.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hung
    lane.close()
    assert time.monotonic() - began < 3
    release.set()


async def test_while_a_call_that_nobody_waits_for_goes_on_the_lane_says_so(lane: Lane) -> None:
    release, later = threading.Event(), threading.Event()
    hung = asyncio.create_task(lane.call(lambda: release.wait(5)))
    queued = asyncio.create_task(lane.call(later.set))
    await asyncio.sleep(0.01)
    for task in (hung, queued):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    for _ in range(3):
        with pytest.raises(PollFailed) as caught:
            await lane.call(lambda: None)
        assert caught.value.fault.kind is FaultKind.TIMED_OUT
    assert lanes().count("lane:test") == 1
    release.set()
    while True:
        try:
            assert await lane.call(lambda: "well again") == "well again"
            break
        except PollFailed:
            await asyncio.sleep(0.005)
    assert not later.is_set()  # it was given up before it began
    lane.close()


async def test_a_closed_lane_says_so_instead_of_waiting_for_ever(lane: Lane) -> None:
    lane.close()
    with pytest.raises(PollFailed):
        await asyncio.wait_for(lane.call(lambda: None), 1)


async def test_aside_leaves_no_thread_behind() -> None:
    assert await aside("once", lambda: 3) == 3
    await until(lambda: "lane:once" not in lanes())


def test_a_program_ends_while_a_lane_hangs() -> None:
    code = (
        "import asyncio, time\n"
        "from secondline_tui.sources.lane import Lane\n"
        "async def main():\n"
        "    asyncio.create_task(Lane('x').call(lambda: time.sleep(0.4)))\n"
        "    await asyncio.sleep(0.1)\n"
        "asyncio.run(main())\n"
        "time.sleep(0.5)\n"  # the call ends when its loop is long gone: nothing may be said about it
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=10, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
