"""Whether the text of a new card still links it to the item that it is made of. Pure."""

from __future__ import annotations

from secondline_tui.shift.new_card import belongs, link_line
from secondline_tui.ui.prompts.errand import Target


def unlinked(target: Target, text: str) -> str:
    """What to say of a text that no longer names the item; "" where it does."""
    item = target.item
    if target.about is None or item is None or not text.strip() or belongs(item, text):
        return ""
    return f'nothing in it links the card to the {item.ref.kind}, as the line "{link_line(item)}" would'
