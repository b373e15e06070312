"""Files in, the demo company, operators, settings, and what is wrong here."""

from __future__ import annotations

import argparse
from pathlib import Path

from dispatch_tui.cli.arguments.common import Commands, command, common, count, json, presets, speed


def _file_options(one: argparse.ArgumentParser) -> None:
    known = f"{', '.join(presets())}, or a mapping file of your own"
    one.add_argument("preset", metavar="PRESET", nargs="?", default="", help=known)
    one.add_argument(
        "file", metavar="FILE", nargs="?", type=Path, help="CSV (also .gz, .zip), JSON Lines or XLSX"
    )
    stated = one.add_argument_group("what you know of the file better than the preset")
    stated.add_argument(
        "--dates", metavar="ORDER", default="", help="order of day, month and year: d/m/yyyy, m/d/yyyy, iso"
    )
    stated.add_argument(
        "--zone", metavar="ZONE", default="", help="time zone of its times, such as Europe/Berlin"
    )
    stated.add_argument("--currency", metavar="CODE", default="", help="currency of its amounts, such as EUR")
    stated.add_argument("--source", metavar="NAME", default="", help="under which name its records are known")
    stated.add_argument("--encoding", metavar="NAME", default="", help="such as utf-8 or cp1252")
    stated.add_argument("--delimiter", metavar="CHAR", default="", help="such as ';'")
    stated.add_argument("--sheet", metavar="NAME", default="", help="which sheet of an XLSX file")
    stated.add_argument("--member", metavar="NAME", default="", help="which file of a ZIP archive")


def import_(commands: Commands) -> None:
    one = command(
        commands,
        "import",
        "importing",
        "bring in a file of calls or visits",
        "Bring in a file. Repeat it as you like: rows that are known are left as they are. Ctrl-C stops after the "
        "batch at hand; the same command goes on from there.",
    )
    _file_options(one)
    one.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    one.add_argument(
        "--rejects", metavar="PATH", type=Path, help="where refused rows go (default: beside the file)"
    )
    one.add_argument(
        "--template", action="store_true", help="print a mapping to start your own from, and leave"
    )
    json(one)


def replay(commands: Commands) -> None:
    one = command(
        commands,
        "replay",
        "replaying",
        "let a log happen again, as if live",
        "Let what a log tells happen again through the desk, for training or to look at a past day.",
    )
    _file_options(one)
    one.add_argument("--from", dest="since", metavar="INSTANT", default="", help="begin there")
    one.add_argument("--to", dest="until", metavar="INSTANT", default="", help="end there")
    one.add_argument(
        "--speed",
        metavar="N",
        type=speed,
        default=600.0,
        help="times as fast as it was, or max (default 600)",
    )
    json(one)


def demo(commands: Commands) -> None:
    one = command(
        commands,
        "demo",
        "demo",
        "open the workbench on an invented company",
        "Make an invented company, once, and open the workbench on it; calls keep arriving while you look.",
    )
    one.add_argument("--calls", metavar="N", type=count, default=1200, help="so many calls (default 1200)")
    one.add_argument("--units", metavar="N", type=count, help="so many units (default: as fits the calls)")
    one.add_argument("--seed", metavar="S", type=int, default=1, help="the same seed makes the same company")
    one.add_argument("--fresh", action="store_true", help="make it anew, throwing away the old demo")
    one.add_argument("--story", action="store_true", help="walk through the story of a day, step by step")
    one.add_argument("--live", action="store_true", help="let calls arrive, without a screen, until Ctrl-C")
    one.add_argument("--no-open", action="store_true", help="only make it")
    one.add_argument(
        "--no-mouse", action="store_true", default=argparse.SUPPRESS, help="leave the mouse to the terminal"
    )
    json(one)


def operator(commands: Commands) -> None:
    one = command(commands, "operator", "operators", "who may do what")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    listing = acts.add_parser("list", help="everyone with a role", description="Everyone with a role.")
    giving = acts.add_parser(
        "set", help="give an account a role", description="Give an account a role (managers only)."
    )
    giving.add_argument("account", metavar="ACCOUNT", help="the account's name on its system")
    giving.add_argument("role", metavar="ROLE", help="viewer, technician, dispatcher or manager")
    for act in (listing, giving):
        common(act)
        json(act)


def settings(commands: Commands) -> None:
    one = commands.add_parser(
        "settings",
        help="show the settings as they stand",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Show every setting as it stands, and where it came from.",
    )
    one.set_defaults(module="settings")
    common(one)
    what = one.add_mutually_exclusive_group()
    what.add_argument("--print-default", action="store_true", help="print a commented file to start from")
    what.add_argument("--path", action="store_true", help="print where the file is, or would be")
    what.add_argument("--check", action="store_true", help="say whether the file can be used as it is")
    what.add_argument("--explain", action="store_true", help="explain every setting and its variable")


def doctor(commands: Commands) -> None:
    one = command(commands, "doctor", "doctor", "say what is wrong here, and what to do")
    json(one)
