"""Fetches Grafana's alert rules with the alerts of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondline_tui.domain.text import SafeText
from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.grafana.wire import Group, Instance, Rule, Rules
from secondline_tui.sources.http import Http
from secondline_tui.sources.wire import envelope, rows

PATH = "/api/prometheus/grafana/api/v1/rules"
PAGES = 200
WHAT = "its alert rules"


@dataclass(frozen=True, slots=True)
class RuleList:
    """All alerting rules, all of their alerts, and the reasons of what was not understood."""

    rules: list[Rule]
    instances: list[Instance]
    odd: tuple[SafeText, ...]


async def fetch_rules(http: Http) -> RuleList:
    """Every alerting rule that the account may see.

    The question is not narrowed by state: Grafana then leaves out the rules whose alerts have no data or fail.
    """
    groups, odd_groups = await rows(Group, await _groups(http), lambda group: group, "a rule group")
    raw_rules = [_within(rule, "group", group) for group in groups for rule in group.rules]
    rules, odd_rules = await rows(Rule, raw_rules, _alerting, "a rule")
    raw_alerts = [_within(alert, "rule", rule) for rule in rules for alert in rule.alerts]
    instances, odd_alerts = await rows(Instance, raw_alerts, lambda instance: instance, "an alert of a rule")
    return RuleList(rules, instances, (*odd_groups, *odd_rules, *odd_alerts))


async def _groups(http: Http) -> list[object]:
    """The groups of all pages. Grafana sends everything at once unless it is asked for pages; a front may not."""
    groups: list[object] = []
    token, used = "", set[str]()
    while True:
        page = envelope(Rules, await http.get(PATH, WHAT, {"group_next_token": token} if token else None), WHAT)
        groups += page.data.groups
        token = page.data.next_token
        if not token:
            return groups
        if token in used or len(used) >= PAGES:
            raise bad_reply("the pages of its alert rules do not end")
        used.add(token)


def _alerting(rule: Rule) -> Rule | None:
    return None if rule.type == "recording" else rule


def _within(row: object, name: str, parent: Group | Rule) -> object:
    """A raw row together with the one it stands in; an odd one stays as odd as it is."""
    return {**row, name: parent} if isinstance(row, Mapping) else row
