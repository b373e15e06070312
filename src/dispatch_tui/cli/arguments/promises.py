"""Agreements and calendars, their clocks, and the order of the queue."""

from __future__ import annotations

from pathlib import Path

from dispatch_tui.cli.arguments.common import Commands, command, common, json


def sla(commands: Commands) -> None:
    one = command(commands, "sla", "sla", "the clocks of the agreements")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    explaining = command(
        acts, "explain", "sla.explain", "why a call is due when it is: what was counted, what was skipped"
    )
    explaining.add_argument("number", metavar="CALL", help="such as C-17, or just 17")
    explaining.add_argument(
        "--clock",
        metavar="KIND",
        choices=("first_response", "resolution", "next_update", "customer_waiting"),
        default="",
        help="only this clock: first_response, resolution, next_update or customer_waiting",
    )
    json(explaining)
    _sla_attainment(acts)


def _sla_attainment(acts: Commands) -> None:
    kept = command(
        acts,
        "attainment",
        "sla.attainment",
        "how many clocks were met and missed",
        "Count the clocks that were met and missed. What counts, and when, is said below the figures.",
    )
    kept.add_argument("--by", choices=("team", "customer", "agreement", "technician"), default="team")
    kept.add_argument(
        "--clock",
        metavar="KIND",
        choices=("first_response", "resolution", "next_update", "customer_waiting"),
        default="resolution",
        help="first_response, resolution (default), next_update or customer_waiting",
    )
    kept.add_argument("--period", choices=("day", "week", "month"), default="month", help="default: month")
    kept.add_argument(
        "--from",
        dest="since",
        metavar="DATE",
        default="",
        help="the first date (default: 12 months or weeks, 14 days)",
    )
    kept.add_argument(
        "--to",
        dest="until",
        metavar="DATE",
        default="",
        help="the last date (default: today, at the site that is furthest ahead)",
    )
    json(kept)


def agreement(commands: Commands) -> None:
    one = command(commands, "agreement", "agreements", "what we owe customers")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    listing = acts.add_parser(
        "list", help="every agreement", description="Every agreement, and its running calls."
    )
    showing = acts.add_parser(
        "show", help="one of them, as a file", description="One agreement, as the file that 'set' reads."
    )
    showing.add_argument("id", metavar="ID", type=int, help="as 'agreement list' shows it")
    setting = acts.add_parser(
        "set",
        help="make or revise one from a file",
        description="Make an agreement from a TOML file or, where that has an id, revise it (managers only). Says "
        "what it does to running calls, which keep what they have unless --reapply takes them along.",
    )
    setting.add_argument("file", metavar="FILE", type=Path, help="as 'agreement show' writes it")
    setting.add_argument("--dry-run", action="store_true", help="say what it would do, and save nothing")
    setting.add_argument("--reapply", action="store_true", help="take running calls along")
    for act in (listing, showing, setting):
        common(act)
        json(act)


def calendar(commands: Commands) -> None:
    one = command(
        commands, "calendar", "calendars", "opening hours that agreements share, and their holidays"
    )
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    listing = acts.add_parser("list", help="all calendars", description="All calendars.")
    showing = acts.add_parser(
        "show",
        help="a month with its open hours",
        description="A month of a calendar, with what is open each day.",
    )
    showing.add_argument("name", metavar="NAME", help="the calendar's name")
    showing.add_argument(
        "--month", metavar="YYYY-MM", default="", help="such as 2026-12 (default: this month)"
    )
    bringing = acts.add_parser(
        "holidays",
        help="bring in the holidays of a country or of a file",
        description="List the holidays of a country, or of an iCalendar file, and bring them into a calendar. What is "
        "no day off for everybody comes switched off; a date that the calendar knows stays as somebody switched it.",
    )
    bringing.add_argument("--country", metavar="CODE", default="", help="ISO 3166, such as DE")
    bringing.add_argument("--region", metavar="CODE", default="", help="of that country, such as BY")
    bringing.add_argument("--ics", metavar="FILE", type=Path, help="an iCalendar file")
    bringing.add_argument("--years", metavar="YEARS", required=True, help="2026, 2026-2028 or 2026,2028")
    bringing.add_argument(
        "--into",
        metavar="CALENDAR",
        default="",
        help="the calendar to bring them into (without it: only list them)",
    )
    bringing.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    for act in (listing, showing, bringing):
        common(act)
        json(act)


def rank(commands: Commands) -> None:
    one = command(
        commands,
        "rank",
        "ranking",
        "the weights by which everybody's queue is ranked",
        "Show the weights by which the queue is ranked, or set them for everybody (managers only); the calls are then "
        "ranked anew. Ctrl-C stops after the batch at hand.",
    )
    for name, what in (
        ("lead", "how long before it is due a call is to be dealt with"),
        ("allowance", "within what time, where nothing is due"),
    ):
        one.add_argument(
            f"--{name}",
            metavar="PRIORITY=LENGTH",
            action="append",
            default=[],
            help=f"{what}: 1=4h, 3=30m, 4=1d12h",
        )
    one.add_argument(
        "--defaults", action="store_true", help="go back to the weights that the program came with"
    )
    one.add_argument("--go-on", action="store_true", help="rank what an interrupted run has left")
    json(one)
