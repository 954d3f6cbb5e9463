"""From a configured source to its reader. A service's libraries are imported with its first poll, not before."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar, cast

from secondline_tui.config.models import Config
from secondline_tui.config.secrets import SecretError
from secondline_tui.config.sources import AnySource
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.ports import Reader
from secondline_tui.sources.errors import failed
from secondline_tui.sources.lane import aside

PACKAGES = {
    "icinga2": "icinga2",
    "grafana": "grafana",
    "alertmanager": "alertmanager",
    "pagerduty": "pagerduty",
    "zendesk": "zendesk",
    "trello": "trello",
    "rota": "rota",
}


MadeT = TypeVar("MadeT")


class Reads(Protocol):
    """What the `reader` module of a service's package offers."""

    def reader(self, name: str, source: AnySource, config: Config) -> Reader:
        """A reader for one configured source. May block: fetches secrets, loads certificates."""
        ...


def opener(name: str, source: AnySource, config: Config) -> Callable[[], Awaitable[Reader]]:
    """A function that makes the source's reader, on a thread of its own; PollFailed when a secret cannot be had."""

    def build() -> Reader:
        package = importlib.import_module(f"secondline_tui.sources.{PACKAGES[source.type]}.reader")
        return cast(Reads, package).reader(name, source, config)

    return on_a_thread(f"open:{name}", build)


def on_a_thread(name: str, build: Callable[[], MadeT]) -> Callable[[], Awaitable[MadeT]]:
    """A function that has `build` done on a thread of its own; PollFailed when a secret cannot be had."""

    def made() -> MadeT:
        try:
            return build()
        except SecretError as error:
            raise failed(FaultKind.UNAUTHORISED, str(error), stop=True) from None

    async def open_it() -> MadeT:
        return await aside(name, made)

    return open_it
