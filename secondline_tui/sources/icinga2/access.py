"""How one Icinga 2 is reached, as whom, and what it says of itself: for its reader and its actor alike."""

from __future__ import annotations

from typing import TypeVar

from secondline_tui.config.sources import Icinga2
from secondline_tui.sources import tls
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.vitals import Vitals
from secondline_tui.sources.icinga2.wire import Account, Results
from secondline_tui.sources.wire import envelope

HttpT = TypeVar("HttpT", bound=Http)


def access(source: Icinga2, kind: type[HttpT]) -> HttpT:
    """A client for one configured Icinga 2. Blocks while secrets are fetched."""
    auth = None
    if source.username is not None and source.password is not None:
        auth = (source.username.resolve(withhold=False), source.password.resolve())
    return kind(
        source.url,
        auth=auth,
        tls=tls.context(source.ca_file, source.cert_file, source.key_file),
        server_name=source.server_name,
        proxy=source.proxy,
        deadline=source.deadline,
    )


async def who_am_i(http: Http) -> Account:
    """The account, and what it may do."""
    answer = envelope(Results, await http.get("/v1", "who we are"), "who we are")
    return envelope(Account, answer.results[0] if answer.results else None, "who we are")


async def vitals(http: Http) -> Vitals:
    """What it says of itself."""
    return Vitals(envelope(Results, await http.get("/v1/status", "its status"), "its status"))
