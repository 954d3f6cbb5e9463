"""What a simulated Icinga 2 holds: hosts and services, comments and downtimes, and who may ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import inf

from secondline_tui.demo.firings import Firing

CHECK_INTERVAL = 60.0
ACKNOWLEDGEMENT = 4
"""A comment's entry type when it came with an acknowledgement."""


@dataclass(frozen=True, slots=True)
class User:
    """An ApiUser."""

    password: str
    permissions: tuple[str, ...]
    hosts: str = "*"
    """Pattern of the hosts about which the permissions hold."""

    def may(self, permission: str) -> bool:
        """Whether the user has a permission."""
        return any(fnmatchcase(permission.casefold(), granted.casefold()) for granted in self.permissions)

    def sees(self, thing: Checkable) -> bool:
        """Whether its permissions hold for a host, or a service of it."""
        return fnmatchcase(thing.host_name, self.hosts)

    def told(self) -> list[str]:
        """The permissions as GET /v1 lists them."""
        return [name if self.hosts == "*" else f"{name} (filtered)" for name in self.permissions]


_READ = (
    "status/query",
    "objects/query/Host",
    "objects/query/Service",
    "objects/query/Comment",
    "objects/query/Downtime",
)
_ACT = (
    "actions/acknowledge-problem",
    "actions/remove-acknowledgement",
    "actions/add-comment",
    "actions/remove-comment",
    "actions/schedule-downtime",
    "actions/remove-downtime",
    "actions/reschedule-check",
)
FILTERS = "filter-expression"
WRITTEN = (
    "acknowledgement",
    "acknowledgement_expiry",
    "acknowledgement_last_change",
    "downtime_depth",
    "handled",
    "last_check",
)
"""Attributes that actions change."""

USERS: Mapping[str, User] = {
    "dash": User("dash-secret", (*_READ, *_ACT, FILTERS)),
    "names": User("names-secret", (*_READ, *_ACT)),
    "ro": User("ro-secret", (*_READ[:3], FILTERS)),
    "services": User("services-secret", ("objects/query/Service", FILTERS)),
    "team": User("team-secret", ("objects/query/*", "actions/acknowledge-problem", FILTERS), hosts="db*"),
    "nobody": User("nobody-secret", ()),
}
"""Whoever may do everything; may send no filters; may see neither comments nor downtimes; may see nothing but
services; may see the hosts of one team only; may do nothing."""


_TROUBLE = {1: ("WARNING", "warning"), 2: ("CRITICAL", "critical"), 3: ("UNKNOWN", "unknown")}


@dataclass(slots=True)
class Checkable:
    """A host or a service."""

    name: str
    host: Checkable | None
    display_name: str
    state: int = 0
    state_type: int = 1
    output: str = ""
    since: float = 0.0
    last_check: float = -1.0
    passive: bool = False
    """Checked by others, who send their results: `last_check` does not move by itself."""
    acknowledgement: int = 0
    """0 for none, 1 until the state changes, 2 until all is well."""
    acknowledgement_expiry: float = 0.0
    acknowledgement_change: float = 0.0
    """When it was last acknowledged, or let go."""
    flapping: bool = False
    notes_url: str = ""
    action_url: str = ""
    variables: dict[str, object] = field(default_factory=dict)
    downtimes: int = 0
    """How many downtimes are in effect."""
    held: dict[str, object] = field(default_factory=dict)
    """How it was before a write that reads do not show yet."""
    held_until: float = 0.0

    def firing(self, environment: str, began: float) -> Firing:
        """What the world remembers of its trouble."""
        host = self.host or self
        word, severity = _TROUBLE[self.state] if self.host else ("DOWN", "critical")
        name = self.display_name if self.host else "host is down"
        return Firing("alert", self.name, name, began, environment, host.display_name, severity, word)

    @property
    def host_name(self) -> str:
        """Name of the host it is, or belongs to."""
        return self.host.name if self.host else self.name

    @property
    def service_name(self) -> str:
        """The service's own name, "" for a host."""
        return self.name.partition("!")[2]

    @property
    def pending(self) -> bool:
        """Never checked."""
        return self.last_check < 0

    @property
    def problem(self) -> bool:
        """In trouble; a pending object never is."""
        return self.state != 0 and not self.pending

    @property
    def handled(self) -> bool:
        """Somebody has it, or its host is the real trouble."""
        own = bool(self.acknowledgement) or self.downtimes > 0
        return self.problem and (own or (self.host is not None and self.host.problem))

    def checked(self, now: float) -> float:
        """When it was last checked; -1 for never."""
        return self.last_check if self.pending or self.passive else now - (now - self.last_check) % CHECK_INTERVAL

    def hold(self, now: float, lag: float) -> None:
        """Let reads show for `lag` seconds how it is now. Called before a write."""
        if lag and self.held_until <= now:
            told = self.attributes(self.checked(now), now)
            self.held = {name: told[name] for name in WRITTEN}
        self.held_until = max(self.held_until, now + lag)

    def attributes(self, checked: float, now: float) -> dict[str, object]:
        """The attributes that may be asked for."""
        told: dict[str, object] = {
            "__name": self.name,
            "name": self.service_name or self.name,
            "type": "Service" if self.host else "Host",
            "display_name": self.display_name,
            "state": self.state if not self.pending else (3 if self.host else 1),
            "state_type": self.state_type,
            "last_state_change": self.since,
            "last_check": checked,
            "last_check_result": None if self.pending else self._result(checked),
            "acknowledgement": self.acknowledgement,
            "acknowledgement_expiry": self.acknowledgement_expiry,
            "acknowledgement_last_change": self.acknowledgement_change,
            "check_command": "passive" if self.passive else "check",
            "enable_active_checks": not self.passive,
            "downtime_depth": self.downtimes,
            "flapping": self.flapping,
            "handled": self.handled,
            "problem": self.problem,
            "notes_url": self.notes_url,
            "action_url": self.action_url,
            "check_attempt": 1,
            "max_check_attempts": 4,
            "original_attributes": None,
            "vars": self.variables or None,
        }
        of_service = {"host_name": self.host_name} if self.host else {}
        return {**told, **of_service, **(self.held if now < self.held_until else {})}

    def _result(self, checked: float) -> dict[str, object]:
        """The last check's result. The command line in it holds a password, as real ones do."""
        return {
            "active": not self.passive,
            "check_source": "icinga-master",
            "command": ["/usr/lib/nagios/plugins/check", "-p", "check-secret"],
            "execution_end": checked,
            "exit_status": self.state,
            "output": self.output,
            "performance_data": None,
            "state": self.state,
            "type": "CheckResult",
        }


@dataclass(slots=True, kw_only=True)
class Remark:
    """What comments and downtimes share."""

    id: str
    about: Checkable
    author: str
    text: str
    at: float
    until: float = 0.0
    visible_at: float = 0.0
    gone_at: float = inf

    def shows(self, now: float) -> bool:
        """Whether reads show it."""
        return self.visible_at <= now < self.gone_at

    @property
    def name(self) -> str:
        """Its full name."""
        return f"{self.about.name}!{self.id}"

    def attributes(self) -> dict[str, object]:
        """The attributes that may be asked for."""
        return {
            "__name": self.name,
            "name": self.id,
            "host_name": self.about.host_name,
            "service_name": self.about.service_name,
            "author": self.author,
            "entry_time": self.entered,
        }

    @property
    def entered(self) -> float:
        """When it was made."""
        return self.at

    def kept(self) -> dict[str, object]:
        """As GET /state tells it."""
        return {"object": self.about.name, "author": self.author, "text": self.text, "at": self.at, "until": self.until}


@dataclass(slots=True, kw_only=True)
class Comment(Remark):
    """A comment, or what came with an acknowledgement."""

    entry_type: int = 1
    persistent: bool = False

    def attributes(self) -> dict[str, object]:
        """The attributes that may be asked for."""
        own = {"entry_type": self.entry_type, "expire_time": self.until, "persistent": self.persistent}
        return {**Remark.attributes(self), **own, "text": self.text, "type": "Comment"}


@dataclass(slots=True, kw_only=True)
class Downtime(Remark):
    """A planned time of trouble. `at` is when it begins; a flexible one begins with the first trouble after that."""

    duration: float = 0.0
    """How long a flexible one lasts once it began, in seconds; 0 for a fixed one."""
    triggered: float = 0.0
    """When it took effect; 0 while it lies ahead."""
    made: float = 0.0
    """When it was planned, where that was not when it begins."""

    @property
    def entered(self) -> float:
        """When it was planned."""
        return self.made or self.at

    def settle(self, now: float) -> bool:
        """Take effect when it is time; whether it is in effect."""
        if not self.triggered and self.at <= now < self.until and (not self.duration or self.about.problem):
            self.triggered = max(self.at, self.about.since) if self.duration else self.at
        return self.triggered > 0 and now < self.ends

    @property
    def ends(self) -> float:
        """When it is over."""
        return self.triggered + self.duration if self.triggered and self.duration else self.until

    def attributes(self) -> dict[str, object]:
        """The attributes that may be asked for."""
        own = {
            "comment": self.text,
            "start_time": self.at,
            "end_time": self.until,
            "fixed": not self.duration,
            "duration": self.duration,
            "trigger_time": self.triggered,
        }
        return {**Remark.attributes(self), **own, "type": "Downtime"}
