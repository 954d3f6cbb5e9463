"""What people did to items, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from secondline_tui.domain.actions import Action, State, Verb
from secondline_tui.domain.forms import called
from secondline_tui.domain.opening import unborn
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, clean_block, first_line
from secondline_tui.shift.markdown import plain

_TO_A_KEY = frozenset(
    {Verb.END_DOWNTIME, Verb.EXPIRE, Verb.END_OVERRIDE, Verb.RELEASE, Verb.MOVE, Verb.PRIORITY, Verb.REASSIGN}
)
"""Where they lead has a service's own key: without a name nothing is said of it."""

Told = Callable[[datetime], str]

_QUOTED = 120
"""Characters of what was written that are repeated."""


def deed(action: Action, told: Told) -> str:
    """One action: when, by whom, what, and how far it came unless the service shows it."""
    intent = action.intent
    by = f" {plain(intent.author)}" if intent.author else ""
    text = first_line(clean_block(intent.text)) if intent.text else EMPTY
    said = f" “{plain(text, _QUOTED)}”" if text else ""
    where = intent.to_name or ("" if intent.verb in _TO_A_KEY else intent.to)
    to = f" → {plain(where)}" if where else ""
    until = f" until {told(intent.until)}" if intent.until else ""
    reason = f": {plain(action.reason)}" if action.reason else ""
    state = "" if action.state is State.CONFIRMED else f" ({action.state}{reason})"
    return f"{told(intent.at)}{by}: {called(intent.verb)}{to}{until}{said}{state}"


def deeds(actions: Iterable[Action], refs: Collection[ItemRef], told: Told) -> list[str]:
    """What was done to these items, a point each below theirs."""
    return [
        f"  - {deed(action, told)}"
        for action in actions
        if any(ref in refs for ref in (subject(action), *action.intent.targets))
    ]


def subject(action: Action) -> ItemRef:
    """What an action is about: a declaration, the page that came of it, or none but its own as long as that is open."""
    ref = action.intent.ref
    if ref != unborn(ref.source):
        return ref
    return replace(ref, key=action.remote or f"{ref.key} {action.intent.id}")
