"""Texts as words, for telling whether two of them speak of the same thing. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

SHORTEST = 4
"""Letters that a name must have to be looked for in a text: "ping" is a name, "up" is any word."""
ENOUGH = 2
"""Telling words that two texts must share, and half of those of the shorter one."""

_WORD = re.compile(r"\w+")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]*|[^\W\d_A-Za-z]+")
_EVERYDAY = (
    "a about above after again alert alerting alerts all an and any app are as at be been being below but by check "
    "checks critical cause day do does due error errors every exceed fail failing fails failure failures for from gov "
    "govuk had has have high host hour if in into is issue issues it its large last latest least less low machine "
    "machines minute more morning night no not number of ok on or out over problem service since status still "
    "than that the their then there this to too uk unable unexpectedly until up value warning week when which while "
    "with www monday tuesday wednesday thursday friday saturday sunday yesterday today"
)
_PLAIN = frozenset(_EVERYDAY.split())


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters; what stands between them does not count."""
    return tuple(_WORD.findall(text.casefold()))


def place_of(name: tuple[str, ...], text: tuple[str, ...]) -> int:
    """Where a text holds a name as words of its own, -1 where it does not."""
    if not name or sum(map(len, name)) < SHORTEST:
        return -1
    size = len(name)
    return next((at for at in range(len(text) - size + 1) if text[at : at + size] == name), -1)


def without(name: tuple[str, ...], text: tuple[str, ...]) -> tuple[str, ...]:
    """A text with a name taken out of it, once."""
    at = place_of(name, text)
    return text if at < 0 else (*text[:at], *text[at + len(name) :])


@lru_cache(maxsize=65_536)
def telling(text: str) -> frozenset[str]:
    """The words that tell what a text is about, by their stems; those joined without a space one by one."""
    found = (part.casefold() for part in _PARTS.findall(text))
    return frozenset(_stem(part) for part in found if len(part) > 1 and not part.isdigit() and part not in _PLAIN)


def _stem(word: str) -> str:
    """What "processed", "processing" and "unprocessed" share."""
    if word.startswith("un") and len(word) > 6:
        word = word[2:]
    for end in ("ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4 and not word.endswith("ss"):
            return word.removesuffix(end)
    return word


def shared(one: str, other: str) -> tuple[str, ...]:
    """The telling words that two texts share, when they are enough to think of one thing; else none."""
    mine, theirs = telling(one), telling(other)
    both = mine & theirs
    if len(both) < ENOUGH or 2 * len(both) < min(len(mine), len(theirs)):
        return ()
    return tuple(sorted(both, key=lambda stem: other.casefold().find(stem)))


def spelt(stems: tuple[str, ...], text: str) -> str:
    """These words as a text spells them, for people."""
    known = {_stem(part.casefold()): part for part in _PARTS.findall(text)}
    return ", ".join(known.get(stem, stem) for stem in stems)


def numbers_after(cue: re.Pattern[str], text: str) -> frozenset[int]:
    """The numbers that follow a cue in a text: all of "tickets 4711, 4712 and #4713"."""
    found = []
    for match in cue.finditer(text):
        found += [int(number) for number in re.findall(r"\d+", match[1])]
    return frozenset(found)
