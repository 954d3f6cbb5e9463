"""What a pane shows of its items, and how many it does not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from secondline_tui.domain.filters import Filter
from secondline_tui.domain.items import Alert, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import Sort, sort_key


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked a pane to show."""

    sort: Sort = Sort.URGENCY
    filter: Filter = field(default_factory=Filter)
    handled: bool = True
    """Whether items that somebody already has are shown."""
    environments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Arranged:
    """What is shown, in order, and what is not."""

    shown: tuple[Item, ...] = ()
    handled_hidden: int = 0
    filtered_out: int = 0


def arrange(items: Iterable[Item], wish: Wish) -> Arranged:
    """Hide, filter and sort."""
    everything = list(items)
    open_ones = everything if wish.handled else [item for item in everything if not item.handled]
    matching = [item for item in open_ones if wish.filter.matches(item)] if wish.filter else open_ones
    matching.sort(key=sort_key(wish.sort, wish.environments))
    return Arranged(tuple(matching), len(everything) - len(open_ones), len(open_ones) - len(matching))


def counts(items: Iterable[Item]) -> Counter[str]:
    """How many of what a pane's title tells, those not yet handled first; keys are the words it uses."""
    told: Counter[str] = Counter()
    for item in items:
        told[_word(item)] += 1
    return told


def _word(item: Item) -> str:
    if item.handled:
        return "waiting" if isinstance(item, Ticket) else "handled"
    match item:
        case Alert():
            return "paused" if item.paused else item.severity.value
        case Incident():
            return "drill" if item.drill else "triggered"
        case Ticket():
            return "high" if item.priority in ("urgent", "high") else ("low" if item.priority == "low" else "to triage")
        case _:
            return ""


TITLE_WORDS = (
    *(s.value for s in Severity),
    *["triggered", "drill", "high"],
    "to triage",
    *["low", "waiting", "handled", "paused"],
)
"""The words in the order of the title."""
