"""What days a rota covers, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

GAPS_TOLD = 3


def told_coverage(days: frozenset[date], today: date) -> Iterator[str]:
    """A line each: from when to when, the gaps to come, and whether `today` is covered."""
    ordered = sorted(days)
    if not ordered:
        yield "covers no day"
        return
    yield f"from {_day(ordered[0])} to {_day(ordered[-1])}"
    gaps = [(before, after) for before, after in pairwise(ordered) if (after - before).days > 1 and after > today]
    for before, after in gaps[:GAPS_TOLD]:
        yield f"no row for {_day(before + timedelta(days=1))} to {_day(after - timedelta(days=1))}"
    if today in days:
        yield f"covers today, {_day(today)}"
    elif today > ordered[-1]:
        yield f"does not cover today: it ended {(today - ordered[-1]).days} days ago"
    else:
        yield "does not cover today"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
