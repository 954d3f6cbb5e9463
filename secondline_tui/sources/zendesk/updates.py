"""What each verb asks Zendesk to change about a ticket. Pure; raises Refused where nothing sensible can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from secondline_tui.domain.actions import Intent, Verb
from secondline_tui.sources.writing import refused
from secondline_tui.sources.zendesk.agent_wire import MARK, Present
from secondline_tui.sources.zendesk.macros import Effect
from secondline_tui.sources.zendesk.wire import Myself

TEXT_LIMIT = 65_535
"""Bytes that Zendesk keeps of a comment."""
WRITTEN = frozenset({Verb.COMMENT, Verb.REPLY})
"""Verbs that are nothing without a text."""

Changes = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What was read just before: who we are, the ticket, and what the chosen macro does."""

    me: Myself
    ticket: Present | None = None
    effect: Effect | None = None


def needs_ticket(intent: Intent) -> bool:
    """Whether the ticket has to be read before the update can be written."""
    return not intent.stamp or intent.verb in (Verb.TAKE, Verb.RELEASE, Verb.MACRO)


def require_text(intent: Intent) -> None:
    """Raise Refused for a text that Zendesk would pass over or cut."""
    if intent.verb in WRITTEN and not intent.text.strip():
        raise refused("there is nothing in it: Zendesk would leave it out without a word")
    if len(intent.text.encode("utf-8", "replace")) > TEXT_LIMIT:
        raise refused(f"too long: Zendesk keeps {TEXT_LIMIT} bytes of a comment")


def update(intent: Intent, scene: Scene, stamp: str) -> Changes:
    """The update that does what the intent says, to the version `stamp` only, marked as this intent's."""
    make = _MAKERS.get(intent.verb)
    if make is None:
        raise refused(f"{intent.verb} is nothing that can be done to a ticket")
    guard = {"safe_update": True, "updated_stamp": stamp, "metadata": {MARK: intent.id}}
    return {**make(intent, scene), **guard}


def taken(me: Myself, ticket: Present) -> Changes:
    """What taking a ticket changes: its assignee, its group where it has none, and that somebody works on it."""
    changes: Changes = {"assignee_id": me.id}
    if ticket.group_id is None and me.default_group_id is not None:
        changes["group_id"] = me.default_group_id
    if ticket.status in ("new", "pending", "hold"):
        changes["status"] = "open"
    return changes


def identity(key: str, what: str) -> int:
    """An id out of `Intent.to`; Refused where it is none."""
    if not (key.isascii() and key.isdecimal()):
        raise refused(f"{what} have numbers, and {key[:40]!r} is none")
    return int(key)


def status(key: str) -> Changes:
    """A status by its key: the word of one of Zendesk's own, or the id of one that the account has added."""
    return {"custom_status_id": int(key)} if key.isascii() and key.isdecimal() else {"status": key}


def note(text: str, *, public: bool) -> Changes:
    """A comment. Whether it is public is always said: Zendesk takes silence for yes."""
    return {"comment": {"body": text, "public": public}}


# -- a verb each --------------------------------------------------------------------------------------------------


def _take(_: Intent, scene: Scene) -> Changes:
    if scene.ticket is None:
        raise refused("the ticket was not read")
    return taken(scene.me, scene.ticket)


def _release(intent: Intent, _: Scene) -> Changes:
    return {"assignee_id": identity(intent.to, "people") if intent.to else None}


def _written(intent: Intent, _: Scene) -> Changes:
    return note(intent.text, public=intent.public) | (status(intent.to) if intent.to else {})


def _status(intent: Intent, _: Scene) -> Changes:
    return status(_chosen(intent))


def _priority(intent: Intent, _: Scene) -> Changes:
    return {"priority": _chosen(intent)}


def _reassign(intent: Intent, _: Scene) -> Changes:
    return {"group_id": identity(intent.to, "groups"), "assignee_id": None}


def _macro(intent: Intent, scene: Scene) -> Changes:
    changes = dict(scene.effect.fields) if scene.effect else {}
    if intent.text.strip():
        changes |= note(intent.text, public=False)
    if not changes:
        raise refused("this macro would change nothing")
    return changes


def _chosen(intent: Intent) -> str:
    if not intent.to:
        raise refused(f"{intent.verb}: to what?")
    return intent.to


_MAKERS: Mapping[Verb, Callable[[Intent, Scene], Changes]] = {
    Verb.TAKE: _take,
    Verb.RELEASE: _release,
    Verb.COMMENT: _written,
    Verb.REPLY: _written,
    Verb.STATUS: _status,
    Verb.PRIORITY: _priority,
    Verb.REASSIGN: _reassign,
    Verb.MACRO: _macro,
}
