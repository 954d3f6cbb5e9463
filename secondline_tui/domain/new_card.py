"""A card that is made of an item: one action in two parts, the card and its picture. Pure."""

from __future__ import annotations

from secondline_tui.domain.actions import TROUBLE, Intent, State, Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText

NEW = "new"
"""The key of a card that is still to be made: no service has such a one."""
THERE = "the card is there; "
"""What the reasons of a picture's trouble begin with."""


def new_card(source: str) -> ItemRef:
    """The reference of a card that is still to be made on that board."""
    return ItemRef(source, Kind.CARD, NEW)


def is_made(intent: Intent) -> bool:
    """Whether the card is there, so that only its picture may be missing."""
    return intent.verb is Verb.CARD and intent.ref.key != NEW


def split(text: str) -> tuple[str, str]:
    """A card's title, which is the first line of what was typed, and its text."""
    title, _, rest = text.strip().partition("\n")
    return title.strip(), rest.strip()


def so_far(intent: Intent, state: State, reason: SafeText) -> SafeText:
    """The reason for a state; where only a part went wrong, it says what is there."""
    if state not in TROUBLE or not (is_made(intent) and intent.picture) or reason.startswith(THERE):
        return reason
    return SafeText(f"{THERE}{reason}")
