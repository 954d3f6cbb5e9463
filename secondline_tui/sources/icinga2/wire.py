"""The parts of Icinga 2's answers that we use. Measured on 2.13.6; times are seconds since 1970."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from pydantic import Field, field_validator

from secondline_tui.sources.wire import Epoch, Wire


class Results(Wire):
    """The envelope of every answer."""

    results: list[object]


class CheckResult(Wire):
    """The last check of an object."""

    output: str = ""


class Problem(Wire):
    """A service or host in trouble, with the attributes asked for."""

    state: int = Field(ge=0, le=3)
    state_type: int
    last_state_change: Epoch
    last_check_result: CheckResult | None
    acknowledgement: int
    acknowledgement_expiry: Epoch = None
    downtime_depth: int
    flapping: bool
    handled: bool
    display_name: str
    notes_url: str = ""
    action_url: str = ""


PROBLEM_ATTRS = list(Problem.model_fields)


class HostJoin(Wire):
    """What a service's row carries of its host; empty when the account may not read hosts."""

    display_name: str = ""
    notes_url: str = ""
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
    author: str

    @property
    def about(self) -> str:
        """Full name of the object it is on."""
        return f"{self.host_name}!{self.service_name}" if self.service_name else self.host_name


class Comment(Remark):
    """A comment, or the comment of an acknowledgement (entry_type 4)."""

    text: str
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

    comment: str
    start_time: Epoch
    end_time: Epoch

    @property
    def began(self) -> float:
        """When it began."""
        return self.start_time.timestamp() if self.start_time else 0.0


RemarkT = TypeVar("RemarkT", bound=Remark)


class AboutRow(Wire, Generic[RemarkT]):
    """One result of /v1/objects/comments or /v1/objects/downtimes."""

    wanted: ClassVar[list[str]]
    """The attributes to ask for."""

    attrs: RemarkT


class CommentRow(AboutRow[Comment]):
    """A comment."""

    wanted: ClassVar[list[str]] = list(Comment.model_fields)


class DowntimeRow(AboutRow[Downtime]):
    """A downtime."""

    wanted: ClassVar[list[str]] = list(Downtime.model_fields)


class Account(Wire):
    """The one result of GET /v1."""

    user: str = ""
    permissions: list[str] = Field(default_factory=list)
    version: str = ""

    @field_validator("permissions", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        """With permission filters an entry may be an object that names its permission."""
        if not isinstance(value, list):
            return []
        return [entry.get("permission", "") if isinstance(entry, dict) else entry for entry in value]


class App(Wire):
    """IcingaApplication's own state."""

    enable_host_checks: bool = True
    enable_service_checks: bool = True
    program_start: Epoch = None
    version: str = ""


class Counters(Wire):
    """What was checked lately, and what is known (CIB)."""

    active_service_checks_15min: float
    active_host_checks_15min: float
    passive_service_checks_15min: float
    passive_host_checks_15min: float
    num_services_ok: float
    num_services_problem: float
    num_services_pending: float

    @property
    def checks(self) -> float:
        """Check results of the last 15 minutes, of any sort."""
        active = self.active_service_checks_15min + self.active_host_checks_15min
        return active + self.passive_service_checks_15min + self.passive_host_checks_15min

    @property
    def nothing_known(self) -> bool:
        """Whether every service still waits for its first check: the list of problems is empty, and means nothing."""
        return self.num_services_pending > 0 and not self.num_services_ok + self.num_services_problem


class StatusRow(Wire):
    """One result of GET /v1/status: a component by name."""

    name: str
    status: dict[str, object]


class LastCheck(Wire):
    """When an object was last checked."""

    last_check: Epoch


class LastCheckRow(Wire):
    """One result of the heartbeat question."""

    attrs: LastCheck
