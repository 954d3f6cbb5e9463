"""Reads the command line and runs one command. What a command needs is imported only when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import NoReturn, Protocol, cast

from secondline_tui import __version__
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.say import complain
from secondline_tui.config.errors import ConfigError
from secondline_tui.glance.wording import COLOURS, FORMATS, SYMBOLS


class Command(Protocol):
    """What each module of a command offers."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the exit code."""
        ...


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Usage errors end with 64, since 2 means a critical alert."""
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


_STATUS_ENDS = """\
exit codes:
  0   nothing to do, every source fresh and seeing all, every row understood
  1   warnings, or alerts of unknown severity
  2   a critical alert, or a page that nobody has answered
  3   some source or row cannot be believed, and nothing worse is known
  64  wrong usage
  74  the output could not be written
  78  wrong or missing configuration
waybar and i3bar, which hide what fails, get 0 instead of 0 to 3.

--format line, waybar and i3bar are answered by a running dashboard or
wallboard, if there is one, and ask no service then; --cached never asks any.

--format line:
  ✖3 !11 ?2   alerts that nobody has: critical, warning, unknown severity
  ▲1          pages that nobody has answered
  ✉9          tickets that wait for us
  ✔           none of these
in front of them, when not all can be believed:
  ?7/8        only 7 of 8 sources are fresh
  ?2 rows     a service sent 2 rows that were not understood
  ?1 unseen   a monitor has lost touch with a part of what it watches
"""

_ACT_ENDS = """\
REF is what `status --format json` prints. VERB is one of:
  acknowledge, unacknowledge, comment, reply    in every source's own way: a silence acknowledges an alert of
                                                Alertmanager or Grafana; tickets are taken
  downtime, end-downtime, recheck               Icinga 2
  silence, extend, expire                       Alertmanager, Grafana
  escalate, reassign, resolve, snooze, override PagerDuty
  take, release, status, priority, reassign, macro   Zendesk
  move, done, undone, archive, unarchive        Trello
  card                                          a card of an alert, page or ticket, with its picture: --to LIST,
                                                --title TEXT, --comment TEXT, --on BOARD, --again
exit codes:
  0   confirmed, or accepted and not shown yet
  4   refused; --format json and the text say why
  5   sent, and it is not known what came of it
  64  wrong usage
  69  the service cannot be reached: nothing was done
"""


def _shared() -> _Parser:
    """The options that every command takes, before or after its name."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="configuration (else $SECONDLINE_CONFIG, else the user's own)",
    )
    shared.add_argument("--read-only", action="store_true", help="never write to any service")
    return shared


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    shared = _shared()
    top = _Parser(
        prog="secondline-tui",
        parents=[shared],
        description="One screen for a support shift: alerts, pages, tickets, ongoing issues, and who is on today.",
        epilog="Without a command: the dashboard.",
    )
    top.add_argument("--version", action="version", version=f"secondline-tui {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    demo = commands.add_parser("demo", parents=[shared], help="the dashboard on simulated services; needs nothing else")
    demo.add_argument("--serve", action="store_true", help="only the services; prints one JSON line, until interrupted")
    demo.add_argument("--at", choices=("start", "end"), default="start", help="which part of a shift it tells")
    demo.add_argument("--for-dashboard", action="store_true", help=argparse.SUPPRESS)

    wall = commands.add_parser("wallboard", parents=[shared], help="a large display that only shows and needs no hands")
    wall.add_argument("--web", metavar="HOST:PORT", help="in browsers instead, polling once for all of them")

    status = commands.add_parser(
        "status",
        parents=[shared],
        help="poll everything once and print it",
        epilog=_STATUS_ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    status.add_argument("--format", choices=("text", "json", *FORMATS), default="text", help="how to print it")
    status.add_argument("--cached", action="store_true", help="only what a running instance last knew, and its age")
    status.add_argument("--colour", choices=COLOURS, default="none", help="colours of a line, as its reader wants them")
    status.add_argument("--symbols", choices=SYMBOLS, default="signs", help="✖3 !11 or C3 W11")

    act = commands.add_parser(
        "act",
        parents=[shared],
        help="do something to items: acknowledge, comment, silence, …",
        epilog=_ACT_ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    act.add_argument("verb", metavar="VERB", help="what to do")
    act.add_argument("refs", metavar="REF", nargs="+", help="to which items")
    act.add_argument("--comment", metavar="TEXT", help="what to write")
    act.add_argument("--public", action="store_true", help="the requester reads it too (comment on a ticket)")
    act.add_argument("--until", metavar="END", help='when it ends: "2h", "17:30", "tomorrow 09:30"')
    act.add_argument("--to", metavar="WHERE", help="level, person, group, list, status, priority, macro or silence")
    act.add_argument("--title", metavar="TEXT", help="the title of a card, if not the item's name")
    act.add_argument("--on", metavar="SOURCE", help="the board of a card, where there are several")
    act.add_argument("--again", action="store_true", help="make a card also where there is one of the item")
    act.add_argument("--format", choices=("text", "json"), default="text", help="how to print the outcomes")

    hand = commands.add_parser("handover", parents=[shared], help="what the next pair should know, as Markdown")
    hand.add_argument("--since", metavar="TIME", help='how far back: "8h", "5d"; else to the last handover')
    post = hand.add_mutually_exclusive_group()
    post.add_argument("--post", metavar="REF", help="post it as a comment on this card too; ends as act does")
    likely = "post it as a new card too, in this list or the likeliest; ends as act does"
    post.add_argument("--post-card", metavar="LIST", nargs="?", const="", help=likely)
    hand.add_argument("--on", metavar="SOURCE", help="the board of that card, where there are several")
    hand.add_argument("--again", action="store_true", help="make that card also where there is one of this turn")

    commands.add_parser("check", parents=[shared], help="check the configuration, then probe each source")
    return top


def _check(options: argparse.Namespace) -> None:
    """What argparse cannot know of options that belong together."""
    if options.command == "status" and options.cached and options.format == "json":
        parser().error("--cached keeps no JSON: it goes with --format line, waybar or i3bar")


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. Every error is a line on stderr, never a traceback: those may quote a secret."""
    try:
        options = parser().parse_args(arguments)
        _check(options)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.USAGE
    options.config = getattr(options, "config", None)
    options.read_only = getattr(options, "read_only", False)
    module = importlib.import_module(f"secondline_tui.cli.{options.command or 'dashboard'}")
    try:
        return cast(Command, module).run(options)
    except ConfigError as error:
        complain("".join(f"{problem}\n" for problem in error.problems))
        return Exit.CONFIG
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except OSError as error:
        complain(f"secondline-tui: cannot go on: {error.strerror or type(error).__name__}\n")
        return Exit.IO
    except Exception as error:  # noqa: BLE001  (the last boundary: the interpreter would print the exception's text)
        from secondline_tui.cli.log import note_end  # noqa: PLC0415  (only when it comes to that)

        note_end(error)
        complain(f"secondline-tui: ended by an error in our own code, {type(error).__name__}; the log says where\n")
        return Exit.UNKNOWN
