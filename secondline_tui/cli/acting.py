"""From a configuration to what writes: kept apart, so that what only shows never imports it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from secondline_tui.cli.wiring import plans
from secondline_tui.config.models import Config
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.sources.actors import actor_opener


def plans_for_acting(config: Config, *, only: Container[str] | None = None) -> list[SourcePlan]:
    """What engine and outbox are told about the sources, with what writes to those that are not read-only."""
    return plans(config, actors=actor_opener, only=only)


def outbox(config: Config, planned: Sequence[SourcePlan], refresh: Callable[[str], None]) -> Outbox:
    """The outbox of the state folder; `refresh` polls a source that was written to."""
    return Outbox(Journal(config.state_folder), planned, SystemClock(), refresh)
