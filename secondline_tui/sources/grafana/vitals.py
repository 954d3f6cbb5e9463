"""Whether Grafana sees: rules that nobody evaluates fire no alert, and the list of them looks healthy. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from secondline_tui.domain.ages import short
from secondline_tui.sources.errors import blind
from secondline_tui.sources.grafana.wire import Rule

GRACE = timedelta(minutes=10)
"""Clocks differ, and evaluation may wait for its turn."""
INTERVALS = 3


def require_evaluation(rules: Sequence[Rule], now: datetime) -> None:
    """Raise PollFailed(blind) when not one rule is being evaluated: the scheduler stands still.

    A rule that does not say when it was evaluated proves nothing, unless none of them says so.
    """
    awake = [rule for rule in rules if not rule.paused]
    if rules and not awake:
        raise blind(f"every alert rule is paused: {len(rules)}")
    telling = [rule for rule in awake if rule.tells_when]
    if not telling or not all(late(rule, now) for rule in telling):
        return
    latest = max((rule.evaluated for rule in telling if rule.evaluated), default=None)
    if latest is None:
        raise blind("not one of its alert rules has been evaluated: just started, or is execute_alerts off?")
    age = short((now - latest).total_seconds())
    raise blind(f"its alert rules were last evaluated {age} ago: do the clocks agree?")


def late(rule: Rule, now: datetime) -> bool:
    """Whether a rule says that it is not being evaluated."""
    allowed = GRACE + INTERVALS * timedelta(seconds=rule.group.interval)
    return rule.tells_when and not rule.paused and (rule.evaluated is None or now - rule.evaluated > allowed)


def blindness(rule: Rule, now: datetime) -> str | None:
    """Why a rule that is not paused cannot be believed now; None where it can."""
    if rule.broken and not rule.alerts:
        return rule.last_error or "its last evaluation failed"
    if late(rule, now):
        if rule.evaluated is None:
            return "has not been evaluated yet"
        return f"last evaluated {short((now - rule.evaluated).total_seconds())} ago"
    if rule.withheld:
        return "says that it has alerts which are not in the list"
    return None
