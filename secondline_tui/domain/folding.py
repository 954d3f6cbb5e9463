"""One write for what several items share: a silence that covers them is extended, or ended, once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from secondline_tui.domain.actions import Intent, Verb

SHARED = frozenset({Verb.EXTEND, Verb.EXPIRE})
"""Verbs that are done to something that may be more than one item's."""


def folded(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """The intents, those that would do the same to the same thing as one, which names all their items."""
    made: dict[tuple[object, ...], Intent] = {}
    for intent in intents:
        shared = intent.verb in SHARED and intent.to
        key = (intent.ref.source, intent.verb, intent.to) if shared else (intent.about, intent.ref, intent.verb)
        first = made.setdefault(key, intent)
        if intent.ref not in first.targets:
            made[key] = replace(first, also=(*first.also, (intent.ref, intent.item)))
    return tuple(made.values())


def carrier(intent: Intent, sent: Iterable[Intent]) -> Intent:
    """Which of those that were sent does what this one asked for."""
    return next(one for one in sent if one.id == intent.id or (one.verb is intent.verb and intent.ref in one.targets))
