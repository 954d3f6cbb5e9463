"""What a service's answer to a write is taken for, below any one service."""

from __future__ import annotations

import httpx
import pytest

from secondline_tui.domain.actions import NotDone, Refused, Unanswered
from secondline_tui.sources import http as http_module
from secondline_tui.sources.http import Writer
from secondline_tui.sources.writing import refused
from tests.sources.raw_server import drip, http, serving


def answering(status: int, body: bytes, content_type: str = "application/json") -> Writer:
    answer = httpx.Response(status, content=body, headers={"Content-Type": content_type})
    return Writer("https://icinga.example.org", transport=httpx.MockTransport(lambda _: answer))


def known(status: int, said: bytes) -> NotDone | None:
    return refused(f"{status} means: {said.decode()}") if said == b'"known"' else None


@pytest.mark.parametrize(
    ("status", "body", "content_type", "sort", "reason"),
    [
        (500, b'"known"', "application/json", Refused, '500 means: "known"'),
        (404, b'"known"', "application/json", Refused, '404 means: "known"'),
        (500, b'"other"', "application/json", Unanswered, "an error of its own (HTTP 500): other"),
        (404, b"", "application/json", Refused, "it has no such thing any more (HTTP 404)"),
        (500, b'"known"', "text/html", Unanswered, "an error of its own (HTTP 500)"),
        (500, b'"known' + b" " * 70_000 + b'"', "application/json", Unanswered, "an error of its own (HTTP 500)"),
    ],
)
async def test_what_a_service_says_itself_may_tell_more_than_its_status(
    status: int, body: bytes, content_type: str, sort: type[NotDone], reason: str
) -> None:
    writer = answering(status, body, content_type)
    with pytest.raises(sort) as caught:
        await writer.write("POST", "/x", json={}, judge=known)
    assert caught.value.reason == reason
    await writer.close()


async def test_an_answer_that_comes_byte_by_byte_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "CONNECT_SECONDS", 0.2)
    with serving(drip(http(b'{"results": []}' * 40), 0.05)) as server:
        writer = Writer(server.url, deadline=0.2)
        with pytest.raises(Unanswered, match="did not come in time"):
            await writer.write("POST", "/x", json={})
        await writer.close()
        assert len(server.requests) == 1
