"""The command line: the wiring root, the only place that sees the services and a screen together."""


def run(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    from secondline_tui.cli.main import run as run_command  # noqa: PLC0415  (a status bar's line needs none of it)

    return run_command(arguments)
