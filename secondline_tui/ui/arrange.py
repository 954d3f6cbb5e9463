"""What a pane shows of its items, and how many it does not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import Sort, sort_key
from secondline_tui.domain.refs import ItemRef
from secondline_tui.ui.spans import Line, Role, Span, cut_line, width_of

FILLED_BY: Mapping[type[Item], frozenset[str]] = {
    Incident: frozenset({"pagerduty"}),
    Alert: frozenset({"icinga2", "grafana", "alertmanager"}),
    Ticket: frozenset({"zendesk"}),
    Card: frozenset({"trello"}),
}
"""Types of the sources that tell of a sort of item."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked a pane to show."""

    sort: Sort = Sort.URGENCY
    words: str = ""
    """The filter as it was typed."""
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
    counts: Counter[str] = field(default_factory=Counter)
    """How many there are of what the title tells."""
    held: Item | None = None
    """What stays in its place, as it was when it belonged there."""


def arrange(items: Iterable[Item], wish: Wish, chosen: Item | None = None) -> Arranged:
    """Hide, filter and sort. An item that was `chosen` as it was then does not sink when it matters less by now, as
    after an acknowledgement: whoever has a hand on it would be led away from all that is still to be done.
    """
    everything = list(items)
    open_ones = everything if wish.handled else [item for item in everything if not item.handled]
    matching = [item for item in open_ones if wish.filter.matches(item)] if wish.filter else open_ones
    key = sort_key(wish.sort, wish.environments)
    now = _found(chosen.ref, matching) if chosen is not None else None
    held = chosen if chosen is not None and now is not None and key(chosen) < key(now) else None
    matching.sort(key=key if held is None else lambda item: key(held if item is now else item))
    shown = tuple(matching)
    return Arranged(shown, len(everything) - len(open_ones), len(open_ones) - len(shown), counts(shown), held)


def _found(ref: ItemRef, items: Iterable[Item]) -> Item | None:
    name = ref.key  # of ten thousand, hardly another one has it
    return next((item for item in items if item.ref.key == name and item.ref == ref), None)


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


@dataclass(frozen=True, slots=True)
class Known:
    """How far a count can be believed."""

    silent: tuple[str, ...] = ()
    """Sources without any good answer: what they would have told is not counted."""
    waiting: bool = False
    """Whether that is only because they are being asked for the first time."""
    old: tuple[tuple[str, str], ...] = ()
    """Sources whose items are old, and from when those are."""
    sources: int = 1
    """How many there are in all."""


def states_for(board: Board, kind: type[Item]) -> list[SourceState]:
    """The sources that tell of a sort of item."""
    return [state for state in board.sources.values() if state.type in FILLED_BY[kind]]


def known(states: Sequence[SourceState], monotonic: float, dated: Mapping[str, str]) -> Known:
    """What is known of what these sources have; `dated` tells from when the items are that are not fresh."""
    silent = [state for state in states if state.good_at is None]
    waiting = all(state.health(monotonic) is Health.WAITING for state in silent)
    old = tuple((state.name, dated[state.name]) for state in states if state.name in dated)
    return Known(tuple(state.name for state in silent), bool(silent) and waiting, old, len(states))


def count_told(count: int, so_far: Known) -> str:
    """A count in words: "3", "?" when nothing is known, "3 + ? (icinga)" when a part is missing."""
    if not so_far.silent:
        return str(count)
    return f"{count} + ? ({', '.join(so_far.silent)})" if count else "?"


def dated_part(old: Sequence[tuple[str, str]]) -> Part:
    """Whose items are old, and from when those are; at the least, whose."""
    times: dict[str, list[str]] = {}
    for name, when in old:
        times.setdefault(when, []).append(f"{name}'s")
    told = ", ".join(f"{' + '.join(names)} from {when}" for when, names in times.items())
    names = " ".join(f"{name}?" for name, _ in old)
    return Part(4, ((f" {told} ", Role.WARNING), (f" {names} ", Role.WARNING)), 8)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a title. The heavier, the longer it stays when there is no room."""

    weight: int
    forms: tuple[Span, ...]
    """The same thing said ever shorter."""
    shortest: int | None = None
    """The weight of the last form, where that is another."""

    def weight_as(self, form: int) -> int:
        """How heavy it is in one of its forms."""
        last = form == len(self.forms) - 1
        return self.shortest if last and self.shortest is not None else self.weight


def fitted(parts: Sequence[Part], width: int) -> Line:
    """The parts in at most `width` cells: the lightest are said shorter, then left out; no word is cut in two."""
    forms = {place: 0 for place, part in enumerate(parts) if part.forms}
    while True:
        line = tuple(parts[place].forms[form] for place, form in sorted(forms.items()))
        if width_of(line) <= width or len(forms) <= 1:
            return cut_line(line, width)
        least = min(forms, key=lambda place: (parts[place].weight_as(forms[place]), -place))
        forms[least] += 1
        if forms[least] == len(parts[least].forms):
            del forms[least]
