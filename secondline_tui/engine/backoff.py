"""How long to wait before the next poll. Pure."""

from __future__ import annotations

FIRST_RETRY = 2.0
LONGEST_RETRY_AFTER = 900.0


def next_delay(interval: float, failures: int, jitter: float, retry_after: float | None = None) -> float:
    """Seconds from the start of this poll to the start of the next.

    After a success, the interval. After failures, 2 s, 4 s, 8 s … up to the interval, shortened by up to a quarter
    (`jitter` from 0 to 1) so that several screens do not knock at once: a blip heals quickly, and a source that is
    back is seen within one interval. A service that asked for peace gets it, up to 15 minutes.
    """
    if not failures:
        return interval
    delay = min(interval, FIRST_RETRY * 2.0 ** min(failures - 1, 20)) * (1 - jitter / 4)
    if retry_after is not None:
        delay = max(delay, min(retry_after, LONGEST_RETRY_AFTER))
    return delay
