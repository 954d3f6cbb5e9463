"""A bad morning in a real Icinga 2: 1,000 services, of which 100 are in trouble in every way there is."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from tests.live.icinga2 import Icinga, host, service

HOUR = 3_600.0
HOSTS = [f"{'db' if n % 5 == 4 else 'web'}{n:02}" for n in range(50)]
SERVICES = [f"{name}!s{m:02}" for name in HOSTS for m in range(20)]
NEVER = "web48"
"""Neither it nor any of its services was ever checked."""
DOWN, DOWN_HELD, DOWN_PLANNED = "web10", "web11", "db14"
ON_A_DOWN_HOST = [f"{DOWN}!s{m:02}" for m in range(10)]
BAD = [f"{name}!s{m:02}" for m in range(5) for name in HOSTS[20:38]]
HELD, PLANNED, BOTH = BAD[:20], BAD[20:30], BAD[30:35]
FLEXIBLE, TOMORROW, REMARK, WORSE, SOFT, FLAPPING, HOSTILE, LET_GO = BAD[35:43]
MENDED = "web40!s00"
"""In trouble and acknowledged, but well again."""
ATTACK = "\x1b]0;owned\x07\x1b[2J\u202e<b>&[bold]"


@dataclass(frozen=True)
class Seen:
    """What must be shown of one problem."""

    severity: str
    state: str
    by: str = ""
    comment: str = ""
    downtime: bool = False
    inhibited: bool = False
    flapping: bool = False
    soft: bool = False


STATES = {1: ("warning", "WARNING"), 2: ("critical", "CRITICAL"), 3: ("unknown", "UNKNOWN")}


def state_of(number: int) -> int:
    """The state of one of the bad ones: each of the three in turn."""
    return 1 + number % 3


def expected() -> dict[str, Seen]:
    """Everything that must be shown, by full name, and nothing else."""
    all_of_them = {name: Seen(*STATES[state_of(number)]) for number, name in enumerate(BAD)}
    for number, name in enumerate([*HELD, *BOTH]):
        all_of_them[name] = replace(all_of_them[name], by=author(number), comment=comment(number))
    for name in (*PLANNED, *BOTH, FLEXIBLE):
        all_of_them[name] = replace(all_of_them[name], downtime=True)
    all_of_them[WORSE] = Seen("critical", "CRITICAL")
    all_of_them[SOFT] = replace(all_of_them[SOFT], soft=True)
    all_of_them[FLAPPING] = replace(all_of_them[FLAPPING], flapping=True)
    all_of_them[HOSTILE] = replace(all_of_them[HOSTILE], by="<b>&[bold]", comment="<b>&[bold]\nsecond")
    for name in ON_A_DOWN_HOST:
        all_of_them[name] = Seen("critical", "CRITICAL", inhibited=True)
    down = Seen("critical", "DOWN")
    hosts = {
        DOWN: down,
        DOWN_HELD: replace(down, by="Siobhán", comment="driving there"),
        DOWN_PLANNED: replace(down, downtime=True),
    }
    return {**all_of_them, **hosts}


def author(number: int) -> str:
    """Who acknowledged it."""
    return f"Zoë Ångström {number}"


def comment(number: int) -> str:
    """And why."""
    return f"looking, try {number}\n«second line»"


def configuration() -> str:
    """Everything that is watched."""
    extra = {SOFT: "max_check_attempts = 3", FLAPPING: "enable_flapping = true; flapping_threshold_high = 20"}
    links = 'notes_url = "https://docs.example.org/s"; action_url = "https://graphs.example.org/s"'
    hosts = [
        host(name, f'display_name = "the {name} machine"; vars.env = "of {name[:2]}"; vars.db_password = "host-s3cret"')
        for name in HOSTS
    ]
    return "\n".join([*hosts, *(service(name, f"{links}; {extra.get(name, '')}") for name in SERVICES)])


def happen(icinga: Icinga) -> None:
    """Let it all happen."""
    icinga.check([name for name in HOSTS if name != NEVER], 0, "PING OK")
    icinga.check([name for name in SERVICES if not name.startswith(NEVER)], 0, "OK - fine")
    icinga.check([DOWN, DOWN_HELD, DOWN_PLANNED], 1, "DOWN - no answer")
    icinga.check(ON_A_DOWN_HOST, 2, "CRITICAL - no answer")
    for state, (_, word) in STATES.items():
        names = [name for number, name in enumerate(BAD) if state_of(number) == state]
        icinga.check([name for name in names if name != FLEXIBLE], state, f"{word} - it is bad\nsecond line")
    _hold(icinga)
    _plan(icinga)
    _single_ones(icinga)


def _hold(icinga: Icinga) -> None:
    for number, name in enumerate([*HELD, *BOTH]):
        until = {"expiry": time.time() + 2 * HOUR} if number < 5 else {}
        told = {"author": author(number), "comment": comment(number), "sticky": number % 2 == 0}
        icinga.act("acknowledge-problem", [name], persistent=number == 5, **told, **until)
    icinga.act("acknowledge-problem", [DOWN_HELD], author="Siobhán", comment="driving there")


def _plan(icinga: Icinga) -> None:
    now = time.time()
    told = {"author": "Mehmet", "comment": "planned work"}
    today = {"start_time": now - 60, "end_time": now + 2 * HOUR}
    tomorrow = {"start_time": now + 24 * HOUR, "end_time": now + 26 * HOUR}
    icinga.act("schedule-downtime", [*PLANNED, *BOTH], fixed=True, **told, **today)
    icinga.act("schedule-downtime", [PLANNED[0], TOMORROW], fixed=True, **told, **tomorrow)
    icinga.act("schedule-downtime", [DOWN_PLANNED], fixed=True, **told, **today)
    icinga.act("schedule-downtime", [FLEXIBLE], fixed=False, duration=HOUR, **told, **today)
    icinga.check([FLEXIBLE], state_of(BAD.index(FLEXIBLE)), "it began")


def _single_ones(icinga: Icinga) -> None:
    told = {"author": "Bo", "comment": "not for long"}
    icinga.act("add-comment", [REMARK, HELD[0]], author="Cy", comment="only a remark")
    icinga.check([WORSE], 1, "WARNING - first")
    icinga.act("acknowledge-problem", [WORSE, LET_GO], **told)
    icinga.check([WORSE], 2, "CRITICAL - now")
    icinga.act("remove-acknowledgement", [LET_GO])
    icinga.check([MENDED], 2, "CRITICAL - for a moment")
    icinga.act("acknowledge-problem", [MENDED], **told)
    icinga.check([MENDED], 0, "OK - again")
    last = state_of(BAD.index(FLAPPING))
    for turn in range(12):
        icinga.check([FLAPPING], last if turn % 2 else 0, "up and down")
    icinga.check([HOSTILE], state_of(BAD.index(HOSTILE)), f"{ATTACK}\nsecond {ATTACK}")
    icinga.act("acknowledge-problem", [HOSTILE], author=ATTACK, comment=f"{ATTACK}\nsecond")
