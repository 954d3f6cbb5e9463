"""Why something is not offered on an item, where that is worth saying. Pure."""

from __future__ import annotations

from collections.abc import Collection

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.items import Alert, Card, Incident, Item, OnCall, Ticket
from secondline_tui.domain.offers import IDEAS, OFFERS, PERMISSIONS, may


def why_not(idea: Verb, item: Item, state: SourceState, forbidden: Collection[tuple[str, Verb]] = ()) -> str:
    """Why this idea cannot be carried out on this item now; "" where there is no such thing for items of its sort."""
    offer = OFFERS.get((state.type, type(item)), {})
    verbs = [verb for verb in IDEAS.get(idea, (idea,)) if verb in offer]
    if not verbs:
        return ""
    if state.read_only:
        return f"{state.name} is read-only here"
    for verb in verbs:
        if not may(state, verb):
            return f"{state.name}'s account may not {verb}: it needs permission {PERMISSIONS[state.type, verb]}"
        if (state.name, verb) in forbidden:
            return f"{state.name}'s account may not {verb}: it was refused before"
    return _as_it_is(verbs[0], item)


def _as_it_is(verb: Verb, item: Item) -> str:
    """What about the item stands in the way."""
    match verb, item:
        case ((Verb.ACKNOWLEDGE | Verb.SILENCE), Alert(acknowledged=held)) if held is not None:
            return f"{held.by} has it already: {held.comment}" if held.comment else f"{held.by} has it already"
        case ((Verb.UNACKNOWLEDGE | Verb.EXTEND | Verb.EXPIRE), Alert(acknowledged=None)):
            return "nobody has it"
        case Verb.END_DOWNTIME, Alert():
            return "it is in no downtime"
        case Verb.ACKNOWLEDGE, Incident() if not item.triggered:
            return f"it is {item.status} already"
        case Verb.SNOOZE, Incident():
            return "only what is acknowledged can be snoozed"
        case ((Verb.RELEASE | Verb.END_OVERRIDE), (Ticket() | OnCall())):
            return _nothing_to_end(item)
        case _, Card():
            return "it has no due date"
        case _:
            return ""


def _nothing_to_end(item: Ticket | OnCall) -> str:
    """Why it cannot be given back."""
    if isinstance(item, OnCall):
        return "nobody was put in there by hand"
    return f"it is not yours to give back: {item.assignee or 'nobody'} has it"
