"""Screens and lists above the dashboard that stand fast typing. Textual 8.2.8's own do not."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TypeVar

from rich.segment import Segment
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingsMap
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import OptionList

from secondline_tui.ui.spans import cells

ResultT = TypeVar("ResultT")

HERE = "▸ "
"""What stands before the choice under the cursor."""


class Modal(ModalScreen[ResultT]):
    """A screen that ends once, and nothing but itself: a second Enter, typed in time, would end the one below too."""

    _result: ResultT | None = None
    _ended = False

    def adopt(self, keys: Mapping[str, str], *names: str, but: str = "") -> None:
        """Give commands the keys here that they have on the dashboard, `but` for one that does something else."""
        own = [Binding(keys[name], name, show=False) for name in names if keys[name]]
        bound = BindingsMap(own).key_to_bindings
        bound.pop(but, None)
        self._bindings.key_to_bindings.update(bound)

    def dismiss(self, result: ResultT | None = None) -> AwaitComplete:
        """End with a result, the first one; behind another screen as soon as that one is gone."""
        if self._ended:
            return AwaitComplete()
        self._ended, self._result = True, result
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def on_screen_resume(self) -> None:
        """This screen is in front: end it, if that was to be."""
        if self._ended and self.app.screen is self:
            super().dismiss(self._result)

    async def agreed(self, question: Modal[bool]) -> bool:
        """Whether the person says yes. Nobody is asked above another screen: its keys would be taken for the answer."""
        if self.app.screen is not self:
            return False
        said = await self.app.push_screen_wait(question)
        return said is True


class Options(OptionList):
    """A list whose page keys do no harm before it has been laid out, and whose cursor is seen without colours too."""

    def _get_left_gutter_width(self) -> int:
        """Room for the mark."""
        return cells(HERE)

    def render_line(self, y: int) -> Strip:
        """A line, and before the chosen one a mark."""
        strip = super().render_line(y)
        style = next((segment.style for segment in strip), None)
        mark = HERE if self._begins_chosen(self.scroll_offset.y + y) else " " * cells(HERE)
        return Strip([Segment(mark, style), *strip]).crop(0, self.scrollable_content_region.width)

    def _begins_chosen(self, line: int) -> bool:
        return line < len(self._lines) and self._lines[line] == (self.highlighted, 0)

    def action_page_up(self) -> None:
        """A page back."""
        with contextlib.suppress(KeyError):
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """A page on."""
        with contextlib.suppress(KeyError):
            super().action_page_down()  # type: ignore[no-untyped-call]
