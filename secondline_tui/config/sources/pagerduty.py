"""The table of PagerDuty."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from secondline_tui.config.secrets import Secret
from secondline_tui.config.sources.base import HttpSource, Url, rule
from secondline_tui.domain.filters import FIELDS
from secondline_tui.domain.items import Incident

IncidentRule = Annotated[str, rule(*FIELDS[Incident])]


class PagerDuty(HttpSource):
    """PagerDuty, over its REST API v2."""

    type: Literal["pagerduty"]
    url: Url = "https://api.pagerduty.com"
    """Where the API is; the EU's is https://api.eu.pagerduty.com."""
    ignore: tuple[IncidentRule, ...] = ()
    """Filters: an incident that matches any of them is left out and counted as hidden."""
    token: Secret
    """REST API key; a user's own key tells who acts."""
    services: tuple[str, ...] = ()
    """IDs of the services whose incidents are shown."""
    teams: tuple[str, ...] = ()
    """IDs of the teams whose incidents are shown."""
    urgencies: tuple[Literal["high", "low"], ...] = ()
    """Urgencies that are shown; empty means all."""
    schedules: dict[str, str] = Field(default_factory=dict)
    """Role = schedule ID: who is on call for it is part of today's pairing."""
