"""The command line: the wiring root, the only place that sees the services and a screen together."""

from secondline_tui.cli.main import run

__all__ = ["run"]
