"""Mends what httpcore 1.0.9 does when a TLS handshake is given up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

Trace = Callable[[str, Mapping[str, object]], Awaitable[None]]
"""What httpcore tells of a request's course: an event's name, and what belongs to it."""


@runtime_checkable
class _Stream(Protocol):
    async def aclose(self) -> None: ...


def closing(follow: Trace | None = None) -> Trace:
    """A trace that closes the connection whose handshake was given up, and tells `follow` of everything.

    httpcore closes it only when the handshake failed: one that was cancelled (a poll's deadline, or quitting) stays
    open until the garbage collector comes by.
    """
    opened: _Stream | None = None

    async def trace(event: str, info: Mapping[str, object]) -> None:
        nonlocal opened
        if event.endswith("connect_tcp.complete"):
            stream = info["return_value"]
            opened = stream if isinstance(stream, _Stream) else None
        elif event.endswith("start_tls.failed") and opened is not None:
            await opened.aclose()
        if follow is not None:
            await follow(event, info)

    return trace
