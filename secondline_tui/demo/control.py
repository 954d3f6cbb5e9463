"""The demo's control address: break services, see what they received, see what they hold."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.server import HOST
from secondline_tui.demo.world import World


class Control:
    """Listens for whoever drives the demo.

    POST /fault {"service": NAME, "kind": KIND, "times": n|null}; DELETE /fault[?service=NAME];
    GET /requests (DELETE empties the record); GET /state.
    """

    def __init__(self, world: World) -> None:
        class Handler(_Handler):
            pass

        Handler.world = world
        self._http = ThreadingHTTPServer((HOST, 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://{HOST}:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), name="demo:control", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (http.server's own name)
        """Nothing goes to the terminal."""

    def do_GET(self) -> None:
        """What was received, or what is held."""
        match urlsplit(self.path).path:
            case "/requests":
                self._send(200, self.world.requests())
            case "/state":
                self._send(200, self.world.state())
            case _:
                self._send(404, {"error": "GET /requests or /state"})

    def do_POST(self) -> None:
        """Break one service."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if urlsplit(self.path).path != "/fault":
            self._send(404, {"error": "POST /fault"})
            return
        try:
            wish = json.loads(body)
            fault = Fault.parse(wish.get("kind"), wish.get("times"))
            self.world.break_service(wish.get("service"), fault)
        except KeyError:
            self._send(400, {"error": f"service: one of {', '.join(self.world.urls)}"})
        except (ValueError, AttributeError) as error:
            self._send(400, {"error": str(error)})
        else:
            self._send(200, {"ok": True})

    def do_DELETE(self) -> None:
        """Mend one service or all, or forget the requests."""
        parts = urlsplit(self.path)
        service = parse_qs(parts.query).get("service", [None])[0]
        if parts.path == "/requests":
            self.world.forget_requests()
        elif parts.path == "/fault" and service is None:
            self.world.mend()
        elif parts.path == "/fault" and service in self.world.urls:
            self.world.break_service(service, None)
        else:
            self._send(404, {"error": "DELETE /fault, /fault?service=NAME or /requests"})
            return
        self._send(200, {"ok": True})

    def _send(self, status: int, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
