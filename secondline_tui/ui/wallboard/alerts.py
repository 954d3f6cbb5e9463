"""The alerts' page: large counts by severity, environment by environment. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from secondline_tui.domain.board import SourceState
from secondline_tui.domain.items import Alert, Item, Severity
from secondline_tui.domain.ordering import alert_key
from secondline_tui.ui.rows import SEVERITY, SHORT
from secondline_tui.ui.spans import Line, Role, Span
from secondline_tui.ui.wallboard.blocks import NO_GRID, READABLE, SHARE, Block, Grid, Tile, heading, tiled
from secondline_tui.ui.wallboard.counting import ELSEWHERE, counted, open_alert, place
from secondline_tui.ui.wallboard.listing import listed, nothing
from secondline_tui.ui.wallboard.scene import Scene, Tally, tally

_OF_ANY_ENVIRONMENT = frozenset({"grafana", "alertmanager"})
"""Types of sources whose alerts name their environments themselves."""
ROOMY = 90
"""Cells from which environments are named in full."""


def alerts(scene: Scene, width: int, height: int) -> Block:
    """Large counts by severity, environment by environment, then the alerts by name."""
    if height < 2:
        return []
    places = _environments(scene)
    figures, shown = _matrix(scene, places, width, round(height * SHARE))
    block = [*figures.block, *(_in_words(scene, where) for where in places[shown:])]
    block += [()] if block else []
    by_urgency: Callable[[Alert], tuple[object, ...]] = partial(alert_key, environments=scene.environments)
    everything = scene.items(Alert, by_urgency)
    top = heading([(" ALERTS", Role.STRONG)], width)
    left = height - len(block) - 1
    if everything and not everything[0].handled:
        return [*block, top, *listed(scene, everything, width, left)]
    told = nothing(scene, (Alert,), "no alert that nobody has")
    return [*block, top, told, *listed(scene, everything, width, left - 1)]


def _environments(scene: Scene) -> list[tuple[int, str]]:
    """Every environment that a source tells of, in order of importance."""
    named = {place(scene, state.environment) for state in scene.told(Alert) if state.environment}
    named |= {place(scene, alert.environment) for alert in scene.board.items(Alert)}
    return sorted(named) or [(0, ELSEWHERE)]


def _matrix(scene: Scene, places: Sequence[tuple[int, str]], width: int, height: int) -> tuple[Grid, int]:
    """The figures of as many environments as can be drawn to be read from afar, and how many those are."""
    for wanted in (READABLE, 1):
        for shown in range(len(places), 0, -1):
            tiles = [tile for where in places[:shown] for tile in _row(scene, where, brief=width < ROOMY)]
            grid = tiled(tiles, width, height, group=len(Severity))
            if grid.figure >= wanted:
                return grid, shown
    return NO_GRID, 0


def _row(scene: Scene, where: tuple[int, str], *, brief: bool) -> list[Tile]:
    name = SHORT.get(where[1], where[1]) if brief else where[1]
    return [
        counted(f"{name.upper()} {severity.value}", _tally(scene, where, severity), SEVERITY[severity][2], scene)
        for severity in Severity
    ]


def _tally(scene: Scene, where: tuple[int, str], severity: Severity) -> Tally:
    def counts(item: Item) -> bool:
        return isinstance(item, Alert) and open_alert(item, severity) and place(scene, item.environment) == where

    return tally(scene, [state for state in scene.told(Alert) if _may_tell(scene, state, where)], counts)


def _may_tell(scene: Scene, state: SourceState, where: tuple[int, str]) -> bool:
    """Whether a source may know of an environment: it is its own, or its alerts name theirs themselves."""
    if not state.environment or state.type in _OF_ANY_ENVIRONMENT or place(scene, state.environment) == where:
        return True
    return any(isinstance(i, Alert) and i.environment != state.environment for i in state.items)


def _in_words(scene: Scene, where: tuple[int, str]) -> Line:
    """An environment for which there is no room in large."""
    line: list[Span] = [(f" {where[1].upper():<14}", Role.STRONG)]
    for severity in Severity:
        symbol, _, role = SEVERITY[severity]
        count = _tally(scene, where, severity)
        bad = Role.DOUBT if not count.sure else (role if count.known else Role.MUTED)
        line.append((f" {symbol} {count.forms[0]} ", bad))
    return tuple(line)
