"""The dashboard, on the configuration found; without one, a first screen that says what to do.

Imports what the first frame needs; the rest comes with the session, on a thread.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from secondline_tui.cli import terminal
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.say import complain
from secondline_tui.config.place import find, user_path

if TYPE_CHECKING:
    from secondline_tui.ui.dashboard.session import Session


def run(options: argparse.Namespace) -> int:
    """Show it."""
    terminal.require()
    path = find(options.config)
    if path is not None:
        return show(path, read_only=options.read_only)
    from secondline_tui.ui.first_run import FirstRun  # noqa: PLC0415  (only without a configuration)

    if FirstRun(user_path()).run() != "demo":
        return Exit.OK
    from secondline_tui.cli import demo  # noqa: PLC0415  (only when it was chosen)

    return demo.show_demo(read_only=options.read_only)


def show(path: Path, *, read_only: bool, before: Callable[[], None] | None = None) -> int:
    """Show the dashboard on one configuration, until the person leaves. `before` runs beside the first frame."""
    from secondline_tui.ui.dashboard.app import Dashboard  # noqa: PLC0415  (Textual; not for an unreadable command line)

    def begin() -> Session:
        if before is not None:
            before()
        return session(path, read_only=read_only)

    app = Dashboard(begin, str(path))
    error = app.run()
    if error is not None:
        raise error
    if app.unfinished:
        count = len(app.unfinished)
        complain(f"secondline-tui: {count} action{'s' if count > 1 else ''} not finished: taken up at the next start\n")
    if app.return_code:
        complain("secondline-tui: ended by an error in our own code; the log has the details\n")
    return app.return_code or Exit.OK


def session(path: Path, *, read_only: bool) -> Session:
    """Everything the dashboard works with. Takes a third of a second, and runs beside the first frame."""
    from secondline_tui.cli.acting import outbox, plans_for_acting  # noqa: PLC0415
    from secondline_tui.cli.history import history  # noqa: PLC0415
    from secondline_tui.cli.log import to_file  # noqa: PLC0415  (all of these are what takes the time)
    from secondline_tui.cli.telling import telling  # noqa: PLC0415
    from secondline_tui.cli.wiring import companions, plans, shiftwork  # noqa: PLC0415
    from secondline_tui.config.load import load, warnings  # noqa: PLC0415
    from secondline_tui.engine.clock import SystemClock  # noqa: PLC0415
    from secondline_tui.engine.supervisor import Engine  # noqa: PLC0415
    from secondline_tui.engine.verdicts import Verdicts  # noqa: PLC0415
    from secondline_tui.ui.commands import keymap  # noqa: PLC0415
    from secondline_tui.ui.dashboard.session import Session  # noqa: PLC0415

    to_file()
    config = load(path)
    keys = keymap(config.keys, path)
    shift = shiftwork(config.shift)
    tells = telling(config, shift.calendar)
    planned = plans(config) if read_only else plans_for_acting(config)
    record = history(config, shift.calendar, SystemClock())
    work = Engine(planned, SystemClock(), companions(config, tells, record))
    writes = None if read_only else outbox(config, planned, work.refresh)
    verdicts = Verdicts(config.state_folder)
    told = (*warnings(config), *([verdicts.note] if verdicts.note else []))
    return Session(work, config, shift.calendar, shift.agenda, keys, writes, told, tells, verdicts, record)
