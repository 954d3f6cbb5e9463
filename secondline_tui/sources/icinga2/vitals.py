"""Whether Icinga 2 sees: an answer of HTTP 200 from a monitor whose scheduler stands still is worth nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from secondline_tui.domain.ages import short
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import bad_reply, blind
from secondline_tui.sources.icinga2.wire import App, Counters, Listener, Results, StatusRow

QUIET = timedelta(minutes=15)
"""How long a monitor may go without a single check result: as far back as Icinga counts them."""
STARTING = timedelta(minutes=5)
"""How long after its start many may still wait for their first check. Icinga begins them all within a minute."""
FEW = 0.1
"""The share of services or hosts that may still wait for it then: some wait for ever, for results sent by others."""
RARELY = 1 / 200
"""Check results of 15 minutes for each service, at least: where all is checked once a day, there are twice as many."""


class Vitals:
    """What GET /v1/status says of the monitor itself."""

    def __init__(self, answer: Results) -> None:
        try:
            components = {row.name: row.status for row in map(StatusRow.model_validate, answer.results)}
            app = App.model_validate(_inner(components, "IcingaApplication", "icingaapplication", "app"))
            self.counters = Counters.model_validate(components["CIB"])
            self._listener = Listener.model_validate(_inner(components, "ApiListener", "api"))
            self.now = datetime.fromtimestamp(app.program_start + self.counters.uptime, UTC)
        except (ValidationError, KeyError, ValueError, OverflowError, OSError):
            raise bad_reply("unknown shape instead of its status") from None
        self._active = app.enable_service_checks and app.enable_host_checks
        self._checks_itself = bool(_inner(components, "CheckerComponent", "checkercomponent"))

    @property
    def unseen(self) -> tuple[SafeText, ...]:
        """The satellites and agents that it has lost touch with: their checks stand still without any word."""
        return tuple(clean(name, 80) for name in self._listener.lost)

    def require_sight(self, *, hosts: bool) -> None:
        """Raise PollFailed(blind) when nothing is being checked, or next to nothing is known; of `hosts` too?"""
        if not self._active:
            raise blind("active checks are switched off in Icinga")
        if not self._checks_itself and not self._listener.num_conn_endpoints:
            raise blind("its checker is not running, and no other endpoint is connected that could check for it")
        self._require_checks()
        if self.counters.nothing_known:
            raise blind("it has just started: nothing has been checked yet")
        if self.counters.uptime < STARTING.total_seconds():
            self._require_most(self.counters.num_services_pending, self.counters.services, "services")
            if hosts:
                self._require_most(self.counters.num_hosts_pending, self.counters.hosts, "hosts")

    def _require_checks(self) -> None:
        checks, services = self.counters.checks, self.counters.services
        if self.counters.uptime <= QUIET.total_seconds():
            return
        if not checks:
            raise blind("not one check result in the last 15 minutes")
        if checks < services * RARELY:
            raise blind(f"only {checks:.0f} check results in the last 15 minutes, for {services} services")

    def _require_most(self, pending: int, total: int, what: str) -> None:
        if pending > total * FEW:
            raise blind(f"it has just started: {pending} of {total} {what} have not been checked yet")

    def lines(self, now: datetime) -> tuple[str, ...]:
        """For people: what it watches, which endpoints are missing, and its clock when that differs from `now`."""
        known = self.counters
        waiting = f"{known.num_services_pending} of them not checked yet"
        told = [f"up for {short(known.uptime)}; {known.services} services, {waiting}"]
        absent = self._listener.not_conn_endpoints
        if absent:
            told.append(f"not connected to it: {clean(', '.join(absent), 200)}")
        skew = (self.now - now).total_seconds()
        if abs(skew) >= 5:
            told.append(f"its clock is {short(abs(skew))} {'ahead of' if skew > 0 else 'behind'} ours")
        return tuple(told)


def require_checks(checked: Sequence[datetime | None], now: datetime) -> None:
    """The same for an account that may not read the status: judged by when the services that it sees were checked."""
    times = [moment for moment in checked if moment is not None]
    if not times:
        raise blind("of the services that this account may see, none has been checked yet")
    if now - max(times) > QUIET:
        raise blind(
            "no service that this account may see was checked in the last 15 minutes; see permission status/query"
        )


def _inner(components: dict[str, dict[str, object]], *path: str) -> dict[str, object]:
    """A nested table of the answer, empty where it is missing."""
    here: object = components
    for name in path:
        here = here.get(name, {}) if isinstance(here, dict) else {}
    return here if isinstance(here, dict) else {}
