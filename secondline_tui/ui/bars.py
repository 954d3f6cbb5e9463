"""What the bars at the top and the bottom say. Pure: the board and a moment in, lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from secondline_tui.domain.ages import calm, clock, short
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.trust import Doubt, Trust
from secondline_tui.shift.agenda import Event
from secondline_tui.shift.calendar import Span as Hours
from secondline_tui.shift.pairing import Pairing
from secondline_tui.ui.commands import Command, spelt
from secondline_tui.ui.spans import Line, Role, Span, cells, cut, cut_line, spread, width_of

HEALTH = {
    Health.FRESH: ("✔", Role.GOOD),
    Health.WAITING: ("…", Role.MUTED),
    Health.STALE: ("✖", Role.DOUBT),
    Health.FAILING: ("✖", Role.DOUBT),
    Health.REFUSED: ("✖", Role.DOUBT),
    Health.PAUSED: ("‖", Role.WARNING),
}


@dataclass(frozen=True, slots=True)
class Today:
    """What the title says of the shift."""

    pairing: Pairing
    hours: Hours | None
    """The shift that is on, or the next one."""
    event: Event | None
    sure: bool
    """Whether every source that tells who is on can be believed now; see `sure_who_is_on`."""


_TELL_WHO_IS_ON = frozenset({"rota", "pagerduty"})


def sure_who_is_on(board: Board, monotonic: float) -> bool:
    """Whether the sources that the pairing comes from are all fresh."""
    return all(
        state.health(monotonic) is Health.FRESH for state in board.sources.values() if state.type in _TELL_WHO_IS_ON
    )


def place_of(zone: tzinfo) -> str:
    """A zone's city: London for Europe/London."""
    return str(zone).rpartition("/")[2].replace("_", " ")


def title(today: Today, now: datetime, zone: tzinfo, width: int, *, read_only: bool) -> Line:
    """The day and time, where we are in the shift, what comes next, who is on."""
    local = now.astimezone(zone)
    start: list[Span] = [(" secondline ", Role.ACCENT)] if width >= 100 else [(" ", Role.PLAIN)]
    start += [(f"{local:%a %H:%M} ", Role.STRONG), (place_of(zone), Role.MUTED)]
    if read_only:
        start.append(("  READ-ONLY", Role.ACCENT))
    if today.hours is not None:
        start += _shift(today.hours, now, zone, gauge=0 if width < 100 else (6 if width < 140 else 10))
    if today.event is not None:
        start += _next(today.event, now, zone)
    people = cut(_people(today.pairing, first_names=width < 160), width // 3)
    end = (f"{people} ", Role.GOOD) if today.sure else (f"{people}? ", Role.WARNING)
    return spread(start, [end] if people else (), width)


def _shift(hours: Hours, now: datetime, zone: tzinfo, *, gauge: int) -> list[Span]:
    times = f"{hours.start.astimezone(zone):%H:%M}–{hours.end.astimezone(zone):%H:%M}"
    if not hours.covers(now):
        return [(f"   off shift, next {clock(hours.start, zone, now)}", Role.MUTED)]
    if not gauge:
        return [(f"  shift {times}", Role.MUTED)]
    done = round(gauge * ((now - hours.start) / (hours.end - hours.start)))
    return [
        ("   shift ", Role.MUTED),
        ("█" * done, Role.ACCENT),
        ("░" * (gauge - done), Role.MUTED),
        (f" {times}", Role.MUTED),
    ]


def _next(event: Event, now: datetime, zone: tzinfo) -> list[Span]:
    left = (event.start - now).total_seconds()
    if left <= 0:
        return [("   now: ", Role.MUTED), (event.name, Role.STRONG)]
    when = f" {clock(event.start, zone, now)}"
    soon = f", in {short(left)}" if left < 3_600 else ""
    return [("   next: ", Role.MUTED), (event.name, Role.STRONG if soon else Role.PLAIN), (when + soon, Role.MUTED)]


def _people(pairing: Pairing, *, first_names: bool) -> str:
    """The pair that is on: primary and secondary of the shift, else whoever is on call."""
    wanted = [pair for pair in pairing.roles if pair.out_of_hours is not pairing.on_shift]
    pair = [pair.person for pair in wanted[:2] if pair.person]
    names = [name.partition(" ")[0] if first_names else name for name in pair]
    return f"{' + '.join(names)} on" if names else ""


def trust_line(trust: Trust, now: datetime, zone: tzinfo, width: int) -> Line:
    """Whether the screen can be believed, since when not, and what of it."""
    rejected = _rejected(trust.rejected)
    unseen = "; ".join(partial.told for partial in trust.partial)
    if trust.total == 0:
        return ((" no source is configured: nothing is known", Role.DOUBT),)
    if trust.whole:
        oldest = f", oldest answer {calm(trust.oldest or 0)} ago"
        return cut_line(
            (
                (" ✔ ", Role.GOOD),
                ("believe this screen", Role.GOOD),
                (f": {trust.total} of {trust.total} sources fresh{oldest}", Role.MUTED),
            ),
            width,
        )
    if trust.waiting and not rejected and not unseen:
        return ((f" … asking: {trust.fresh} of {trust.total} sources have answered", Role.MUTED),)
    if not trust.doubts:
        but = f" but for {rejected}" if rejected else ""
        and_but = f"{';' if rejected else ', but'} {unseen}" if unseen else ""
        return cut_line(((" ! ", Role.WARNING), (f"believe this screen{but}{and_but}", Role.WARNING)), width)
    verdict = _verdict(trust, width // 3)
    named = len(trust.doubts) == 1 and verdict.endswith(trust.doubts[0].source)
    line: list[Span] = [
        (" ✖ ", Role.DOUBT),
        (verdict, Role.DOUBT),
        ("  ", Role.PLAIN),
        (_told(trust.doubts[0], now, zone, named=named), Role.PLAIN),
    ]
    line += [(f"  {told}", Role.WARNING) for told in (rejected, unseen) if told]
    return cut_line(line, width)


def _verdict(trust: Trust, room: int) -> str:
    """What can be believed, by the shorter list: of the sources that can be, or of those that cannot."""
    if not trust.believed:
        return "believe nothing"
    if len(trust.doubts) > trust.fresh:
        return f"believe only {_listed(trust.believed, room)}"
    return f"believe all but {_listed([doubt.source for doubt in trust.doubts], room)}"


def _listed(names: Sequence[str], room: int) -> str:
    """As many names as there is room for, but at least one, and how many more there are."""
    for shown in range(len(names), 1, -1):
        left = len(names) - shown
        told = ", ".join(names[:shown]) + (f" and {left} more" if left else "")
        if cells(told) <= room:
            return told
    return f"{names[0]} and {len(names) - 1} more" if names[1:] else names[0]


def _rejected(rows: int) -> str:
    return f"{rows} row{'s' if rows > 1 else ''} not understood" if rows else ""


def _told(doubt: Doubt, now: datetime, zone: tzinfo, *, named: bool) -> str:
    """One doubt in words: which source unless `named` already, for how long, why, and from when its items are."""
    since = f"for {short((now - doubt.since).total_seconds())}" if doubt.since else ""
    what = " ".join(part for part in ("" if named else doubt.source, since) if part)
    old = ""
    if doubt.items and doubt.as_of is not None:
        items = "its item is" if doubt.items == 1 else f"its {doubt.items} items are"
        old = f"; {items} from {clock(doubt.as_of, zone, now)}"
    return (f"{what}: " if what else "") + doubt.reason + old


def strip_lines(board: Board, monotonic: float, width: int) -> tuple[Line, ...]:
    """Every source with its health and the age of its data, in as many lines as it takes.

    How many that are does not depend on the ages: what is below would jump up and down.
    """
    lines: list[Line] = []
    line: list[Span] = []
    for state in board.sources.values():
        cell = _cell(state, monotonic)
        if line and width_of(line) + width_of(cell) > width:
            lines.append(tuple(line))
            line = []
        line += cell
    return (*lines, tuple(line)) if line else tuple(lines)


_AGE = 3
"""The cells kept for an age: "55s", "4m", "23h", "99d"."""
_NAME = 16
"""The cells that the name of something unseen may take."""


def _cell(state: SourceState, monotonic: float) -> list[Span]:
    health = state.health(monotonic)
    fresh = health is Health.FRESH
    blind = fresh and bool(state.unseen)
    symbol, role = ("!", Role.WARNING) if blind else HEALTH[health]
    told, spare = _data_of(state, health, monotonic)
    rows = len(state.rejected)
    odd = f" {rows} row{'s' if rows > 1 else ''}?" if rows else ""
    to = cut(state.unseen[0], _NAME) if len(state.unseen) == 1 else str(len(state.unseen))
    return [
        (f" {symbol} ", role),
        (state.name, Role.PLAIN if fresh else role),
        (f" {told}", Role.MUTED if fresh else role),
        (odd, Role.WARNING),
        (f" blind to {to}" if blind else "", Role.WARNING),
        (" " * (spare + 1), Role.PLAIN),
    ]


def _data_of(state: SourceState, health: Health, monotonic: float) -> tuple[str, int]:
    """What the strip says of a source's data, and the cells to keep free after it, for a longer age."""
    age = state.age(monotonic)
    if health is Health.WAITING:
        return "asking", 0
    if age is None:
        return f"{health} · no answer yet", 0
    largest_unit = calm(age).partition(" ")[0]
    spare = max(0, _AGE - len(largest_unit))
    return (largest_unit if health is Health.FRESH else f"{health} · {largest_unit} old"), spare


def footer(commands: Iterable[Command], keys: Mapping[str, str], told: Sequence[Span], width: int) -> Line:
    """The commands that make sense now, the most useful first, as many as fit; help always does."""
    help_key = spelt(keys["help"].partition(",")[0])
    end: list[Span] = [*told, (f" {help_key}", Role.KEY), (" help ", Role.MUTED)]
    room = width - width_of(end) - 1
    start: list[Span] = []
    for command in sorted(commands, key=lambda command: command.footer):
        piece = [(f" {spelt(keys[command.id].partition(',')[0])}", Role.KEY), (f" {command.word} ", Role.MUTED)]
        if width_of(start) + width_of(piece) > room:
            break
        start += piece
    return spread(start, end, width)
