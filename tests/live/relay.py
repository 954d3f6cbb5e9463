"""A relay that lets a TLS request through to a server, and nothing that the server answers to it."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

QUIET_SECONDS = 0.5


@contextmanager
def mute(port: int) -> Iterator[int]:
    """The port of a relay to `port`, through which handshakes succeed and every answer is lost."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, port), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _serve(listener: socket.socket, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_relay, args=(client, port), daemon=True).start()


def _relay(client: socket.socket, port: int) -> None:
    """Cut both once they are quiet. The client's second message ends the handshake of TLS 1.3."""
    with closing(client), closing(socket.create_connection(("127.0.0.1", port))) as server:
        messages = 0
        while ready := select.select([client, server], [], [], QUIET_SECONDS)[0]:
            for end in ready:
                data = end.recv(65_536)
                if not data:
                    return
                if end is client:
                    messages += 1
                    server.sendall(data)
                elif messages < 2:
                    client.sendall(data)
