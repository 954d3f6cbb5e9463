"""Whether there is a terminal to fill."""

from __future__ import annotations

import errno
import os


def require() -> None:
    """OSError without a terminal: a screen in a file or a pipe would be seen by nobody, and no key would come.

    Textual reads keys from standard input and draws on standard error.
    """
    for number, name in ((0, "input"), (2, "error")):
        if not os.isatty(number):
            where = f"standard {name} is none"
            hint = "" if number == 0 else "; the log is a file of its own, so 2> is not needed"
            raise OSError(errno.ENOTTY, f"a full screen needs a terminal, and {where}{hint}")
