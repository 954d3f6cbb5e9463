"""The parts of Icinga 2's answers that we use. Measured on 2.13.6; times are seconds since 1970."""

from __future__ import annotations

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import BeforeValidator, Field, field_validator

from secondline_tui.sources.wire import Epoch, Wire, bounded

Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that may be null: none of those costs a problem its row."""


class Results(Wire):
    """The envelope of every answer."""

    results: list[object]


class CheckResult(Wire):
    """The last check of an object."""

    output: Text = ""


class Problem(Wire):
    """A service or host in trouble, with the attributes asked for."""

    problem: bool
    """False when it recovered between two questions of one poll."""
    state: int = Field(ge=0, le=3)
    state_type: int
    last_state_change: Epoch
    last_check_result: CheckResult | None
    acknowledgement: int
    acknowledgement_expiry: Epoch = None
    downtime_depth: int
    flapping: bool
    handled: bool
    display_name: Text
    notes_url: Text = ""
    action_url: Text = ""
    vars: dict[str, object] | None = None
    """Custom variables; asked for only where a host's names its environment."""


PROBLEM_ATTRS = [name for name in Problem.model_fields if name != "vars"]


class HostJoin(Wire):
    """What a service's row carries of its host; empty when the account may not read hosts."""

    display_name: Text = ""
    notes_url: Text = ""
    vars: dict[str, object] | None = None


class Joins(Wire):
    """The joined objects of a row."""

    host: HostJoin = HostJoin()

    @field_validator("host", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return {} if value is None else value


class ProblemRow(Wire):
    """One result of /v1/objects/services or /v1/objects/hosts. `name` is the full name: host, or host!service."""

    name: str = Field(min_length=1)
    attrs: Problem
    joins: Joins = Joins()


class Name(Wire):
    """Whether an object is a problem, asked for everything where filters are not permitted."""

    problem: bool


class NameRow(Wire):
    """One result of such a question."""

    name: str = Field(min_length=1)
    attrs: Name


class Remark(Wire):
    """What comments and downtimes share: the object they are on, and who wrote them."""

    host_name: str
    service_name: str
    author: Text

    @property
    def about(self) -> str:
        """Full name of the object it is on."""
        return f"{self.host_name}!{self.service_name}" if self.service_name else self.host_name


class Comment(Remark):
    """A comment, or the comment of an acknowledgement (entry_type 4)."""

    text: Text
    entry_time: Epoch
    entry_type: int

    @property
    def acknowledges(self) -> bool:
        """Whether it came with an acknowledgement."""
        return self.entry_type == 4

    @property
    def began(self) -> float:
        """When it was written."""
        return self.entry_time.timestamp() if self.entry_time else 0.0


class Downtime(Remark):
    """A planned time of trouble."""

    comment: Text
    start_time: Epoch
    end_time: Epoch
    fixed: bool
    duration: float
    """How long it lasts once it begins, in seconds, where it is not fixed."""
    trigger_time: Epoch
    """When it took effect; None while it lies ahead."""

    @property
    def began(self) -> float:
        """When it begins, or may begin at the earliest."""
        return self.start_time.timestamp() if self.start_time else 0.0

    @property
    def until(self) -> datetime | None:
        """When it ends; None unless it is in effect."""
        if self.trigger_time is None or self.fixed:
            return self.end_time if self.trigger_time else None
        try:
            return bounded(self.trigger_time + timedelta(seconds=self.duration))
        except (ValueError, OverflowError):
            return None


RemarkT = TypeVar("RemarkT", bound=Remark)


class AboutRow(Wire, Generic[RemarkT]):
    """One result of /v1/objects/comments or /v1/objects/downtimes."""

    wanted: ClassVar[list[str]]
    """The attributes to ask for."""

    name: str = ""
    """Its full name."""
    attrs: RemarkT


class CommentRow(AboutRow[Comment]):
    """A comment."""

    wanted: ClassVar[list[str]] = list(Comment.model_fields)


class DowntimeRow(AboutRow[Downtime]):
    """A downtime."""

    wanted: ClassVar[list[str]] = list(Downtime.model_fields)


class PlannedDowntime(Downtime):
    """A downtime, with the time when it was planned."""

    entry_time: Epoch


class PlannedRow(AboutRow[PlannedDowntime]):
    """The same as one result."""

    wanted: ClassVar[list[str]] = list(PlannedDowntime.model_fields)


class ResultKind(Wire):
    """Who ran the last check."""

    active: bool = True


class Target(Wire):
    """A service or host that something is to be done to."""

    problem: bool
    acknowledgement: int
    acknowledgement_expiry: Epoch = None
    acknowledgement_last_change: Epoch
    """When it was last acknowledged, or let go."""
    last_check: Epoch
    last_check_result: ResultKind | None
    check_command: Text
    enable_active_checks: bool

    @property
    def reported(self) -> bool:
        """Whether its last result came from elsewhere."""
        return self.last_check_result is not None and not self.last_check_result.active

    @property
    def passive(self) -> bool:
        """Whether only others check it. A forced check would put UNKNOWN in the place of what they reported."""
        result = self.last_check_result
        elsewhere = result is None or not result.active
        return self.check_command == "passive" or (not self.enable_active_checks and elsewhere)


TARGET_ATTRS = list(Target.model_fields)


class TargetRow(Wire):
    """One result of a question for it."""

    attrs: Target


class Done(Wire):
    """What an action says of one object."""

    code: int
    status: Text = ""
    name: Text = ""
    """What it made."""


class DoneOne(Wire):
    """The answer to an action on one object."""

    results: list[Done] = Field(min_length=1, max_length=1)


_FILTERED = " (filtered)"


class Account(Wire):
    """The one result of GET /v1."""

    user: Text = ""
    version: Text = ""
    permissions: list[str] | None = None
    """Such as "objects/query/*", with " (filtered)" behind those that hold for some objects only."""

    def may(self, permission: str) -> bool:
        """Whether the account has a permission, at least for some objects. Where none are told, it is tried."""
        return self.permissions is None or bool(self._granting(permission))

    def sees_all(self, permission: str) -> bool:
        """Whether a permission is known to hold for every object. A filter counts, whatever is granted beside it."""
        granting = self._granting(permission)
        return bool(granting) and not any(entry.endswith(_FILTERED) for entry in granting)

    def _granting(self, permission: str) -> list[str]:
        wanted = permission.casefold()
        entries = self.permissions or []
        return [entry for entry in entries if fnmatchcase(wanted, entry.removesuffix(_FILTERED).casefold())]


class App(Wire):
    """IcingaApplication's own state."""

    enable_host_checks: bool
    enable_service_checks: bool
    program_start: float


class Counters(Wire):
    """What was checked lately, and what is known (CIB)."""

    active_service_checks_15min: float
    active_host_checks_15min: float
    passive_service_checks_15min: float
    passive_host_checks_15min: float
    num_services_ok: int
    num_services_problem: int
    num_services_pending: int
    num_hosts_up: int = 0
    num_hosts_down: int = 0
    num_hosts_unreachable: int = 0
    num_hosts_pending: int = 0
    """These are among those that are down or unreachable, too."""
    num_hosts_problem: int = 0
    uptime: float

    @property
    def services(self) -> int:
        """How many services there are."""
        return self.num_services_ok + self.num_services_problem + self.num_services_pending

    @property
    def hosts(self) -> int:
        """How many hosts there are."""
        return self.num_hosts_up + self.num_hosts_down + self.num_hosts_unreachable

    @property
    def checks(self) -> float:
        """Check results of the last 15 minutes, of any sort."""
        active = self.active_service_checks_15min + self.active_host_checks_15min
        return active + self.passive_service_checks_15min + self.passive_host_checks_15min

    @property
    def nothing_known(self) -> bool:
        """Whether every service still waits for its first check: the list of problems is empty, and means nothing."""
        return self.num_services_pending > 0 and not self.num_services_ok + self.num_services_problem


class ZoneState(Wire):
    """A zone that the answering endpoint has to do with: its own, its parent's, its children's."""

    connected: bool
    endpoints: list[str] | None = None


class Listener(Wire):
    """The connections to other endpoints (ApiListener)."""

    identity: str = ""
    """Which endpoint answers."""
    num_conn_endpoints: float = 0
    num_not_conn_endpoints: float = 0
    not_conn_endpoints: list[str] = Field(default_factory=list)
    zones: dict[str, ZoneState] | None = None

    @property
    def lost(self) -> list[str]:
        """What is out of touch: zones of which no endpoint is connected; endpoints, where no zones are told.

        Where one of two endpoints of a zone is gone, the other does its work. So does the answering one in its own
        zone, which counts as not connected as long as the other is away.
        """
        if self.zones is not None:
            return sorted(
                name
                for name, zone in self.zones.items()
                if zone.endpoints and not zone.connected and self.identity not in zone.endpoints
            )
        unnamed = int(self.num_not_conn_endpoints) - len(self.not_conn_endpoints)
        return [*sorted(self.not_conn_endpoints), *([f"{unnamed} endpoints"] if unnamed > 0 else [])]


class StatusRow(Wire):
    """One result of GET /v1/status: a component by name."""

    name: str
    status: dict[str, object]


class LastCheck(Wire):
    """When an object was last checked; None before its first check."""

    last_check: Epoch


class LastCheckRow(Wire):
    """One result of a question for the last check."""

    attrs: LastCheck
