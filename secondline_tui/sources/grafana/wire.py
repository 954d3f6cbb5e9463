"""The parts of Grafana's own answers that we use.

Its rules come in Prometheus's shape with more in it (pkg/services/ngalert/api/api_prometheus.go of grafana/grafana);
what a plain Prometheus lacks is optional, so that a front over one can be read as well.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from secondline_tui.sources.alertmanager.wire import Several
from secondline_tui.sources.wire import Moment, Wire

_QUIET = ("normal", "inactive")
_WAITING = ("pending",)
_LOUD = ("alerting", "pending", "recovering", "nodata")


class Groups(Wire):
    """What the envelope of the rules holds."""

    groups: list[object]
    next_token: str = Field(alias="groupNextToken", default="")
    """Set where more groups are to be asked for."""


class Rules(Wire):
    """One page of GET /api/v1/rules."""

    status: Literal["success"]
    data: Groups


class Group(Wire):
    """Rules that are evaluated together."""

    name: str
    file: str = ""
    """Full path of the folder; Prometheus: of the rule file."""
    interval: float = 60.0
    """Seconds between two evaluations."""
    rules: Several[object]


class Rule(Wire):
    """An alerting rule, and the group it is in."""

    group: Group
    name: str
    type: str = "alerting"
    """alerting or recording."""
    state: str = ""
    """firing, pending, recovering or inactive."""
    totals: dict[str, int] = Field(default_factory=dict)
    """How many of its alerts are in each state; the states in lower case."""
    health: str = "ok"
    """ok, nodata, error (Prometheus: err) or unknown."""
    last_error: str = Field(alias="lastError", default="")
    evaluated: Moment = Field(alias="lastEvaluation", default=None)
    uid: str = ""
    paused: bool = Field(alias="isPaused", default=False)
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    provenance: str = ""
    """What the rule was provisioned with: file, api or nothing."""
    query: str = ""
    alerts: Several[object] = ()

    @field_validator("labels", "annotations", "totals", mode="before")
    @classmethod
    def _none_is_empty(cls, value: object) -> object:
        return {} if value is None else value

    @property
    def tells_when(self) -> bool:
        """Whether it says at all when it was evaluated."""
        return "evaluated" in self.model_fields_set

    @property
    def broken(self) -> bool:
        """Whether its last evaluation failed."""
        return self.health in ("error", "err")

    @property
    def withheld(self) -> bool:
        """Whether it has alerts that are not listed. A failed evaluation may be counted twice, and is left out."""
        loud = sum(self.totals.get(state, 0) for state in _LOUD)
        return loud > len(self.alerts) or (self.state == "firing" and not self.alerts)

    @property
    def key(self) -> str:
        """What the rule is known by: its UID, else its place."""
        return f"rule/{self.uid or '/'.join((self.group.file, self.group.name, self.name))}"


class Instance(Wire):
    """One alert of a rule, and that rule."""

    rule: Rule
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    state: str = Field(min_length=1)
    """Normal, Pending, Alerting, Recovering, NoData or Error, with a reason in brackets at times; Prometheus: pending
    or firing."""
    active_at: Moment = Field(alias="activeAt", default=None)
    value: str = ""

    @property
    def word(self) -> str:
        """The state without its reason, in lower case."""
        return self.state.partition(" (")[0].strip().casefold()

    @property
    def reason(self) -> str:
        """What stands in brackets behind the state: NoData, Error, MissingSeries, KeepLast, Paused …"""
        return self.state.partition(" (")[2].removesuffix(")")

    @property
    def quiet(self) -> bool:
        """Whether nothing is wrong. A word that is not known is no reason to be quiet."""
        return self.word in _QUIET

    @property
    def pending(self) -> bool:
        """Whether it is wrong, but not for long enough yet."""
        return self.word in _WAITING

    @property
    def sees(self) -> bool:
        """Whether its state comes from data, and not from the want of it."""
        return not self.reason and self.word not in ("nodata", "error")

    @property
    def since(self) -> datetime | None:
        """When the state began."""
        return self.active_at


class Hit(Wire):
    """One dashboard that GET /api/search found."""

    uid: str
    title: str
    type: str = "dash-db"


class User(Wire):
    """GET /api/user: whose token it is."""

    login: str = ""
    name: str = ""


class Health(Wire):
    """GET /api/health: which program answers."""

    version: str = ""
    database: str = ""
