"""What counts, where it belongs, and the tile of a count. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from secondline_tui.domain.items import Alert, Incident, Item, Severity
from secondline_tui.domain.ordering import environment_rank
from secondline_tui.ui.rows import escalates
from secondline_tui.ui.spans import Role, Span
from secondline_tui.ui.wallboard.blocks import Tile
from secondline_tui.ui.wallboard.scene import Scene, Tally, tally

ELSEWHERE = "elsewhere"


def counted(title: str, count: Tally, bad: Role, scene: Scene, remark: Sequence[Span] = ()) -> Tile:
    """A tile of a count: the role that it has when it is not nought, and what else there is to say when it is sure."""
    if count.asking and not count.sure:
        return Tile(title, ("?",), Role.MUTED, (("asking", Role.MUTED),))
    if not count.sure:
        role = Role.WARNING if count.odd else Role.DOUBT
        return Tile(title, count.forms, role, ((count.remark(scene.monotonic), role),))
    return Tile(title, count.forms, bad if count.known else Role.GOOD, tuple(remark))


def open_alert(item: Item, severity: Severity | None = None) -> bool:
    """Whether it is an alert that nobody has, of one severity or of any."""
    return isinstance(item, Alert) and not item.handled and not item.paused and severity in (None, item.severity)


def place(scene: Scene, environment: str) -> tuple[int, str]:
    """Where an environment stands, and its name: that of the configuration for one that is spelt otherwise."""
    rank = environment_rank(environment, scene.environments)
    return (rank, scene.environments[rank] if rank < len(scene.environments) else environment or ELSEWHERE)


def ringing(item: Item) -> bool:
    """Whether it is a page that nobody has answered, and no drill."""
    return isinstance(item, Incident) and item.triggered and not item.drill


def pages_tile(scene: Scene) -> Tile:
    """How many pages nobody has answered, and when the next of them escalates. Drills are told, not counted."""
    count = tally(scene, scene.told(Incident), ringing)
    due = [i.escalates_at for i in scene.board.items(Incident) if ringing(i) and i.escalates_at is not None]
    drills = sum(incident.drill for incident in scene.board.items(Incident))
    remark: list[Span] = []
    if due:
        remark.append((escalates((min(due) - scene.now).total_seconds()), Role.CRITICAL))
    if drills:
        remark.append((f"{drills} drill{'s' if drills > 1 else ''}", Role.ACCENT))
    return counted("PAGES", count, Role.CRITICAL, scene, remark)
