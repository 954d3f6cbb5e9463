"""The table of a Zendesk."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from secondline_tui.config.secrets import Secret
from secondline_tui.config.sources.base import HttpSource, rule
from secondline_tui.domain.filters import FIELDS
from secondline_tui.domain.items import Ticket

TicketRule = Annotated[str, rule(*FIELDS[Ticket])]


class Zendesk(HttpSource):
    """Zendesk Support."""

    type: Literal["zendesk"]
    ignore: tuple[TicketRule, ...] = ()
    """Filters: a ticket that matches any of them is left out and counted as hidden."""
    username: str = ""
    """E-mail address of the agent whose token it is."""
    token: Secret | None = None
    """API token of that agent."""
    oauth_token: Secret | None = None
    """OAuth access token, instead of both."""
    views: tuple[int, ...] = ()
    """IDs of the views whose tickets are shown."""
    search: str = ""
    """Search whose tickets are shown, such as 'group:"2nd Line" status<pending'."""

    @model_validator(mode="after")
    def _something_to_read(self) -> Zendesk:
        if bool(self.username and self.token) == bool(self.oauth_token):
            raise ValueError("needs either username and token, or oauth_token")
        if not self.views and not self.search:
            raise ValueError("needs views or search: which tickets are yours?")
        return self
