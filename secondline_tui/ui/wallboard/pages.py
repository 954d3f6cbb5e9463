"""The page of pages: each that nobody has answered, with a large countdown to its escalation. Pure."""

from __future__ import annotations

from secondline_tui.domain.ages import clock, countdown
from secondline_tui.domain.items import Incident, Item
from secondline_tui.domain.ordering import incident_key
from secondline_tui.ui.spans import Line, Role, Span
from secondline_tui.ui.wallboard.blocks import READABLE, SHARE, Block, beside, figured, filled, heading, tiled
from secondline_tui.ui.wallboard.counting import pages_tile
from secondline_tui.ui.wallboard.glyphs import SCALES, broad
from secondline_tui.ui.wallboard.listing import listed, nothing
from secondline_tui.ui.wallboard.scene import Scene

SOON = 120
"""Seconds before an escalation from which its countdown is red."""


def pages(scene: Scene, width: int, height: int) -> Block:
    """Those that ring, then the others in a line each."""
    if height < 2:
        return []
    incidents = scene.items(Incident, incident_key)
    ringing = [incident for incident in incidents if incident.triggered]
    block = _rung(scene, ringing, width, round(height * SHARE)) if ringing else _quiet(scene, width, height)
    drawn = len(block)
    items: list[Item] = list(incidents)
    top = heading([(" PAGES", Role.STRONG)], width)
    below = listed(scene, items, width, height - drawn - 2)
    told = [] if ringing else [nothing(scene, (Incident,), "nobody is being paged")]
    return [*block, *([()] if block else []), top, *told, *below][:height]


def _quiet(scene: Scene, width: int, height: int) -> Block:
    return tiled([pages_tile(scene)], width, min(round(height * SHARE), 2 * READABLE)).block


def _rung(scene: Scene, ringing: list[Incident], width: int, height: int) -> Block:
    """As many as can be read from afar, else as many as can be drawn at all."""
    sizes = sorted({scale.lines for scale in SCALES}, reverse=True)
    for wanted in (READABLE, min(sizes)):
        for shown in range(len(ringing), 0, -1):
            lines = next((size for size in sizes if shown * (size + 2) <= height and _fits(size, width)), 0)
            if lines >= wanted:
                return [line for incident in ringing[:shown] for line in _one(scene, incident, width, lines)]
    return []


def _fits(lines: int, width: int) -> bool:
    """Whether a countdown of that height leaves room for words beside it."""
    return any(scale.lines == lines and broad("88:88", scale) <= width * 45 // 100 for scale in SCALES)


def _one(scene: Scene, incident: Incident, width: int, lines: int) -> Block:
    share = width * 45 // 100
    form, role = _figure(scene, incident)
    figure = [filled(((" ", role), *line), share, _fill(role)) for line in figured((form,), share - 2, lines, role)]
    named: Line = ((f" {'DRILL ' if incident.drill else ''}", Role.ACCENT), (incident.name_line, Role.STRONG))
    top = heading(named, width)
    return [top, *beside([(figure, share), (_words(scene, incident), width - share - 2)]), ()]


def _fill(role: Role) -> Role:
    return Role.DOUBT if role is Role.DOUBT else Role.PLAIN


def _figure(scene: Scene, incident: Incident) -> tuple[str, Role]:
    """The time to its escalation, else its age; "?" where its source does not answer: it may long be otherwise."""
    if not scene.believed(scene.board.sources[incident.ref.source]):
        return "?", Role.DOUBT
    if incident.escalates_at is None:
        return scene.ago(incident.created).partition(" ")[0].upper().replace("–", "-"), Role.CRITICAL
    left = (incident.escalates_at - scene.now).total_seconds()
    told = countdown(left).upper()
    if left >= 3_600:
        told = f"{int(left) // 3_600}H{int(left) % 3_600 // 60:02}"
    return told, Role.CRITICAL if left < SOON else Role.WARNING


def _words(scene: Scene, incident: Incident) -> Block:
    who = " + ".join(incident.assigned)
    lines: Block = [((who or "nobody is being called", Role.GOOD if who else Role.CRITICAL),)]
    about = " · ".join(part for part in (incident.priority, incident.service, f"{incident.urgency} urgency") if part)
    lines += [((about, Role.PLAIN),), ((f"since {scene.ago(incident.created)}", Role.MUTED),)]
    source = scene.board.sources[incident.ref.source]
    at = incident.escalates_at
    if not scene.believed(source) and source.as_of is not None:
        when = clock(source.as_of, scene.zone, scene.now)
        lines.append(((f" {source.name} does not answer: as of {when} ", Role.DOUBT),))
    elif at is not None:
        told: list[Span] = [(f"escalates at {clock(at, scene.zone, scene.now)}", Role.MUTED)]
        lines.append(tuple(told))
    return lines
