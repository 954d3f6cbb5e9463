"""The table of a rota."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.secrets import Secret
from secondline_tui.config.sources.base import Source, Url, on_this_machine
from secondline_tui.domain.text import safe_url


def _address(value: str) -> str:
    if safe_url(value) is None:
        raise ValueError("not a plain http(s) address without user name or password in it")
    return value.partition("#")[0]


Address = Annotated[str, AfterValidator(_address)]
"""The address of one document, as it is; a query may belong to it."""


class Rota(Source):
    """A rota as CSV: a file, or an address that serves one."""

    type: Literal["rota"]
    interval: Seconds = Field(300.0, ge=1, le=86_400)
    """Time from the start of one poll to the start of the next."""
    file: Path | None = None
    """The file."""
    url: Address | None = Field(None, repr=False)
    """The address, such as a Google Sheet published as CSV. Whoever knows it may read it: in no repr."""
    headers: dict[str, Secret] = Field(default_factory=dict)
    """Headers to send with the request."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    server_name: str = ""
    """Name in the server's certificate, where it is not the one in `url`."""
    proxy: Url | None = None
    """Proxy to go through."""
    week_one: date | None = None
    """First day of week 1, where the rota counts its weeks 1, 2, 3 …"""
    roles: dict[str, str] = Field(default_factory=dict)
    """Role = column, where the column's name is not the role's."""

    @model_validator(mode="after")
    def _one_place(self) -> Rota:
        if (self.file is None) == (self.url is None):
            raise ValueError("needs either file or url")
        if self.headers and self.url and self.url.startswith("http://") and not on_this_machine(self.url):
            raise ValueError("would send its headers over plain http: use https")
        return self
