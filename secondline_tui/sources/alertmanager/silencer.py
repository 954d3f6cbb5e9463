"""Silences alerts, extends silences and ends them, over API v2: what Alertmanager and Grafana share of an actor."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

from secondline_tui.config.models import Config
from secondline_tui.config.sources import AlertSource
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Refused, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.sources.alertmanager.api import Api
from secondline_tui.sources.alertmanager.silencing import (
    OVER,
    REPLACED,
    Body,
    Told,
    blunder,
    ended,
    extended,
    made,
    prolonged,
    proposed,
    scope,
    wished,
)
from secondline_tui.sources.alertmanager.wire import AlertRow, Made, SilenceRow
from secondline_tui.sources.clocks import Sent
from secondline_tui.sources.errors import bad_reply, failed
from secondline_tui.sources.http import Writer
from secondline_tui.sources.labels import beats
from secondline_tui.sources.pacing import paced
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import Answer, refused, unanswered, unread

LATE = "no complete answer in time"

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Target:
    """An alert as it is before something is done to it."""

    labels: Mapping[str, str]
    """Those that tell it from others, raw."""
    row: AlertRow | None
    """None for one that was not sent to anybody yet."""
    firing: Sequence[AlertRow]
    """All that there are."""
    unread: int
    """How many more there are that are not understood."""

    @property
    def silenced_by(self) -> Sequence[str]:
        """IDs of the silences on it."""
        return self.row.status.silenced_by if self.row else ()


class Silencer(ABC):
    """Writes the silences of one service."""

    def __init__(
        self,
        source: AlertSource,
        config: Config,
        http: Writer,
        path: str,
        now: Now = lambda: datetime.now(UTC),
    ) -> None:
        self._source = source
        self._http = http
        self._path = path
        self._api = Api(http, path)
        self._now = now
        self._told = Told(config.shift.timezone)
        self._me = clean(config.me.name)
        # The client waits so long for the next byte: an answer that trickles has to end too.
        self._patience = 2 * source.deadline

    # -- what differs ------------------------------------------------------------------------------------------

    @abstractmethod
    async def _target(self, key: str) -> Target:
        """The alert with this key; Refused when there is none any more."""

    @abstractmethod
    async def _account(self, verb: Verb) -> SafeText:
        """As whom it would be done; Refused where the account may not."""

    @abstractmethod
    def _ended(self, answer: Answer) -> bool:
        """Whether this is how it says that a silence was ended."""

    def _final(self, refusal: Refused) -> Refused:
        """A refusal, with what is known of the account."""
        return refusal

    # -- before ------------------------------------------------------------------------------------------------

    async def prepare(
        self, ref: ItemRef, verb: Verb, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview:
        """What would be silenced, or which silences there are to be extended or ended."""
        async with self._in_time():
            account = await self._account(verb)
            target = await self._target(ref.key)
            if verb is Verb.SILENCE:
                return await self._silence_preview(target, account, matchers)
            return await self._change_preview(target, account, verb, to)

    async def _silence_preview(
        self, target: Target, account: SafeText, matchers: tuple[Matcher, ...] | None
    ) -> Preview:
        wanted = proposed(target.labels) if matchers is None else matchers
        wrong = blunder(wanted)
        if wrong:
            raise refused(wrong)
        rows = {row.id: row for row in await self._api.every_silence()} if target.silenced_by else {}
        now = self._now()
        there = [self._told.line(rows[one], now) for one in target.silenced_by if one in rows]
        covered = await self._covered(target, wanted)
        return Preview(
            account=account,
            audience=SafeText("everybody who sees its silences"),
            matchers=wanted,
            covers=len(covered),
            changes=(
                *(SafeText(f"silenced already by {line}") for line in there),
                *self._warnings(target, covered),
            ),
        )

    async def _change_preview(self, target: Target, account: SafeText, verb: Verb, to: str) -> Preview:
        found = await self._silences_on(target)
        if not found:
            raise refused("nothing silences it any more")
        row = _chosen(found, to or found[0].id)
        covered = await self._covered(target, row.conditions)
        now = self._now()
        return Preview(
            account=account,
            audience=SafeText("everybody who sees its silences") if verb is Verb.EXTEND else EMPTY,
            choices=tuple(self._told.choice(one, now) for one in found),
            chosen=row.id,
            text=row.comment if verb is Verb.EXTEND else "",
            covers=len(covered),
            changes=(
                clean(f"it matches {scope(row.conditions)}", 600),
                *self._warnings(target, covered),
                *(
                    SafeText(f"stays silenced by {self._told.line(one, now)}")
                    for one in found
                    if one is not row and verb is Verb.EXPIRE
                ),
            ),
        )

    async def _silences_on(self, target: Target) -> list[SilenceRow]:
        """The silences on an alert, the one that ends last first."""
        if not target.silenced_by:
            return []
        rows = [row for row in await self._api.every_silence() if row.id in target.silenced_by and not row.over]
        endless = datetime.max.replace(tzinfo=UTC)
        return sorted(rows, key=lambda row: (row.ends_at or endless, row.id), reverse=True)

    async def _covered(self, target: Target, matchers: Sequence[Matcher]) -> list[AlertRow]:
        """The alerts that these fit. Expressions are left to the service: its own are not Python's."""
        expressions = [str(matcher) for matcher in matchers if matcher.regex]
        among = (await self._api.alerts({"filter": expressions}))[0] if expressions else target.firing
        plain = [matcher for matcher in matchers if not matcher.regex]
        return [row async for row in paced(among) if all(matcher.matches(row.labels) for matcher in plain)]

    def _warnings(self, target: Target, covered: Sequence[AlertRow]) -> list[SafeText]:
        told = []
        if target.row is not None and target.row.fingerprint not in {row.fingerprint for row in covered}:
            told.append("this alert is not among them")
        if any(beats(self._source, row.labels) for row in covered):
            told.append("the heartbeat is among them: whoever waits for it will think that nothing is seen any more")
        if target.unread:
            told.append(f"alerts that cannot be read, and are not counted: {target.unread}")
        return [SafeText(line) for line in told]

    # -- the write ---------------------------------------------------------------------------------------------

    async def send(self, intent: Intent) -> Receipt:
        """Make a silence, or change one."""
        match intent.verb:
            case Verb.SILENCE:
                wrong = blunder(intent.matchers)
                if wrong:
                    raise refused(wrong)
                return Receipt(remote=await self._post(wished(intent, _end(intent), self._now())))
            case Verb.EXTEND:
                return await self._extend(intent)
            case Verb.EXPIRE:
                return await self._expire(intent)
            case _:
                raise refused(f"{intent.verb}: no such thing can be done to an alert here")

    async def _extend(self, intent: Intent) -> Receipt:
        until = _end(intent)
        row = await self._held(intent)
        now = self._now()
        if row.over:
            raise refused(f"the silence has ended meanwhile ({self._told.end(row, now)}): make a new one")
        if row.ends_at is None or row.starts_at is None or row.ends_at >= until:
            raise refused(f"it holds for longer already: {self._told.line(row, now)}")
        remote = await self._post(prolonged(row, intent, until))
        return Receipt(remote=remote, told=EMPTY if remote == row.id else REPLACED)

    async def _expire(self, intent: Intent) -> Receipt:
        row = await self._held(intent)
        answer = await self._write("DELETE", f"/silence/{quote(row.id, safe='')}")
        if not self._ended(answer):
            raise unanswered("answered with something that is not its API's")
        return Receipt(remote=row.id, told=OVER if row.over else EMPTY)

    async def _held(self, intent: Intent) -> SilenceRow:
        """The silence that is meant, as it is now; NotSent where that cannot be told, Refused where there is none."""
        try:
            async with self._in_time():
                if not intent.to:
                    return _only(await self._silences_on(await self._target(intent.ref.key)))
                return _chosen(await self._api.every_silence(), intent.to)
        except PollFailed as failure:
            raise unread(failure) from None

    async def _post(self, body: Body) -> str:
        answer = await self._write("POST", "/silences", body)
        try:
            return envelope(Made, answer.data(), "the silence").id
        except PollFailed:
            raise unanswered("answered with something that is not its API's") from None

    async def _write(self, method: str, path: str, body: Body | None = None) -> Answer:
        try:
            async with asyncio.timeout(self._patience):
                return await self._http.write(method, self._path + path, json=body)
        except TimeoutError:
            raise unanswered(LATE) from None
        except Refused as refusal:
            raise self._final(refusal) from None

    # -- after -------------------------------------------------------------------------------------------------

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether the silence is there, runs as long as asked for, or is over."""
        async with self._in_time():
            if intent.verb is not Verb.SILENCE and not intent.to:
                return await self._settle_unnamed(intent, sent_at, claimed)
            rows = await self._api.every_silence()
            sent = Sent.of(sent_at, self._http.ahead)
            match intent.verb:
                case Verb.SILENCE:
                    return made(rows, intent, sent, claimed)
                case Verb.EXTEND:
                    return extended(rows, intent, sent, claimed)
                case _:
                    return ended(rows, intent.to, sent)

    async def _settle_unnamed(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """The same where the only silence of the alert was meant."""
        try:
            found = await self._silences_on(await self._target(intent.ref.key))
        except Refused:
            return Finding(there=None)
        if intent.verb is Verb.EXPIRE:
            return Finding(there=not found)
        sent = Sent.of(sent_at, self._http.ahead)
        findings = [extended(found, replace(intent, to=row.id), sent, claimed) for row in found]
        likeliest = sorted(findings, key=lambda finding: (not finding.there, finding.there is False))
        return next(iter(likeliest), Finding(there=False))

    def as_kept(self, verb: Verb, text: str) -> str:  # noqa: ARG002  (every text is kept alike)
        """The same text: comments are kept exactly."""
        return text

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._patience):
                yield
        except TimeoutError:
            raise failed(FaultKind.TIMED_OUT, LATE) from None


def require_all(odd: Sequence[SafeText]) -> None:
    """Raise a bad reply when some alerts cannot be read: what is looked for could be one of them."""
    if odd:
        raise bad_reply(f"{len(odd)} of its alerts cannot be read; the first: {odd[0]}")


def _end(intent: Intent) -> datetime:
    if intent.until is None:
        raise refused("a silence needs an end")
    return intent.until


def _chosen(rows: Sequence[SilenceRow], identity: str) -> SilenceRow:
    found = next((row for row in rows if row.id == identity), None)
    if found is None:
        raise refused("there is no such silence any more")
    return found


def _only(rows: Sequence[SilenceRow]) -> SilenceRow:
    if len(rows) != 1:
        raise refused("nothing silences it any more" if not rows else f"{len(rows)} silences are on it: which one?")
    return rows[0]
