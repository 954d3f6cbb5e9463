"""Acts on the services and hosts of one Icinga 2."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.sources.http import Writer
from secondline_tui.sources.icinga2.access import access, who_am_i
from secondline_tui.sources.icinga2.evidence import Case, finding
from secondline_tui.sources.icinga2.objects import Objects
from secondline_tui.sources.icinga2.orders import ACTIONS, SPOKEN, end_of, kept, order_for
from secondline_tui.sources.icinga2.preview import GONE, Prospect, impediment, stamp
from secondline_tui.sources.icinga2.standing import Standing, standing, utc_now, window
from secondline_tui.sources.icinga2.verdict import done, judge
from secondline_tui.sources.icinga2.wire import Account
from secondline_tui.sources.together import at_once
from secondline_tui.sources.writing import refused, unread

_LOOKS_FIRST = frozenset({Verb.UNACKNOWLEDGE, Verb.END_DOWNTIME, Verb.RECHECK})
"""What Icinga would do without asking, whatever has changed meanwhile."""


def actor(name: str, source: Icinga2, config: Config) -> Icinga2Actor:  # noqa: ARG001  (every service's is called so)
    """An actor for one configured Icinga 2. Blocks while secrets are fetched."""
    return Icinga2Actor(source, config, access(source, Writer))


class Icinga2Actor:
    """One Icinga 2."""

    def __init__(self, source: Icinga2, config: Config, http: Writer, clock: Callable[[], datetime] = utc_now) -> None:
        self._how = source.acknowledge
        self._config = config
        self._http = http
        self._objects = Objects(http)
        self._clock = clock

    async def prepare(
        self,
        ref: ItemRef,
        verb: Verb,
        *,
        to: str = "",  # noqa: ARG002  (nothing that is chosen here changes anything else)
        matchers: tuple[Matcher, ...] | None = None,  # noqa: ARG002  (those are for silences)
    ) -> Preview:
        """As whom it would be done, who reads it, how long it holds, and which downtimes there are to end."""
        account, now = await self._look(ref, verb)
        prospect = Prospect(
            verb=verb,
            account=account,
            standing=now,
            me=self._config.me.name,
            how=self._how,
            zone=self._config.shift.timezone,
            now=self._clock(),
        )
        return prospect.preview()

    async def send(self, intent: Intent) -> Receipt:
        """Do it, by one request."""
        if intent.verb in _LOOKS_FIRST:
            intent = await self._looked_at(intent)
        order = order_for(intent, self._how, self._clock())
        try:
            answer = await self._http.write("POST", f"/v1/actions/{ACTIONS[intent.verb]}", json=order, judge=judge)
        except Refused as no:
            raise await self._explained(intent, no) from None
        return Receipt(remote=done(answer).name)

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether Icinga shows it."""
        async with at_once() as ask:
            now = ask.create_task(standing(self._objects, intent.ref.key, intent.verb))
            since = ask.create_task(window(self._http, sent_at, self._clock))
        end = end_of(intent, self._how, sent_at)
        return finding(Case(intent=intent, standing=now.result(), window=since.result(), claimed=claimed, end=end))

    def as_kept(self, verb: Verb, text: str) -> str:
        """All of it, but for what follows a NUL; nothing where Icinga takes no text."""
        return kept(text) if verb in SPOKEN else ""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    # -- within ----------------------------------------------------------------------------------------------------

    async def _look(self, ref: ItemRef, verb: Verb) -> tuple[Account, Standing]:
        async with at_once() as ask:
            account = ask.create_task(who_am_i(self._http))
            now = ask.create_task(standing(self._objects, ref.key, verb))
        return account.result(), now.result()

    async def _looked_at(self, intent: Intent) -> Intent:
        """The same, where it still fits; Refused where the person saw something else."""
        try:
            now = await standing(self._objects, intent.ref.key, intent.verb)
        except PollFailed as failure:
            raise unread(failure) from None
        if now.target is None:
            raise refused(GONE)
        reason = impediment(intent.verb, now, now.target)
        if reason is not None:
            raise reason
        if intent.verb is Verb.UNACKNOWLEDGE and intent.stamp not in ("", stamp(now.target)):
            raise refused(f"meanwhile it was {now.held}", outdated=True)
        if intent.verb is Verb.END_DOWNTIME:
            return _with_downtime(intent, now)
        return intent

    async def _explained(self, intent: Intent, no: Refused) -> Refused:
        """A no, with the name of whoever was quicker where that is the reason."""
        if intent.verb is not Verb.ACKNOWLEDGE or no.forbidden:
            return no
        try:
            now = await standing(self._objects, intent.ref.key, intent.verb)
        except PollFailed:
            return no
        return refused(f"already {now.held}") if now.target is not None and now.target.acknowledgement else no


def _with_downtime(intent: Intent, now: Standing) -> Intent:
    """The same, naming which downtime: the one that there is, where none was chosen."""
    names = [row.name for row in now.downtimes or ()]
    if intent.to:
        if intent.to not in names:
            raise refused("that downtime is over already")
        return intent
    if len(names) > 1:
        raise refused(f"it has {len(names)} downtimes: choose one")
    return replace(intent, to=names[0])
