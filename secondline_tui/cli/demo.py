"""`demo`: simulated services in a process of their own, and the dashboard on them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from secondline_tui.cli.exits import Exit
from secondline_tui.cli.say import complain


def run(options: argparse.Namespace) -> int:
    """Serve, or serve and show."""
    if options.serve:
        from secondline_tui.demo.serve import serve  # noqa: PLC0415  (the dashboard does not need it)

        return serve(for_dashboard=options.for_dashboard)
    return show_demo(read_only=options.read_only)


def show_demo(*, read_only: bool) -> int:
    """The dashboard on services that live as long as it does."""
    command = [sys.executable, "-m", "secondline_tui", "demo", "--serve", "--for-dashboard"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as services:
        told = services.stdout.readline() if services.stdout else b""
        if not told:
            complain("secondline-tui: the demo's services did not start\n")
            return Exit.UNAVAILABLE
        from secondline_tui.cli.dashboard import show  # noqa: PLC0415  (Textual; imported while the services start)

        try:
            return show(Path(json.loads(told)["config"]), read_only=read_only)
        finally:
            if services.stdin is not None:
                services.stdin.close()
