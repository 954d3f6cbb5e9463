"""The list of every pane. The selection is an item's reference, never a row number: the list may move, it may not.

Only lines whose content changed are painted. A selected item that goes away leaves its place, marked, until the
person moves on; nothing else slides under the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.ui.painted import SCROLLING, Cursor, Painted
from secondline_tui.ui.rows import View, gone, row
from secondline_tui.ui.spans import Line, Role

GUTTER = 1
MARK = "●"


@dataclass(frozen=True, slots=True)
class Gone:
    """The place of the selected item after it went away."""

    item: Item
    since: datetime
    why: str

    @property
    def ref(self) -> ItemRef:
        """The item's reference."""
        return self.item.ref


Entry = Item | Gone


def _gone(_: Item) -> str:
    return "gone since"


class ItemList(ScrollView, Painted, can_focus=True, inherit_bindings=False):
    """Rows of items with a cursor that stays on its item."""

    DEFAULT_CSS = f"ItemList {{ {SCROLLING} }}"

    class Moved(Message):
        """The cursor is on another item, or on none."""

        def __init__(self, owner: ItemList) -> None:
            super().__init__()
            self.owner = owner

        @property
        def control(self) -> ItemList:
            """The list."""
            return self.owner

    class Opened(Moved):
        """The person asked for the whole item."""

    def __init__(
        self,
        view: Callable[[int], View],
        draw: Callable[[Item, View], tuple[Line, ...]] = row,
        *,
        id: str | None = None,  # noqa: A002  (Textual's name)
        empty: str = "",
        rests_at_top: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._rests_at_top = rests_at_top
        """Whether the first rows are shown while it does not have the keys, wherever its cursor is."""
        self._view = view
        self._draw = draw
        self._entries: Sequence[Entry] = ()
        self._cursor = 0
        self._touched = False
        self._tall = False
        self._empty: Line = ((f" {empty}", Role.MUTED),)
        self._painted: dict[int, tuple[Line, bool]] = {}
        self.marks: dict[ItemRef, Item] = {}
        """The items that the person has marked, as they were last seen."""

    # -- what others ask --------------------------------------------------------------------------------------

    @property
    def selected(self) -> Item | None:
        """The item under the cursor; the last known one where it is gone."""
        entry = self._entry()
        return entry.item if isinstance(entry, Gone) else entry

    @property
    def selected_is_gone(self) -> bool:
        """Whether that item is no longer in any answer."""
        return isinstance(self._entry(), Gone)

    @property
    def items(self) -> tuple[Item, ...]:
        """What the list shows, in order, without places of gone items."""
        return tuple(entry for entry in self._entries if not isinstance(entry, Gone))

    @property
    def above(self) -> int:
        """Rows hidden above the first one in sight."""
        return self.scroll_offset.y // self.row_height

    @property
    def below(self) -> int:
        """Rows hidden below the last one in sight."""
        shown = self.size.height // self.row_height
        return max(0, len(self._entries) - self.above - shown)

    @property
    def in_sight(self) -> tuple[Item, ...]:
        """What is on the screen, at least with its first line; without places of gone items."""
        last = -(-(self.scroll_offset.y + self.size.height) // self.row_height)
        return tuple(entry for entry in self._entries[self.above : last] if not isinstance(entry, Gone))

    @property
    def row_height(self) -> int:
        """Lines of a row."""
        return 2 if self._tall else 1

    def set_items(
        self,
        items: Sequence[Item],
        *,
        now: datetime,
        asked: bool = False,
        complete: bool = True,
        why: Callable[[Item], str] = _gone,
    ) -> None:
        """Show these items. The cursor stays on its item, and that item where it is on the screen.

        `asked` tells that the person chose to see less: what that hides leaves no place behind. While first answers
        are still to come (not `complete`) and nobody has moved yet, the cursor waits on the first row. `why` says in a
        word or two why an item is missing.
        """
        held = self._entry()
        entries: Sequence[Entry] = items
        cursor = self._cursor
        if held is not None:
            ref = held.ref
            place = next((index for index, item in enumerate(items) if item.ref == ref), None)
            if place is not None:
                cursor = place
            elif not asked and (self._touched or self.has_focus):
                cursor = min(self._cursor, len(items))
                lost = held if isinstance(held, Gone) else Gone(held, now, why(held))
                entries = [*items[:cursor], lost, *items[cursor:]]
            else:
                cursor = 0
        else:
            cursor = 0
        if not complete and not self._touched:
            entries, cursor = items, 0
        offset = self._cursor * self.row_height - self.scroll_offset.y
        self._entries, self._cursor = entries, cursor
        self._fit_size()
        if self.scroll_offset.y > 0:
            self._scroll(max(0, cursor * self.row_height - offset))
        self._keep_in_sight()
        self.repaint_changed()
        if held is None and self._entries:
            self.post_message(self.Moved(self))

    def set_tall(self, tall: bool) -> None:
        """Two lines a row, or one."""
        if tall != self._tall:
            self._tall = tall
            self._fit_size()
            self._keep_in_sight()
            self._painted.clear()
            self.refresh()

    def say_when_empty(self, line: Line) -> None:
        """What stands where there is no item: never more reassuring than what is known."""
        if line != self._empty:
            self._empty = line
            self.repaint_changed()

    def select(self, ref: ItemRef) -> bool:
        """Put the cursor on an item; False when the list does not show it."""
        place = next((index for index, entry in enumerate(self._entries) if entry.ref == ref), None)
        if place is not None:
            self._move_to(place)
        return place is not None

    def toggle_mark(self) -> None:
        """Mark the selected item, or take the mark away."""
        entry = self._entry()
        if entry is None or isinstance(entry, Gone):
            return
        if self.marks.pop(entry.ref, None) is None:
            self.marks[entry.ref] = entry
        self._repaint_rows(self._cursor)

    def clear_marks(self) -> None:
        """Take all marks away."""
        self.marks.clear()
        self.repaint_changed()

    def repaint_changed(self) -> None:
        """Paint the lines in sight that would now look different: contents, ages, the cursor."""
        top, height = self.scroll_offset.y, self.size.height
        look = cache(partial(self._lines, view=self._now_view()))
        changed = [y for y in range(top, top + height) if self._line(y, look) != self._painted.get(y)]
        if len(changed) > height // 2:
            self.refresh()
        else:
            for y in changed:
                self.refresh_line(y)

    # -- moving -----------------------------------------------------------------------------------------------

    def move(self, rows: int) -> None:
        """Move the cursor down, or up."""
        self._move_to(self._cursor + rows)

    def move_page(self, pages: int) -> None:
        """Move the cursor by what fits on the screen."""
        self._move_to(self._cursor + pages * max(1, self.size.height // self.row_height - 1))

    def move_to_end(self, *, last: bool) -> None:
        """Move the cursor to the first or last row."""
        self._move_to(len(self._entries) - 1 if last else 0)

    def _move_to(self, place: int) -> None:
        place = max(0, min(place, len(self._entries) - 1))
        entry = self._entry()
        self._touched = True
        if isinstance(entry, Gone) and place != self._cursor:
            self._entries = [e for e in self._entries if e is not entry]
            place -= place > self._cursor
            self._fit_size()
        elif place == self._cursor:
            return
        before, self._cursor = self._cursor, place
        self._keep_in_sight()
        if isinstance(entry, Gone):
            self.repaint_changed()
        else:
            self._repaint_rows(before, place)
        self.post_message(self.Moved(self))

    def _repaint_rows(self, *places: int) -> None:
        for place in places:
            for part in range(self.row_height):
                self.refresh_line(place * self.row_height + part)

    def _entry(self) -> Entry | None:
        return self._entries[self._cursor] if self._cursor < len(self._entries) else None

    def _keep_in_sight(self) -> None:
        """Scroll just as far as the cursor needs."""
        if self._rests_at_top and not self.has_focus:
            self._scroll(0)
            return
        top, height = self.scroll_offset.y, self.size.height
        first = self._cursor * self.row_height
        last = first + self.row_height
        if first < top:
            self._scroll(first)
        elif height and last > top + height:
            self._scroll(last - height)

    def _scroll(self, y: int) -> None:
        """Scroll, also where there is no scroll bar yet: rows that have just come bring it with the next layout."""
        self.scroll_to(y=y, animate=False, force=True)

    def _fit_size(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, len(self._entries) * self.row_height))

    # -- painting ---------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line in sight."""
        y += self.scroll_offset.y
        content = self._line(y, partial(self._lines, view=self._now_view()))
        self._painted[y] = content
        line, under_cursor = content
        if not under_cursor:
            return self.strip(line, self.size.width)
        return self.strip(line, self.size.width, Cursor.HERE if self.has_focus else Cursor.AWAY)

    def _now_view(self) -> View:
        return self._view(self.scrollable_content_region.width - GUTTER)

    def _lines(self, place: int, view: View) -> tuple[Line, ...]:
        """What a row says."""
        entry = self._entries[place]
        return gone(entry.item, view, entry.since, entry.why) if isinstance(entry, Gone) else self._draw(entry, view)

    def _line(self, y: int, look: Callable[[int], tuple[Line, ...]]) -> tuple[Line, bool]:
        """What a line says, and whether it is under the cursor."""
        place, part = divmod(y, self.row_height)
        if place >= len(self._entries):
            return (self._empty if y == 0 and not self._entries else ()), False
        entry, lines = self._entries[place], look(place)
        under = place == self._cursor
        mark = "▌" if under and self.has_focus else " "
        if self.marks and entry.ref in self.marks:
            mark = MARK
        return ((mark, Role.ACCENT), *(lines[part] if part < len(lines) else ())), under

    def notify_style_update(self) -> None:
        """Colours changed: paint everything anew."""
        self._painted.clear()
        super().notify_style_update()

    # -- events -----------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """A new size: the cursor stays in sight."""
        self._fit_size()
        self._painted.clear()
        self._keep_in_sight()

    def on_focus(self) -> None:
        """Its cursor is now the one that counts."""
        self._painted.clear()
        self.call_after_refresh(self._keep_in_sight)  # by then it has the focus
        self.post_message(self.Moved(self))

    def on_blur(self) -> None:
        """Its cursor stays, paler."""
        self._painted.clear()
        self.call_after_refresh(self._keep_in_sight)

    def on_click(self, event: events.Click) -> None:
        """Select; a second click opens."""
        place = (event.y + self.scroll_offset.y) // self.row_height
        if place < len(self._entries):
            self._move_to(place)
            if event.chain > 1:
                self.post_message(self.Opened(self))
