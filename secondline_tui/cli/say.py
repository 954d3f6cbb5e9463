"""What is printed, whoever listens: a terminal of few characters, a pipe that was left, a stream that is closed.

An exit code tells how things are; nothing about a stream may change it, except that what was asked for got lost.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


def tell(text: str) -> None:
    """Print for those who asked. A reader who left is none of our business; OSError when the text cannot be kept."""
    _put(sys.stdout, text)


def complain(text: str) -> None:
    """Print for whoever looks after us, as far as that is possible."""
    with contextlib.suppress(OSError):
        _put(sys.stderr, text)


def _put(stream: TextIO | None, text: str) -> None:
    if stream is None:  # closed before we began
        return
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _silence(stream)
        if not isinstance(error, BrokenPipeError):
            raise


def _silence(stream: TextIO) -> None:
    """Let the interpreter find nothing to complain about when it flushes at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    except (OSError, ValueError):
        pass
    finally:
        os.close(nowhere)
