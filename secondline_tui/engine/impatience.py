"""Ending in time, whatever a thread is still waiting for.

asyncio looks names up on threads of its own, and waits for all of them when it ends: with DNS gone that takes a
minute. There are only six of them, too, so that one source's look-up could hold up another's.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

THREADS = 32


class Impatient(ThreadPoolExecutor):
    """An executor that nobody waits for."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Drop what has not begun, and leave what has."""
        super().shutdown(wait=False, cancel_futures=True)


def be_impatient() -> None:
    """Let the running loop's own threads be ones that nobody waits for."""
    executor = Impatient(max_workers=THREADS, thread_name_prefix="lookup")
    asyncio.get_running_loop().set_default_executor(executor)


def leave(code: int) -> int:
    """End the process with `code`; at once where a thread would still hold up the interpreter's own end."""
    held_up = any(
        thread.is_alive() and not thread.daemon
        for thread in threading.enumerate()
        if thread is not threading.current_thread()
    )
    if held_up:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code
