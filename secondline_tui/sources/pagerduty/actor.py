"""Acts on one PagerDuty account: on its incidents, and on who is on call."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.sources.headers import header
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.pagerduty.changes import planned
from secondline_tui.sources.pagerduty.concurrence import require_unchanged
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.ourselves import Ourselves
from secondline_tui.sources.pagerduty.previews import Previews
from secondline_tui.sources.pagerduty.settling import Settling
from secondline_tui.sources.pagerduty.traces import ask_declared
from secondline_tui.sources.pagerduty.wire_acts import IncidentNow
from secondline_tui.sources.writing import unread


def actor(name: str, source: PagerDuty, config: Config) -> PagerDutyActor:
    """An actor for one configured account. Blocks while the secret is fetched and the library imported."""
    token = header("token", source.token)
    return PagerDutyActor(name, source, config, reads=Api(source, token), writes=Api(source, token, writes=True))


class PagerDutyActor:
    """One PagerDuty account. What writes has a lane and a session of its own, so that a prompt never waits for it."""

    def __init__(
        self,
        name: str,
        source: PagerDuty,
        config: Config,
        *,
        reads: Api,
        writes: Api,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._deadline = source.deadline
        self._reads = reads
        self._writes = writes
        self._now = now
        self._reading = Lane(f"{name}:ask")
        self._writing = Lane(f"{name}:act")
        self._ourselves = Ourselves(config.me.email)
        self._previews = Previews(reads, source, config, self._ourselves, now)
        self._settling = Settling(reads, self._ourselves, now)

    async def prepare(
        self,
        ref: ItemRef,
        verb: Verb,
        *,
        to: str = "",
        matchers: tuple[Matcher, ...] | None = None,  # noqa: ARG002  (incidents have none)
    ) -> Preview:
        """As whom, who reads it, whom it may go to, and how the person saw the incident."""

        def ask() -> Preview:
            with self._reads.deadline(self._deadline):
                return self._previews.of(ref, verb, to)

        return await self._reading.call(ask)

    async def send(self, intent: Intent) -> Receipt:
        """One request that writes, after those that make sure that no colleague's act is overwritten."""
        try:
            return await self._writing.call(lambda: self._send(intent))
        except PollFailed as failure:
            raise unread(failure) from None

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether PagerDuty shows it as ours."""

        def ask() -> Finding:
            with self._reads.deadline(self._deadline):
                return self._settling.find(intent, sent_at, claimed)

        return await self._reading.call(ask)

    def as_kept(self, verb: Verb, text: str) -> str:  # noqa: ARG002  (the same for all of them)
        """The same: nothing is documented to be changed."""
        return text

    async def close(self) -> None:
        """Let go of the connections; a request under way ends by itself."""
        for lane in (self._reading, self._writing):
            lane.close()
        for api in (self._reads, self._writes):
            api.close()

    # -- on the lane ---------------------------------------------------------------------------------------------

    def _send(self, intent: Intent) -> Receipt:
        api = self._writes
        with api.deadline(self._deadline):
            if intent.verb is Verb.OVERRIDE and not intent.to:
                intent = replace(intent, to=self._ourselves.user(api).id)
            planned(intent, self._now())  # what could not be sent is told before anything is asked
            sender = self._ourselves.sender(api)
            require_unchanged(api, intent, self._ourselves)
        change = planned(intent, self._now())
        self._settling.as_us(intent)
        with api.deadline(self._deadline):  # its own: what is left of the other's might be too little for an answer
            try:
                data = api.change(change.method, change.path, change.body, sender)
            except Refused:
                row = self._opened_before(intent)
                if row is None:
                    raise
                return Receipt(remote=row.id)
        return change.told(intent, data)

    def _opened_before(self, intent: Intent) -> IncidentNow | None:
        """PagerDuty also says no to an incident that it has opened for us already: then it has it."""
        if intent.verb is not Verb.DECLARE:
            return None
        try:
            return ask_declared(self._writes, intent.id)
        except PollFailed:
            return None
