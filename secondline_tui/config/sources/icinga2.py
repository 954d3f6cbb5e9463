"""The table of an Icinga 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.secrets import Secret
from secondline_tui.config.shift import Table
from secondline_tui.config.sources.base import HttpSource, Url, rule
from secondline_tui.domain.filters import FIELDS
from secondline_tui.domain.items import Alert

IcingaRule = Annotated[str, rule(*FIELDS[Alert], "host_name", "service_name")]


class IcingaHeartbeat(Table):
    """A service that must exist and be checked again and again, or the monitor counts as blind."""

    host: str = Field(min_length=1)
    """Host of the service."""
    service: str = Field(min_length=1)
    """Its name."""
    within: Seconds = Field(600.0, ge=1)
    """How old its last check may be."""


class Acknowledgement(Table):
    """How problems are acknowledged. The defaults are Icinga Web's."""

    sticky: bool = False
    """Whether it lasts until all is well; otherwise it ends when the state changes, also for the worse."""
    persistent: bool = False
    """Whether its comment stays when it ends."""
    notify: bool = True
    """Whether Icinga notifies the problem's contacts of it."""
    expiry: Seconds | None = Field(None, ge=60)
    """When it ends by itself, if the person does not say; None for never."""


class Icinga2(HttpSource):
    """Icinga 2, over its REST API."""

    type: Literal["icinga2"]
    ignore: tuple[IcingaRule, ...] = ()
    """Filters: a problem that matches any of them is left out and counted as hidden."""
    username: Secret | None = None
    """ApiUser's name."""
    password: Secret | None = None
    """ApiUser's password."""
    cert_file: Path | None = None
    """Client certificate, instead of user name and password."""
    key_file: Path | None = None
    """Its private key."""
    web_url: Url | None = None
    """Icinga Web's address, for links to a problem's page."""
    web: Literal["icingadb", "monitoring"] = "icingadb"
    """Which module of Icinga Web those links go to."""
    environment_var: str = ""
    """Custom variable of the host that names the environment."""
    hosts: bool = True
    """Whether hosts that are down are shown; false for an account that may not read hosts."""
    acknowledge: Acknowledgement = Acknowledgement()
    """How problems are acknowledged."""
    heartbeat: IcingaHeartbeat | None = None
    """Service whose absence or age means that the monitor is blind."""

    @model_validator(mode="after")
    def _one_login(self) -> Icinga2:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        if (self.username is None) == (self.cert_file is None):
            raise ValueError("needs either username and password, or cert_file (and key_file)")
        return self
