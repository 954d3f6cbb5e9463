"""Whose token it is, and what it may do."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.sources.grafana.wire import User
from secondline_tui.sources.http import Http
from secondline_tui.sources.wire import envelope

CREATING = ("alert.silences:create", "alert.instances:create")
"""Either permission lets an account silence alerts; the second is the older one."""
CHANGING = ("alert.silences:write", "alert.instances:write")
"""Either permission lets it extend silences and end them."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is; permissions are None where Grafana does not tell."""

    name: SafeText = EMPTY
    permissions: frozenset[SafeText] | None = None

    def lacks(self, either: tuple[str, ...]) -> bool:
        """Whether Grafana says that it has none of these permissions."""
        return self.permissions is not None and not self.permissions.intersection(either)


async def who_am_i(http: Http) -> Account:
    """The account, as far as it is told: older versions and some fronts do not, and need not."""
    user = envelope(User, await _told(http, "/api/user", "who we are") or {}, "who we are")
    permissions = await _told(http, "/api/access-control/user/permissions", "our permissions")
    known = frozenset(map(clean, permissions)) if isinstance(permissions, dict) else None
    return Account(clean(user.login or user.name), known)


async def _told(http: Http, path: str, what: str) -> object:
    """An answer that Grafana may not have for us: None then."""
    try:
        return await http.get(path, what)
    except PollFailed as refused:
        if refused.fault.kind in (FaultKind.NOT_FOUND, FaultKind.FORBIDDEN):
            return None
        raise
