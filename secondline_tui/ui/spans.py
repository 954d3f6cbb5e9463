"""Text with a role, cut and padded by terminal cells. No colours here: a theme gives each role its style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from rich.cells import cell_len, set_cell_size


class Role(StrEnum):
    """What a piece of text is, as far as its looks go."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"
    GOOD = "good"
    DOUBT = "doubt"
    DATED = "dated"
    ACCENT = "accent"
    GONE = "gone"
    KEY = "key"


Span = tuple[str, Role]
Line = tuple[Span, ...]

ELLIPSIS = "…"


def width_of(line: Iterable[Span]) -> int:
    """Width in cells."""
    return sum(cells(text) for text, _ in line)


def cells(text: str) -> int:
    """The cells that a text takes. Most texts are ASCII, and those are quickly measured: rows are drawn each second."""
    return len(text) if text.isascii() else cell_len(text)


def _sized(text: str, width: int) -> str:
    return text[:width].ljust(width) if text.isascii() else set_cell_size(text, width)


def _near(text: str, width: int) -> str:
    """The part of a text that `width` cells may show, marks included: a long rest is not even measured."""
    return text[: 4 * width + 8]


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: cut with an ellipsis, or padded on the right."""
    if width <= 0:
        return ""
    text = _near(text, width)
    if cells(text) <= width:
        return _sized(text, width)
    return _sized(text, width - 1) + ELLIPSIS


def clip(text: str, width: int) -> str:
    """`text` in exactly `width` cells, its end simply missing: for words that their beginning tells."""
    return _sized(_near(text, max(0, width)), max(0, width))


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    text = _near(text, width)
    if cells(text) <= width:
        return text
    return _sized(text, width - 1).rstrip() + ELLIPSIS


def right(text: str, width: int) -> str:
    """`text` in exactly `width` cells, at their right end."""
    shown = cut(text, width)
    return " " * max(0, width - cells(shown)) + shown


def cut_line(line: Iterable[Span], width: int) -> Line:
    """A line in at most `width` cells."""
    kept: list[Span] = []
    left = width
    for text, role in line:
        if not text:
            continue
        shown = cut(text, left)
        kept.append((shown, role))
        left -= cells(shown)
        if shown != text:
            break
    return tuple(kept)


def spread(start: Iterable[Span], end: Iterable[Span], width: int) -> Line:
    """`start` at the left and `end` at the right of `width` cells; where both do not fit, `start` is cut."""
    ending = cut_line(end, width)
    room = width - width_of(ending)
    beginning = cut_line(start, max(0, room - 1) if ending else room)
    gap = room - width_of(beginning)
    return (*beginning, (" " * gap, Role.PLAIN), *ending)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces where there are any."""
    return [line for paragraph in text.split("\n") for line in _wrapped(paragraph, width)]


def _wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of one paragraph. Each character is looked at once, however long the text is."""
    start = 0
    while (end := _end(text, start, width)) < len(text):
        space = text.rfind(" ", start, end)
        if space > start and not text[end].isspace():
            end = space
        yield text[start:end].rstrip()
        start = end
        while text.startswith(" ", start):
            start += 1
    yield text[start:]


def _end(text: str, start: int, width: int) -> int:
    """Where the longest part of at most `width` cells ends that begins at `start`; it has at least one character."""
    end, left = start, width
    if text[start : start + width].isascii():
        end, left = min(start + width, len(text)), 0
    while end < len(text) and (taken := cells(text[end])) <= left:
        end, left = end + 1, left - taken
    return max(end, min(start + 1, len(text)))
