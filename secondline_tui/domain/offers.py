"""What can be done to an item now: by its service, its own state, and what the account may do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.items import Alert, Card, Incident, Item, OnCall, Ticket

Offer = Mapping[Verb, Callable[[Item], bool]]
"""Each verb, and whether it makes sense on the item as it is."""


def _always(_: Item) -> bool:
    return True


def _has(item: Item) -> bool:
    return isinstance(item, Alert) and item.acknowledged is not None


def _has_not(item: Item) -> bool:
    return not _has(item)


def _down(item: Item) -> bool:
    return isinstance(item, Alert) and item.downtime


def _triggered(item: Item) -> bool:
    return isinstance(item, Incident) and item.triggered


def _done(item: Item) -> bool:
    return isinstance(item, Card) and item.due_done


def _overridden(item: Item) -> bool:
    return isinstance(item, OnCall) and item.override


def _due(item: Item) -> bool:
    return isinstance(item, Card) and item.due is not None and not item.due_done


_ICINGA: Offer = {
    Verb.ACKNOWLEDGE: _has_not,
    Verb.UNACKNOWLEDGE: _has,
    Verb.COMMENT: _always,
    Verb.DOWNTIME: _always,
    Verb.END_DOWNTIME: _down,
    Verb.RECHECK: _always,
}
_SILENCES: Offer = {Verb.SILENCE: _always, Verb.EXTEND: _has, Verb.EXPIRE: _has}
_INCIDENT: Offer = {
    Verb.ACKNOWLEDGE: _triggered,
    Verb.COMMENT: _always,
    Verb.SNOOZE: lambda item: not _triggered(item),
    Verb.ESCALATE: _always,
    Verb.REASSIGN: _always,
    Verb.PRIORITY: _always,
    Verb.RESOLVE: _always,
}
_TICKET: Offer = dict.fromkeys(
    (Verb.TAKE, Verb.COMMENT, Verb.REPLY, Verb.STATUS, Verb.PRIORITY, Verb.REASSIGN, Verb.MACRO, Verb.RELEASE), _always
)
_CARD: Offer = {
    Verb.COMMENT: _always,
    Verb.MOVE: _always,
    Verb.DONE: _due,
    Verb.UNDONE: _done,
    Verb.ARCHIVE: _always,
}
OFFERS: Mapping[tuple[str, type[Item]], Offer] = {
    ("icinga2", Alert): _ICINGA,
    ("alertmanager", Alert): _SILENCES,
    ("grafana", Alert): _SILENCES,
    ("pagerduty", Incident): _INCIDENT,
    ("pagerduty", OnCall): {Verb.OVERRIDE: _always, Verb.END_OVERRIDE: _overridden},
    ("zendesk", Ticket): _TICKET,
    ("trello", Card): _CARD,
}

SILENCING = frozenset(type_ for (type_, _), offer in OFFERS.items() if Verb.SILENCE in offer)
"""Types of source in which whoever has an alert has silenced it."""
OPENS = frozenset({"pagerduty"})
"""Types of source in which an incident can be declared."""

PERMISSIONS: Mapping[tuple[str, Verb], str] = {
    ("icinga2", Verb.ACKNOWLEDGE): "actions/acknowledge-problem",
    ("icinga2", Verb.UNACKNOWLEDGE): "actions/remove-acknowledgement",
    ("icinga2", Verb.COMMENT): "actions/add-comment",
    ("icinga2", Verb.DOWNTIME): "actions/schedule-downtime",
    ("icinga2", Verb.END_DOWNTIME): "actions/remove-downtime",
    ("icinga2", Verb.RECHECK): "actions/reschedule-check",
}
"""What a service that tells its account's permissions calls the right to do it."""

IDEAS: Mapping[Verb, tuple[Verb, ...]] = {
    Verb.ACKNOWLEDGE: (Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.TAKE),
    Verb.UNACKNOWLEDGE: (Verb.UNACKNOWLEDGE, Verb.EXPIRE),
    Verb.DOWNTIME: (Verb.DOWNTIME, Verb.SILENCE, Verb.SNOOZE),
    Verb.STATUS: (Verb.STATUS, Verb.RESOLVE, Verb.DONE, Verb.UNDONE, Verb.ARCHIVE),
}
"""The same idea under the name that a service has for it, the nearest first."""

FINAL = frozenset({Verb.RESOLVE, Verb.REPLY, Verb.ESCALATE, Verb.ARCHIVE, Verb.MACRO})
"""What cannot be taken back, or not without people noticing: it asks first."""


def may(state: SourceState, verb: Verb) -> bool:
    """Whether the account has the right to it, as far as the service tells."""
    needed = PERMISSIONS.get((state.type, verb))
    if needed is None or state.permissions is None:
        return True
    # Icinga 2 compares without regard to case, as its own matching does.
    return any(fnmatchcase(needed.lower(), pattern.lower()) for pattern in state.permissions)


def is_ours(verb: Verb, item: Item, state: SourceState) -> bool:
    """Whether what only its holder may do can be done: a ticket is given back by whoever has it."""
    if verb is not Verb.RELEASE or not isinstance(item, Ticket):
        return True
    return bool(item.assignee) and (not state.account or item.assignee == state.account)


def offered(item: Item, state: SourceState | None, forbidden: Collection[tuple[str, Verb]] = ()) -> tuple[Verb, ...]:
    """What may be done to this item now, by this account. `forbidden`: (source, verb) that were refused for good."""
    if state is None or state.read_only:
        return ()
    offer = OFFERS.get((state.type, type(item)), {})
    return tuple(
        verb
        for verb, fits in offer.items()
        if fits(item) and is_ours(verb, item, state) and may(state, verb) and (state.name, verb) not in forbidden
    )


def opens(state: SourceState, forbidden: Collection[tuple[str, Verb]] = ()) -> bool:
    """Whether an incident can be declared there by this account."""
    return state.type in OPENS and not state.read_only and (state.name, Verb.DECLARE) not in forbidden


def nearest(verb: Verb, offers: Collection[Verb]) -> Verb | None:
    """What this idea is called here, None when there is no such thing on the item."""
    return next((near for near in IDEAS.get(verb, (verb,)) if near in offers), None)
