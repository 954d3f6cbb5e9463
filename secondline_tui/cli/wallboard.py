"""`wallboard`: the same services on a screen that only shows."""

from __future__ import annotations

import argparse

from secondline_tui.cli import terminal
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.log import to_file
from secondline_tui.cli.say import complain
from secondline_tui.cli.telling import telling
from secondline_tui.cli.wiring import companions, engine, required_config, shiftwork
from secondline_tui.config.load import warnings
from secondline_tui.ui.wallboard.session import WallSession


def run(options: argparse.Namespace) -> int:
    """Show it until somebody quits."""
    to_file()
    config = required_config(options.config)
    if options.web is None:
        terminal.require()
    complain("".join(f"{line}\n" for line in warnings(config)))
    shift = shiftwork(config.shift)
    tells = telling(config, shift.calendar)
    work = engine(config, companions(config, tells))
    session = WallSession(work, config, shift.calendar, shift.agenda, tells)
    if options.web is not None:
        from secondline_tui.cli.web import serve  # noqa: PLC0415  (the terminal does not need it)

        return serve(session, options.web)
    from secondline_tui.ui.wallboard.app import WallApp  # noqa: PLC0415  (nor browsers this)

    app = WallApp(session)
    app.run()
    if app.return_code:
        complain("secondline-tui: ended by an error in our own code; the log has the details\n")
    return app.return_code or Exit.OK
