"""From a configured source to its actor, as `registry` does for readers. Whoever only shows does not import this."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import Protocol, cast

from secondline_tui.config.models import Config
from secondline_tui.config.sources import AnySource
from secondline_tui.domain.ports import Actor
from secondline_tui.sources.registry import PACKAGES, on_a_thread

WRITERS = frozenset({"icinga2", "alertmanager", "grafana", "pagerduty", "zendesk", "trello"})
"""Types of sources that something can be done to."""


class Writes(Protocol):
    """What the `actor` module of a service's package offers."""

    def actor(self, name: str, source: AnySource, config: Config) -> Actor:
        """An actor for one configured source. May block as a reader's making may."""
        ...


def actor_opener(name: str, source: AnySource, config: Config) -> Callable[[], Awaitable[Actor]] | None:
    """A function that makes the source's actor, on a thread of its own; None where nothing may or can be written."""
    if source.read_only or source.type not in WRITERS:
        return None

    def build() -> Actor:
        package = importlib.import_module(f"secondline_tui.sources.{PACKAGES[source.type]}.actor")
        return cast(Writes, package).actor(name, source, config)

    return on_a_thread(f"act:{name}", build)
