"""The page of the day: the clock, how far the shift is, what comes next, and who is on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from secondline_tui.domain.ages import clock, short
from secondline_tui.shift.agenda import Event
from secondline_tui.shift.calendar import Span as Hours
from secondline_tui.shift.pairing import RolePair
from secondline_tui.shift.people import role_word
from secondline_tui.ui.bars import Today, place_of
from secondline_tui.ui.spans import Line, Role, Span, cut_line, fit
from secondline_tui.ui.wallboard.blocks import READABLE, Block, figured, heading
from secondline_tui.ui.wallboard.glyphs import drawable, largest
from secondline_tui.ui.wallboard.scene import Scene

_PAIR = 2
"""How many people are named in large."""
LABEL = 20


def today(scene: Scene, width: int, height: int) -> Block:
    """Clock, shift, names."""
    if height < 2:
        return []
    told = scene.today()
    local = scene.now.astimezone(scene.zone)
    block = [heading([(f" {local:%A} {local.day} {local:%B}, {place_of(scene.zone)}", Role.STRONG)], width)]
    scale = largest("88:88", width - 2, max(1, height // 3))
    if scale is not None:
        shown = figured((f"{local:%H:%M}",), width - 2, scale.lines, Role.ACCENT)
        block += [((" ", Role.ACCENT), *line) for line in shown]
    block += [(), *_shift(scene, told, width), ()]
    return [*block, *_people(told, scene, width, height - len(block))][:height]


def _shift(scene: Scene, told: Today, width: int) -> list[Line]:
    lines: list[Line] = []
    if told.hours is not None:
        lines += [_gauge(told.hours, scene, width)]
    if told.event is not None:
        lines.append(_next(told.event, scene, width))
    return lines


def _gauge(hours: Hours, scene: Scene, width: int) -> Line:
    if not hours.covers(scene.now):
        return ((f" off shift, next {clock(hours.start, scene.zone, scene.now)}", Role.MUTED),)
    start, end = (f"{moment.astimezone(scene.zone):%H:%M}" for moment in (hours.start, hours.end))
    left = f" {end}  {short((hours.end - scene.now).total_seconds())} left"
    room = max(1, width - len(start) - len(left) - 9)
    done = round(room * ((scene.now - hours.start) / (hours.end - hours.start)))
    return (
        (f" shift {start} ", Role.MUTED),
        ("█" * done, Role.ACCENT),
        ("░" * (room - done), Role.MUTED),
        (left, Role.MUTED),
    )


def _next(event: Event, scene: Scene, width: int) -> Line:
    left = (event.start - scene.now).total_seconds()
    if left <= 0:
        return cut_line(((" now: ", Role.MUTED), (event.name, Role.STRONG)), width)
    when = f" {clock(event.start, scene.zone, scene.now)}, in {short(left)}"
    return cut_line(((" next: ", Role.MUTED), (event.name, Role.STRONG), (when, Role.MUTED)), width)


def _people(told: Today, scene: Scene, width: int, height: int) -> Block:
    """The pair in large, then everybody in a line each."""
    pairs = told.pairing.roles
    title: list[Span] = [(" WHO IS ON" if told.pairing.on_shift else f" WHO IS ON {told.pairing.day:%A}", Role.STRONG)]
    if not told.sure:
        title.append((" not certain: rota or schedule does not answer ", Role.DOUBT))
    lines: Block = [heading(title, width)]
    if told.pairing.remark:
        lines.append(((f" ✖ {told.pairing.remark}", Role.WARNING),))
    if not pairs:
        nobody: Span = (" nobody is planned and nobody is on call", Role.MUTED) if told.sure else (" ?", Role.DOUBT)
        return [*lines, (nobody,)]
    rows = [_role(pair, scene, width, sure=told.sure) for pair in pairs]
    doubt, role = ("", Role.GOOD) if told.sure else ("?", Role.WARNING)
    wanted = [pair for pair in pairs if pair.out_of_hours is not told.pairing.on_shift and pair.person]
    names = [(pair.person or "").partition(" ")[0] + doubt for pair in wanted[:_PAIR]]
    big = _in_large(names, role, width, height - len(lines) - len(rows))
    return [*lines, *big, *rows]


def _in_large(names: Sequence[str], role: Role, width: int, height: int) -> Block:
    """First names, one below the other where they do not fit beside one another."""
    plain = [drawable(name) for name in names]
    words = [name for name in plain if name is not None]
    if not words or len(words) < len(names):
        return []
    together = [" + ".join(words)]
    for texts in (together, words):
        scales = [largest(text, width - 2, height // len(texts) - 1) for text in texts]
        found = [scale for scale in scales if scale is not None]
        if len(found) == len(texts) and (texts is words or min(s.lines for s in found) >= READABLE):
            lines = min(scale.lines for scale in found)
            drawn = [figured((text,), width - 2, lines, role) for text in texts]
            return [line for name in drawn for line in ((), *(((" ", role), *row) for row in name))] + [()]
    return []


def _role(pair: RolePair, scene: Scene, width: int, *, sure: bool) -> Line:
    bad = pair.mismatch or pair.vacant or not sure
    name: Span = ((pair.person or "nobody") + ("" if sure else "?"), Role.WARNING if bad else Role.STRONG)
    line: list[Span] = [(f" {fit(role_word(pair.role), LABEL)} ", Role.MUTED), name]
    if pair.until is not None:
        line.append((f"  until {clock(pair.until, scene.zone, scene.now)}", Role.MUTED))
    if pair.mismatch:
        line.append((f"  ✖ {pair.difference}", Role.WARNING))
    return cut_line(line, width)
