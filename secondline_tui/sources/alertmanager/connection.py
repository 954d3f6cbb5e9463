"""How one configured Alertmanager is reached, to read or to write."""

from __future__ import annotations

from typing import TypeVar

from secondline_tui.config.sources import Alertmanager
from secondline_tui.sources import tls
from secondline_tui.sources.headers import bearer, header
from secondline_tui.sources.http import Http

HttpT = TypeVar("HttpT", bound=Http)


def connected(source: Alertmanager, kind: type[HttpT]) -> HttpT:
    """A client of this kind. Blocks while secrets are fetched."""
    auth = None
    if source.username is not None and source.password is not None:
        auth = (source.username.resolve(withhold=False), source.password.resolve())
    return kind(
        source.url,
        headers={
            **{known: header(known, secret) for known, secret in source.headers.items()},
            **(bearer(source.token) if source.token is not None else {}),
        },
        auth=auth,
        tls=tls.context(source.ca_file),
        server_name=source.server_name,
        proxy=source.proxy,
        deadline=source.deadline,
    )
