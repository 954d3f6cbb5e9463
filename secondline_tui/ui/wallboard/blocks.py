"""Blocks of lines, and tiles with a large figure each, drawn to the room there is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from secondline_tui.ui.spans import Line, Role, Span, cut_line, width_of
from secondline_tui.ui.wallboard.glyphs import SCALES, Scale, broad, drawn, largest

Block = list[Line]
GAP = 2
MARGIN = 1
"""Dots free behind a figure: or two beside one another would be read as one."""
READABLE = 7
"""Lines of a figure that can be read from across a room."""
AMONG = " · "
"""What stands between things of one sort in a remark."""
SHARE = 0.62
"""The part of a page's height that figures may take."""


def filled(line: Iterable[Span], width: int, role: Role = Role.PLAIN) -> Line:
    """A line of exactly `width` cells."""
    shown = cut_line(line, width)
    return (*shown, (" " * (width - width_of(shown)), role))


def heading(words: Iterable[Span], width: int) -> Line:
    """A title with a rule behind it."""
    shown = cut_line((*words, (" ", Role.PLAIN)), width)
    return (*shown, ("─" * (width - width_of(shown)), Role.MUTED))


def beside(blocks: Sequence[tuple[Block, int]]) -> Block:
    """Blocks of given widths next to one another, with gaps between."""
    rows = zip_longest(*(block for block, _ in blocks), fillvalue=())
    gap = (" " * GAP, Role.PLAIN)
    lines: Block = []
    for row in rows:
        spans: list[Span] = []
        for (_, width), line in zip(blocks, row, strict=True):
            spans += [gap] if spans else []
            spans += filled(line, width)
        lines.append(tuple(spans))
    return lines


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with a title above and a remark below."""

    title: str
    forms: tuple[str, ...]
    """The figure, the longest form first."""
    role: Role
    """DOUBT fills the whole tile."""
    remark: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles as they are drawn."""

    block: Block
    figure: int
    """Lines that each figure has."""


NO_GRID = Grid([], 0)


def tiled(tiles: Sequence[Tile], width: int, height: int, *, group: int = 1) -> Grid:
    """The tiles in a grid, in columns that are a multiple of `group`, with the largest figures that fit; of several
    such grids the one that takes the fewest lines. Empty where there is no room for any figure.
    """
    for form in (0, -1):
        best = max(_grids(tiles, width, height, group, form), default=None)
        if best is not None:
            down, across, *_, columns = best
            return _laid(tiles, width, columns, Scale(across, down).lines)
    return NO_GRID


def _grids(tiles: Sequence[Tile], width: int, height: int, group: int, form: int) -> Iterator[tuple[int, ...]]:
    """Height and breadth of a dot, fewness of rows and of holes, and columns, of every grid that fits."""
    longest = max((len(tile.title) for tile in tiles), default=0)
    for columns in range(group, len(tiles) + 1, group):
        rows = -(-len(tiles) // columns)
        share = _share(width, columns)
        sizes = [largest(tile.forms[form], share - 2, (height + 1) // rows - 3, MARGIN) for tile in tiles]
        found = [(scale.down, scale.across) for scale in sizes if scale is not None]
        if len(found) == len(tiles) and (share >= longest + 2 or columns == group):
            down, across = min(found)
            yield down, across, -rows, -(rows * columns), columns


def _share(width: int, columns: int) -> int:
    return (width - GAP * (columns - 1)) // columns


def _laid(tiles: Sequence[Tile], width: int, columns: int, lines: int) -> Grid:
    share = _share(width, columns)
    block: Block = []
    for start in range(0, len(tiles), columns):
        block += [()] if block else []
        block += beside([(_tile(tile, share, lines), share) for tile in tiles[start : start + columns]])
    return Grid(block, lines)


def whole(remark: Iterable[Span], width: int) -> Line:
    """A blank before each part of a remark, and as many parts as have room: only the very first is ever cut."""
    told: list[Span] = []
    for text, role in remark:
        parts = text.split(AMONG) if text else []
        while parts and width_of([*told, (f" {AMONG.join(parts)}", role)]) > width:
            parts.pop()
        if parts:
            told.append((f" {AMONG.join(parts)}", role))
        elif text:
            return tuple(told) or ((f" {text.partition(AMONG)[0]}", role),)
    return tuple(told)


def _tile(tile: Tile, width: int, lines: int) -> Block:
    doubted = tile.role is Role.DOUBT
    title: Span = (f" {tile.title}", Role.DOUBT if doubted else Role.STRONG)
    remark = [(text, Role.DOUBT if doubted else role) for text, role in whole(tile.remark, width)]
    figure = figured(tile.forms, width - 2, lines, tile.role, MARGIN)
    lines_of = [((" ", tile.role), *line) for line in figure]
    fill = Role.DOUBT if doubted else Role.PLAIN
    top = filled((title,), width, fill) if doubted else heading((title,), width)
    return [top, *(filled(line, width, fill) for line in lines_of), filled(remark, width, fill)]


def figured(forms: Sequence[str], width: int, lines: int, role: Role, margin: int = 0) -> Block:
    """The longest form that fits in exactly so many lines, as broad as it fits."""
    for form in forms:
        for scale in SCALES:
            if scale.lines == lines and broad(form, scale) + margin * scale.across <= width:
                return [((line, role),) for line in drawn(form, scale)]
    return []
