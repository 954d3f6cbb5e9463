"""Whether Icinga 2 sees: an answer of HTTP 200 from a monitor whose scheduler stands still is worth nothing. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import ValidationError

from secondline_tui.sources.errors import bad_reply, blind
from secondline_tui.sources.icinga2.wire import App, Counters, Results, StatusRow

WARM_UP = timedelta(minutes=15)


class Vitals:
    """What GET /v1/status says of the monitor itself."""

    def __init__(self, answer: Results) -> None:
        try:
            components = {row.name: row.status for row in map(StatusRow.model_validate, answer.results)}
            self.app = App.model_validate(_inner(components, "IcingaApplication", "icingaapplication", "app"))
            self.counters = Counters.model_validate(components["CIB"])
        except (ValidationError, KeyError, TypeError):
            raise bad_reply("unknown shape instead of its status") from None
        self.checker = _inner(components, "CheckerComponent", "checkercomponent")
        self.listener = _inner(components, "ApiListener", "api")

    def require_sight(self, now: datetime) -> None:
        """Raise PollFailed(blind) when nothing is being checked."""
        if not (self.app.enable_service_checks and self.app.enable_host_checks):
            raise blind("active checks are switched off in Icinga")
        if not self.checker and not self.listener.get("num_endpoints"):
            raise blind("its checker is not running, and no other endpoint checks for it")
        warm = self.app.program_start is not None and now - self.app.program_start > WARM_UP
        if warm and not self.counters.checks:
            raise blind("not one check result in the last 15 minutes")
        if self.counters.nothing_known:
            raise blind("it has just started: nothing has been checked yet")


def _inner(components: dict[str, dict[str, object]], *path: str) -> dict[str, object]:
    """A nested table of the answer, empty where it is missing."""
    here: object = components
    for name in path:
        here = here.get(name, {}) if isinstance(here, dict) else {}
    return here if isinstance(here, dict) else {}
