"""What a wallboard would show of a board, and whether that is honest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from zoneinfo import ZoneInfo

from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.domain.ordering import DEFAULT_ENVIRONMENTS
from secondline_tui.engine.supervisor import Engine
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.arrange import FILLED_BY
from secondline_tui.ui.wallboard.frame import PAGES, Place, picture
from secondline_tui.ui.wallboard.scene import Scene
from tests.ui.wallboard.reading import figures

CALENDAR = Calendar(ZoneInfo("Europe/London"), frozenset(range(7)), time(0), time(0))
FIGURES: dict[type[Item], dict[str, Sequence[str]]] = {
    Alert: {
        "overview": ("CRITICAL", "WARNING", "UNKNOWN"),
        "alerts": tuple(f"{name} {word}" for name in ("PRODUCTION", "CI") for word in ("critical", "warning")),
    },
    Incident: {"overview": ("PAGES",)},
    Ticket: {"overview": ("TICKETS",), "tickets": ("HIGH", "TO TRIAGE", "LOW", "OLDEST")},
    Card: {"overview": ("ISSUES",), "issues": ("ONGOING ISSUES", "CHANGED TODAY")},
}
OWN = {"icinga": "PRODUCTION", "ci": "CI"}
"""Sources that tell of one environment only."""


def pictures(engine: Engine) -> dict[str, str]:
    """Every page as it is now."""
    clock = engine.clock
    scene = Scene(engine.board, clock.now(), clock.monotonic(), CALENDAR, (), DEFAULT_ENVIRONMENTS)
    return {
        page: "\n".join("".join(text for text, _ in line) for line in picture(scene, Place([page], page), 200, 90))
        for page in PAGES
    }


def doubted(engine: Engine, broken: Sequence[str]) -> None:
    """AssertionError where a wallboard shows a number as current to which a broken source belongs."""
    shown = pictures(engine)
    for kind, titles in FIGURES.items():
        sick = [name for name in broken if engine.board.sources[name].type in FILLED_BY[kind]]
        for page, names in titles.items() if sick else ():
            seen = figures(shown[page], names)
            assert seen, f"{page} shows no figure\n{shown[page]}"
            for title, figure in seen.items():
                place = title.partition(" ")[0]
                if place not in OWN.values() or any(OWN.get(name, place) == place for name in sick):
                    assert "?" in figure, f"{page}: {title} {figure} while {sick} cannot be believed\n{shown[page]}"
    for page, text in shown.items():
        assert "believe this screen" not in text, page
