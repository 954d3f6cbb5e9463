"""Large JSON read a slice at a time: in one go, ten thousand rows would hold up a key for a tenth of a second."""

from __future__ import annotations

import re

from pydantic_core import from_json

from secondline_tui.sources.pacing import Pace
from secondline_tui.sources.wire import parse_json

LARGE = 256 * 1024
"""Bytes from which an answer is read in slices."""
SLICE = 96 * 1024
TRIES = 4
"""How many places are tried for the end of a slice. Where none of them is one, the rows are too large to be cut."""

_HEAD = re.compile(rb'\s*(?:\{\s*"\w+"\s*:\s*(?:"[^"\\{]*"\s*,\s*"\w+"\s*:\s*)?)*\[')
"""What stands before the rows: names, each of them for all that follows, and perhaps one plain text before it."""
_BETWEEN = re.compile(rb"(?<=\})\s*,\s*(?=\{)")
"""What stands between two rows, and in other places too."""


async def parsed(body: bytes, what: str) -> object:
    """The JSON in `body` as `parse_json` has it, refusals included; between slices of its rows keys are answered."""
    if len(body) >= LARGE:
        try:
            found = await _sliced(body)
        except ValueError:
            found = None
        if found is not None:
            return found
    return parse_json(body, what)


async def _sliced(body: bytes) -> object | None:
    """The JSON of an answer that is one long list of objects, however wrapped; None where it is something else.

    A slice that can be parsed from where a row begins is a number of whole rows: JSON is read from left to right, and
    only between two rows of the list nothing is left open. ValueError where something cannot be parsed.
    """
    head, stop = _HEAD.match(body), body.rfind(b"]")
    if head is None:
        return None
    start, found, pace = head.end(), list[object](), Pace()
    while start < stop:
        slice_ = _slice(body, start, stop)
        if slice_ is None:
            return None
        rows, start = slice_
        found += rows
        await pace.step()
    whole: object = from_json(body[: head.end()] + body[stop:])
    place = whole
    while isinstance(place, dict) and place:
        place = list(place.values())[-1]
    if not isinstance(place, list):  # something follows the rows
        return None
    place += found
    return whole


def _slice(body: bytes, start: int, stop: int) -> tuple[list[object], int] | None:
    """Some rows, and where the next begins; None when no place is found where they end."""
    aim = start + SLICE
    for _ in range(TRIES):
        between = _BETWEEN.search(body, aim, stop)
        end, following = between.span() if between else (stop, stop)
        try:
            return from_json(b"[%b]" % body[start:end]), following
        except ValueError:
            if between is None:
                raise
            aim = following
    return None
