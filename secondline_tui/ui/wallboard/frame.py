"""The whole picture: the time, whether to believe what is below, the page, and where in the rotation it is. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.domain.trust import Trust, judge
from secondline_tui.ui import bars
from secondline_tui.ui.spans import Line, Role, Span, cut, cut_line, spread, width_of, wrap
from secondline_tui.ui.wallboard.alerts import alerts
from secondline_tui.ui.wallboard.blocks import Block, figured, filled
from secondline_tui.ui.wallboard.glyphs import drawable
from secondline_tui.ui.wallboard.issues import issues
from secondline_tui.ui.wallboard.overview import overview
from secondline_tui.ui.wallboard.pages import pages
from secondline_tui.ui.wallboard.scene import Scene
from secondline_tui.ui.wallboard.tickets import tickets
from secondline_tui.ui.wallboard.today import today

Draw = Callable[[Scene, int, int], Block]
PAGES: Mapping[str, Draw] = {
    "overview": overview,
    "alerts": alerts,
    "pages": pages,
    "tickets": tickets,
    "issues": issues,
    "today": today,
}
_NEEDS: Mapping[str, type[Item]] = {"alerts": Alert, "pages": Incident, "tickets": Ticket, "issues": Card}
SHIFT = ((0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1))
"""Where the picture stands, in columns and lines, one after the other: no cell of a screen is to glow for weeks."""
HIGH = 34
"""Lines from which a doubt is written in large."""
KEYS = "space holds  n next  q quits "


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the rotation we are."""

    pages: Sequence[str]
    page: str
    held: bool = False
    stopped: bool = False
    trouble: str = ""
    """What else went wrong, such as a hook."""
    keys: bool = True
    """Whether there are keys to tell of."""


def possible(wanted: Sequence[str], scene: Scene) -> tuple[str, ...]:
    """The wanted pages that some source has something to tell for; those without a source would be empty for ever."""
    found = tuple(name for name in wanted if name not in _NEEDS or scene.told(_NEEDS[name]))
    return found or ("overview",)


def picture(scene: Scene, place: Place, width: int, height: int, step: int = 0) -> Block:
    """Every line of the screen; `step` moves the picture."""
    right, down = SHIFT[step % len(SHIFT)] if width >= 40 and height >= 20 else (0, 0)
    inner, lines = width - (SHIFT[2][0] if width >= 40 and height >= 20 else 0), height - (height >= 20)
    whole = _upright(scene, place, inner, lines)
    blank: Line = ()
    moved = [blank] * down + [((" " * right, Role.PLAIN), *line) for line in whole]
    return [filled(line, width) for line in [*moved, *[blank] * height][:height]]


def _upright(scene: Scene, place: Place, width: int, height: int) -> Block:
    trust = judge(scene.board, scene.monotonic, scene.environments)
    top = [_title(scene, width), *_verdict(scene, trust, width, height)]
    bottom = _footer(scene, place, width)
    room = height - len(top) - 1
    body = PAGES[place.page](scene, width, room) if room > 0 else []
    body = [*body, *[()] * max(0, room - len(body))][: max(0, room)]
    return [*top, *body, bottom]


def _title(scene: Scene, width: int) -> Line:
    """The time with its seconds: a picture whose clock stands still is an old one."""
    local = scene.now.astimezone(scene.zone)
    told = bars.title(scene.today(), scene.now, scene.zone, width - 3, read_only=False)
    return tuple((text.replace(f"{local:%a %H:%M} ", f"{local:%a %H:%M:%S} ", 1), role) for text, role in told)


def _verdict(scene: Scene, trust: Trust, width: int, height: int) -> Iterator[Line]:
    """Whether to believe it: a line when all is well, a red band across the screen when it is not."""
    told = bars.trust_line(trust, scene.now, scene.zone, 3 * width)
    if trust.total and (trust.waiting or not trust.doubts):
        yield cut_line(told, width)
        yield ()
        return
    said = "".join(text for text, _ in told if text).strip()
    band = [*wrap(said, width - 2), *_others(scene, trust)]
    large = _large(trust, width, height)
    yield from (_red(line, width) for line in (["", *large, ""] if large else [f" {_loud(trust)[0]}"]))
    yield from (_red(cut(line, width - 2), width) for line in (band[: height // 8] if height >= HIGH else [said]))
    yield ()


def _red(text: str, width: int) -> Line:
    return filled(((f" {text}", Role.DOUBT),), width, Role.DOUBT)


def _large(trust: Trust, width: int, height: int) -> list[str]:
    """What cannot be believed, in large; nothing where there is no room for that."""
    wanted = [size for size in (7, 4) if height >= HIGH * size / 4]
    for lines in wanted:
        for form in _loud(trust):
            shown = figured((form,), width - 4, lines, Role.DOUBT)
            if shown:
                return ["".join(text for text, _ in line) for line in shown]
    return []


def _loud(trust: Trust) -> list[str]:
    """What cannot be believed, in a few capitals, ever fewer."""
    blind = [doubt.source for doubt in trust.doubts if doubt.health is not Health.WAITING]
    if not trust.believed:
        return ["BELIEVE NOTHING", "BLIND", "?"]
    names = [" ".join(f"{name}?" for name in blind[:count]) for count in range(len(blind), 0, -1)]
    counted = f"{len(blind)} OF {trust.total} BLIND"
    drawable_names = [told for name in names[:1] if (told := drawable(name)) is not None]
    return [*drawable_names, counted, f"{len(blind)}/{trust.total}?", "?"]


def _others(scene: Scene, trust: Trust) -> list[str]:
    """The doubts beside the first, which the trust line tells."""
    told = []
    for doubt in trust.doubts[1:]:
        when = f" for {scene.ago(doubt.since)}" if doubt.since else ""
        told.append(f"{doubt.source} {doubt.health}{when}: {doubt.reason}")
    return told


def _footer(scene: Scene, place: Place, width: int) -> Line:
    start: list[Span] = []
    for name in place.pages:
        here = name == place.page
        start.append((f" {'●' if here else '○'} {name}", Role.ACCENT if here else Role.MUTED))
    if place.held:
        start.append(("  held", Role.WARNING))
    elif place.stopped:
        start.append(("  stopped: it turned bad", Role.CRITICAL))
    if place.trouble:
        start.append((f"  {place.trouble}", Role.WARNING))
    sources = [_mark(scene, name) for name in scene.board.sources]
    keys: list[Span] = [(f"   {KEYS}", Role.MUTED)] if place.keys else []
    for end in ([*sources, *keys], sources, keys):
        if width_of(start) + width_of(end) + 2 <= width:
            return spread(start, end, width)
    return cut_line(start, width)


def _mark(scene: Scene, name: str) -> Span:
    symbol, role = bars.HEALTH[scene.board.sources[name].health(scene.monotonic)]
    return f" {symbol} {name}", role
