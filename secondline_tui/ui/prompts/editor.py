"""The multi-line editor. Every printable key types; what is in it is what is sent."""

from __future__ import annotations

import contextlib
import re
import unicodedata

from textual import events
from textual.message import Message
from textual.widgets import TextArea

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_MARKS = frozenset("\u200c\u200d\u200e\u200f\u061c\xad\u2060\ufeff")
"""Invisible signs that belong to a text: joiners, directions of single words, where a word may be broken."""


def editable(text: str) -> tuple[str, str]:
    """A text as the editor can hold it, and what had to be changed for that, "" when nothing had.

    Line ends become line feeds, since an editor knows only lines; and what controls terminals is left out.
    """
    plain = _LINE_ENDS.sub("\n", text)
    told = ["line ends are plain line feeds now"] if plain != text else []
    kept = "".join(sign for sign in plain if _allowed(sign))
    out = len(plain) - len(kept)
    if out:
        told.append(f"{out} control character{'s' if out > 1 else ''} left out")
    return kept, " and ".join(told)


def _allowed(sign: str) -> bool:
    if sign in "\n\t" or sign.isprintable() or sign in _MARKS:
        return True
    return unicodedata.category(sign) not in ("Cc", "Cf", "Cs")


LONGEST = 200_000
"""Characters that an editor takes: more than any service does, and no more than can be drawn between two keys."""


class Editor(TextArea):
    """A TextArea whose text is exactly what was typed or pasted; where that cannot be, it says so."""

    class Tidied(Message):
        """Something that was pasted had to be changed."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(editable(text)[0], id=id, compact=True, highlight_cursor_line=False, tab_behavior="focus")

    def _recompute_cursor_offset(self) -> None:
        """Textual 8.2.8 breaks where undoing takes the scrollbar away before the cursor leaves a line that is gone."""
        with contextlib.suppress(ValueError):
            super()._recompute_cursor_offset()  # type: ignore[no-untyped-call]

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text)

    def insert_text_at_cursor(self, text: str) -> None:
        """Type a text: what was pasted, or a letter that came before the editor had the keys."""
        if len(text) > 1 and len(self.text) + len(text) > LONGEST:
            self.post_message(self.Tidied(f"nothing is here: {len(text)} characters are too many"))
            return
        kept, told = editable(text)
        if result := self._replace_via_keyboard(kept, *self.selection):
            self.move_cursor(result.end_location)
        if told:
            self.post_message(self.Tidied(told))

    def exchange(self, text: str) -> None:
        """Put another text in place of all of it; the editor's own undo brings the old one back."""
        kept, told = editable(text)
        self.replace(kept, self.document.start, self.document.end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)
        if told:
            self.post_message(self.Tidied(told))
