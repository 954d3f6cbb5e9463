"""A TLS handshake that is given up leaves no connection behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import ssl
from collections.abc import Awaitable, Iterator

import pytest

from secondline_tui.sources.http import Http, Writer

GIVEN_UP = 5.0


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """What is left open stays open for the test to see."""
    gc.disable()
    yield
    gc.enable()


def asked(http: Http) -> Awaitable[object]:
    return http.write("POST", "/v1/actions", json={}) if isinstance(http, Writer) else http.get("/v1/status", "status")


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("client", [Http, Writer])
async def test_the_service_sees_the_end_of_a_handshake_that_was_given_up(client: type[Http]) -> None:
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        http = client(f"https://127.0.0.1:{listener.getsockname()[1]}", tls=ssl.create_default_context())
        poll = asyncio.ensure_future(asked(http))
        service, _ = await loop.sock_accept(listener)
        with contextlib.closing(service):
            assert await loop.sock_recv(service, 65_536)  # the hello, which is never answered
            poll.cancel()
            await asyncio.wait([poll])
            await http.close()
            async with asyncio.timeout(GIVEN_UP):
                assert await loop.sock_recv(service, 65_536) == b""
