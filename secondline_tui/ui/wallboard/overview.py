"""The page that has something of everything. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import alert_key, incident_key
from secondline_tui.ui.rows import SEVERITY, SHORT
from secondline_tui.ui.spans import Line, Role, Span
from secondline_tui.ui.wallboard.blocks import AMONG, SHARE, Block, Tile, heading, tiled
from secondline_tui.ui.wallboard.counting import counted, open_alert, pages_tile, place
from secondline_tui.ui.wallboard.listing import listed, nothing
from secondline_tui.ui.wallboard.scene import Scene, tally

LIST = 3
"""Lines that the list keeps on the smallest screens."""


def overview(scene: Scene, width: int, height: int) -> Block:
    """Large counts of everything, then what is worst, by name."""
    tiles = _alert_tiles(scene) if scene.told(Alert) else []
    tiles += [
        tile(scene)
        for kind, tile in ((Incident, pages_tile), (Ticket, _tickets_tile), (Card, _cards_tile))
        if scene.told(kind)
    ]
    block = tiled(tiles, width, round(height * SHARE)).block or tiled(tiles, width, height - LIST).block
    block += [()] if block else []
    return block + _worst(scene, width, height - len(block))


def _alert_tiles(scene: Scene) -> list[Tile]:
    tiles = []
    for severity in Severity:
        count = tally(scene, scene.told(Alert), partial(open_alert, severity=severity))
        where = Counter(place(scene, a.environment) for a in scene.board.items(Alert) if open_alert(a, severity))
        told = AMONG.join(f"{number} {SHORT.get(name, name)}" for (_, name), number in sorted(where.items()))
        _, word, role = SEVERITY[severity]
        tiles.append(counted(word, count, role, scene, [(told, Role.MUTED)]))
    return tiles


def _tickets_tile(scene: Scene) -> Tile:
    count = tally(scene, scene.told(Ticket), lambda item: isinstance(item, Ticket) and not item.handled)
    tickets = [ticket for ticket in scene.board.items(Ticket) if not ticket.handled]
    high = sum(ticket.priority in ("urgent", "high") for ticket in tickets)
    late = sum(ticket.due is not None and ticket.due < scene.now for ticket in tickets)
    remark: list[Span] = [(f"{high} high", Role.CRITICAL)] if high else []
    if late:
        remark.append((f"{late} late", Role.CRITICAL))
    return counted("TICKETS", count, Role.WARNING, scene, remark)


def _cards_tile(scene: Scene) -> Tile:
    count = tally(scene, scene.told(Card), lambda item: isinstance(item, Card))
    return counted("ISSUES", count, Role.STRONG, scene)


def _worst(scene: Scene, width: int, height: int) -> Block:
    """Pages that ring, then alerts that nobody has, then what is handled already."""
    if height < 2:
        return []
    by_urgency: Callable[[Alert], tuple[object, ...]] = partial(alert_key, environments=scene.environments)
    incidents, alerts = scene.items(Incident, incident_key), scene.items(Alert, by_urgency)
    waiting: list[Item] = [i for i in incidents if i.triggered]
    waiting += [a for a in alerts if not a.handled and not a.paused]
    rest: list[Item] = [item for item in (*incidents, *alerts) if item not in set(waiting)]
    top: Line = heading([(" WORST", Role.STRONG)], width)
    if waiting:
        return [top, *listed(scene, [*waiting, *rest], width, height - 1)]
    told = nothing(scene, (Incident, Alert), "nothing that nobody has")
    return [top, told, *listed(scene, rest, width, height - 2)]
