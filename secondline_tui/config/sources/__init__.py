"""The `[sources.NAME]` tables: one model a service."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from secondline_tui.config.sources.alerts import Alertmanager, AlertSource, Grafana
from secondline_tui.config.sources.icinga2 import Acknowledgement, Icinga2, IcingaHeartbeat
from secondline_tui.config.sources.pagerduty import PagerDuty
from secondline_tui.config.sources.rota import Rota
from secondline_tui.config.sources.trello import Trello
from secondline_tui.config.sources.zendesk import Zendesk

AnySource = Annotated[
    Icinga2 | Grafana | Alertmanager | PagerDuty | Zendesk | Trello | Rota, Field(discriminator="type")
]

__all__ = [
    "Acknowledgement",
    "AlertSource",
    "Alertmanager",
    "AnySource",
    "Grafana",
    "Icinga2",
    "IcingaHeartbeat",
    "PagerDuty",
    "Rota",
    "Trello",
    "Zendesk",
]
