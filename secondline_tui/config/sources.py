"""The `[sources.NAME]` tables: one model a service."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.secrets import Secret
from secondline_tui.config.shift import Table
from secondline_tui.domain.filters import FIELDS, Filter
from secondline_tui.domain.items import Alert, Card, Incident, Ticket
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.text import safe_url


def on_this_machine(url: str) -> bool:
    """Whether an address is one of the loopback's."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _base_url(value: str) -> str:
    if safe_url(value) is None or "@" in value:
        raise ValueError("not a plain http(s) address without user name or password in it")
    if "?" in value or "#" in value:
        raise ValueError("an address to build on ends before any ? or #")
    return value.rstrip("/")


Url = Annotated[str, AfterValidator(_base_url)]


def _address(value: str) -> str:
    if safe_url(value) is None:
        raise ValueError("not a plain http(s) address without user name or password in it")
    return value.partition("#")[0]


Address = Annotated[str, AfterValidator(_address)]
"""The address of one document, as it is; a query may belong to it."""


def _matcher(value: str) -> str:
    Matcher.parse(value)
    return value


MatcherText = Annotated[str, AfterValidator(_matcher)]
"""A label matcher, kept as it is written."""


def _rule(*fields: str, labels: bool = False) -> AfterValidator:
    """Checks an `ignore` rule against the fields of what it is for: a misspelt one would hide too much, or nothing."""

    def check(value: str) -> str:
        rule = Filter.parse(value)
        odd = rule.oddities(fields, labels=labels)
        if odd:
            raise ValueError("; ".join(odd))
        if not rule:
            raise ValueError("an empty filter would leave out everything")
        return value

    return AfterValidator(check)


LabelledRule = Annotated[str, _rule(*FIELDS[Alert], labels=True)]
IcingaRule = Annotated[str, _rule(*FIELDS[Alert], "host_name", "service_name")]
IncidentRule = Annotated[str, _rule(*FIELDS[Incident])]
TicketRule = Annotated[str, _rule(*FIELDS[Ticket])]
CardRule = Annotated[str, _rule(*FIELDS[Card])]
PlainRule = Annotated[str, _rule("source")]


class Source(Table):
    """What every source may say."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    environment: str = ""
    """Environment its items belong to, unless they say themselves."""
    interval: Seconds = Field(30.0, ge=1, le=86_400)
    """Time from the start of one poll to the start of the next."""
    deadline: Seconds = Field(10.0, ge=0.1, le=300)
    """Time after which a poll counts as failed; at most the interval."""
    ignore: tuple[PlainRule, ...] = ()
    """Filters: an item that matches any of them is left out and counted as hidden."""
    read_only: bool = False
    """Never write to this service."""

    @model_validator(mode="after")
    def _in_time(self) -> Source:
        if self.deadline > self.interval:
            raise ValueError(f"deadline ({self.deadline:g} s) is longer than interval ({self.interval:g} s)")
        return self


class HttpSource(Source):
    """A source that is asked over HTTP."""

    url: Url
    """Where the service is."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    server_name: str = ""
    """Name in the server's certificate, where it is not the one in `url`."""
    proxy: Url | None = None
    """Proxy to go through; those of the environment are not used."""
    insecure_http: bool = False
    """Send credentials over plain http to another machine all the same."""

    def credentials(self) -> bool:
        """Whether any secret would be sent."""
        return any(getattr(self, name, None) for name in ("token", "password", "key", "headers", "oauth_token"))

    @model_validator(mode="after")
    def _not_in_clear(self) -> HttpSource:
        plain = self.url.startswith("http://") and not on_this_machine(self.url)
        if plain and self.credentials() and not self.insecure_http:
            raise ValueError("would send credentials over plain http: use https, or set insecure_http = true")
        return self


class IcingaHeartbeat(Table):
    """A service that must exist and be checked again and again, or the monitor counts as blind."""

    host: str = Field(min_length=1)
    """Host of the service."""
    service: str = Field(min_length=1)
    """Its name."""
    within: Seconds = Field(600.0, ge=1)
    """How old its last check may be."""


class Acknowledgement(Table):
    """How problems are acknowledged. The defaults are Icinga Web's."""

    sticky: bool = False
    """Whether it lasts until all is well; otherwise it ends when the state changes, also for the worse."""
    persistent: bool = False
    """Whether its comment stays when it ends."""
    notify: bool = True
    """Whether Icinga notifies the problem's contacts of it."""
    expiry: Seconds | None = Field(None, ge=60)
    """When it ends by itself, if the person does not say; None for never."""


class Icinga2(HttpSource):
    """Icinga 2, over its REST API."""

    type: Literal["icinga2"]
    ignore: tuple[IcingaRule, ...] = ()
    """Filters: a problem that matches any of them is left out and counted as hidden."""
    username: Secret | None = None
    """ApiUser's name."""
    password: Secret | None = None
    """ApiUser's password."""
    cert_file: Path | None = None
    """Client certificate, instead of user name and password."""
    key_file: Path | None = None
    """Its private key."""
    web_url: Url | None = None
    """Icinga Web's address, for links to a problem's page."""
    web: Literal["icingadb", "monitoring"] = "icingadb"
    """Which module of Icinga Web those links go to."""
    environment_var: str = ""
    """Custom variable of the host that names the environment."""
    hosts: bool = True
    """Whether hosts that are down are shown; false for an account that may not read hosts."""
    acknowledge: Acknowledgement = Acknowledgement()
    """How problems are acknowledged."""
    heartbeat: IcingaHeartbeat | None = None
    """Service whose absence or age means that the monitor is blind."""

    @model_validator(mode="after")
    def _one_login(self) -> Icinga2:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        if (self.username is None) == (self.cert_file is None):
            raise ValueError("needs either username and password, or cert_file (and key_file)")
        return self


class AlertSource(HttpSource):
    """What Alertmanager and Grafana share: alerts that are sets of labels."""

    ignore: tuple[LabelledRule, ...] = ()
    """Filters: an alert that matches any of them is left out and counted as hidden."""
    environment_label: str = "environment"
    """Label that names an alert's environment."""
    severity_label: str = "severity"
    """Label that names an alert's severity."""
    host_label: str = "instance"
    """Label that names the machine."""
    severities: dict[str, Literal["critical", "warning", "unknown", "ignore"]] = Field(default_factory=dict)
    """Meaning of further severity words, "" being none; ignore leaves such alerts out and counts them as hidden."""
    filter: tuple[MatcherText, ...] = ()
    """Matchers that every alert shown satisfies, such as 'team="web"'."""
    heartbeat: dict[str, str] = Field(default_factory=dict)
    """Labels of an always-firing alert: when none matches, the monitor is blind. It is not shown as an alert."""

    @field_validator("severities", mode="after")
    @classmethod
    def _any_case(cls, value: dict[str, str]) -> dict[str, str]:
        return {word.casefold(): meaning for word, meaning in value.items()}


class Grafana(AlertSource):
    """Grafana's unified alerting, with a service account's token."""

    type: Literal["grafana"]
    token: Secret
    """Token of a service account."""
    dashboards: tuple[str, ...] = ()
    """UIDs of dashboards to list for opening."""
    alerts: bool = True
    """Whether alerts are read; false for a Grafana that has none, where only the dashboards are wanted."""

    @model_validator(mode="after")
    def _something_to_read(self) -> Grafana:
        if not self.alerts and (self.heartbeat or not self.dashboards):
            raise ValueError("alerts = false leaves only dashboards: it needs some, and has no heartbeat")
        return self


class Alertmanager(AlertSource):
    """Prometheus Alertmanager, API v2."""

    type: Literal["alertmanager"]
    token: Secret | None = None
    """Bearer token, where a proxy in front wants one."""
    username: Secret | None = None
    """Name for Basic authentication."""
    password: Secret | None = None
    """Password for Basic authentication."""
    headers: dict[str, Secret] = Field(default_factory=dict)
    """Further headers for a proxy in front, such as a cookie."""
    receiver: str = ""
    """Only alerts routed to receivers matching this regular expression."""
    settle: Seconds = Field(120.0, ge=0)
    """Time after Alertmanager's start in which its list proves nothing: the senders repeat their alerts first."""
    grafana_url: Url | None = None
    """Grafana's address, for annotations that give only a dashboard's path, such as grafana_path."""

    @model_validator(mode="after")
    def _one_login(self) -> Alertmanager:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        in_headers = any(name.casefold() == "authorization" for name in self.headers)
        if (self.token is not None) + (self.username is not None) + in_headers > 1:
            raise ValueError("needs at most one of token, username and password, and an Authorization header")
        return self


class PagerDuty(HttpSource):
    """PagerDuty, over its REST API v2."""

    type: Literal["pagerduty"]
    url: Url = "https://api.pagerduty.com"
    """Where the API is; the EU's is https://api.eu.pagerduty.com."""
    ignore: tuple[IncidentRule, ...] = ()
    """Filters: an incident that matches any of them is left out and counted as hidden."""
    token: Secret
    """REST API key; a user's own key tells who acts."""
    services: tuple[str, ...] = ()
    """IDs of the services whose incidents are shown."""
    teams: tuple[str, ...] = ()
    """IDs of the teams whose incidents are shown."""
    urgencies: tuple[Literal["high", "low"], ...] = ()
    """Urgencies that are shown; empty means all."""
    schedules: dict[str, str] = Field(default_factory=dict)
    """Role = schedule ID: who is on call for it is part of today's pairing."""


class Zendesk(HttpSource):
    """Zendesk Support."""

    type: Literal["zendesk"]
    ignore: tuple[TicketRule, ...] = ()
    """Filters: a ticket that matches any of them is left out and counted as hidden."""
    username: str = ""
    """E-mail address of the agent whose token it is."""
    token: Secret | None = None
    """API token of that agent."""
    oauth_token: Secret | None = None
    """OAuth access token, instead of both."""
    views: tuple[int, ...] = ()
    """IDs of the views whose tickets are shown."""
    search: str = ""
    """Search whose tickets are shown, such as 'group:"2nd Line" status<pending'."""

    @model_validator(mode="after")
    def _something_to_read(self) -> Zendesk:
        if bool(self.username and self.token) == bool(self.oauth_token):
            raise ValueError("needs either username and token, or oauth_token")
        if not self.views and not self.search:
            raise ValueError("needs views or search: which tickets are yours?")
        return self


class Trello(HttpSource):
    """A Trello board."""

    type: Literal["trello"]
    url: Url = "https://api.trello.com"
    """Where the API is."""
    ignore: tuple[CardRule, ...] = ()
    """Filters: a card that matches any of them is left out and counted as hidden."""
    key: Secret
    """API key."""
    token: Secret
    """Token made with that key."""
    board: str = Field(min_length=1)
    """The board's ID: the part after /b/ in its address."""
    lists: tuple[str, ...] = Field(("Ongoing issues*",), min_length=1)
    """Lists whose cards are the ongoing issues, by ID or name; `*` stands for anything."""
    explainers: tuple[str, ...] = (
        "README",
        "This column is to *",
        "Please use this column to *",
        "On-call checklist",
    )
    """Titles of cards that only explain their list; they are left out."""


class Rota(Source):
    """A rota as CSV: a file, or an address that serves one."""

    type: Literal["rota"]
    interval: Seconds = Field(300.0, ge=1, le=86_400)
    """Time from the start of one poll to the start of the next."""
    file: Path | None = None
    """The file."""
    url: Address | None = None
    """The address, such as a Google Sheet published as CSV."""
    headers: dict[str, Secret] = Field(default_factory=dict)
    """Headers to send with the request."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's."""
    server_name: str = ""
    """Name in the server's certificate, where it is not the one in `url`."""
    proxy: Url | None = None
    """Proxy to go through."""
    week_one: date | None = None
    """First day of week 1, where the rota counts its weeks 1, 2, 3 …"""
    roles: dict[str, str] = Field(default_factory=dict)
    """Role = column, where the column's name is not the role's."""

    @model_validator(mode="after")
    def _one_place(self) -> Rota:
        if (self.file is None) == (self.url is None):
            raise ValueError("needs either file or url")
        if self.headers and self.url and self.url.startswith("http://") and not on_this_machine(self.url):
            raise ValueError("would send its headers over plain http: use https")
        return self


AnySource = Annotated[
    Icinga2 | Grafana | Alertmanager | PagerDuty | Zendesk | Trello | Rota, Field(discriminator="type")
]
