"""Reads the problems of one Icinga 2: all questions at once, problems only, and only the attributes we show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2, IcingaHeartbeat
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources import tls
from secondline_tui.sources.errors import blind, failed
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.detail import detail_of
from secondline_tui.sources.icinga2.mapping import Remarks, alert_maker
from secondline_tui.sources.icinga2.objects import Objects, Plural
from secondline_tui.sources.icinga2.vitals import Vitals, require_checks
from secondline_tui.sources.icinga2.wire import (
    PROBLEM_ATTRS,
    AboutRow,
    Account,
    Comment,
    CommentRow,
    Downtime,
    DowntimeRow,
    LastCheckRow,
    ProblemRow,
    Results,
)
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, rows

SERVICES, HOSTS = "objects/query/Service", "objects/query/Host"
COMMENTS, DOWNTIMES = "objects/query/Comment", "objects/query/Downtime"
STATUS = "status/query"

RemarkT = TypeVar("RemarkT", Comment, Downtime)
Rows = tuple[list[object], list[SafeText]]
"""Results, and the reasons of those set aside on the way."""


def reader(name: str, source: Icinga2, _: Config) -> Icinga2Reader:
    """A reader for one configured Icinga 2. Blocks while secrets are fetched."""
    auth = None
    if source.username is not None and source.password is not None:
        auth = (source.username.resolve(), source.password.resolve())
    http = Http(
        source.url,
        auth=auth,
        tls=tls.context(source.ca_file, source.cert_file, source.key_file),
        server_name=source.server_name,
        proxy=source.proxy,
        deadline=source.deadline,
    )
    return Icinga2Reader(name, source, http)


class Icinga2Reader:
    """One Icinga 2."""

    def __init__(self, name: str, source: Icinga2, http: Http) -> None:
        self._name = name
        self._source = source
        self._http = http
        self._objects = Objects(http)

    async def fetch(self) -> Reading:
        """Every service and host in trouble, with who acknowledged it and why."""
        account = await self._who_am_i()  # first and alone: a wrong password is sent once, not six times
        self._require_rights(account)
        variables = ["vars"] if self._source.environment_var else []
        joins = [f"host.{attribute}" for attribute in ("display_name", "notes_url", *variables)]
        async with at_once() as ask:
            services = ask.create_task(self._objects.problems("services", PROBLEM_ATTRS, joins))
            hosts = ask.create_task(self._hosts([*PROBLEM_ATTRS, *variables]))
            comments = ask.create_task(self._remarks("comments", CommentRow, may=account.may(COMMENTS)))
            downtimes = ask.create_task(self._remarks("downtimes", DowntimeRow, may=account.may(DOWNTIMES)))
            ask.create_task(self._require_sight(may=account.may(STATUS)))
        make = alert_maker(self._name, self._source, Remarks(comments.result()[0], downtimes.result()[0]))
        odd = [*comments.result()[1], *downtimes.result()[1]]
        alerts = []
        for (found, odd_names), what in ((services.result(), "a service"), (hosts.result(), "a host")):
            made, odd_rows = await rows(ProblemRow, found, make, what)
            alerts += made
            odd += odd_names + odd_rows
        return Reading(
            items=tuple(alerts),
            rejected=tuple(odd),
            account=clean(account.user),
            permissions=None if account.permissions is None else frozenset(map(clean, account.permissions)),
        )

    async def detail(self, ref: ItemRef) -> Detail:
        """Every attribute of one object, as Icinga has it now."""
        found = await self._objects.one("services" if "!" in ref.key else "hosts", ref.key)
        attrs = found.get("attrs") if isinstance(found, dict) else None
        if not isinstance(attrs, dict):
            raise failed(FaultKind.NOT_FOUND, "Icinga no longer has this object")
        return detail_of(attrs)

    async def probe(self) -> tuple[str, ...]:
        """Version, account, what it watches, its clock, and what the account is not allowed to do."""
        account = await self._who_am_i()
        lines = [f"Icinga {clean(account.version) or '2'}, as {clean(account.user) or 'an unnamed user'}"]
        if account.may(STATUS):
            lines += (await self._vitals()).lines(datetime.now(UTC))
        needed = (SERVICES, *([HOSTS] if self._source.hosts else []), COMMENTS, DOWNTIMES, STATUS)
        missing = [permission for permission in needed if not account.may(permission)]
        if missing:
            lines.append(f"missing permissions: {', '.join(missing)}")
        if not self._objects.filters:
            lines.append("may not send filters (permission filter-expression): polls move more bytes than needed")
        return tuple(lines)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    # -- questions ---------------------------------------------------------------------------------------------

    async def _who_am_i(self) -> Account:
        answer = envelope(Results, await self._http.get("/v1", "who we are"), "who we are")
        return envelope(Account, answer.results[0] if answer.results else None, "who we are")

    def _require_rights(self, account: Account) -> None:
        """Raise PollFailed(forbidden) when the account may not read what the configuration wants shown."""
        if not account.may(SERVICES):
            raise failed(FaultKind.FORBIDDEN, f"this account may not read services: it needs permission {SERVICES}")
        if account.may(HOSTS):
            return
        wanted = f"this account may not read hosts: it needs permission {HOSTS}"
        if self._source.hosts:
            raise failed(FaultKind.FORBIDDEN, f"{wanted}; or set hosts = false to do without them")
        if self._source.environment_var:
            raise failed(FaultKind.FORBIDDEN, f"{wanted}; or take environment_var out")

    async def _hosts(self, attrs: Sequence[str]) -> Rows:
        return await self._objects.problems("hosts", attrs, []) if self._source.hosts else ([], [])

    async def _remarks(
        self, plural: Plural, model: type[AboutRow[RemarkT]], *, may: bool
    ) -> tuple[Mapping[str, Sequence[RemarkT]], list[SafeText]]:
        """Comments or downtimes by the object they are on, newest first; none where we may not read them."""
        raw = await self._objects.remarks(plural, model.wanted) if may else []
        found, odd = await rows(model, raw, lambda row: row.attrs, f"one of the {plural}")
        by_object: dict[str, list[RemarkT]] = defaultdict(list)
        for remark in sorted(found, key=lambda remark: remark.began, reverse=True):
            by_object[remark.about].append(remark)
        return by_object, odd

    async def _vitals(self) -> Vitals:
        return Vitals(envelope(Results, await self._http.get("/v1/status", "its status"), "its status"))

    async def _require_sight(self, *, may: bool) -> None:
        """Raise PollFailed(blind) when what it says of services and hosts is worth nothing."""
        if may:
            vitals = await self._vitals()
            vitals.require_sight()
            now = vitals.now
        else:
            now = datetime.now(UTC)
            require_checks(await self._last_checks(await self._objects.ask("services", attrs=["last_check"])), now)
        if self._source.heartbeat is not None:
            await self._require_heartbeat(self._source.heartbeat, now)

    async def _require_heartbeat(self, beat: IcingaHeartbeat, now: datetime) -> None:
        name = f"{beat.host}!{beat.service}"
        found = await self._objects.one("services", name, attrs=["last_check"])
        if found is None:
            raise blind(f"heartbeat {name} does not exist, or this account may not see it")
        last = (await self._last_checks([found]))[0]
        if last is None:
            raise blind(f"heartbeat {name} has never been checked")
        age = (now - last).total_seconds()
        if age > beat.within:
            raise blind(f"heartbeat {name} was last checked {short(age)} ago")

    async def _last_checks(self, raw: Sequence[object]) -> list[datetime | None]:
        """When each of these was last checked."""
        checked, _ = await rows(LastCheckRow, raw, lambda row: row.attrs, "a last check")
        return [attrs.last_check for attrs in checked]
