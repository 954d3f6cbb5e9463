"""Reads the tickets of one Zendesk: of one or several views, of a search, or of both, each ticket once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Zendesk
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.sources.errors import failed
from secondline_tui.sources.lane import Lane, aside
from secondline_tui.sources.passes import nothing_lost
from secondline_tui.sources.wire import rows, unique
from secondline_tui.sources.zendesk import access
from secondline_tui.sources.zendesk.desk import SEARCH_LIMIT, Desk
from secondline_tui.sources.zendesk.mapping import (
    INTERNAL,
    PUBLIC,
    Names,
    attributes,
    note_maker,
    ticket_maker,
    ticket_notes,
)
from secondline_tui.sources.zendesk.wire import Comment, Group, Myself, Page, TicketAnswer, TicketField, TicketRow, User

SKEW_SECONDS = 5.0


def reader(name: str, source: Zendesk, _: Config) -> ZendeskReader:
    """A reader for one configured Zendesk. Blocks while secrets are fetched."""
    gate = access.gate(source)
    return ZendeskReader(name, source, gate.url, Desk(gate))


@dataclass(slots=True)
class Haul:
    """The raw rows of one poll."""

    tickets: list[object] = field(default_factory=list)
    people: list[object] = field(default_factory=list)
    groups: list[object] = field(default_factory=list)


class ZendeskReader:
    """One Zendesk."""

    def __init__(self, name: str, source: Zendesk, url: str, desk: Desk) -> None:
        self._name = name
        self._source = source
        self._url = url
        self._desk = desk
        self._lane = Lane(name)
        self._me: Myself | None = None
        self._titles: Mapping[int, str] | None = None
        self._there: frozenset[str] = frozenset()
        """The ids of what the last good poll found."""

    async def fetch(self) -> Reading:
        """Every ticket of the views and the search."""
        haul = await self._lane.call(self._read)
        names, odd = await _names(haul.people, haul.groups)
        found, odd_tickets = await rows(TicketRow, haul.tickets, ticket_maker(self._name, self._url, names), "a ticket")
        # Lists are read one after the other, and a search lags behind: another update of a ticket is no other ticket.
        found = unique(found, lambda ticket: (ticket.ref, ticket.updated), odd_tickets)
        me = self._me
        return Reading(
            items=tuple(unique(found, lambda ticket: ticket.ref)),
            rejected=(*odd_tickets, *odd),
            account=clean(me.name) if me else SafeText(""),
            permissions=_permissions(me) if me else None,
        )

    async def detail(self, ref: ItemRef) -> Detail:
        """The ticket's own words, its comments with oldest first, and every attribute.

        Zendesk repeats the description as the first comment: that one is left out, unless it was internal.
        """
        number = access.number(ref)
        answer, comments, people = await aside(f"detail:{self._name}", lambda: self._read_one(number))
        names, _ = await _names(people, ())
        notes, odd = await rows(Comment, comments, note_maker(names), "a comment")
        body = clean_block(answer.ticket.get("description"))
        told = attributes(answer.ticket, self._titles or {})
        return Detail(notes=ticket_notes(notes, odd, body), body=body, attributes=told)

    async def probe(self) -> tuple[str, ...]:
        """Account, what it may not do, the views' titles, the search's size, the rate limit, the clock."""
        return await aside(f"probe:{self._name}", self._look_around)

    async def close(self) -> None:
        """Let go of the connections."""
        self._lane.close()
        self._desk.close()

    # -- on a thread of its own ----------------------------------------------------------------------------------

    def _read(self) -> Haul:
        """All pages of all lists, or PollFailed."""
        with self._desk.deadline(self._source.deadline):
            try:
                if self._me is None:
                    self._me = self._require_agent()
                several = len(self._source.views) + bool(self._source.search) > 1
                before = self._there if several else frozenset()
                pages = nothing_lost(self._pages, _ids, before, "views and search")
                if not any(page.rows for page in pages):
                    self._me = _unrestricted(self._require_agent())  # who may not look sees nothing either
                haul = self._gathered(pages)
            except PollFailed:
                self._me = None
                raise
        self._there = _ids(pages)
        return haul

    def _pages(self) -> list[Page]:
        """All pages of all lists, one list after the other."""
        pages: list[Page] = [page for view in self._source.views for page in self._desk.view(view)]
        if self._source.search:
            pages += self._desk.search(self._source.search)
        return pages

    def _gathered(self, pages: Iterable[Page]) -> Haul:
        """The rows of all pages; people who were not side-loaded are asked for, all at once."""
        haul = Haul()
        nameless: set[int] = set()
        for page in pages:
            haul.tickets += page.rows
            haul.people += page.users or ()
            haul.groups += page.groups
            if page.users is None:
                nameless |= _people_on(page.rows)
        haul.people += self._desk.people(sorted(nameless))
        return haul

    def _read_one(self, number: int) -> tuple[TicketAnswer, list[object], list[object]]:
        """A ticket, its comments, and the people who wrote them."""
        with self._desk.deadline(self._source.deadline):
            answer = self._desk.ticket(number)
            if self._titles is None and answer.ticket.get("custom_fields"):
                self._titles = self._field_titles()
            pages = self._desk.comments(number)
        return (
            answer,
            [row for page in pages for row in page.rows],
            [user for page in pages for user in page.users or ()],
        )

    def _field_titles(self) -> Mapping[int, str]:
        """What the account calls its own fields; nothing where it does not tell, since names alone are missing then."""
        try:
            raw = [row for page in self._desk.ticket_fields() for row in page.rows]
            return {field.id: field.title for field in map(TicketField.model_validate, raw)}
        except PollFailed as untold:
            if untold.fault.kind in (FaultKind.FORBIDDEN, FaultKind.NOT_FOUND, FaultKind.BAD_REPLY):
                return {}
            raise
        except ValueError:
            return {}

    def _require_agent(self) -> Myself:
        """Who we are. Nobody in particular gets HTTP 200 as well, and end users see no tickets but their own."""
        answer, _ = self._desk.myself()
        return access.agent(answer.user)

    def _look_around(self) -> tuple[str, ...]:
        with self._desk.deadline(self._source.deadline):
            answer, response = self._desk.myself()
            me = access.agent(answer.user)
            lines = [f"Zendesk, as {clean(me.name)} ({clean(me.role)})"]
            if me.only_private_comments:
                lines.append(f"may write an {INTERNAL} only, never a {PUBLIC}")
            if me.ticket_restriction:
                lines.append(f"does not see all tickets: restricted to {clean(me.ticket_restriction)}")
            lines += self._lists()
        left, limit = (response.headers.get(name) for name in ("x-rate-limit-remaining", "x-rate-limit"))
        if left and limit:
            lines.append(f"rate limit: {clean(left, 20)} of {clean(limit, 20)} requests left this minute")
        return (*lines, *_skew(response.headers.get("date", "")))

    def _lists(self) -> list[str]:
        """A line for each list of tickets that the configuration names."""
        lines = []
        if self._source.views:
            titles = {view.id: view for view in self._desk.views(self._source.views).views}
            for number in self._source.views:
                view = titles.get(number)
                if view is None:
                    lines.append(f"view {number} does not exist, or is not shared with this account")
                else:
                    lines.append(f"view {number}: {clean(view.title)}{'' if view.active else ' (switched off)'}")
        if self._source.search:
            count = self._desk.search_count(self._source.search)
            over = f", more than the {SEARCH_LIMIT} that can be read: narrow it down" if count > SEARCH_LIMIT else ""
            lines.append(f"search finds {count} tickets{over}")
        return lines


def _unrestricted(user: Myself) -> Myself:
    """The user, who must see every ticket: an empty list proves nothing to others. Else PollFailed."""
    if user.ticket_restriction:
        restricted = f"{clean(user.name)} does not see all tickets (restricted to {clean(user.ticket_restriction)})"
        raise failed(FaultKind.FORBIDDEN, f"{restricted}, so that seeing none proves nothing; use an agent who does")
    return user


def _permissions(me: Myself) -> frozenset[SafeText]:
    """What the account may do, and what it may not, in Zendesk's words."""
    words = [me.role]
    if me.ticket_restriction:
        words.append(f"ticket_restriction:{me.ticket_restriction}")
    if me.only_private_comments:
        words.append("only_private_comments")
    return frozenset(clean(word) for word in words if word)


async def _names(people: Iterable[object], groups: Iterable[object]) -> tuple[Names, list[SafeText]]:
    """Whom ids mean, and the reasons of rows not understood."""
    users, odd_users = await rows(User, list(people), lambda user: (user.id, clean(user.name)), "a user")
    teams, odd_teams = await rows(Group, list(groups), lambda group: (group.id, clean(group.name)), "a group")
    return Names(dict(users), dict(teams)), odd_users + odd_teams


def _ids(pages: Iterable[Page]) -> frozenset[str]:
    return frozenset().union(*(page.ids() for page in pages))


def _people_on(raw: Iterable[object]) -> set[int]:
    """The ids of requesters and assignees."""
    found = (row.get(name) for row in raw if isinstance(row, dict) for name in ("requester_id", "assignee_id"))
    return {identity for identity in found if isinstance(identity, int)}


def _skew(date: str) -> tuple[str, ...]:
    """A line where the service's clock and ours do not agree."""
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return ()
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)  # "-0000" is UTC as well
    seconds = (theirs - datetime.now(UTC)).total_seconds()
    if abs(seconds) < SKEW_SECONDS:
        return ()
    return (f"its clock is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} ours",)
