"""What is read and told before a person acts on a ticket: one function a verb. Blocks; only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from secondline_tui.domain.actions import Choice, Preview, Refused, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import EMPTY, SafeText, clean, clean_block
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import refused
from secondline_tui.sources.zendesk import told
from secondline_tui.sources.zendesk.agent_desk import AgentDesk
from secondline_tui.sources.zendesk.agent_wire import Audit, FieldRow, Present
from secondline_tui.sources.zendesk.macros import Effect, effect
from secondline_tui.sources.zendesk.told import Book
from secondline_tui.sources.zendesk.updates import identity, taken
from secondline_tui.sources.zendesk.wire import Group, Myself, User

GONE = "it has no such ticket any more"
CLOSED = "it is closed, and cannot be changed any more: a follow-up ticket can be opened in Zendesk"
NOBODY = Choice(key="", name=SafeText("nobody"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A ticket as it was just read, by whom, and what was chosen."""

    desk: AgentDesk
    me: Myself
    raw: Mapping[str, object]
    ticket: Present
    book: Book
    to: str = ""

    def knowing(self, people: Iterable[int | None] = (), *, groups: bool = False, fields: bool = False) -> Look:
        """The same with these people's names read too, and the groups' and the fields' where they are asked for."""
        unknown = sorted({identity for identity in people if identity is not None} - self.book.people.keys())
        book = replace(self.book, people={**self.book.people, **_people(self.desk.people(unknown))})
        if groups:
            book = replace(book, groups={**book.groups, **{row.id: clean(row.name) for row in self.desk.groups()}})
        return replace(self, book=replace(book, fields=_fields(self.desk)) if fields else book)


def look(desk: AgentDesk, me: Myself, number: int, to: str = "") -> Look:
    """Read a ticket that is to be acted upon; Refused where there is none, or no longer one that can be changed."""
    try:
        answer = desk.present(number)
    except PollFailed as failure:
        if failure.fault.kind is FaultKind.NOT_FOUND:
            raise refused(GONE) from None
        raise
    ticket = envelope(Present, answer.ticket, "the ticket")
    if ticket.status == "closed":
        raise refused(CLOSED)
    teams = (envelope(Group, row, "a group") for row in answer.groups)
    myself = {} if me.id is None else {me.id: clean(me.name)}
    book = Book({**_people(answer.users), **myself}, {team.id: clean(team.name) for team in teams})
    return Look(desk=desk, me=me, raw=answer.ticket, ticket=ticket, book=book, to=to)


def preview(seen: Look, verb: Verb) -> Preview:
    """What the person is to know before this verb."""
    tell = _TELLERS.get(verb)
    if tell is None:
        raise refused(f"{verb} is nothing that can be done to a ticket")
    account = f"{seen.me.name} ({seen.me.email})" if seen.me.email else seen.me.name
    found = tell(seen)
    return replace(found, account=clean(account), stamp=found.stamp or seen.ticket.updated_at)


def macro_effect(seen: Look, key: str) -> Effect:
    """What a macro would do to the ticket now; Refused where there is no such macro."""
    try:
        after = seen.desk.applied(seen.ticket.id, identity(key, "macros"))
    except PollFailed as failure:
        if failure.fault.kind is FaultKind.NOT_FOUND:
            raise refused("it has no such macro any more") from None
        raise
    return effect(seen.raw, after)


def macro_stamp(ticket: Present, what: Effect) -> str:
    """The version of the ticket and of what the macro does to it: neither may change unseen."""
    return f"{ticket.updated_at} {what.digest}"


def require_public(me: Myself) -> None:
    """Raise Refused for who may write internal notes only: Zendesk would make one of a reply without a word."""
    if me.only_private_comments:
        raise Refused(clean(f"{me.name} may write internal notes only, never a public reply"), forbidden=True)


def require_mine(seen: Look) -> None:
    """Raise Refused where somebody else has the ticket by now, or nobody: it is not ours to give to anybody."""
    if seen.ticket.assignee_id is None or seen.ticket.assignee_id != seen.me.id:
        holder = seen.knowing([seen.ticket.assignee_id]).book.person(seen.ticket.assignee_id)
        raise refused(f"it is not yours to give back: {holder} has it")


# -- a verb each --------------------------------------------------------------------------------------------------


def _take(seen: Look) -> Preview:
    fields = taken(seen.me, seen.ticket)
    seen = seen.knowing([seen.ticket.assignee_id], groups="group_id" in fields)
    return Preview(changes=told.changes(seen.book, seen.raw, fields), before=_key(seen.ticket.assignee_id))


def _release(seen: Look) -> Preview:
    require_mine(seen)
    former = _former(seen.desk.audits(seen.ticket.id), seen.me)
    seen = seen.knowing([former])
    back = () if former is None else (Choice(key=str(former), name=clean(seen.book.person(former))),)
    after = former if seen.to == str(former) else None
    lines = told.changes(seen.book, seen.raw, {"assignee_id": after}) if seen.to else ()
    return Preview(choices=(*back, NOBODY), chosen=_key(former), changes=lines, before=_key(seen.me.id))


def _comment(seen: Look) -> Preview:
    return Preview(audience=told.COLLEAGUES, choices=told.statuses(seen.knowing(fields=True).book, seen.ticket))


def _reply(seen: Look) -> Preview:
    require_public(seen.me)
    ticket = seen.ticket
    seen = seen.knowing([ticket.requester_id, *ticket.email_cc_ids, *ticket.collaborator_ids], fields=True)
    return Preview(audience=told.requesters(seen.book, ticket), choices=told.statuses(seen.book, ticket))


def _status(seen: Look) -> Preview:
    choices = told.statuses(seen.knowing(fields=True).book, seen.ticket)
    now = told.status_key(choices, seen.ticket)
    return Preview(choices=choices, chosen=now, before=now)


def _priority(seen: Look) -> Preview:
    now = seen.ticket.priority or ""
    return Preview(choices=told.priorities(seen.knowing(fields=True).book), chosen=now, before=now)


def _reassign(seen: Look) -> Preview:
    rows = seen.desk.groups()
    book = replace(seen.book, groups={row.id: clean(row.name) for row in rows})
    fields: dict[str, object] = {"group_id": identity(seen.to, "groups"), "assignee_id": None} if seen.to else {}
    now = _key(seen.ticket.group_id)
    lines = told.changes(replace(seen.knowing([seen.ticket.assignee_id]), book=book).book, seen.raw, fields)
    return Preview(choices=told.groups(rows, seen.ticket), chosen=now, before=now, changes=lines)


def _macro(seen: Look) -> Preview:
    choices = told.macros(seen.desk.macros())
    if not seen.to:
        return Preview(audience=told.COLLEAGUES, choices=choices)
    what = macro_effect(seen, seen.to)
    named = [value for name in ("assignee_id", "requester_id") for value in (seen.raw.get(name), what.fields.get(name))]
    people = [value for value in named if isinstance(value, int)]
    seen = seen.knowing(people, groups="group_id" in what.fields, fields=True)
    return Preview(
        audience=told.COLLEAGUES,
        choices=choices,
        chosen=seen.to,
        text=clean_block(what.text),
        changes=told.effects(seen.book, seen.raw, what),
        stamp=macro_stamp(seen.ticket, what),
    )


_TELLERS: Mapping[Verb, Callable[[Look], Preview]] = {
    Verb.TAKE: _take,
    Verb.RELEASE: _release,
    Verb.COMMENT: _comment,
    Verb.REPLY: _reply,
    Verb.STATUS: _status,
    Verb.PRIORITY: _priority,
    Verb.REASSIGN: _reassign,
    Verb.MACRO: _macro,
}


# -- within -----------------------------------------------------------------------------------------------------------


def _key(identity: int | None) -> str:
    return "" if identity is None else str(identity)


def _people(rows: Iterable[object]) -> dict[int, SafeText]:
    users = (envelope(User, row, "a user") for row in rows)
    return {user.id: clean(user.name) or EMPTY for user in users}


def _fields(desk: AgentDesk) -> Sequence[FieldRow]:
    """What the account's fields may be set to; nothing where it does not tell, for Zendesk's own words do then."""
    try:
        return desk.fields()
    except PollFailed as untold:
        if untold.fault.kind in (FaultKind.FORBIDDEN, FaultKind.NOT_FOUND, FaultKind.BAD_REPLY):
            return ()
        raise


def _former(audits: Iterable[Audit], me: Myself) -> int | None:
    """Who had the ticket before it came to us last, None for nobody."""
    changes = (event for audit in audits for event in audit.events if event.field_name == "assignee_id")
    last = [event.previous_value for event in changes if event.type == "Change" and str(event.value) == str(me.id)]
    former = str(last[-1]) if last else ""
    return int(former) if former.isascii() and former.isdecimal() else None
