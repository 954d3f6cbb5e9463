"""The configuration that a person would have written for the demo's services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from secondline_tui.demo.world import World

LONDON = ZoneInfo("Europe/London")


SHIFT = timedelta(hours=8)
SINCE_HANDOVER = 4
"""Days from the handover to the last shift of a turn, from Monday to Friday: on the two days after it nobody works."""


def shift_begin(world: World) -> datetime:
    """The half hour in which the demo began: its shift begins there, whatever the time of day. At the end of the
    shift, it began seven hours before.
    """
    now = datetime.fromtimestamp(world.started, LONDON) - timedelta(minutes=1)
    now = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    return now - timedelta(hours=7) if world.at_end else now


def turn_begin(world: World) -> datetime:
    """When the pair that is on took over: with the shift, or days before its end."""
    return shift_begin(world) - timedelta(days=SINCE_HANDOVER if world.at_end else 0)


def configuration(world: World, state: Path | None = None) -> str:
    """The whole file, as TOML. `state`: the folder of what is to survive a program, while the demo lasts."""
    begin = shift_begin(world)
    tables: dict[str, Mapping[str, object]] = {
        "shift": {
            "timezone": "Europe/London",
            "region": "",
            "days": [f"{turn_begin(world) + timedelta(days=day):%a}".lower() for day in range(SINCE_HANDOVER + 1)],
            "start": f"{begin:%H:%M}",
            "end": f"{begin + SHIFT:%H:%M}",
            "stand-up": f"{begin + timedelta(minutes=5):%H:%M}",
            "handover": {"day": f"{turn_begin(world):%a}", "time": f"{begin:%H:%M}", "minutes": 1},
        },
        "me": {"name": "Ana Sowande", "email": "ana.sowande@example.org"},
        **{f"sources.{name}": table for name, table in _sources(world).items()},
    }
    top = _pairs({"state": str(state)}) if state is not None else ""
    return top + "\n".join(f"[{name}]\n" + _pairs(table) for name, table in tables.items())


def _sources(world: World) -> dict[str, Mapping[str, object]]:
    urls = world.urls
    return {
        name: {"url": urls[name] + simulator.path, **simulator.settings()}
        for name, simulator in world.simulators.items()
    }


def _pairs(table: Mapping[str, object]) -> str:
    """TOML's strings, numbers, arrays of them and flat tables are written as JSON writes them, but for `=`."""
    return "".join(f"{name} = {_value(value)}\n" for name, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_value(inner)}" for name, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
