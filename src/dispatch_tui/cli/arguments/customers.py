"""Customers, escalations, what the past says, and the rules of the customer side."""

from __future__ import annotations

from pathlib import Path

from dispatch_tui.cli.arguments.common import Commands, command, common, count, json

SEARCHED = (
    *("customer", "contact", "site", "unit", "call", "visit", "interaction", "promise"),
    *("customer_note", "gone_wrong", "escalation", "escalation_entry"),
)
"""Kinds of records that can be searched; a test compares them with the store's."""


def customer(commands: Commands) -> None:
    one = command(commands, "customer", "customer", "show one customer: health, trust, people, what happened")
    one.add_argument("customer", metavar="CUSTOMER", help="its name, the beginning of it, or its number")
    one.add_argument("--limit", type=count, default=20, metavar="N", help="entries of the timeline (20)")
    json(one)


def search(commands: Commands) -> None:
    one = command(commands, "search", "searching", "search everything that was said and written")
    one.add_argument(
        "words", metavar="WORD", nargs="+", help="all have to be there; three letters begin a word"
    )
    one.add_argument("--customer", default="", metavar="CUSTOMER", help="only this one, by name or number")
    one.add_argument("--rebuild", action="store_true", help="first make the full text anew from all records")
    one.add_argument("--kind", default="", metavar="KIND", choices=("", *SEARCHED), help=", ".join(SEARCHED))
    one.add_argument("--limit", type=count, default=20, metavar="N", help="how many at most (20)")
    json(one)


def escalation(commands: Commands) -> None:
    one = command(commands, "escalation", "escalations", "escalated matters: who owns them, and their log")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    listing = acts.add_parser(
        "list", help="those that are open", description="Open matters, those that nobody owns first."
    )
    listing.add_argument("--all", action="store_true", help="closed ones too")
    showing = acts.add_parser(
        "show", help="one of them", description="One matter with all that is in its room."
    )
    opening = acts.add_parser("open", help="escalate a call", description="Escalate a call, or a customer.")
    about = opening.add_mutually_exclusive_group(required=True)
    about.add_argument("--call", metavar="NUMBER", default="", help="such as C-17")
    about.add_argument("--customer", metavar="CUSTOMER", default="", help="a customer, by name or number")
    opening.add_argument("title", metavar="TITLE", help="what the matter is, in a few words")
    moving = acts.add_parser("move", help="say how it stands now", description="Move a matter on.")
    logging = acts.add_parser("log", help="write a line of its log", description="Add a line to the log.")
    reporting = acts.add_parser(
        "report-back",
        help="say in which conversation they were told",
        description="Close a checked matter by the conversation in which the customer was told; 'show' lists them.",
    )
    for act in (showing, moving, logging, reporting):
        act.add_argument("id", metavar="ID", type=int, help="as 'escalation list' shows it")
    moving.add_argument("move", choices=("take", "fix", "fail-check", "check", "reopen"))
    logging.add_argument("text", metavar="TEXT", help="what happened")
    reporting.add_argument("interaction", metavar="CONVERSATION", type=int, help="its number")
    for act in (listing, showing, opening, moving, logging, reporting):
        common(act)
        json(act)


def measures(commands: Commands) -> None:
    one = command(
        commands,
        "measures",
        "measures",
        "looking back: who called first, promises kept, repairs",
        "Look back on everybody, a team, a person or a customer. What each measure means is said below the figures.",
    )
    whose = one.add_mutually_exclusive_group()
    whose.add_argument("--team", metavar="NAME", default="", help="calls of this team")
    whose.add_argument("--person", metavar="NAME", default="", help="calls of an operator or a technician")
    whose.add_argument(
        "--customer", metavar="CUSTOMER", default="", help="calls of this one, by name or number"
    )
    one.add_argument(
        "--since", metavar="DATE", default="", help="the first date (default: this month's first)"
    )
    one.add_argument("--until", metavar="DATE", default="", help="the last date (default: today)")
    one.add_argument(
        "--period", choices=("day", "week", "month"), help="a column for each (default: all as one)"
    )
    one.add_argument("--csv", metavar="FILE", type=Path, help="write the figures as CSV")
    json(one)


def rules(commands: Commands) -> None:
    one = command(commands, "rules", "care_rules", "the rules of the customer side")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    showing = acts.add_parser(
        "show",
        help="the rules that hold",
        description="What differs from the defaults, or every rule with --all.",
    )
    showing.add_argument("--all", action="store_true", help="every rule, not only what differs")
    exporting = acts.add_parser(
        "export",
        help="print the file to start from",
        description="Print this database's own file; --defaults: the defaults with a word on each rule.",
    )
    exporting.add_argument("--defaults", action="store_true", help="the defaults, with a word on each")
    checking = acts.add_parser(
        "check", help="say what a file would do", description="Check a file, and say what it does."
    )
    setting = acts.add_parser(
        "set",
        help="make a file the rules",
        description="Make a file the rules of this database (managers only).",
    )
    for act in (checking, setting):
        act.add_argument("file", metavar="FILE", type=Path, help="TOML: what differs from the defaults")
    for act in (showing, exporting, checking, setting):
        common(act)
        json(act)
