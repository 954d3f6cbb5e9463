"""The walk at the end of a shift: what is said of each ongoing issue, and which are still to be looked at. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from secondline_tui.domain.actions import Action, Verb
from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.sightings import Seen, Sighting

NOT_SEEN = "Did not see it this shift."
SAW = "Saw it this shift."


def topic(begin: datetime) -> str:
    """What a comment of the walk is marked with, so that there is one for each card and shift."""
    return f"card walk since {begin.isoformat()}"


def drafted(seen: Seen, zone: tzinfo, *, saw: bool) -> str:
    """The comment as the record would have it: "Seen 4 times this shift, last Tue 14:02, production"."""
    if not saw:
        return NOT_SEEN
    if not seen.times:
        return SAW
    parts = [f"Seen {often(seen.times)} this shift"]
    if seen.there:
        parts.append("still there")
    elif seen.last is not None:
        parts.append(f"last {when(seen.last, zone)}")
    if seen.environments:
        parts.append(" and ".join(seen.environments))
    told = ", ".join(parts)
    if len({one.name for one in seen.sure}) > 1:
        told += f": {', '.join(f'{one.times} × {one.name}' for one in seen.sure)}"
    return told


def against(seen: Seen, zone: tzinfo) -> str:
    """What the record says to somebody who did not see it; "" where it says the same."""
    return f"the record says otherwise: {drafted(seen, zone, saw=True)}" if seen.times else ""


def often(times: int) -> str:
    """ "once", "4 times"."""
    return "once" if times == 1 else f"{times} times"


def when(moment: datetime, zone: tzinfo) -> str:
    """A moment of a shift as it reads well to somebody later: with its day of the week, also today's."""
    return f"{in_zone(moment, zone):%a %H:%M}"


def told(one: Sighting, zone: tzinfo) -> str:
    """One alert's part of the record, in words."""
    where = f" ({one.environment})" if one.environment else ""
    last = "there now" if one.there else f"last {when(one.last, zone)}"
    return f"{one.times} × {one.name}{where}, {last}"


def said_in(actions: Iterable[Action], word: str) -> dict[ItemRef, Action]:
    """What was said of each card under this word; not what was certainly not done and given up."""
    return {
        action.intent.ref: action
        for action in actions
        if action.intent.verb is Verb.COMMENT and action.intent.once == word and not action.given_up
    }


def first_open(cards: Sequence[Card], said: Mapping[ItemRef, Action], passed: Collection[ItemRef]) -> int:
    """Where a walk begins, or goes on that was broken off; behind the last card when each was looked at."""
    return next_open(cards, said, passed, -1)


def next_open(cards: Sequence[Card], said: Mapping[ItemRef, Action], passed: Collection[ItemRef], place: int) -> int:
    """The next card after a place that nothing was said of and nobody passed by; behind the last one otherwise."""
    after = (n for n in range(place + 1, len(cards)) if cards[n].ref not in said and cards[n].ref not in passed)
    return next(after, len(cards))
