"""The real clock."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime

# A laptop that slept must not show three-hour-old data as 40 s old. On Linux only CLOCK_BOOTTIME goes on during
# sleep; on macOS CLOCK_MONOTONIC does.
_CLOCK: int | None = {
    "linux": getattr(time, "CLOCK_BOOTTIME", None),
    "darwin": getattr(time, "CLOCK_MONOTONIC", None),
}.get(sys.platform)


class SystemClock:
    """Time as the machine tells it."""

    def now(self) -> datetime:
        """The wall time, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds, going on while the machine sleeps."""
        return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`; time during which the machine slept does not count."""
        await asyncio.sleep(seconds)
