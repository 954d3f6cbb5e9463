"""Where requests to a simulated PagerDuty come in: keys, limits, and the way to whoever answers."""

from __future__ import annotations

import random
from collections.abc import Sequence

from secondline_tui.demo.pagerduty.account import Account, Key, RefusedError, not_found
from secondline_tui.demo.pagerduty.reads import Reads
from secondline_tui.demo.pagerduty.writes import Writes
from secondline_tui.demo.wire import Answer, Request

LONGEST_TARGET = 4_096
PER_MINUTE = 960


class Desk:
    """Answers every request to one account."""

    def __init__(self, account: Account, chance: random.Random) -> None:
        self._account = account
        self._chance = chance
        self._reads = Reads(account).routes()
        self._writes = Writes(account).routes()

    def answer(self, request: Request) -> Answer:
        """The answer, with the headers that every answer has."""
        self._account.book.settle(self._account.now())
        try:
            answer = self._checked(request)
        except RefusedError as refused:
            answer = refused.answer()
        told = {**self.limits(PER_MINUTE - 1), "X-Request-Id": f"{self._chance.getrandbits(128):032x}"}
        return Answer(answer.status, answer.data, {**told, **answer.headers})

    def limits(self, remaining: int) -> dict[str, str]:
        """What is left of this minute's requests, and the seconds until the next."""
        reset = 60 - int(self._account.now()) % 60
        return {
            "ratelimit-limit": str(PER_MINUTE),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(reset),
        }

    def _checked(self, request: Request) -> Answer:
        key = self._account.key(request)
        if key is None:
            raise RefusedError(401, 2006, "Authentication failed")
        if len(request.target) > LONGEST_TARGET:
            return Answer(414, b"<html>Request-URI Too Large</html>", {"Content-Type": "text/html"})
        return self._routed(request, key)

    def _routed(self, request: Request, key: Key) -> Answer:
        parts = request.path.strip("/").split("/")
        if request.method == "GET":
            for path, reading in self._reads.items():
                if (ids := _ids(path, parts)) is not None:
                    return reading(request, key, ids)
            raise not_found()
        if not key.writes:
            raise RefusedError(403, 2010, "Access Denied", "This is a read-only API key.")
        for (method, path), writing in self._writes.items():
            if method == request.method and (ids := _ids(path, parts)) is not None:
                return writing(request, key, ids)
        raise not_found()


def _ids(path: str, parts: Sequence[str]) -> list[str] | None:
    """What stands for the stars of a known path, when the parts of an address fit it."""
    known = path.split("/")
    if len(known) != len(parts):
        return None
    pairs = list(zip(known, parts, strict=True))
    if any(star not in ("*", part) for star, part in pairs):
        return None
    return [part for star, part in pairs if star == "*"]
