"""From the `[telling]` table to what tells."""

from __future__ import annotations

from secondline_tui.config.errors import ConfigError
from secondline_tui.config.models import Config
from secondline_tui.config.telling import Rule as RuleTable
from secondline_tui.domain.board import Board
from secondline_tui.domain.telling import Habits, Now, Rule, Teller
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.telling import Telling
from secondline_tui.report import item_json
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.people import same_person


def telling(config: Config, calendar: Calendar) -> Telling | None:
    """What tells; None where no way is set up."""
    table = config.telling
    if not table.ways:
        return None
    asks = [rule for rule in table.rules if rule.on_shift]
    if asks and not config.me.name:
        raise ConfigError([f"{config.path}: telling.rules: on-shift needs your name in [me]"])
    rules = tuple(_rule(rule, table.ways) for rule in table.rules)
    habits = Habits(rules=rules, burst=table.burst, again=table.again, blind=table.blind)
    clock, me = SystemClock(), config.me.name if asks else ""

    def now(board: Board) -> Now:
        moment = clock.now()
        told = pairing(board, calendar, moment) if me else None
        on = told is not None and any(
            pair.out_of_hours is not told.on_shift and pair.person is not None and same_person(pair.person, me)
            for pair in told.roles
        )
        return Now(moment.astimezone(calendar.zone).time(), on)

    commands = {"notify": table.notify, "sound": table.sound, "hook": table.hook}
    return Telling(Teller(habits), commands, now, item_json)


def _rule(table: RuleTable, ways: frozenset[str]) -> Rule:
    return Rule(
        sorts=frozenset(table.tell),
        sources=frozenset(table.sources),
        environments=frozenset(name.casefold() for name in table.environments),
        severities=frozenset(table.severities),
        hours=table.hours,
        on_shift=table.on_shift,
        ways=ways if table.ways is None else frozenset(table.ways),
    )
