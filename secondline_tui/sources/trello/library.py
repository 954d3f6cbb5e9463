"""py-trello on a guarded session. Only its `fetch_json` and its cards' own writes are used: its other objects load more
behind one's back, and `List.list_cards` hands the credentials of one client to all others through its default argument.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from urllib.parse import quote

import requests
from trello import Board, Card, TrelloClient

from secondline_tui.config.sources import Trello
from secondline_tui.sources import tls
from secondline_tui.sources.clocks import utc_now
from secondline_tui.sources.session import Gate, guard

LIBRARY_URL = "https://api.trello.com"
PLACEHOLDER = "in-the-header"

WINDOW = 10.0
"""Seconds after which Trello counts requests anew; its 429 does not tell (its guide on rate limits)."""

PLAIN_REASONS = frozenset(
    {
        "invalid key",
        "invalid app key",
        "invalid token",
        "invalid app token",
        "expired token",
        "invalid id",
        "invalid value for text",
        "invalid value for idList",
        "board not found",
        "model not found",
        "unauthorized permission requested",
        "unauthorized card permission requested",
        "The requested resource was not found.",
    }
)


class Library:
    """Trello through py-trello. Every call blocks, within one deadline for all requests of an `in_time` block."""

    def __init__(
        self,
        source: Trello,
        authorization: str,
        *,
        writes: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._deadline = source.deadline
        self._session = requests.Session()
        self._adapter = guard(
            self._session,
            Gate(
                url=source.url,
                library_url=LIBRARY_URL,
                headers={"Authorization": authorization},
                drop_query=frozenset({"key", "token"}),
                wait=min(WINDOW, source.interval),
                plain_reasons=PLAIN_REASONS,
                tls=tls.context(source.ca_file),
                server_name=source.server_name,
                proxy=source.proxy,
                writes=writes,
                now=now,
            ),
        )
        self.client = TrelloClient(PLACEHOLDER, PLACEHOLDER, http_service=self._session)

    def in_time(self) -> AbstractContextManager[None]:
        """All that is asked on this thread within the block has the deadline together."""
        return self._adapter.deadline(self._deadline)

    @property
    def ahead(self) -> timedelta | None:
        """How far Trello's clock is ahead of ours, by its last answer to this thread; None where that did not tell."""
        return self._adapter.ahead

    def get(self, path: str, **query: str | int) -> object:
        """The JSON at a path, or PollFailed."""
        answer: object = self.client.fetch_json(path, query_params=query)
        return answer

    def card(self, key: str) -> Card:
        """py-trello's card of that id. Nothing is asked."""
        return Card(Board(self.client), key)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()


def board_id(text: str) -> str:
    """The board's id in what the configuration says, which may be its whole address."""
    _, found, rest = text.partition("/b/")
    return (rest if found else text).strip().partition("/")[0]


def part(key: str) -> str:
    """A key as a part of a path."""
    return quote(key, safe="")


def authorization(source: Trello) -> str:
    """The header that Trello takes instead of the parameters key and token. Blocks while secrets are fetched."""
    quoted = (quote(secret.resolve().strip(), safe="") for secret in (source.key, source.token))
    return 'OAuth oauth_consumer_key="{}", oauth_token="{}"'.format(*quoted)
