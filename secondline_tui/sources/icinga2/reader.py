"""Reads the problems of one Icinga 2: all questions at once, problems only, and only the attributes we show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2, IcingaHeartbeat
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import bad_reply, blind, failed
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.access import access, vitals, who_am_i
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
)
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import rows, unique

SERVICES, HOSTS = "objects/query/Service", "objects/query/Host"
COMMENTS, DOWNTIMES = "objects/query/Comment", "objects/query/Downtime"
STATUS = "status/query"

LOOK_SECONDS = 300.0
"""How often an account that may see a part only is asked whether it sees anything at all."""

RemarkT = TypeVar("RemarkT", Comment, Downtime)
Rows = tuple[list[object], list[SafeText]]
"""Results, and the reasons of those set aside on the way."""


def reader(name: str, source: Icinga2, _: Config) -> Icinga2Reader:
    """A reader for one configured Icinga 2. Blocks while secrets are fetched."""
    return Icinga2Reader(name, source, access(source, Http))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The answers of one poll."""

    services: list[object]
    hosts: list[object]
    remarks: Remarks
    unseen: tuple[SafeText, ...]
    """What Icinga has lost touch with."""
    odd: list[SafeText]
    """The reasons of rows set aside so far."""
    lacking: str
    """What is wrong with the lengths of the lists, "" for nothing."""


class Icinga2Reader:
    """One Icinga 2."""

    def __init__(self, name: str, source: Icinga2, http: Http) -> None:
        self._name = name
        self._source = source
        self._http = http
        self._objects = Objects(http)
        self._watched: tuple[Plural, ...] = ("services", "hosts") if source.hosts else ("services",)
        self._saw_at: float | None = None

    async def fetch(self) -> Reading:
        """Every service and host in trouble, with who acknowledged it and why."""
        account = await who_am_i(self._http)  # first and alone: a wrong password is sent once, not six times
        self._require_rights(account)
        heard = await self._listen(account)
        if heard.lacking:  # checks go on between two questions; asked again, the answers are to agree
            heard = await self._listen(account)
        if heard.lacking:
            raise bad_reply(heard.lacking)
        make = alert_maker(self._name, self._source, heard.remarks)
        alerts, odd = [], list(heard.odd)
        for found, what in ((heard.services, "a service"), (heard.hosts, "a host")):
            made, odd_rows = await rows(ProblemRow, found, make, what)
            alerts += made
            odd += odd_rows
        return Reading(
            items=tuple(unique(alerts, lambda alert: alert.ref, odd)),
            rejected=tuple(odd),
            unseen=heard.unseen,
            account=clean(account.user),
            permissions=None if account.permissions is None else frozenset(map(clean, account.permissions)),
        )

    async def _listen(self, account: Account) -> Heard:
        """All questions of a poll at once."""
        variables = ["vars"] if self._source.environment_var else []
        joins = [f"host.{attribute}" for attribute in ("display_name", "notes_url", *variables)]
        async with at_once() as ask:
            services = ask.create_task(self._objects.problems("services", PROBLEM_ATTRS, joins))
            hosts = ask.create_task(self._hosts([*PROBLEM_ATTRS, *variables]))
            comments = ask.create_task(self._remarks("comments", CommentRow, may=account.may(COMMENTS)))
            downtimes = ask.create_task(self._remarks("downtimes", DowntimeRow, may=account.may(DOWNTIMES)))
            sight = ask.create_task(self._require_sight(account))
        (found, odd), (down, odd_down), own = services.result(), hosts.result(), sight.result()
        return Heard(
            services=found,
            hosts=down,
            remarks=Remarks(comments.result()[0], downtimes.result()[0]),
            unseen=own.unseen if own is not None else (),
            odd=[*comments.result()[1], *downtimes.result()[1], *odd, *odd_down],
            lacking=self._lacking(account, own, services=len(found), hosts=len(down)),
        )

    def _lacking(self, account: Account, own: Vitals | None, *, services: int, hosts: int) -> str:
        """What is wrong with the lengths of the lists, held against Icinga's own count of problems; "" for nothing."""
        if own is None:
            return ""
        known = own.counters
        lists = [(SERVICES, services, known.num_services_problem, "services")]
        if self._source.hosts:
            lists.append((HOSTS, hosts, known.num_hosts_problem, "hosts"))
        for permission, found, told, what in lists:
            if account.sees_all(permission) and 2 * found < told:
                return f"{found} {what} in trouble, where its own count says {told}"
        return ""

    async def detail(self, ref: ItemRef) -> Detail:
        """Every attribute of one object, as Icinga has it now."""
        found = await self._objects.one("services" if "!" in ref.key else "hosts", ref.key)
        attrs = found.get("attrs") if isinstance(found, dict) else None
        if not isinstance(attrs, dict):
            raise failed(FaultKind.NOT_FOUND, "Icinga no longer has this object")
        return detail_of(attrs)

    async def probe(self) -> tuple[str, ...]:
        """Version, account, what it watches, its clock, and what the account is not allowed to do."""
        account = await who_am_i(self._http)
        lines = [f"Icinga {clean(account.version) or '2'}, as {clean(account.user) or 'an unnamed user'}"]
        if account.may(STATUS):
            lines += (await vitals(self._http)).lines(datetime.now(UTC))
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

    async def _require_sight(self, account: Account) -> Vitals | None:
        """What it says of itself, where it may be asked; PollFailed(blind) when what it says is worth nothing."""
        told = None
        if account.may(STATUS):
            told = await vitals(self._http)
            told.require_sight(hosts=self._source.hosts)
            now = told.now
            if not account.sees_all(SERVICES):
                await self._require_own_sight()
        else:
            now = datetime.now(UTC)
            require_checks(await self._last_checks("services"), now)
        if self._source.heartbeat is not None:
            await self._require_heartbeat(self._source.heartbeat, now)
        return told

    async def _require_own_sight(self) -> None:
        """Raise PollFailed(blind) when the filter of this account's permission leaves it nothing that was checked.

        Icinga's own counts do not tell; what does is a long list, which is therefore asked for at intervals only.
        """
        now = monotonic()
        if self._saw_at is not None and now - self._saw_at < LOOK_SECONDS:
            return
        for plural in self._watched:
            if any(await self._last_checks(plural)):
                self._saw_at = now
                return
        raise blind(f"this account sees nothing that was ever checked: see the filter of its permission {SERVICES}")

    async def _require_heartbeat(self, beat: IcingaHeartbeat, now: datetime) -> None:
        name = f"{beat.host}!{beat.service}"
        found = await self._objects.one("services", name, attrs=["last_check"])
        if found is None:
            raise blind(f"heartbeat {name} does not exist, or this account may not see it")
        last = (await _last_checks([found]))[0]
        if last is None:
            raise blind(f"heartbeat {name} has never been checked")
        age = (now - last).total_seconds()
        if age > beat.within:
            raise blind(f"heartbeat {name} was last checked {short(age)} ago")

    async def _last_checks(self, plural: Plural) -> list[datetime | None]:
        """When each of the services or hosts was last checked."""
        return await _last_checks(await self._objects.ask(plural, attrs=["last_check"]))


async def _last_checks(raw: Sequence[object]) -> list[datetime | None]:
    """When each of these was last checked."""
    checked, _ = await rows(LastCheckRow, raw, lambda row: row.attrs, "a last check")
    return [attrs.last_check for attrs in checked]
