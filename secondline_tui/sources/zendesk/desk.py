"""The one place that knows zenpy: it finds the addresses, and hands over plain JSON that it has not interpreted.

Its objects are left alone: they fetch related records one by one behind an attribute, and its caches keep users for
ever and tickets for half a minute. It gets no credential and no address: it asks a host that does not exist, and the
guard below it sends the request to the configured one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import requests

from secondline_tui.sources.session import Gate, guard
from secondline_tui.sources.wire import envelope, parse_json
from secondline_tui.sources.zendesk.paging import settled, whole
from secondline_tui.sources.zendesk.wire import (
    CommentPage,
    CountAnswer,
    FieldPage,
    MyselfAnswer,
    ResultPage,
    TicketAnswer,
    TicketPage,
    UsersAnswer,
    ViewsAnswer,
)


@contextlib.contextmanager
def _hidden(variable: str) -> Iterator[None]:
    """Take a variable out of the environment for a moment."""
    value = os.environ.pop(variable, None)
    try:
        yield
    finally:
        if value is not None:
            os.environ[variable] = value


with _hidden("DEBUG_LOG"):  # zenpy reads it once, and would write every request to the terminal
    from zenpy import Zenpy
    from zenpy.lib.endpoint import Url

logging.getLogger("zenpy").setLevel(logging.CRITICAL)  # its lines quote requests and answers

LIBRARY_URL = "https://zendesk.invalid"
SIDE_LOADS = "users,groups,slas"
SEARCH_LIMIT = 1_000
"""Zendesk pages through no more results of a search than these."""
IDS_AT_ONCE = 100
_TYPED = re.compile(r"(?<!\S)type:")


class Desk:
    """Asks one Zendesk. Blocks; every call within `deadline`, on a thread of its own."""

    def __init__(self, gate: Gate) -> None:
        self._session = requests.Session()
        self._guard = guard(self._session, gate)
        subdomain, _, domain = LIBRARY_URL.removeprefix("https://").partition(".")
        self._zenpy = Zenpy(
            subdomain=subdomain, domain=domain, session=self._session, anonymous=True, disable_cache=True
        )

    def deadline(self, seconds: float) -> AbstractContextManager[None]:
        """All that is asked on this thread within the block has this many seconds together."""
        return self._guard.deadline(seconds)

    @property
    def ahead(self) -> timedelta | None:
        """How far Zendesk's clock is ahead of ours, by its last answer to this thread; None where that did not tell."""
        return self._guard.ahead

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def myself(self) -> tuple[MyselfAnswer, requests.Response]:
        """Who the credentials belong to, and the answer that says so with its headers."""
        response = self._get(address_of(self._zenpy.users.endpoint.me()))
        return envelope(MyselfAnswer, parse_json(response.content, "who we are"), "who we are"), response

    def view(self, number: int) -> list[TicketPage]:
        """The tickets of a view, all of them, with the people and groups they name."""
        url = self._zenpy.views.endpoint.tickets(id=number, include=SIDE_LOADS, cursor_pagination=True)
        return settled(self._json, address_of(url), TicketPage, f"view {number}")

    def search(self, query: str) -> list[ResultPage]:
        """The tickets that a search finds, oldest first so that new ones do not move the pages; all or PollFailed."""
        url = self._zenpy.search.endpoint(_of_tickets(query), sort_by="created_at", sort_order="asc")
        url.params |= {"per_page": 100, "include": f"tickets({SIDE_LOADS})"}
        return whole(self._json, address_of(url), ResultPage, "the search", SEARCH_LIMIT)

    def people(self, ids: Sequence[int]) -> list[object]:
        """Users by their ids; those who were deleted are missing."""
        found: list[object] = []
        for start in range(0, len(ids), IDS_AT_ONCE):
            url = self._zenpy.users.endpoint(ids=ids[start : start + IDS_AT_ONCE])
            found += envelope(UsersAnswer, self._json(address_of(url)), "the users").users
        return found

    def ticket(self, number: int) -> TicketAnswer:
        """One ticket with all its attributes."""
        url = self._zenpy.tickets.endpoint(id=number, include="users")
        return envelope(TicketAnswer, self._json(address_of(url)), "the ticket")

    def comments(self, number: int) -> list[CommentPage]:
        """What was written on a ticket, oldest first, with the people who wrote it."""
        url = self._zenpy.tickets.endpoint.comments(id=number, include="users", cursor_pagination=True)
        return whole(self._json, address_of(url), CommentPage, "the comments")

    def ticket_fields(self) -> list[FieldPage]:
        """The fields that tickets have in this account."""
        url = self._zenpy.ticket_fields.endpoint(cursor_pagination=True)
        return whole(self._json, address_of(url), FieldPage, "the ticket fields")

    def views(self, ids: Sequence[int]) -> ViewsAnswer:
        """What those views are called."""
        url = self._zenpy.views.endpoint(ids=ids)
        return envelope(ViewsAnswer, self._json(address_of(url)), "the views")

    def search_count(self, query: str) -> int:
        """How many tickets a search finds."""
        url = self._zenpy.search.endpoint.count(_of_tickets(query))
        return envelope(CountAnswer, self._json(address_of(url)), "the search's count").count

    # -- within ------------------------------------------------------------------------------------------------

    def _json(self, address: str) -> object:
        return parse_json(self._get(address).content, "the answer")

    def _get(self, address: str) -> requests.Response:
        return self._zenpy.tickets._get(address, raw_response=True)


def _of_tickets(query: str) -> str:
    """The query without the people and organisations that its words may also find."""
    return query if _TYPED.search(query) else f"type:ticket {query}"


def address_of(url: Url) -> str:
    """What zenpy would build by itself, were it not to take the host from the environment."""
    url.scheme, url.netloc = "https", LIBRARY_URL.removeprefix("https://")
    url.prefix_path("api/v2")
    return url.build()
