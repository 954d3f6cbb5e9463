"""`python -m secondline_tui`, and the command of that name."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; what a status bar asks every few seconds is answered before anything else is imported."""
    from secondline_tui.cli.quick import answered  # noqa: PLC0415  (nothing is imported before it is needed)

    code = answered(sys.argv[1:])
    if code is not None:
        return code
    from secondline_tui.cli import run  # noqa: PLC0415
    from secondline_tui.engine.impatience import leave  # noqa: PLC0415

    return leave(run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
