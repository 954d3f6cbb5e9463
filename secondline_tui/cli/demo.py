"""`demo`: simulated services in a process of their own, and the dashboard on them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from secondline_tui.cli import terminal
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.say import complain


def run(options: argparse.Namespace) -> int:
    """Serve, or serve and show."""
    if options.serve:
        from secondline_tui.demo.serve import serve  # noqa: PLC0415  (the dashboard does not need it)

        return serve(for_dashboard=options.for_dashboard, at_end=options.at == "end")
    terminal.require()
    return show_demo(read_only=options.read_only, at=options.at)


def show_demo(*, read_only: bool, at: str = "start") -> int:
    """The dashboard on services that live as long as it does, and with a record of the weeks before."""
    command = [sys.executable, "-m", "secondline_tui", "demo", "--serve", "--for-dashboard", "--at", at]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as services:
        told = services.stdout.readline() if services.stdout else b""
        if not told:
            complain("secondline-tui: the demo's services did not start\n")
            return Exit.UNAVAILABLE
        from secondline_tui.cli.dashboard import show  # noqa: PLC0415  (Textual; imported while the services start)

        places = json.loads(told)
        config = Path(places["config"])
        try:
            return show(config, read_only=read_only, before=partial(_remember, config, Path(places["past"])))
        finally:
            if services.stdin is not None:
                services.stdin.close()


def _remember(config: Path, past: Path) -> None:
    """What was there before the dashboard is recorded, as it records what it sees itself."""
    from secondline_tui.cli.demo_past import remember  # noqa: PLC0415  (not for the services)
    from secondline_tui.config.load import load  # noqa: PLC0415

    remember(past, load(config).state_folder)
