"""One page of the card walk as lines: what the record says of the issue, and what was said of it already. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondline_tui.domain.actions import Action, State
from secondline_tui.domain.ages import clock
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean_block, first_line
from secondline_tui.shift.card_walk import often, told, when
from secondline_tui.shift.sightings import Seen
from secondline_tui.ui.receipts import SYMBOLS
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, fit, wrap

LABEL = 14
SHOWN = 5
"""Alerts that may be meant too and are named."""
_TROUBLE = (State.REFUSED, State.FAILED, State.UNKNOWN)


def record_lines(seen: Seen, said: Action | None, doubts: Sequence[str], view: View) -> list[Line]:
    """What stands above the card itself."""
    return [*_record(seen, view), *_said(said, view), *_doubts(doubts, view), ()]


def _record(seen: Seen, view: View) -> Iterator[Line]:
    if seen.times:
        where = f", {' and '.join(seen.environments)}" if seen.environments else ""
        last = "there now" if seen.there else (f"last {when(seen.last, view.zone)}" if seen.last else "")
        yield from _fact("the record", f"seen {often(seen.times)} this shift, {last}{where}", view, Role.STRONG)
    else:
        yield from _fact("the record", "nothing of it was seen this shift", view, Role.STRONG)
    for one in seen.sure:
        yield from _fact("", f"{told(one, view.zone)}: {one.reason}", view, Role.MUTED)
    for one in seen.maybe[:SHOWN]:
        told_of = f"{told(one, view.zone)}: {one.reason}; not counted (b says whether it belongs)"
        yield from _fact("maybe", told_of, view, Role.WARNING)
    if len(seen.maybe) > SHOWN:
        yield from _fact("", f"and {len(seen.maybe) - SHOWN} more that may be meant", view, Role.MUTED)


def _said(said: Action | None, view: View) -> Iterator[Line]:
    if said is None:
        return
    symbol, role = SYMBOLS[said.state]
    text = first_line(clean_block(said.intent.text))
    at = clock(said.intent.at, view.zone, view.now)
    reason = f": {said.reason}" if said.reason else ""
    yield from _fact("commented", f"{symbol} {at} “{text}” ({said.state}{reason})", view, role)


def _doubts(doubts: Sequence[str], view: View) -> Iterator[Line]:
    for doubt in doubts:
        yield from _fact("not certain", doubt, view, Role.DOUBT)


def _fact(name: str, value: str, view: View, role: Role) -> Iterator[Line]:
    for index, part in enumerate(wrap(value, max(10, view.width - LABEL - 2))):
        yield ((f" {fit(name if index == 0 else '', LABEL - 1)} ", Role.MUTED), (part, role))


def end_lines(cards: Sequence[Card], said: Mapping[ItemRef, Action], doubts: Sequence[str], view: View) -> list[Line]:
    """What stands at the end of the walk: each card, and what became of it."""
    lines: list[Line] = [((" That was the last one.", Role.STRONG),), *_doubts(doubts, view), ()]
    for card in cards:
        action = said.get(card.ref)
        symbol, role = SYMBOLS[action.state] if action is not None else ("·", Role.MUTED)
        word = action.state.value if action is not None else "skipped"
        for index, part in enumerate(wrap(card.title, max(10, view.width - 16))):
            head = f" {symbol} {fit(word, 11)} " if index == 0 else " " * 15
            lines.append(((head, role), (part, Role.PLAIN if action is not None else Role.MUTED)))
    return lines


def counted(cards: Sequence[Card], said: Mapping[ItemRef, Action], passed: frozenset[str]) -> Line:
    """How far the walk has come."""
    mine = [said[card.ref] for card in cards if card.ref in said]
    wrong = sum(action.state in _TROUBLE for action in mine)
    skipped = sum(card.ref not in said and str(card.ref) in passed for card in cards)
    parts = [f"{len(mine)} commented"] if mine else []
    parts += [f"{skipped} skipped"] if skipped else []
    told: list[tuple[str, Role]] = [("  " + " · ".join(parts), Role.MUTED)] if parts else []
    if wrong:
        told.append((f"  {wrong} went wrong: L", Role.WARNING))
    return tuple(told)
