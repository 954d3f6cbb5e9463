"""Text with a role, cut and padded by terminal cells. No colours here: a theme gives each role its style."""

from __future__ import annotations

from collections.abc import Iterable
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
    return sum(cell_len(text) for text, _ in line)


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: cut with an ellipsis, or padded on the right."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + ELLIPSIS


def clip(text: str, width: int) -> str:
    """`text` in exactly `width` cells, its end simply missing: for words that their beginning tells."""
    return set_cell_size(text, max(0, width))


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where it was cut."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def right(text: str, width: int) -> str:
    """`text` in exactly `width` cells, at their right end."""
    return " " * max(0, width - cell_len(text)) + cut(text, width)


def cut_line(line: Iterable[Span], width: int) -> Line:
    """A line in at most `width` cells."""
    kept: list[Span] = []
    left = width
    for text, role in line:
        if not text:
            continue
        if cell_len(text) > left:
            kept.append((cut(text, left), role))
            break
        kept.append((text, role))
        left -= cell_len(text)
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
    lines: list[str] = []
    for paragraph in text.split("\n"):
        rest = paragraph
        while cell_len(rest) > width:
            head = _head(rest, width)
            space = head.rfind(" ")
            if space > 0 and not rest[len(head) : len(head) + 1].isspace():
                head = head[:space]
            lines.append(head.rstrip())
            rest = rest[len(head) :].lstrip(" ")
        lines.append(rest)
    return lines


def _head(text: str, width: int) -> str:
    """The longest beginning of `text` of at most `width` cells, and at least one character."""
    taken = 0
    for index, character in enumerate(text):
        taken += cell_len(character)
        if taken > width:
            return text[: max(1, index)]
    return text
