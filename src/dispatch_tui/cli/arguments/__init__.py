"""Every command and option, by field. Nothing but argparse is loaded here: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from typing import Any

from dispatch_tui.cli.arguments import calls, customers, house, promises, units
from dispatch_tui.cli.arguments.common import Parser, common

EXIT_CODES = """\
exit codes:
  0 done   1 doctor found something bad, or another failure   2 wrong input, settings or filter   3 not found
  4 not allowed   5 not possible as it stands   6 somebody else was first   7 an optional part is missing
  8 the database   70 a fault of the program   130 stopped by Ctrl-C   141 the reader of our output has gone
"""
ENVIRONMENT = """\
environment:
  DISPATCH_TUI_DB       the database, where --db does not name one
  DISPATCH_TUI_SETTINGS the settings file; every setting has a variable too ('dispatch-tui settings --help')
  NO_COLOR              no colours
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line. A parsed command's module of this room stands in ``args.module``."""
    top = argparse.ArgumentParser(
        prog="dispatch-tui",
        description="A workbench for field service. Without a command it opens on the screen.",
        epilog=f"{EXIT_CODES}\n{ENVIRONMENT}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    common(top, top=True)
    top.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    top.set_defaults(module="workbench")
    commands = top.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)
    for add in (
        calls.queue,
        calls.call,
        calls.brief,
        calls.log,
        calls.first,
        calls.delay,
        customers.customer,
        customers.search,
        promises.sla,
        units.unit,
        units.roi,
        house.import_,
        house.replay,
        house.demo,
        customers.escalation,
        customers.measures,
        customers.rules,
        house.operator,
        promises.agreement,
        promises.calendar,
        promises.rank,
        house.settings,
        house.doctor,
    ):
        add(commands)
    return top


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib import metadata  # 10 ms that only this question is worth

        parser.exit(message=f"dispatch-tui {metadata.version('dispatch-tui')}\n")
