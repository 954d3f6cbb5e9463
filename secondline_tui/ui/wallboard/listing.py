"""The lists below the figures: rows as the dashboard has them, and what stands there when there are none. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Item
from secondline_tui.domain.trust import does_not_see
from secondline_tui.ui.rows import row
from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.wallboard.blocks import Block
from secondline_tui.ui.wallboard.scene import Scene


def listed(scene: Scene, items: Sequence[Item], width: int, height: int) -> Block:
    """A row an item, as many as there is room for, and how many more there are."""
    view = scene.view(width)
    shown = items if len(items) <= height else items[: max(0, height - 1)]
    lines = [line for item in shown for line in row(item, view)]
    if len(shown) < len(items):
        lines.append(((f" … and {len(items) - len(shown)} more", Role.MUTED),))
    return lines[:height]


def nothing(scene: Scene, kinds: Sequence[type[Item]], words: str) -> Line:
    """Why a list is empty: because there is nothing, or because nobody knows."""
    states = [state for kind in kinds for state in scene.told(kind)]
    silent = [state for state in states if not scene.believed(state)]
    odd = sum(len(state.rejected) for state in states)
    if silent and all(state.health(scene.monotonic) is Health.WAITING for state in silent):
        return ((f" … asking {', '.join(state.name for state in silent)}", Role.MUTED),)
    if silent:
        return ((f" nothing is known of {', '.join(state.name for state in silent)} ", Role.DOUBT),)
    if odd:
        return ((f" {words}, but {odd} row{'s' if odd > 1 else ''} not understood", Role.WARNING),)
    blind = [f"{state.name} {does_not_see(state.unseen)}" for state in states if state.unseen]
    if blind:
        return ((f" {words}, but {'; '.join(blind)}", Role.WARNING),)
    return ((f" ✔ {words}", Role.GOOD),)
