"""The tickets' page: how many of each priority, and the oldest. Who asks, and what about, stays off the wall. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from secondline_tui.domain.ages import short
from secondline_tui.domain.items import Item, Ticket
from secondline_tui.domain.ordering import ticket_key
from secondline_tui.ui.rows import AGE, DUE, ticket_due
from secondline_tui.ui.spans import Line, Role, Span, cut, fit, right, spread
from secondline_tui.ui.wallboard.blocks import SHARE, Block, Tile, heading, tiled
from secondline_tui.ui.wallboard.counting import counted
from secondline_tui.ui.wallboard.listing import nothing
from secondline_tui.ui.wallboard.scene import Scene, tally

_KINDS: tuple[tuple[str, Role, Callable[[Ticket], bool]], ...] = (
    ("HIGH", Role.CRITICAL, lambda ticket: ticket.priority in ("urgent", "high")),
    ("TO TRIAGE", Role.WARNING, lambda ticket: ticket.priority in (None, "normal")),
    ("LOW", Role.STRONG, lambda ticket: ticket.priority == "low"),
)
_PRIORITY_ROLES = {"urgent": Role.CRITICAL, "high": Role.CRITICAL, "low": Role.MUTED}


def tickets(scene: Scene, width: int, height: int) -> Block:
    """Large counts, then the tickets by number, in working order."""
    if height < 2:
        return []
    tiles = [_counted(scene, title, bad, which) for title, bad, which in _KINDS]
    tiles.append(_oldest(scene))
    block = tiled(tiles, width, round(height * SHARE)).block
    block += [()] if block else []
    items = scene.items(Ticket, ticket_key)
    told = [] if items and not items[0].handled else [nothing(scene, (Ticket,), "no ticket waits for us")]
    room = height - len(block) - 1 - len(told)
    shown = items if len(items) <= room else items[: max(0, room - 1)]
    rows = [_row(scene, ticket, width) for ticket in shown]
    if len(shown) < len(items):
        rows.append(((f" … and {len(items) - len(shown)} more", Role.MUTED),))
    return [*block, _heading(scene, width), *told, *rows][:height]


def _heading(scene: Scene, width: int) -> Line:
    waits = tally(scene, scene.told(Ticket), lambda item: item.handled)
    told = f"  {waits.known} wait for others" if waits.sure and waits.known else ""
    return heading([(" TICKETS", Role.STRONG), (told, Role.MUTED)], width)


def _counted(scene: Scene, title: str, bad: Role, which: Callable[[Ticket], bool]) -> Tile:
    def counts(item: Item) -> bool:
        return isinstance(item, Ticket) and not item.handled and which(item)

    late = sum(counts(t) and t.due is not None and t.due < scene.now for t in scene.board.items(Ticket))
    remark = [(f"{late} late", Role.CRITICAL)] if late else []
    return counted(title, tally(scene, scene.told(Ticket), counts), bad, scene, remark)


def _oldest(scene: Scene) -> Tile:
    """How long the ticket waits for us that waits longest."""
    count = tally(scene, scene.told(Ticket), lambda item: isinstance(item, Ticket) and not item.handled)
    if not count.sure:
        return replace(counted("OLDEST", count, Role.DOUBT, scene), forms=("?",), remark=())
    waiting = [t for t in scene.board.items(Ticket) if not t.handled and t.created is not None]
    if not waiting:
        return Tile("OLDEST", ("-",), Role.GOOD)
    oldest = min(waiting, key=lambda ticket: (ticket.created, ticket.ref))
    age = short((scene.now - oldest.created).total_seconds()).upper() if oldest.created is not None else "-"
    return Tile("OLDEST", (age, age.partition(" ")[0]), Role.STRONG, ((f"#{oldest.number}", Role.MUTED),))


def _row(scene: Scene, ticket: Ticket, width: int) -> Line:
    """Priority, number, state, group and who has it; the time left and the age. Never the requester or the subject."""
    old = not scene.believed(scene.board.sources[ticket.ref.source])
    muted = old or ticket.handled
    word = (ticket.priority or "triage") if ticket.priority != "normal" else "triage"
    role = Role.MUTED if muted else _PRIORITY_ROLES.get(word, Role.WARNING)
    start: list[Span] = [
        (f" {fit(word.upper() if word in ('urgent', 'high') else word, 7)}", role),
        (f"#{ticket.number:<8}", Role.MUTED if muted else Role.STRONG),
        (fit(ticket.status, 8), Role.MUTED),
    ]
    who = cut(ticket.assignee, width // 4)
    start.append((who or ("" if ticket.handled else "nobody has it"), Role.GOOD if who and not old else Role.MUTED))
    if width >= 70 and ticket.group:
        start.append((f"  {cut(ticket.group, width // 4)}", Role.MUTED))
    due = None if old else ticket_due(ticket, scene.now)
    end: list[Span] = [(f" {right(due[0], DUE)} ", due[1])] if due else []
    aged = right(scene.ago(ticket.created), AGE)
    return spread(start, [*end, (f"{aged}?", Role.DATED) if old else (f"{aged} ", Role.MUTED)], width)
