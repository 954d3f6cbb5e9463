"""How one configured Grafana is reached, to read or to write."""

from __future__ import annotations

from typing import TypeVar

from secondline_tui.config.sources import Grafana
from secondline_tui.sources import tls
from secondline_tui.sources.headers import bearer
from secondline_tui.sources.http import Http

HttpT = TypeVar("HttpT", bound=Http)


def connected(source: Grafana, kind: type[HttpT]) -> HttpT:
    """A client of this kind. Blocks while secrets are fetched."""
    return kind(
        source.url,
        headers=bearer(source.token),
        tls=tls.context(source.ca_file),
        server_name=source.server_name,
        proxy=source.proxy,
        deadline=source.deadline,
    )
