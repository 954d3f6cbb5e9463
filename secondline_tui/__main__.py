"""`python -m secondline_tui`, and the command of that name."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    from secondline_tui.cli import run  # noqa: PLC0415  (nothing is imported before it is needed)
    from secondline_tui.engine.impatience import leave  # noqa: PLC0415

    return leave(run(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
