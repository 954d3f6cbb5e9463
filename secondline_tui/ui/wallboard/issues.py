"""The page of ongoing issues. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.items import Card, Item
from secondline_tui.domain.ordering import card_key
from secondline_tui.ui.spans import Role
from secondline_tui.ui.wallboard.blocks import READABLE, Block, Tile, heading, tiled
from secondline_tui.ui.wallboard.counting import counted
from secondline_tui.ui.wallboard.listing import listed, nothing
from secondline_tui.ui.wallboard.scene import Scene, tally

STALE = timedelta(days=14)
"""Without a change for so long, somebody should ask whether it is still true."""


def issues(scene: Scene, width: int, height: int) -> Block:
    """How many there are and how many nobody looks after, then their titles."""
    if height < 2:
        return []
    block = tiled(_tiles(scene), width, min(max(height // 3, READABLE + 3), 2 * READABLE + 3)).block
    block += [()] if block else []
    cards = scene.items(Card, card_key)
    items: list[Item] = list(cards)
    told = [] if cards else [nothing(scene, (Card,), "no ongoing issues")]
    top = heading([(" ONGOING ISSUES", Role.STRONG)], width)
    return [*block, top, *told, *listed(scene, items, width, height - len(block) - 1 - len(told))][:height]


def _tiles(scene: Scene) -> list[Tile]:
    def changed(item: Item) -> bool:
        return (
            isinstance(item, Card) and item.updated is not None and _day(scene, item.updated) == _day(scene, scene.now)
        )

    def stale(item: Item) -> bool:
        return isinstance(item, Card) and item.updated is not None and scene.now - item.updated > STALE

    states = scene.told(Card)
    return [
        counted("ONGOING ISSUES", tally(scene, states, lambda item: isinstance(item, Card)), Role.STRONG, scene),
        counted("CHANGED TODAY", tally(scene, states, changed), Role.ACCENT, scene),
        counted(f"OVER {STALE.days} DAYS OLD", tally(scene, states, stale), Role.WARNING, scene),
    ]


def _day(scene: Scene, moment: datetime) -> date:
    return in_zone(moment, scene.zone).date()
