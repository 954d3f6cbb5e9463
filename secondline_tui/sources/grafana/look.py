"""One look at everything that fires: the rules, what was sent, and who silenced it."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager.api import Api
from secondline_tui.sources.alertmanager.silences import Silences
from secondline_tui.sources.grafana.joining import Joined, joined
from secondline_tui.sources.grafana.rules import RuleList, fetch_rules
from secondline_tui.sources.http import Http
from secondline_tui.sources.together import at_once

SENT = "/api/alertmanager/grafana/api/v2"
"""Where the Alertmanager within Grafana is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The rules, what was sent, and both joined."""

    rules: RuleList
    alerts: list[Joined]
    silences: Silences
    odd: tuple[SafeText, ...]


NOTHING = Seen(RuleList([], [], ()), [], Silences(), ())


async def look(http: Http) -> Seen:
    """Everything that there is now."""
    api = Api(http, SENT)
    async with at_once() as ask:
        ruling = ask.create_task(fetch_rules(http))
        sending = ask.create_task(api.alerts({}))
    rules, (sent, odd) = ruling.result(), sending.result()
    silences, odd_silences = await api.silences(sent)
    return Seen(rules, await joined(rules.instances, sent), silences, (*rules.odd, *odd, *odd_silences))
