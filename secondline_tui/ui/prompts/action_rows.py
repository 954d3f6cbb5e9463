"""Actions as rows of a list, and one of them whole. Pure, but for being shown in an ItemList."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from secondline_tui.domain.actions import UNDER_WAY, Action, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.forms import called
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.ui.receipts import SYMBOLS
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span, cut, cut_line, fit, wrap

LABEL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow(Item):
    """One action as something to select."""

    action: Action
    mine: bool
    """Whether this program sends it; another one of the same person may."""

    @property
    def name_line(self) -> SafeText:
        """What was done to what."""
        return SafeText(f"{called(self.action.intent.verb)} {self.action.intent.item}")


def action_rows(actions: Iterable[Action], is_mine: Callable[[str], bool]) -> tuple[ActionRow, ...]:
    """What wants a person first, then what is under way, then the rest; in each the latest first."""
    rows = [
        ActionRow(
            ref=ItemRef(action.intent.ref.source, Kind.ACTION, action.intent.id),
            action=action,
            mine=is_mine(action.intent.id),
        )
        for action in reversed(list(actions))
    ]
    rows.sort(key=lambda row: (not row.action.wants_a_person, row.action.state not in UNDER_WAY))
    return tuple(rows)


def action_row(item: Item, view: View) -> tuple[Line, ...]:
    """One action in a line: what came of it, when, what, to which item, and why."""
    if not isinstance(item, ActionRow):
        return ()
    action, intent = item.action, item.action.intent
    symbol, role = SYMBOLS[action.state]
    over = action.dealt_with
    line: list[Span] = [
        (f" {symbol} ", Role.MUTED if over else role),
        (fit(action.state.value, 10), Role.MUTED if over else role),
        (f"{clock(intent.at, view.zone, view.now)[-5:]} ", Role.MUTED),
        (fit(called(intent.verb), 14), Role.WARNING if intent.verb is Verb.REPLY else Role.PLAIN),
        (intent.named, Role.MUTED if over else Role.STRONG),
    ]
    if over:
        line.append(("  dropped", Role.MUTED))
    if action.reason:
        line.append((f"  {action.reason}", Role.MUTED if over else Role.PLAIN))
    return (cut_line(line, view.width),)


def action_lines(row: ActionRow, view: View) -> list[Line]:
    """Everything about one action, its text as it was typed."""
    return list(_lines(row, view))


def _lines(row: ActionRow, view: View) -> Iterator[Line]:
    action, intent = row.action, row.action.intent
    symbol, role = SYMBOLS[action.state]
    for part in wrap(intent.item, max(10, view.width - 2)):
        yield ((f" {part}", Role.STRONG),)
    for _, name in intent.also:
        yield ((f" {cut(name, max(10, view.width - 2))}", Role.STRONG),)
    told = f"{symbol} {action.state}" + (", dropped" if action.dealt_with else "")
    yield from _fact("outcome", f"{told}: {action.reason}" if action.reason else told, view, role)
    yield from _fact(
        "what", f"{called(intent.verb)} at {intent.ref.source}" + (", PUBLIC" if intent.public else ""), view
    )
    who = clean(intent.author) or "nobody named"
    yield from _fact("by", who if row.mine else f"{who}, in another run of this program", view)
    yield from _fact("asked for", clock(intent.at, view.zone, view.now), view)
    if action.sent_at is not None:
        often = f", {action.attempts} times in all" if action.attempts > 1 else ""
        yield from _fact("sent", f"{clock(action.sent_at, view.zone, view.now)}{often}", view)
    if intent.until is not None:
        yield from _fact("until", clock(intent.until, view.zone, view.now), view)
    if intent.to_name or intent.to:
        yield from _fact("to", clean(intent.to_name or intent.to), view)
    if intent.picture:
        yield from _fact("picture", f"{intent.picture}, in the folder pictures of the state directory", view)
    for matcher in intent.matchers:
        yield from _fact("matcher", clean(str(matcher)), view)
    if intent.text:
        yield ()
        for part in wrap(clean_block(intent.text), max(10, view.width - 3)):
            yield ((f"  {part}", Role.PLAIN),)


def _fact(name: str, value: str, view: View, role: Role = Role.PLAIN) -> Iterator[Line]:
    for index, part in enumerate(wrap(value, max(10, view.width - LABEL - 2))):
        yield ((f" {fit(name if index == 0 else '', LABEL)}", Role.MUTED), (part, role))
