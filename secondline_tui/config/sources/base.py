"""What the tables of all sources share."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.shift import Table
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.text import safe_url


def on_this_machine(url: str) -> bool:
    """Whether an address is one of the loopback's."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _base_url(value: str) -> str:
    if safe_url(value) is None or "@" in value:
        raise ValueError("not a plain http(s) address without user name or password in it")
    if "?" in value or "#" in value:
        raise ValueError("an address to build on ends before any ? or #")
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_base_url)]


def rule(*fields: str, labels: bool = False) -> AfterValidator:
    """Checks an `ignore` rule against the fields of what it is for: a misspelt one would hide too much, or nothing."""

    def check(value: str) -> str:
        parsed = Filter.parse(value)
        odd = parsed.oddities(fields, labels=labels)
        if odd:
            raise ValueError("; ".join(odd))
        if not parsed:
            raise ValueError("an empty filter would leave out everything")
        return value

    return AfterValidator(check)


PlainRule = Annotated[str, rule("source")]


class Source(Table):
    """What every source may say."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    environment: str = ""
    """Environment its items belong to, unless they say themselves."""
    interval: Seconds = Field(30.0, ge=1, le=86_400)
    """Time from the start of one poll to the start of the next."""
    deadline: Seconds = Field(10.0, ge=0.1, le=300)
    """Time after which a poll counts as failed; at most the interval."""
    ignore: tuple[PlainRule, ...] = ()
    """Filters: an item that matches any of them is left out and counted as hidden."""
    read_only: bool = False
    """Never write to this service."""

    @model_validator(mode="after")
    def _in_time(self) -> Source:
        if self.deadline > self.interval:
            raise ValueError(f"deadline ({self.deadline:g} s) is longer than interval ({self.interval:g} s)")
        return self


class HttpSource(Source):
    """A source that is asked over HTTP."""

    url: Url
    """Where the service is."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    server_name: str = ""
    """Name in the server's certificate, where it is not the one in `url`."""
    proxy: Url | None = None
    """Proxy to go through; those of the environment are not used."""
    insecure_http: bool = False
    """Send credentials over plain http to another machine all the same."""

    def credentials(self) -> bool:
        """Whether any secret would be sent."""
        return any(getattr(self, name, None) for name in ("token", "password", "key", "headers", "oauth_token"))

    @model_validator(mode="after")
    def _not_in_clear(self) -> HttpSource:
        plain = self.url.startswith("http://") and not on_this_machine(self.url)
        if plain and self.credentials() and not self.insecure_http:
            raise ValueError("would send credentials over plain http: use https, or set insecure_http = true")
        return self
