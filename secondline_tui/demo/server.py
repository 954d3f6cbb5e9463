"""One loopback HTTP server for one simulated service, which can also be made to answer badly."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from secondline_tui.demo.faults import HUGE_BYTES, Fault
from secondline_tui.demo.simulator import Simulator
from secondline_tui.demo.wire import Answer, Request

HOST = "127.0.0.1"
JSON = "application/json"


class Told(Protocol):
    """Who is told of each request, and who lets the world go on before it."""

    lock: threading.RLock

    def advance(self) -> None:
        """Let everything happen that is due."""
        ...

    bytes_sent: Counter[str]

    def wall(self) -> float:
        """What the services' clocks show."""
        ...

    def note(self, service: str, method: str, target: str) -> None:
        """A request came in."""
        ...


class SimulatedServer:
    """Listens for one simulator. The port stays ours also while connections are refused."""

    def __init__(self, simulator: Simulator, world: Told) -> None:
        self.simulator = simulator
        self.world = world
        self._fault: Fault | None = None
        self._changed = threading.Event()
        self._connections: set[socket.socket] = set()
        self._holder = _bound(0)
        self.port: int = self._holder.getsockname()[1]
        self._http: ThreadingHTTPServer | None = None
        self._listen()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    @property
    def fault(self) -> Fault | None:
        """How it answers badly now."""
        return self._fault

    def break_with(self, fault: Fault | None) -> None:
        """Answer badly from now on, or well again."""
        self._fault = fault
        self.simulator.lag = fault.number if fault is not None and fault.kind == "lag" else 0.0
        self._changed.set()
        self._changed = threading.Event()
        if fault is not None and fault.kind == "refuse" and fault.times is None:
            self._deafen()
        elif self._http is None:
            self._listen()

    def close(self) -> None:
        """Stop listening and cut every connection."""
        self._changed.set()
        self._deafen()
        self._holder.close()

    # -- within --------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        http = ThreadingHTTPServer((HOST, self.port), _handler_for(self), bind_and_activate=False)
        http.daemon_threads = True
        http.socket.close()
        http.socket = _bound(self.port)
        http.socket.listen(128)
        self._http = http
        threading.Thread(
            target=http.serve_forever, args=(0.05,), name=f"sim:{self.simulator.name}", daemon=True
        ).start()

    def _deafen(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            stopping = threading.Thread(target=http.shutdown, daemon=True)
            stopping.start()
            with contextlib.suppress(OSError):  # somebody at the door: it looks up at once whether it is to stop
                socket.create_connection((HOST, self.port)).close()
            stopping.join()
            http.server_close()
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def took(self, connection: socket.socket) -> None:
        """A connection was made."""
        self._connections.add(connection)

    def left(self, connection: socket.socket) -> None:
        """A connection ended."""
        self._connections.discard(connection)

    def fault_for(self, request: Request) -> Fault | None:
        """The fault that this request meets; used up by meeting it."""
        fault = self._fault
        if fault is None or fault.kind == "lag":
            return None
        if fault.kind == "page_missing" and not self.simulator.later_part(request):
            return None
        return fault if fault.take() else None

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than the fault lasts."""
        self._changed.wait(seconds)


def _bound(port: int) -> socket.socket:
    """A socket that holds the port. Several may, as long as only one listens."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((HOST, port))
    return made


def _handler_for(server: SimulatedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        simulated = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    simulated: SimulatedServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.simulated.took(self.connection)

    def finish(self) -> None:
        self.simulated.left(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's own name)
        """Nothing goes to the terminal: a full-screen program runs there."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header `Date`: each service has the clock of its world."""
        return super().date_time_string(self.simulated.world.wall() if timestamp is None else timestamp)

    def do_any(self) -> None:
        """One request of any method."""
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(size))
        server = self.simulated
        server.world.note(server.simulator.name, request.method, request.target)
        fault = server.fault_for(request)
        if fault is None:
            self._send(self._answer(request))
        else:
            self._misbehave(fault, request)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_any  # noqa: N815  (http.server's own names)

    def _answer(self, request: Request) -> Answer:
        with self.simulated.world.lock:
            self.simulated.world.advance()
            return self.simulated.simulator.handle(request)

    def _misbehave(self, fault: Fault, request: Request) -> None:
        simulator = self.simulated.simulator
        match fault.kind:
            case "refuse" | "reset":
                self._reset()
            case "hang":
                self.simulated.wait(3_600)
                self._reset()
            case "slow":
                self.simulated.wait(fault.number)
                self._send(self._answer(request))
            case "drop_after_apply":
                self._answer(request)
                self._reset()
            case "status":
                self._send(Answer(int(fault.number), {"error": "made to fail", "message": "made to fail"}))
            case "page_missing":
                self._send(Answer(404, {"error": "Not found", "message": "Not found"}))
            case "rate_limit":
                self._send(simulator.too_many(fault.number))
            case "redirect_login":
                self._send(Answer(302, None, {"Location": simulator.login_page()}))
            case "huge":
                self._flood()
            case _:
                self._send(simulator.garbled(fault.kind, self._answer(request)))

    def _send(self, answer: Answer) -> None:
        body = answer.body()
        self.simulated.world.bytes_sent[self.simulated.simulator.name] += len(body)
        self.send_response(answer.status)
        headers = {"Content-Type": JSON, **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _flood(self) -> None:
        """A body that never seems to end."""
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        block = b'{"filler": "' + b"x" * 65_500 + b'"},\n'
        self.wfile.write(b"[")
        for _ in range(HUGE_BYTES // len(block)):
            self.wfile.write(block)

    def _reset(self) -> None:
        """Cut the connection the hard way: the other side sees a reset, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.close()
