"""What the process ends with. 0 to 3 are the monitoring plugins' convention, the others those of sysexits.h."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3
    REFUSED = 4
    """`act`: the service said no."""
    NO_ANSWER = 5
    """`act`: sent, and it is not known what came of it."""
    USAGE = 64
    UNAVAILABLE = 69
    IO = 74
    CONFIG = 78
    INTERRUPTED = 130
