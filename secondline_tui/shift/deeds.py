"""What people did to items, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from secondline_tui.domain.actions import Action, State
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, clean_block, first_line
from secondline_tui.shift.markdown import plain

Told = Callable[[datetime], str]

_QUOTED = 120
"""Characters of what was written that are repeated."""


def deed(action: Action, told: Told) -> str:
    """One action: when, by whom, what, and how far it came unless the service shows it."""
    intent = action.intent
    by = f" {plain(intent.author)}" if intent.author else ""
    text = first_line(clean_block(intent.text)) if intent.text else EMPTY
    said = f" “{plain(text, _QUOTED)}”" if text else ""
    to = f" → {plain(intent.to_name or intent.to)}" if intent.to_name or intent.to else ""
    until = f" until {told(intent.until)}" if intent.until else ""
    reason = f": {plain(action.reason)}" if action.reason else ""
    state = "" if action.state is State.CONFIRMED else f" ({action.state}{reason})"
    return f"{told(intent.at)}{by}: {intent.verb}{to}{until}{said}{state}"


def deeds(actions: Iterable[Action], refs: Collection[ItemRef], told: Told) -> list[str]:
    """What was done to these items, a point each below theirs."""
    return [f"  - {deed(action, told)}" for action in actions if any(ref in refs for ref in action.intent.targets)]
