"""The outbox: every action goes from disk to its service once, and is followed until the service shows it.

One queue a source, served one at a time, whatever process put it in. What was sent and not answered is never sent
again before the service was asked whether it has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from secondline_tui.domain.actions import (
    TROUBLE,
    UNDER_WAY,
    Action,
    Finding,
    HeldBack,
    Intent,
    NotDone,
    NotSent,
    Preview,
    Refused,
    State,
    Verb,
)
from secondline_tui.domain.ages import short
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor, Clock
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.engine.deadline import TooLate, within
from secondline_tui.engine.following import Follower, following_up
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.ledger import Ledger, in_state
from secondline_tui.engine.patience import Patience
from secondline_tui.engine.plan import SourcePlan

log = logging.getLogger(__name__)

ResultT = TypeVar("ResultT")

GRACE = 0.3
LOOK_AROUND = 2.0
"""Seconds between two looks at what other processes have done."""
ADOPT_EVERY = 15
"""Looks around between two searches for what processes that ended have left behind."""
DISK = (OSError, sqlite3.Error)
DISK_WAIT = 5.0
"""Seconds until a disk that took nothing is tried again."""
REPLY_LATE = 2.0
"""Seconds beyond its deadline that a source's actor has to say so itself."""


class Outbox:
    """All writing of one process. Make and use it on one asyncio loop."""

    def __init__(
        self,
        journal: Journal,
        plans: Iterable[SourcePlan],
        clock: Clock,
        refresh: Callable[[str], None],
        patience: Patience | None = None,
        disk: Executor | None = None,
    ) -> None:
        self._plans = {plan.name: plan for plan in plans}
        self._clock = clock
        self._refresh = refresh
        self._patience = patience or Patience()
        self._acting = frozenset(plan.name for plan in self._plans.values() if plan.act is not None)
        """The sources that can be written to."""
        self.ledger = Ledger(journal, clock, disk)
        self._actors: dict[str, Actor] = {}
        self._opening = {name: asyncio.Lock() for name in self._plans}
        self._wake = {name: asyncio.Event() for name in self._plans}
        self._not_before = dict.fromkeys(self._plans, float("-inf"))
        self._held_since: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._ending = False
        self._deciding = asyncio.Lock()
        """Held while it is decided whether what waits goes out: dropping and sending exclude each other."""
        self._follower = Follower(self.ledger, clock, self._ask, refresh, self._patience, self._go_on)

    # -- life --------------------------------------------------------------------------------------------------

    async def start(self, *, since: datetime, adopt: bool = True) -> None:
        """Open the journal, take up what was left behind, and begin to send.

        `since`: how far back actions are shown. Without `adopt`, what other processes left behind is left to others.
        """
        await self.ledger.open(since)
        if not self.ledger.is_open:
            return
        if adopt:
            with contextlib.suppress(*DISK):  # another process may hold it: it is tried again
                await self._adopt()
        for name, plan in self._plans.items():
            if plan.act is not None:
                self._spawn(self._serve(plan), f"outbox:{name}")
        self._spawn(self._look_around(adopt=adopt), "outbox:others")

    async def stop(self) -> tuple[Action, ...]:
        """End within about 0.6 s, also while a service hangs. What is not over stays on disk, and is given back.

        What has not begun to be sent does not begin any more, so that it is known of it that it was not.
        """
        self._ending = True
        if self._deliveries:
            with contextlib.suppress(TooLate):
                await within(self._clock, GRACE, asyncio.wait(set(self._deliveries)))
        for task in self._tasks:
            task.cancel()
        closing = [asyncio.ensure_future(actor.close()) for actor in self._actors.values()]
        if self._tasks or closing:
            await asyncio.wait([*self._tasks, *closing], timeout=GRACE)
        self.ledger.close()
        return tuple(in_state(self.ledger.mine, *UNDER_WAY))

    # -- what a person may ask ---------------------------------------------------------------------------------

    async def prepare(
        self, ref: ItemRef, verb: Verb, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview:
        """What the person is to know before confirming; PollFailed or Refused."""
        actor = await self._actor(ref.source)
        return await self._in_time(ref.source, actor.prepare(ref, verb, to=to, matchers=matchers))

    async def as_kept(self, ref: ItemRef, verb: Verb, text: str) -> str:
        """The text as the item's service would keep it; PollFailed or Refused."""
        return (await self._actor(ref.source)).as_kept(verb, text)

    async def submit(self, intents: Sequence[Intent], *, draft: str = "") -> None:
        """Take actions on. When this returns they are on disk, and the draft they were typed in is gone.

        OSError or sqlite3.Error when they could not be kept, Repeated when one says again what is to be said once:
        then nothing was taken on.
        """
        pairs = [(intent, self._plans[intent.ref.source].home) for intent in intents]
        for action in await self.ledger.add(pairs, draft=draft):
            self._wake[action.intent.ref.source].set()

    async def retry(self, key: str) -> None:
        """Send an action that went wrong again; one that may have been done, only if its service does not have it.

        It goes to the version that the person saw; over a newer one only where it was refused for that, and so told.
        """
        async with self._deciding:
            action = self.ledger.get(key)
            if not self.ledger.is_mine(key) or action.state not in TROUBLE:
                return
            source = action.intent.ref.source
            if source not in self._acting:
                await self.ledger.put(action, action.state, SafeText(f"not sent again: {source} takes nothing here"))
                return
            if not await self.ledger.renew(replace(action, dealt_with=False, forbidden=False)):
                reason = SafeText("not sent again: another one has taken its place")
                await self.ledger.put(replace(action, dealt_with=True), action.state, reason)
                return
            self._held_since.pop(key, None)
        self._wake[source].set()

    async def drop(self, key: str) -> None:
        """Let an action that went wrong be, or one that has not been sent yet."""
        async with self._deciding:
            action = self.ledger.get(key)
            if not self.ledger.is_mine(key):
                return
            dropped = replace(action, dealt_with=True)
            if action.state is State.QUEUED and action.doubtful:
                reason = SafeText("dropped before it was sent again; the first time it may have been done")
                await self.ledger.put(dropped, State.UNKNOWN, reason)
            elif action.state is State.QUEUED:
                await self.ledger.put(dropped, State.FAILED, SafeText("dropped before it was sent"))
            elif action.wants_a_person:
                await self.ledger.put(dropped, action.state, action.reason)

    def too_late(self, asked: datetime) -> SafeText:
        """Why what was asked for then is not sent any more, "" where it is: the machine may have slept meanwhile."""
        ago = abs(self._clock.now() - asked)  # a clock that was put back makes it look young
        if ago <= timedelta(seconds=self._patience.stale):
            return EMPTY
        return SafeText(f"asked for {short(ago.total_seconds())} ago: not sent")

    # -- sending -------------------------------------------------------------------------------------------------

    async def _serve(self, plan: SourcePlan) -> None:
        """Send what is in one source's queue, one after the other, for ever."""
        wake = self._wake[plan.name]
        while not self._ending:
            wake.clear()
            queue = (a for a in self.ledger.mine if a.intent.ref.source == plan.name and a.state is State.QUEUED)
            action = next(queue, None)
            if action is None:
                await wake.wait()
                continue
            hold = self._not_before[plan.name] - self._clock.monotonic()
            if hold > 0:
                await self._clock.sleep(hold)
                continue  # it may have been dropped meanwhile
            delivery = asyncio.get_running_loop().create_task(self._deliver(plan, action))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)
            try:
                await delivery
            except Exception as error:  # noqa: BLE001  (the queue must go on, and the person must see it)
                log.error("%s: an action stumbled over %s", plan.name, type(error).__name__)
                await self._stumbled(plan, action.intent.id, error)

    async def _stumbled(self, plan: SourcePlan, key: str, error: Exception) -> None:
        """Something broke here: nothing that may have been sent is forgotten, and what was not waits for its turn."""
        reason = SafeText(f"{type(error).__name__} in our own code: it may have been done")
        while True:
            action = self.ledger.get(key)
            if isinstance(error, DISK):
                self.ledger.note = SafeText("the disk takes nothing, so nothing is sent")
                await self._clock.sleep(DISK_WAIT)
                if action.state is State.QUEUED:
                    return
            try:
                await self._in_doubt(plan, action, reason)
            except DISK as again:
                error = again
            else:
                return

    async def _deliver(self, plan: SourcePlan, action: Action) -> None:
        """Bring one action to its service."""
        if self.ledger.home(action.intent.id) != plan.home:
            reason = SafeText(f"not sent: {plan.name} led to another address when it was confirmed")
            await self.ledger.put(action, State.UNKNOWN if action.doubtful else State.FAILED, reason)
            return
        try:
            actor = await self._actor(plan.name)
            if action.doubtful and not await self._may_go_again(plan, action):
                return
        except PollFailed as failed:
            await self._not_sent(plan, action, SafeText(f"not sent: {failed.fault.message}"))
            return
        turn = await self.ledger.turn(plan.name)
        try:
            async with self._deciding:
                if self._ending or self.ledger.get(action.intent.id) is not action:  # dropped meanwhile
                    return
                late = self.too_late(action.changed_at or action.intent.at)
                if late:
                    self._held_since.pop(action.intent.id, None)
                    await self._not_sent(plan, action, SafeText(f"{late}; retry it if it still makes sense"))
                    return
                begun = replace(action, attempts=action.attempts + 1, sent_at=self._clock.now())
                begun = await self.ledger.put(begun, State.SENDING)
            await self._send(plan, actor, action, begun)
        finally:
            turn.give_back()

    async def _may_go_again(self, plan: SourcePlan, action: Action) -> bool:
        """Whether what may have been done is to be sent again; where no reading can tell, the person has decided."""
        finding = await self._ask(action)
        if finding.there:
            await self._follower.confirm(action, finding)
        elif finding.there is False and self._may_still_show(action):
            reason = SafeText(f"not sent again yet: {plan.name} may only be slow to show it")
            await self._in_doubt(plan, action, reason)
        else:
            return True
        return False

    def _may_still_show(self, action: Action) -> bool:
        """Whether it was sent so lately that its service may not show it yet."""
        sent = action.sent_at or action.intent.at
        return abs(self._clock.now() - sent) < timedelta(seconds=self._patience.window)

    async def _send(self, plan: SourcePlan, actor: Actor, before: Action, action: Action) -> None:
        """The one place where something is sent. `before`: what is known where nothing has reached the service."""
        try:
            receipt = await within(self._clock, plan.deadline + REPLY_LATE, actor.send(action.intent))
        except TooLate:
            await self._in_doubt(plan, action, SafeText(f"no answer within {plan.deadline:g} s"))
        except Refused as no:
            # What was seen is no guard any more once the person has been told what it has become.
            intent = replace(action.intent, stamp="") if no.outdated else action.intent
            await self.ledger.put(replace(action, intent=intent, forbidden=no.forbidden), State.REFUSED, no.reason)
            self._refresh(plan.name)
        except NotSent as no:
            await self._not_sent(plan, before, no.reason)
        except HeldBack as no:
            await self._held_back(plan, before, no)
        except NotDone as no:
            await self._in_doubt(plan, action, no.reason)
        else:
            action = following_up(action, receipt)
            if receipt.rest:
                await self._go_on(action)
            else:
                self._follow(await self.ledger.put(action, State.ACCEPTED, receipt.told))

    async def _go_on(self, action: Action) -> None:
        """A part of it is done: the next one has its own turn, and nothing of the first one is sent again."""
        self._held_since.pop(action.intent.id, None)
        await self.ledger.put(replace(action, attempts=0, doubtful=False), State.QUEUED)
        self._wake[action.intent.ref.source].set()
        self._refresh(action.intent.ref.source)

    async def _not_sent(self, plan: SourcePlan, action: Action, reason: SafeText) -> None:
        """This time nothing went out; an earlier time it may have."""
        if action.doubtful:
            await self._in_doubt(plan, action, reason)
        else:
            await self.ledger.put(action, State.FAILED, reason)

    async def _in_doubt(self, plan: SourcePlan, action: Action, reason: SafeText) -> None:
        log.warning("%s: %s %s: %s", plan.name, action.intent.verb, action.intent.ref, reason)
        self._follow(await self.ledger.put(replace(action, doubtful=True), State.UNKNOWN, reason))

    async def _held_back(self, plan: SourcePlan, action: Action, no: HeldBack) -> None:
        """Wait as long as the service asks for; not for ever."""
        now = self._clock.monotonic()
        since = self._held_since.setdefault(action.intent.id, now)
        if now - since + no.seconds > self._patience.held:
            del self._held_since[action.intent.id]
            await self._not_sent(plan, action, SafeText(f"not sent: {no.reason}"))
            return
        self._not_before[plan.name] = now + no.seconds
        await self.ledger.put(action, State.QUEUED, no.reason)

    # -- what others left behind ---------------------------------------------------------------------------------

    async def _adopt(self) -> None:
        for action in await self.ledger.adopt(timedelta(seconds=self._patience.stale), self._acting):
            source = action.intent.ref.source
            if action.state not in UNDER_WAY:
                continue  # it is a person's to retry or to drop
            if source not in self._acting or self.ledger.home(action.intent.id) != self._plans[source].home:
                unsent = action.state is State.QUEUED and not action.doubtful
                state = State.FAILED if unsent else State.UNKNOWN
                await self.ledger.put(action, state, SafeText(f"{source} is not what it was when this was confirmed"))
            elif action.state is State.QUEUED:
                self._wake[source].set()
            elif action.state in (State.ACCEPTED, State.UNKNOWN):
                self._follow(action)

    async def _look_around(self, *, adopt: bool) -> None:
        """See what other processes of the same person do, and take up what they leave behind."""
        looks = 0
        while True:
            await self._clock.sleep(LOOK_AROUND)
            looks += 1
            with contextlib.suppress(*DISK):  # the next look may have more luck
                await self.ledger.look_around()
                if adopt and looks % ADOPT_EVERY == 0:
                    await self._adopt()

    # -- within ---------------------------------------------------------------------------------------------------

    def _follow(self, action: Action) -> None:
        self._spawn(self._follower.follow(action), f"follow:{action.intent.id}")

    async def _ask(self, action: Action) -> Finding:
        """What the service says of an action; PollFailed or Refused."""
        intent = action.intent
        actor = await self._actor(intent.ref.source)
        asking = actor.settle(intent, action.sent_at or intent.at, self.ledger.claimed(intent.id))
        return await self._in_time(intent.ref.source, asking)

    async def _actor(self, name: str) -> Actor:
        """The source's actor, made with the first action; PollFailed when it cannot be, Refused where there is none."""
        plan = self._plans[name]
        if plan.act is None:
            raise Refused(SafeText(f"{name} is read-only here"))
        async with self._opening[name]:
            if name not in self._actors:
                self._actors[name] = await self._in_time(name, plan.act())
            return self._actors[name]

    async def _in_time(self, name: str, work: Awaitable[ResultT]) -> ResultT:
        seconds = self._plans[name].deadline
        try:
            return await within(self._clock, seconds, work)
        except TooLate:
            message = SafeText(f"no complete answer within {seconds:g} s")
            raise PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=message)) from None

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("%s ended with %s", task.get_name(), type(error).__name__)
