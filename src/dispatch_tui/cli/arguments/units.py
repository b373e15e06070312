"""Units, and repair against replace."""

from __future__ import annotations

import argparse
from pathlib import Path

from dispatch_tui.cli.arguments.common import Commands, Parser, amount, command, count, json, rate


def unit(commands: Commands) -> None:
    one = command(commands, "unit", "unit", "show one unit: identity, cover, history, costs")
    one.add_argument("serial", metavar="SERIAL", help="its serial number")
    json(one)


def roi(commands: Commands) -> None:
    one = command(commands, "roi", "roi", "repair a unit, or replace it?")
    one.epilog = (
        "Also: 'roi report UNIT', a page for the customer; 'roi fleet', all units ranked; 'roi save UNIT', 'roi list "
        "UNIT', 'roi reopen ID', 'roi decide ID': recommendations kept (each with --help)."
    )
    one.add_argument("unit", metavar="UNIT", help="its serial number")
    _roi_stated(one)
    json(one)
    acts = Parser(prog=one.prog).add_subparsers()
    _roi_kept(acts)
    _roi_report(acts)
    _roi_fleet(acts)
    one.acts = dict(acts.choices)


def _roi_kept(acts: Commands) -> None:
    saving = command(
        acts,
        "save",
        "roi_kept",
        "compare, and keep the recommendation",
        "Compare, and keep the recommendation with its inputs, to be reopened later.",
    )
    saving.add_argument("unit", metavar="UNIT", help="its serial number")
    saving.add_argument(
        "--presented", metavar="TEXT", default="", help="what was presented to the customer, and how"
    )
    saving.add_argument("--call", metavar="NUMBER", default="", help="the call that it is about")
    _roi_stated(saving)
    listing = command(acts, "list", "roi_kept", "a unit's recommendations, newest first")
    listing.add_argument("unit", metavar="UNIT", help="its serial number")
    opening = command(
        acts,
        "reopen",
        "roi_kept",
        "ask the same again today, and show what has changed",
        "Ask the same again on today's records; every input and result that has changed is shown, then and now. What "
        "was typed in then stands.",
    )
    opening.add_argument("id", metavar="ID", type=int, help="as 'roi list' shows it")
    deciding = command(acts, "decide", "roi_kept", "record what the customer decided, and why")
    deciding.add_argument("id", metavar="ID", type=int, help="as 'roi list' shows it")
    deciding.add_argument("decided", choices=("repair", "replace", "component", "wait"))
    deciding.add_argument("--reason", metavar="TEXT", required=True, help="why, in the customer's words")
    for act, one in (("save", saving), ("list", listing), ("reopen", opening), ("decide", deciding)):
        one.set_defaults(act=act)
        json(one)


def _roi_report(acts: Commands) -> None:
    one = command(
        acts,
        "report",
        "roi_report",
        "print the comparison as a page for the customer",
        "Print the comparison as a page for the customer, PDF or HTML by the name of the file. Our own costs and "
        "other customers' data are not on it.",
    )
    one.add_argument("unit", metavar="UNIT", nargs="?", default="", help="its serial number")
    one.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        default=Path("page.pdf"),
        help="page.pdf or page.html (default: page.pdf)",
    )
    one.add_argument("--template", metavar="FILE", type=Path, help="your own template: .typ for PDF, .html")
    one.add_argument(
        "--template-to", metavar="FILE", type=Path, help="write the template that we use, for you to edit"
    )
    one.add_argument(
        "--valid-days", metavar="N", type=count, default=30, help="how long prices stand (default: 30 days)"
    )
    _roi_stated(one)


def _roi_fleet(acts: Commands) -> None:
    one = command(
        acts,
        "fleet",
        "roi_fleet",
        "rank all units by what replacing would save",
        "Compare every unit in service with what could replace it, and rank them by what that would save. With a "
        "budget: which to replace first, in which year.",
    )
    one.add_argument(
        "--customer", metavar="CUSTOMER", default="", help="only the units of this one, by name or number"
    )
    one.add_argument(
        "--budget", metavar="AMOUNT", type=amount, help="what may be spent a year, such as 50000"
    )
    one.add_argument("--years", metavar="N", type=count, default=5, help="years to spend it in (default: 5)")
    one.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="a table of all units: fleet.csv or .xlsx"
    )
    json(one)


def _roi_stated(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--quote", metavar="AMOUNT", type=amount, help="what the repair would cost, such as 1250.00"
    )
    one.add_argument(
        "--model",
        metavar="NAME",
        action="append",
        default=[],
        help="replace it by this model of the catalogue; may be given more than once: the best of them counts",
    )
    one.add_argument(
        "--component",
        metavar="NAME",
        default="",
        help="a part on record, to weigh replacing it alone ('roi --json' lists them as components)",
    )
    one.add_argument("--years", metavar="N", type=count, help="how far to look ahead (default: the settings)")
    one.add_argument(
        "--rate", metavar="R", type=rate, help="yearly interest: 0.08 is 8 %% (default: the settings)"
    )
    one.add_argument(
        "--set",
        dest="stated",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="any input by its name in 'roi --json', such as price=29000 or tax='25 %%'; may be given more than once",
    )
