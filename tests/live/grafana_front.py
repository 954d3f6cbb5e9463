"""A front that answers on Grafana's paths with what a real Prometheus and a real Alertmanager say.

It stands in for Grafana, which cannot be installed here: rules and alerts have Prometheus's words, and no UIDs.
"""

from __future__ import annotations

import contextlib
import http.server
import threading
from types import TracebackType
from typing import Self

from tests.live.process import call

TOKEN = "glsa_live_s3cret"


class GrafanaFront:
    """Passes on what shows the right token."""

    def __init__(self, prometheus: str, alertmanager: str) -> None:
        self._behind = {"/api/prometheus/grafana/": f"{prometheus}/", "/api/alertmanager/grafana/": f"{alertmanager}/"}
        front = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                said = (self.command, self.path, self.rfile.read(size), self.headers.get("Authorization", ""))
                status, body, content_type = front.answer(*said)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/login")
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # whoever asked may be gone
                    self.wfile.write(body)

            do_POST = do_DELETE = do_GET  # noqa: N815  (http.server's own names)

            def log_message(self, *_: object) -> None:
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, method: str, target: str, body: bytes, authorization: str) -> tuple[int, bytes, str]:
        """(status, body, content type)."""
        if not authorization:
            return 302, b"", "text/html"
        if authorization != f"Bearer {TOKEN}":
            return 401, b'{"message": "Invalid API key"}', "application/json"
        if target == "/api/health":
            return 200, b'{"commit": "0", "database": "ok", "version": "11.6.0"}', "application/json"
        for beginning, base in self._behind.items():
            if target.startswith(beginning):
                try:
                    return _as_grafana(method, *call(method, base + target.removeprefix(beginning), body or None))
                except OSError:
                    return 502, b'{"message": "bad gateway"}', "application/json"
        return 404, b'{"message": "Not found"}', "application/json"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def _as_grafana(method: str, status: int, body: bytes, content_type: str) -> tuple[int, bytes, str]:
    """What Alertmanager answers, with Grafana's status and words where it has its own for a write."""
    if method == "POST" and status == 200:
        return 202, body, content_type
    if method == "DELETE" and status == 200:
        return 200, b'{"message": "silence deleted"}', "application/json"
    if method == "DELETE" and status == 500:
        return 404, b'{"message": "silence not found"}', "application/json"
    return status, body, content_type
