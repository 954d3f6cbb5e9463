"""Where messages go: a file in the user's state directory. Nothing may reach the terminal that a screen is drawn on."""

from __future__ import annotations

import logging
import logging.handlers
import traceback
import warnings
from pathlib import Path
from types import TracebackType

from secondline_tui.config.withheld import withheld

MEGABYTE = 2**20


def log_path() -> Path:
    """The log file."""
    from platformdirs import user_state_path  # noqa: PLC0415  (not needed for --help)

    return user_state_path("secondline-tui", appauthor=False) / "secondline-tui.log"


log = logging.getLogger(__name__)

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Withholds secrets, also from what libraries and asyncio log. Of an exception it tells where, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's lines."""
        return withheld(super().format(record))

    def formatException(self, info: Raised) -> str:  # noqa: N802  (logging's own name)
        """Where it was raised, and its type."""
        kind, _, trace = info
        return "".join([*traceback.format_tb(trace), kind.__name__ if kind is not None else ""])


def note_end(error: Exception) -> None:
    """Log that a command was ended by an error of ours."""
    log.error("ended by", exc_info=error)


def to_file(path: Path | None = None) -> None:
    """Route logging and warnings, the libraries' included, into the log file; nowhere when it cannot be written."""
    path = path or log_path()
    handler: logging.Handler = logging.NullHandler()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=MEGABYTE, backupCount=2, encoding="utf-8", delay=True
        )
        handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    except OSError:
        pass
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # Their debug and info lines quote requests; only what our own code says is kept.
    for library in ("urllib3", "requests", "httpx", "httpcore", "pdpyras", "zenpy", "trello"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    logging.raiseExceptions = False  # a full disk would be told on the terminal, at every line that is logged
    logging.captureWarnings(True)
    warnings.simplefilter("ignore")
