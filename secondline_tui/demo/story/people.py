"""Who is on: PagerDuty's schedules and policy, and the rota that does not know of today's swap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from secondline_tui.demo.pagerduty.incidents import Service
from secondline_tui.demo.pagerduty.people import User
from secondline_tui.demo.pagerduty.schedules import WEEK, Schedule
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.rota import Rota
from secondline_tui.demo.story import cast

TEAMS = (
    {
        "inhours_primary": cast.ME,
        "inhours_secondary": cast.SECONDARY,
        "inhours_shadow": cast.SHADOW,
        "inhours_primary_standby": cast.NEXT_SECONDARY,
        "inhours_secondary_standby": cast.NEXT_PRIMARY,
        "oncall_primary": cast.NIGHT_PRIMARY,
        "oncall_secondary": cast.NIGHT_SECONDARY,
    },
    {
        "inhours_primary": cast.NEXT_PRIMARY,
        "inhours_secondary": cast.NEXT_SECONDARY,
        "inhours_primary_standby": cast.ME,
        "inhours_secondary_standby": cast.NIGHT_PRIMARY,
        "oncall_primary": cast.STAND_IN,
        "oncall_secondary": cast.SECONDARY,
    },
)
"""Who is on, one turn after the other; the first of them is on now."""
EARLIER = 20
"""Turns before this one from which on the schedules know who was on; an even number."""


@dataclass(frozen=True, slots=True)
class Paging:
    """What pages are about, and who answers them."""

    icinga: Service
    alertmanager: Service
    users: dict[str, User]


def furnish_pagerduty(pagerduty: PagerDuty, begin: datetime, turn: datetime) -> Paging:
    """Schedules for every role, in which two teams take turns; this one began at `turn`. The secondary of the shift
    that begins at `begin` is covered until its middle.
    """
    users = {name: pagerduty.add_user(name, cast.email(name)) for name in cast.TEAM}
    first = turn.timestamp() - EARLIER * WEEK

    def schedule(name: str, role: str) -> Schedule:
        people = [users[team[role]] for team in TEAMS]
        return pagerduty.add_schedule(name, people, roles=[role], start=first)

    primary = schedule("GOV.UK Primary (1st Call)", "inhours_primary")
    secondary = schedule("GOV.UK Secondary (2nd Call)", "inhours_secondary")
    night = schedule("GOV.UK On-call Primary", "oncall_primary")
    night_two = schedule("GOV.UK On-call Secondary", "oncall_secondary")
    managers = pagerduty.add_schedule("GOV.UK Escalations", [users[cast.MANAGER]], roles=["escalations"])
    policy = pagerduty.add_policy("GOV.UK Technical 2nd Line", [[primary], [secondary], [managers]], minutes=5, loops=2)
    pagerduty.add_policy("GOV.UK on call", [[night], [night_two], [managers]], minutes=10)
    start = begin.timestamp()
    pagerduty.override(secondary, users[cast.STAND_IN], start, start + timedelta(hours=4).total_seconds())
    icinga = pagerduty.add_service("GOV.UK Icinga", policy, acknowledgement_timeout=None)
    alertmanager = pagerduty.add_service("GOV.UK Alertmanager", policy)
    pagerduty.watched += [icinga, alertmanager]
    return Paging(icinga, alertmanager, users)


def furnish_pages(pagerduty: PagerDuty, paging: Paging) -> None:
    """The page that is open before the morning begins: answered, and waiting."""
    disk = pagerduty.trigger(
        "low available disk space on root",
        paging.icinga,
        urgency="low",
        priority="P4",
        key="asset_master/disk",
        details={"host": "asset_master (10.2.8.2)", "output": "DISK WARNING - free space: / 8%"},
        ago=20 * 3_600,
    )
    helper = paging.users[cast.STAND_IN]
    pagerduty.acknowledge(disk, helper, ago=19 * 3_600)
    pagerduty.note(disk, helper, "Old uploads are being moved; until Friday.", ago=19 * 3_600)


def furnish_rota(rota: Rota) -> None:
    """This turn's team, and the next one's."""
    rota.take_turns(TEAMS)
