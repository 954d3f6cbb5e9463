"""Writes to one Zendesk: every action is one update of one ticket, made to the version that the person saw."""

from __future__ import annotations

import time
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Zendesk
from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Refused, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.sources.clocks import UNTIMELY, Sent
from secondline_tui.sources.errors import quoted
from secondline_tui.sources.lane import Lane, aside
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import refused, unread
from secondline_tui.sources.zendesk import access, told
from secondline_tui.sources.zendesk.agent_desk import AgentDesk
from secondline_tui.sources.zendesk.agent_wire import Audit, Present
from secondline_tui.sources.zendesk.evidence import Window, moment_of, ours, standing, untimely
from secondline_tui.sources.zendesk.macros import Effect
from secondline_tui.sources.zendesk.previews import (
    Look,
    look,
    macro_effect,
    macro_stamp,
    preview,
    require_mine,
    require_public,
)
from secondline_tui.sources.zendesk.updates import Scene, needs_ticket, require_text, update
from secondline_tui.sources.zendesk.wire import Myself

KEPT_PRIVATE = SafeText("Zendesk kept it as an internal note: the requester does not see it")
NOTE_ONLY = SafeText("the macro's text went in as an internal note: the requester does not see it")
CHANGED = "the ticket, or what the macro does to it, is no longer as it was shown: look again"


def actor(name: str, source: Zendesk, _: Config) -> ZendeskActor:
    """An actor for one configured Zendesk. Blocks while secrets are fetched."""
    return ZendeskActor(name, source)


class ZendeskActor:
    """One Zendesk. What writes has a session and a thread of its own; reading beside it cannot write."""

    def __init__(self, name: str, source: Zendesk) -> None:
        self._name = name
        self._deadline = source.deadline
        self._lane = Lane(f"act:{name}")
        self._writing = AgentDesk(access.gate(source, writes=True))
        self._reading = AgentDesk(access.gate(source))
        self._me: Myself | None = None
        self._stamps: dict[str, str] = {}
        """By intent, the version that its update was made to."""
        self._successors: dict[tuple[int, str], str] = {}
        """By ticket and version, the version that an update of ours made of it: nobody else's work lies between."""

    async def prepare(
        self,
        ref: ItemRef,
        verb: Verb,
        *,
        to: str = "",
        matchers: tuple[Matcher, ...] | None = None,  # noqa: ARG002  (silences have them)
    ) -> Preview:
        """Account, audience, choices, and what taking, reassigning or a macro would change."""

        def ask() -> Preview:
            with self._reading.deadline(self._deadline):
                me = self._myself(self._reading)
                return preview(look(self._reading, me, access.number(ref), to), verb)

        return await aside(f"prepare:{self._name}", ask)

    async def send(self, intent: Intent) -> Receipt:
        """Do it, with one update; all within the deadline, half of which is for what is read before."""
        try:
            return await self._lane.call(lambda: self._send(intent))
        except PollFailed as failure:
            raise unread(failure) from None

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Look for it in the ticket's history, and where it changed nothing, at the ticket."""
        return await aside(f"settle:{self._name}", lambda: self._settle(intent, sent_at, claimed))

    def as_kept(self, verb: Verb, text: str) -> str:  # noqa: ARG002  (nothing is known to be changed)
        """The text as it is."""
        return text

    async def close(self) -> None:
        """Let go of the connections."""
        self._lane.close()
        self._writing.close()
        self._reading.close()

    # -- on a thread of its own ----------------------------------------------------------------------------------

    def _send(self, intent: Intent) -> Receipt:
        require_text(intent)
        number, desk = access.number(intent.ref), self._writing
        until = time.monotonic() + self._deadline
        with desk.deadline(self._deadline / 2):
            scene, stamp = self._scene(intent, number)
        changes = update(intent, scene, stamp)
        self._stamps[intent.id] = stamp
        try:
            with desk.deadline(until - time.monotonic()):
                updated = desk.update(number, changes)
        except Refused as no:
            if not no.outdated:
                raise
            with desk.deadline(until - time.monotonic()):
                raise self._outdated(number, stamp, no) from None
        self._follow(number, stamp, updated.ticket.updated_at)
        audit = updated.audit
        return Receipt(remote=str(audit.id) if audit else "", told=_private(intent, audit, scene.effect))

    def _scene(self, intent: Intent, number: int) -> tuple[Scene, str]:
        """What the update needs to know, and the version that it is to be made to."""
        desk = self._writing
        me = self._myself(desk)
        if intent.public:
            require_public(me)
        seen = look(desk, me, number) if needs_ticket(intent) else None
        version, _, digest = intent.stamp.partition(" ")
        stamp = self._latest(number, version or (seen.ticket.updated_at if seen else ""))
        # What we have done last may not show yet.
        if seen and intent.verb is Verb.RELEASE and not self._behind(number, seen):
            require_mine(seen)
        what = macro_effect(seen, intent.to) if seen and intent.verb is Verb.MACRO else None
        if seen and what and digest and macro_stamp(seen.ticket, what).partition(" ")[2] != digest:
            raise self._outdated(number, version, refused(CHANGED, outdated=True))
        return Scene(me=me, ticket=seen.ticket if seen else None, effect=what), stamp

    def _settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        number, desk = access.number(intent.ref), self._reading
        with desk.deadline(self._deadline):
            me = self._myself(desk).id
            audits = desk.audits(number)
            stamp = self._stamps.get(intent.id, intent.stamp)
            window = Window(sent_at=Sent.of(sent_at, desk.ahead).at, stamp=moment_of(stamp))
            audit = ours(intent, me, window, audits, claimed)
            if audit is None:
                if untimely(intent, me, window, audits, claimed):
                    return Finding(there=None, told=UNTIMELY)
                ticket = envelope(Present, desk.present(number).ticket, "the ticket")
                return standing(intent, me, window, audits, ticket)
        if audit.created_at is not None and stamp:
            self._follow(number, stamp.partition(" ")[0], f"{audit.created_at:%Y-%m-%dT%H:%M:%SZ}")
        return Finding(there=True, remote=str(audit.id), told=_private(intent, audit))

    def _outdated(self, number: int, stamp: str, no: Refused) -> Refused:
        """The refusal with who has changed what since, as far as the history shows it already."""
        desk, seen_at = self._writing, moment_of(stamp)
        try:
            me = self._myself(desk)
            audits = [a for a in desk.audits(number) if seen_at and a.created_at and a.created_at > seen_at]
            if not audits:
                return no
            seen = look(desk, me, number).knowing(_named(audits), groups=True, fields=True)
        except (PollFailed, Refused):
            return no
        words = told.since(seen.book, audits, me.id, datetime.now(UTC))
        return Refused(quoted(f"changed since you saw it: {words}", 300), outdated=True)

    def _myself(self, desk: AgentDesk) -> Myself:
        """Who we are, which does not change."""
        if self._me is None:
            self._me = access.agent(desk.myself()[0].user)
        return self._me

    def _latest(self, number: int, stamp: str) -> str:
        """The version that followed from a version by updates of ours alone."""
        while following := self._successors.get((number, stamp)):
            stamp = following
        return stamp

    def _behind(self, number: int, seen: Look) -> bool:
        """Whether a ticket was read as it was before an update of ours."""
        return (number, seen.ticket.updated_at) in self._successors

    def _follow(self, number: int, stamp: str, following: str) -> None:
        old, new = moment_of(stamp), moment_of(following)
        if old and new and new > old:
            self._successors[number, stamp] = following


def _private(intent: Intent, audit: Audit | None, effect: Effect | None = None) -> SafeText:
    """A warning where what was meant for the requester does not reach them."""
    if effect and effect.public and intent.text.strip():
        return NOTE_ONLY
    comments = [event for event in audit.events if event.type == "Comment"] if audit and intent.public else []
    return KEPT_PRIVATE if any(event.public is False for event in comments) else EMPTY


def _named(audits: list[Audit]) -> set[int]:
    """Everybody whom updates name."""
    told_of = {
        str(value)
        for audit in audits
        for event in audit.events
        if event.field_name == "assignee_id"
        for value in (event.value, event.previous_value)
    }
    assigned = {int(word) for word in told_of if word.isascii() and word.isdecimal()}
    return assigned | {audit.author_id for audit in audits if audit.author_id > 0}
