"""Reads the problems of one Icinga 2: all questions at once, problems only, and only the attributes we show."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TypeVar

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.sources import tls
from secondline_tui.sources.errors import blind, failed
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.mapping import Remarks, alert_maker
from secondline_tui.sources.icinga2.vitals import Vitals
from secondline_tui.sources.icinga2.wire import (
    PROBLEM_ATTRS,
    AboutRow,
    Account,
    Comment,
    CommentRow,
    Downtime,
    DowntimeRow,
    LastCheckRow,
    NameRow,
    ProblemRow,
    Results,
)
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, rows

NEEDED = (
    "objects/query/Service",
    "objects/query/Host",
    "objects/query/Comment",
    "objects/query/Downtime",
    "status/query",
)
NAMES_AT_ONCE = 1_000

RemarkT = TypeVar("RemarkT", Comment, Downtime)


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
        self._account: Account | None = None
        self._filters = True  # until the server says that this account may not send any

    async def fetch(self) -> Reading:
        """Every service and host in trouble, with who acknowledged it and why."""
        account = await self._who_am_i()
        async with at_once() as ask:
            joins = ["host.display_name", "host.notes_url", *self._environment_join()]
            services = ask.create_task(self._problems("services", joins))
            hosts = ask.create_task(self._problems("hosts", [])) if self._source.hosts else None
            comments = ask.create_task(self._remarks("comments", "objects/query/Comment", CommentRow))
            downtimes = ask.create_task(self._remarks("downtimes", "objects/query/Downtime", DowntimeRow))
            ask.create_task(self._require_sight())
            ask.create_task(self._require_heartbeat())
        make = alert_maker(self._name, self._source, Remarks(comments.result(), downtimes.result()))
        alerts, odd = await rows(ProblemRow, services.result(), make, "a service")
        if hosts is not None:
            down, odd_hosts = await rows(ProblemRow, hosts.result(), make, "a host")
            alerts, odd = alerts + down, odd + odd_hosts
        return Reading(
            items=tuple(alerts),
            rejected=tuple(odd),
            account=clean(account.user),
            permissions=frozenset(account.permissions),
        )

    async def detail(self, ref: ItemRef) -> Detail:
        """Every attribute of one object, as Icinga has it now."""
        kind = "service" if "!" in ref.key else "host"
        answer = await self._ask(f"{kind}s", {kind: ref.key})
        row = next(iter(answer), None)
        attrs = row.get("attrs") if isinstance(row, dict) else None
        if not isinstance(attrs, dict):
            raise failed(FaultKind.NOT_FOUND, "Icinga no longer has this object")
        result = attrs.pop("last_check_result", None)
        output = result.get("output", "") if isinstance(result, dict) else ""
        return Detail(
            body=clean_block(output),
            attributes=tuple((clean(name), clean(_shown(value))) for name, value in sorted(attrs.items())),
        )

    async def probe(self) -> tuple[str, ...]:
        """Version, account, and what the account is not allowed to do."""
        account = await self._who_am_i(anew=True)
        lines = [f"Icinga {account.version or '2'}, as {account.user or 'an unnamed user'}"]
        missing = [p for p in NEEDED if not self._may(p)]
        if missing:
            lines.append(f"missing permissions: {', '.join(missing)}")
        if not self._filters:
            lines.append("may not send filters (permission filter-expression): polls move more bytes than needed")
        return tuple(lines)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    # -- questions ---------------------------------------------------------------------------------------------

    async def _who_am_i(self, *, anew: bool = False) -> Account:
        if self._account is None or anew:
            answer = envelope(Results, await self._http.get("/v1", "who we are"), "who we are")
            first = answer.results[0] if answer.results else {}
            self._account = envelope(Account, first, "who we are")
        return self._account

    def _may(self, permission: str) -> bool:
        """Whether the account has a permission; a server that lists none is believed to allow everything."""
        granted = self._account.permissions if self._account else []
        plain = [entry.removesuffix(" (filtered)").casefold() for entry in granted]
        return not plain or any(fnmatchcase(permission.casefold(), entry) for entry in plain)

    def _environment_join(self) -> list[str]:
        return ["host.vars"] if self._source.environment_var else []

    async def _problems(self, plural: str, joins: list[str]) -> list[object]:
        """The problems among services or hosts."""
        wanted: dict[str, object] = {"attrs": PROBLEM_ATTRS, "joins": joins}
        if self._filters:
            try:
                return await self._ask(plural, {**wanted, "filter": f"{plural[:-1]}.problem"})
            except PollFailed as refused:
                if refused.fault.kind is not FaultKind.FORBIDDEN:
                    raise
                return await self._problems_unfiltered(plural, wanted)
        return await self._problems_unfiltered(plural, wanted)

    async def _problems_unfiltered(self, plural: str, wanted: Mapping[str, object]) -> list[object]:
        """The same without a filter, which newer servers allow only with a permission of its own: names first."""
        everything = await self._ask(plural, {"attrs": ["problem"]})
        self._filters = False
        names, _ = await rows(NameRow, everything, lambda row: row.name if row.attrs.problem else None, plural)
        found: list[object] = []
        for start in range(0, len(names), NAMES_AT_ONCE):
            found += await self._ask(plural, {**wanted, plural: names[start : start + NAMES_AT_ONCE]})
        return found

    async def _remarks(
        self, plural: str, permission: str, model: type[AboutRow[RemarkT]]
    ) -> Mapping[str, Sequence[RemarkT]]:
        """Comments or downtimes by the object they are on, newest first; none where we may not read them."""
        if not self._may(permission):
            return {}
        question: dict[str, object] = {"attrs": model.wanted}
        if self._filters:
            question["filter"] = "service && service.problem || !service && host.problem"
        found, _ = await rows(model, await self._ask(plural, question), lambda row: row.attrs, plural)
        by_object: dict[str, list[RemarkT]] = defaultdict(list)
        for remark in sorted(found, key=lambda remark: remark.began, reverse=True):
            by_object[remark.about].append(remark)
        return by_object

    async def _require_sight(self) -> None:
        if self._may("status/query"):
            answer = envelope(Results, await self._http.get("/v1/status", "its status"), "its status")
            Vitals(answer).require_sight(datetime.now(UTC))

    async def _require_heartbeat(self) -> None:
        beat = self._source.heartbeat
        if beat is None:
            return
        name = f"{beat.host}!{beat.service}"
        try:
            answer = await self._ask("services", {"service": name, "attrs": ["last_check"]})
        except PollFailed as missing:
            if missing.fault.kind in (FaultKind.NOT_FOUND, FaultKind.FORBIDDEN):
                raise blind(f"heartbeat {name} does not exist") from None
            raise
        found, _ = await rows(LastCheckRow, answer, lambda row: row.attrs.last_check, "the heartbeat")
        if not found:
            raise blind(f"heartbeat {name} has never been checked")
        age = (datetime.now(UTC) - max(found)).total_seconds()
        if age > beat.within:
            raise blind(f"heartbeat {name} was last checked {short(age)} ago")

    async def _ask(self, plural: str, question: Mapping[str, object]) -> list[object]:
        """The results of one question about objects."""
        path = f"/v1/objects/{plural}"
        try:
            data = await self._http.query(path, plural, {"verbose": True, **question})
        except PollFailed as refused:
            raise _explained(refused) from None
        return envelope(Results, data, plural).results


def _explained(refused: PollFailed) -> PollFailed:
    """Icinga answers 404 also for want of a permission; only its diagnostic words tell, and `verbose` asks for them."""
    fault = refused.fault
    if fault.kind is FaultKind.NOT_FOUND and "Missing permission" in fault.message:
        return failed(FaultKind.FORBIDDEN, fault.message)
    return refused


def _shown(value: object) -> str:
    """An attribute as it is shown: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
