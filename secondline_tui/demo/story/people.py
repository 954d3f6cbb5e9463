"""Who is on: PagerDuty's schedules and policy, and the rota that does not know of today's swap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from secondline_tui.demo.pagerduty.incidents import Service
from secondline_tui.demo.pagerduty.people import User
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.rota import Rota
from secondline_tui.demo.story import cast


@dataclass(frozen=True, slots=True)
class Paging:
    """What pages are about, and who answers them."""

    icinga: Service
    alertmanager: Service
    users: dict[str, User]


def furnish_pagerduty(pagerduty: PagerDuty, begin: datetime) -> Paging:
    """Schedules for every role; the secondary of the shift that begins at `begin` is covered until its middle."""
    users = {name: pagerduty.add_user(name, cast.email(name)) for name in cast.TEAM}
    primary = pagerduty.add_schedule("GOV.UK Primary (1st Call)", [users[cast.ME]], roles=["inhours_primary"])
    secondary = pagerduty.add_schedule(
        "GOV.UK Secondary (2nd Call)", [users[cast.SECONDARY]], roles=["inhours_secondary"]
    )
    night = pagerduty.add_schedule("GOV.UK On-call Primary", [users[cast.NIGHT_PRIMARY]], roles=["oncall_primary"])
    night_two = pagerduty.add_schedule(
        "GOV.UK On-call Secondary", [users[cast.NIGHT_SECONDARY]], roles=["oncall_secondary"]
    )
    managers = pagerduty.add_schedule("GOV.UK Escalations", [users[cast.MANAGER]], roles=["escalations"])
    policy = pagerduty.add_policy("GOV.UK Technical 2nd Line", [[primary], [secondary], [managers]], minutes=5, loops=2)
    pagerduty.add_policy("GOV.UK on call", [[night], [night_two], [managers]], minutes=10)
    start = begin.timestamp()
    pagerduty.override(secondary, users[cast.STAND_IN], start, start + timedelta(hours=4).total_seconds())
    icinga = pagerduty.add_service("GOV.UK Icinga", policy, acknowledgement_timeout=None)
    alertmanager = pagerduty.add_service("GOV.UK Alertmanager", policy)
    pagerduty.watched += [icinga, alertmanager]
    disk = pagerduty.trigger(
        "low available disk space on root",
        icinga,
        urgency="low",
        priority="P4",
        key="asset_master/disk",
        details={"host": "asset_master (10.2.8.2)", "output": "DISK WARNING - free space: / 8%"},
        ago=20 * 3_600,
    )
    pagerduty.acknowledge(disk, users[cast.STAND_IN], ago=19 * 3_600)
    pagerduty.note(disk, users[cast.STAND_IN], "Old uploads are being moved; until Friday.", ago=19 * 3_600)
    return Paging(icinga, alertmanager, users)


def furnish_rota(rota: Rota) -> None:
    """This week's team, and the next one's."""
    days = {"inhours_primary": cast.ME, "inhours_secondary": cast.SECONDARY, "inhours_shadow": cast.SHADOW}
    nights = {"oncall_primary": cast.NIGHT_PRIMARY, "oncall_secondary": cast.NIGHT_SECONDARY}
    after = {"inhours_primary": cast.NEXT_PRIMARY, "inhours_secondary": cast.NEXT_SECONDARY}
    later = {"oncall_primary": cast.STAND_IN, "oncall_secondary": cast.SECONDARY}
    rota.take_turns([{**days, **nights}, {**after, **later}])
