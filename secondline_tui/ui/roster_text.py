"""A turn of a schedule, or of the rota, in words: beside it the other's word, and who comes next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from secondline_tui.domain.ages import clock, in_zone
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.shift.people import role_key, role_told
from secondline_tui.ui.rows import View

NEXT = 3
"""Turns to come that are told."""


def turn_facts(turn: OnCall, view: View) -> Iterator[tuple[str, str]]:
    """One turn on a schedule, name and value."""
    yield "role", role_told(turn.role)
    yield "on call", (turn.person or "nobody") + (", put in by hand (an override)" if turn.override else "")
    yield "schedule", turn.schedule or "not known"
    yield "since", clock(turn.start, view.zone, view.now) if turn.start is not None else "always"
    yield "until", clock(turn.end, view.zone, view.now) if turn.end is not None else "without end"


def plan_facts(plan: Planned) -> Iterator[tuple[str, str]]:
    """One entry of the rota, name and value."""
    yield "role", role_told(plan.role)
    yield "planned", plan.person
    yield "days", _days(plan)


def others(item: Item, board: Board, view: View) -> list[tuple[str, str]]:
    """What rota and schedules tell of the same role beside this turn, and who comes next, name and value."""
    if not isinstance(item, OnCall | Planned):
        return []
    key, today = role_key(item.role), in_zone(view.now, view.zone).date()
    plans = sorted((one for one in board.items(Planned) if role_key(one.role) == key), key=lambda one: one.first)
    turns = [one for one in board.items(OnCall) if role_key(one.role) == key and one.ref != item.ref]
    facts: list[tuple[str, str]] = []
    if isinstance(item, OnCall):
        facts += [
            ("the rota says", f"{plan.person}, {_days(plan)}") for plan in plans if plan.first <= today <= plan.last
        ]
    coming = sorted(
        (one.start, one.person, one.override) for one in turns if one.start is not None and one.start > view.now
    )
    for start, person, override in coming[:NEXT]:
        facts.append(("then", f"{person or 'nobody'}, from {clock(start, view.zone, view.now)}{_by_hand(override)}"))
    later = [plan for plan in plans if plan.first > today]
    facts += [("rota, later", f"{plan.person}, {_days(plan)}") for plan in later[:NEXT]]
    return facts


def _by_hand(override: bool) -> str:
    return ", an override" if override else ""


def _days(plan: Planned) -> str:
    first, last = (_day(day) for day in (plan.first, plan.last))
    return first if plan.first == plan.last else f"{first} to {last}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
