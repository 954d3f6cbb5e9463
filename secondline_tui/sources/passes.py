"""Lists that are read one after the other, between which things move. Pure."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from secondline_tui.sources.errors import bad_reply

ATTEMPTS = 3
"""Times that lists which keep changing are read."""

FoundT = TypeVar("FoundT")


def nothing_lost(
    read: Callable[[], FoundT], ids: Callable[[FoundT], AbstractSet[str]], before: AbstractSet[str], what: str
) -> FoundT:
    """What `read` finds in all the lists together; PollFailed where they do not stand still long enough.

    What moves to a list that was read already, from one that was not, is in neither. So where anything is missing that
    was there `before`, the lists are read again, until that finds nothing new: then it has left them all. As long as
    nothing leaves, nothing is read twice.
    """
    found = read()
    known = set(before)
    for _ in range(ATTEMPTS - 1):
        if known <= ids(found):
            return found
        again = read()
        if ids(again) <= ids(found):
            return again
        known |= ids(found)
        found = again
    if known <= ids(found):
        return found
    raise bad_reply(f"{what} kept changing while they were read {ATTEMPTS} times")
