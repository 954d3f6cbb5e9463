"""The weeks before the demo begins: trouble that comes again and again, pages, and what people noted for each other.

It happens in the services as everything does, each thing at its own time, before anybody looks.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from secondline_tui.demo.settings import shift_begin, turn_begin
from secondline_tui.demo.story import cast, monitors
from secondline_tui.demo.story.scene import Scene

DAYS = 21
"""How far back the record goes."""
MINUTE, HOUR = 60.0, 3_600.0
QUIET = 6.5 * HOUR
"""So long before the demo begins, what is wrong in it now was not: it began later."""
DRILL = "PagerDuty test drill. Developers: escalate this alert. SMT: resolve this alert."
HANDLES = monitors.service("asset_master", "File handle count for asset-manager exceeds 500")
REPLICATION = monitors.service("mongo", "mongod replication lag")

Doing = Callable[[Scene], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Trouble that comes again and again."""

    name: str
    begin: Doing
    end: Doing
    hour: float
    """Hours from the shift's beginning, about; negative in the night before."""
    minutes: tuple[int, int]
    """The shortest and the longest that it lasts."""
    share: float
    """On how many of the days it comes."""
    day: int | None = None
    """The only day of a turn on which it comes; the day of the handover is 0."""
    now: bool = True
    """Whether the demo begins with it, so that it was not there shortly before."""


def play(scene: Scene) -> None:
    """Let all of it happen: what is due happens with the next look at the world, which is at once."""
    world = scene.world
    chance, today, turn = world.chance("past"), shift_begin(world), turn_begin(world)
    for ago in range(DAYS, -1, -1):
        day = today - timedelta(days=ago)
        for habit in HABITS:
            if habit.day in (None, (day.date() - turn.date()).days % 7):
                _come(scene, habit, day, chance)
        if (day.date() - turn.date()).days % 7 == 2:
            _drill(scene, day)
    for before, hour, who, text in JOTTINGS:
        _jot(scene, turn + timedelta(days=before, hours=hour), who, text)
    world.advance()


def _come(scene: Scene, habit: Habit, day: datetime, chance: random.Random) -> None:
    """Perhaps, on one day. The dice fall alike on every day, whether it comes or not."""
    comes, late, length = chance.random(), chance.random(), chance.uniform(*habit.minutes)
    began = day.timestamp() + (habit.hour + late) * HOUR
    ended = began + length * MINUTE
    if comes < habit.share and ended < scene.world.started - (QUIET if habit.now else 20 * MINUTE):
        _at(scene, began, partial(habit.begin, scene))
        _at(scene, ended, partial(habit.end, scene))


def _at(scene: Scene, moment: float, happening: Callable[[], None]) -> None:
    scene.world.at(moment - scene.world.started, happening)


# -- alerts --------------------------------------------------------------------------------------------------------


def _breaks(name: str, state: int, output: str, *, by: str = "") -> Doing:
    def breaks(scene: Scene) -> None:
        scene.icinga.change(name, state, output)
        if by:
            scene.icinga.acknowledge(name, "ops", by)

    return breaks


def _mends(name: str) -> Doing:
    return lambda scene: scene.icinga.change(name, 0, "OK: value=0.0")


def _noise(name: str) -> Doing:
    return lambda scene: _fire(scene, name)


def _fire(scene: Scene, name: str) -> None:
    scene.alertmanager.fire(monitors.staging(name), {"summary": f"{name} since the data sync"})


def _silence(name: str) -> Doing:
    return lambda scene: scene.alertmanager.resolve(monitors.staging(name))


# -- pages ---------------------------------------------------------------------------------------------------------


def _errors(scene: Scene) -> None:
    """The 5xx rate: it pages, and whoever is on call at that hour answers."""
    scene.icinga.change(monitors.RATE, 2, "CRITICAL: value=1.1\nwarning at 0.3, critical at 0.9")
    scene.page = scene.pagerduty.trigger(
        "5xx rate for www-origin", scene.paging.icinga, priority="P2", key=monitors.RATE.replace("!", "/")
    )
    scene.pagerduty.acknowledge(scene.page, scene.paging.users[cast.NIGHT_PRIMARY])


def _no_errors(scene: Scene) -> None:
    scene.icinga.change(monitors.RATE, 0, "OK: value=0.0")
    scene.pagerduty.resolve(scene.page, scene.paging.icinga)


def _drill(scene: Scene, day: datetime) -> None:
    """The drill of a turn that is over, or of this one where that day is over."""
    began = day.timestamp() + 0.5 * HOUR
    if began + HOUR < scene.world.started:
        _at(scene, began, partial(_drill_begins, scene))
        _at(scene, began + 12 * MINUTE, partial(_drill_ends, scene))


def _drill_begins(scene: Scene) -> None:
    scene.drill = scene.pagerduty.trigger(DRILL, scene.paging.alertmanager, key="drill")


def _drill_ends(scene: Scene) -> None:
    scene.pagerduty.resolve(scene.drill, scene.paging.users[cast.MANAGER])


HABITS = (
    *(
        Habit(name=name, begin=_noise(name), end=_silence(name), hour=-8.0 + 0.1 * number, minutes=(50, 110), share=0.7)
        for number, name in enumerate(monitors.STAGING_NOISE)
    ),
    Habit(
        name="publications stuck after the data sync",
        begin=_breaks(monitors.OVERDUE, 2, "CRITICAL: 2 overdue", by="Mehmet: known, see the card"),
        end=_mends(monitors.OVERDUE),
        hour=-4.0,
        minutes=(25, 150),
        share=0.6,
    ),
    Habit(name="5xx in the morning", begin=_errors, end=_no_errors, hour=-1.5, minutes=(6, 10), share=0.5, now=False),
    Habit(
        name="messages after the reindex",
        begin=_breaks(monitors.QUEUE, 1, "WARNING: 388 unprocessed messages"),
        end=_mends(monitors.QUEUE),
        hour=2.0,
        minutes=(60, 120),
        share=1.0,
        day=1,
    ),
    Habit(
        name="search is behind",
        begin=_breaks(monitors.LATENCY, 1, "WARNING: 322 s, threshold 300 s"),
        end=_mends(monitors.LATENCY),
        hour=5.0,
        minutes=(8, 40),
        share=0.5,
    ),
    Habit(
        name="uploads hold files",
        begin=_breaks(HANDLES, 1, "WARNING: 612 file handles"),
        end=_mends(HANDLES),
        hour=3.0,
        minutes=(15, 45),
        share=0.3,
        now=False,
    ),
    Habit(
        name="a secondary is behind",
        begin=_breaks(REPLICATION, 1, "WARNING: 40 s behind the primary"),
        end=_mends(REPLICATION),
        hour=-11.0,
        minutes=(5, 15),
        share=0.2,
    ),
)

# -- notes ---------------------------------------------------------------------------------------------------------

JOTTINGS: tuple[tuple[int, float, str, str], ...] = (
    (-6, 6.2, cast.NEXT_PRIMARY, "Publications were stuck again; the rake task on the card clears it."),
    (-4, 3.7, cast.NEXT_SECONDARY, "5xx at nine are the data sync's. Mehmet writes a longer timeout."),
    (-3, 7.4, cast.NEXT_PRIMARY, "Nameservers: Ines Kowalczyk was asked twice, please ring her on Thursday."),
    (0, 1.1, cast.ME, "CKAN harvest: their side has to restart it, ticket is pending."),
    (2, 5.3, cast.ME, "Search latency follows each bulk import; #search know and throttle it."),
    (4, 6.5, cast.STAND_IN, "Virus scanner has 4 GB now; watch uploads on Monday."),
)
"""Days from the turn's handover, hours from the shift's beginning, who, and what."""


def _jot(scene: Scene, moment: datetime, who: str, text: str) -> None:
    if moment.timestamp() < scene.world.started:
        scene.world.jottings.append((moment.timestamp(), who, text))
