"""The one place that knows pdpyras. Its vendor has retired it in favour of `pagerduty`: that change ends here.

Its own retries and waits never come about: the guard below it raises PollFailed, which it does not catch, for
everything but a complete 200.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests

from secondline_tui.config.sources import PagerDuty
from secondline_tui.sources import tls
from secondline_tui.sources.clocks import utc_now
from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.session import Gate, guard
from secondline_tui.sources.wire import parse_json
from secondline_tui.sources.writing import Answer, unanswered

# On import it warns on the terminal, where a full-screen program runs. A filter for good rather than for the time of
# the import: other threads may be importing too, and the warnings' state is shared.
warnings.filterwarnings("ignore", message='The package "pdpyras" is deprecated', category=UserWarning)

import pdpyras  # noqa: E402  (after the filter)

__all__ = ["Api", "Query", "pdpyras"]

Query = Mapping[str, str | int | Sequence[str]]

READ_STATUSES = frozenset({200, 201})
"""A schedule's overrides are documented to be listed with 201."""


class Api:
    """Asks PagerDuty. For one thread at a time."""

    def __init__(
        self, source: PagerDuty, token: str, *, writes: bool = False, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.session = pdpyras.APISession("the guard has it")
        self.session.url = source.url
        self.session.max_network_attempts = 0
        self._adapter = guard(
            self.session,
            Gate(
                url=source.url,
                library_url=source.url,
                headers={"Authorization": f"Token token={token}"},
                wait_headers=("retry-after", "ratelimit-reset"),
                tls=tls.context(source.ca_file),
                server_name=source.server_name,
                proxy=source.proxy,
                read_statuses=READ_STATUSES,
                writes=writes,
                now=now,
            ),
        )
        self.date: datetime | None = None
        """What PagerDuty's clock said with the last answer."""

    def deadline(self, seconds: float) -> AbstractContextManager[None]:
        """All questions within the block share one deadline."""
        return self._adapter.deadline(seconds)

    @property
    def ahead(self) -> timedelta | None:
        """How far PagerDuty's clock is ahead of ours, by its last answer; None where that did not tell."""
        return self._adapter.ahead

    def ask(self, path: str, query: Query | None = None) -> object:
        """The JSON at `path`, or PollFailed."""
        try:
            response = self.session.get(path, params=dict(query or {}))
        except (pdpyras.PDClientError, pdpyras.URLError, requests.RequestException) as error:
            raise bad_reply(f"the question for {path} could not be put: {type(error).__name__}") from None
        self.date = _date(response.headers.get("date", ""))
        return parse_json(response.content, f"the answer for {path}")

    def change(self, method: str, path: str, body: object, sender: str) -> object:
        """The JSON answered to one request that writes, None where there is none; or Refused, HeldBack, NotSent or
        Unanswered. `sender` is the address of whoever acts, "" where PagerDuty does not want to know.
        """
        headers = {"From": sender} if sender else {}
        try:
            response = self.session.request(method, path, json=body, headers=headers)
        except (pdpyras.PDClientError, pdpyras.URLError, requests.RequestException) as error:
            raise unanswered(f"the library stumbled over it: {type(error).__name__}") from None
        return Answer(response.status_code, response.content).data()

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
