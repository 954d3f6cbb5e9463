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
    """Raise PollFailed(blind) when every rule that should be evaluated is not.

    One rule alone may be slow or new; all of them stand still only with the scheduler. A rule that does not say when it
    was evaluated is taken to be fine.
    """
    awake = [rule for rule in rules if not rule.paused]
    if not awake or not all(rule.tells_when for rule in awake):
        return
    latest = max((rule.evaluated for rule in awake if rule.evaluated), default=None)
    if latest is None:
        raise blind("not one of its alert rules has been evaluated: just started, or is execute_alerts off?")
    if all(_late(rule, now) for rule in awake):
        age = short((now - latest).total_seconds())
        raise blind(f"its alert rules were last evaluated {age} ago: do the clocks agree?")


def _late(rule: Rule, now: datetime) -> bool:
    allowed = GRACE + INTERVALS * timedelta(seconds=rule.group.interval)
    return rule.evaluated is None or now - rule.evaluated > allowed
