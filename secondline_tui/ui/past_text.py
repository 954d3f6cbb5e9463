"""What the record says of an alert, as lines of the opened item; and of the noisiest, as rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from secondline_tui.domain.ages import clock, in_zone, short
from secondline_tui.domain.items import Item
from secondline_tui.domain.past import Noise, Past, ordinal, sparkline
from secondline_tui.domain.text import SafeText
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span, cut_line, fit, right, spread, wrap

LABEL = 14


def past_lines(own: Past, named: Past, view: View) -> list[Line]:
    """An alert's week and more; nothing where the record has nothing of it. `named`: of all alerts with its name."""
    return list(_past(own, named, view)) if own.count else []


def _past(own: Past, named: Past, view: View) -> Iterator[Line]:
    days = " ".join(day[:2] for day in _weekdays(view))
    week = sparkline(own.by_day)
    yield (
        (f" {fit('its week', LABEL - 1)} ", Role.MUTED),
        (week, Role.ACCENT),
        (f"  {times_this_week(own)}", Role.STRONG if own.count_week > 1 else Role.PLAIN),
        (f"  ({days})" if view.width >= 80 else "", Role.MUTED),
    )
    told = []
    if own.first is not None:
        told.append(f"first {clock(own.first, view.zone, view.now)}")
    if own.ended is not None:
        told.append(f"last ended {clock(own.ended, view.zone, view.now)}")
    if own.longest is not None:
        told.append(f"longest {short(own.longest.total_seconds())}")
    if own.count > own.count_week:
        told.append(f"{own.count} times in the record")
    yield from _fact("seen", ", ".join(told), view)
    if own.acknowledged_by:
        yield from _fact("had it", ", ".join(own.acknowledged_by), view)
    if named.items > own.items:
        yield from _fact("same name", f"{_times(named.count_week)} this week, on {named.items} machines", view)


def times_this_week(past: Past) -> str:
    """ "6th time this week, 2nd today"."""
    if not past.count_week:
        return "began more than a week ago"
    today = f", {ordinal(past.count_today)} today" if 0 < past.count_today < past.count_week else ""
    return f"{ordinal(past.count_week)} time this week{today}"


def _weekdays(view: View) -> Iterator[str]:
    today = in_zone(view.now, view.zone).weekday()
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return (names[(today + 1 + step) % 7] for step in range(7))


def _fact(name: str, value: str, view: View) -> Iterator[Line]:
    for index, part in enumerate(wrap(value, max(10, view.width - LABEL - 2))):
        yield ((f" {fit(name if index == 0 else '', LABEL - 1)} ", Role.MUTED), (part, Role.PLAIN))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


# -- the noisiest --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRow(Item):
    """One of the noisiest as something to select; its reference is that of its latest item."""

    noise: Noise

    @property
    def name_line(self) -> SafeText:
        """The alert's name."""
        return self.noise.name


def noise_rows(noisiest: Iterable[Noise]) -> tuple[NoiseRow, ...]:
    """A row for each."""
    return tuple(NoiseRow(ref=noise.latest, noise=noise) for noise in noisiest)


def noise_row(item: Item, view: View) -> tuple[Line, ...]:
    """How often, which, where, how long together, when last, and whether anybody ever had it."""
    if not isinstance(item, NoiseRow):
        return ()
    noise = item.noise
    start: list[Span] = [
        (f"{right(str(noise.count), 6)}× ", Role.STRONG),
        (noise.name, Role.PLAIN),
        (f"  {noise.environment}", Role.MUTED),
    ]
    if noise.items > 1:
        start.append((f"  on {noise.items} machines", Role.MUTED))
    had = f"{noise.acknowledged} acknowledged" if noise.acknowledged else "nobody acknowledged it"
    end: list[Span] = [(f" {right(short(noise.total.total_seconds()), 6)} in all ", Role.MUTED)]
    if view.width >= 90:
        end.insert(0, (f"  {had} ", Role.GOOD if noise.acknowledged else Role.WARNING))
        last = f"last {clock(noise.last, view.zone, view.now)}" if noise.is_over else "goes on"
        end.append((f" {fit(last, 17)}", Role.MUTED))
    return (spread(start, cut_line(end, view.width // 2), view.width),)


def noise_markdown(noisiest: Iterable[Noise], period: str, zone: tzinfo) -> str:
    """The list as Markdown, for wherever the team keeps its list of alerts that do not add value."""
    lines = [f"| alert, {period} | environment | times | in all | acknowledged | last |", "| --- " * 6 + "|"]
    for noise in noisiest:
        name = noise.name.replace("|", "\\|")
        cells = (
            name,
            noise.environment,
            noise.count,
            short(noise.total.total_seconds()),
            noise.acknowledged,
            f"{in_zone(noise.last, zone):%Y-%m-%d %H:%M}" if noise.is_over else "goes on",
        )
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)
