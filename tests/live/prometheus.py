"""A real Prometheus that watches machines of our making, and the real Alertmanager it tells."""

from __future__ import annotations

import contextlib
import http.server
import threading
from types import TracebackType
from typing import Self

from tests.live.need import need
from tests.live.process import Process

ALERTMANAGER = """
route:
  receiver: nobody
  group_wait: 0s
  group_interval: 1s
  routes: [{matchers: [severity="critical"], receiver: sms}]
receivers: [{name: nobody}, {name: sms}]
inhibit_rules:
  - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [machine]}
"""

RULES = """
groups:
  - name: machines
    interval: 200ms
    rules:
      - alert: Trouble
        expr: trouble > 0
        labels: {severity: "{{ $labels.level }}"}
        annotations: {summary: "{{ $labels.machine }} is in trouble", runbook_url: "https://docs.example.org/trouble"}
      - {alert: Brewing, expr: brewing > 0, for: 1h, labels: {severity: warning}}
      - {alert: Watchdog, expr: beating > 0, labels: {severity: none}}
      - {record: machines, expr: count(trouble)}
"""

PROMETHEUS = """
global: {{scrape_interval: 200ms, evaluation_interval: 200ms}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: machines, static_configs: [{{targets: ["127.0.0.1:{machines}"]}}]}}]
"""


class Alertmanager(Process):
    """A real Alertmanager, alone: no cluster."""

    ready_path = "/-/ready"

    def command(self) -> list[str]:
        """Silences are kept in the directory; alerts never are."""
        (self.directory / "alertmanager.yml").write_text(ALERTMANAGER, "utf-8")
        return [
            need("prometheus-alertmanager"),
            f"--config.file={self.directory / 'alertmanager.yml'}",
            f"--storage.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
            "--log.level=warn",
        ]


class Machines:
    """What Prometheus scrapes: a level of trouble for each machine, and whether the heart beats."""

    def __init__(self) -> None:
        self.trouble: dict[tuple[str, str], bool] = {}
        """(machine, level) to whether it is in trouble."""
        self.beating = True
        self.brewing = False
        told = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = told.text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # a Prometheus that stood still has given up
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port

    def text(self) -> str:
        """The metrics as they are now."""
        lines = [f"beating {int(self.beating)}", f"brewing {int(self.brewing)}"]
        for (machine, level), bad in self.trouble.items():
            lines.append(f'trouble{{machine="{machine}",level="{level}"}} {int(bad)}')
        return "\n".join(lines) + "\n"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


class Prometheus(Process):
    """A real Prometheus that scrapes the machines and tells the Alertmanager."""

    ready_path = "/-/ready"

    def __init__(self, machines: Machines, alertmanager: Alertmanager) -> None:
        super().__init__()
        self._machines = machines
        self._alertmanager = alertmanager

    def command(self) -> list[str]:
        """Alerts are repeated each second: what it sends before it knows its Alertmanagers is lost."""
        config = PROMETHEUS.format(alertmanager=self._alertmanager.port, machines=self._machines.port)
        (self.directory / "rules.yml").write_text(RULES, "utf-8")
        (self.directory / "prometheus.yml").write_text(config, "utf-8")
        return [
            need("prometheus"),
            f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--rules.alert.resend-delay=1s",
            "--log.level=warn",
        ]
