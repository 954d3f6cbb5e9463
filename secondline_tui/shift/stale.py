"""Ongoing issues that nobody has touched for long. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from secondline_tui.domain.items import Card

NEVER = timedelta(0)
"""A limit that leaves every card as it is."""


def untouched(card: Card, now: datetime, limit: timedelta) -> timedelta | None:
    """For how long nobody has touched a stale card; None for one that is not stale, or of which no time is known."""
    touched = card.updated or card.created
    if touched is None or limit <= NEVER:
        return None
    quiet = now - touched
    return quiet if quiet >= limit else None


def stale(cards: Iterable[Card], now: datetime, limit: timedelta) -> list[tuple[Card, timedelta]]:
    """Those that are stale and for how long, the longest first."""
    found = [(card, quiet) for card in cards if (quiet := untouched(card, now, limit)) is not None]
    return sorted(found, key=lambda one: (-one[1], one[0].ref))
