"""Every command and option. Nothing but argparse is loaded here: ``--help`` answers at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent.parent / "exchange" / "presets"
SEARCHED = (
    *("customer", "contact", "site", "unit", "call", "visit", "interaction", "promise"),
    *("customer_note", "gone_wrong", "escalation", "escalation_entry"),
)
"""Kinds of records that can be searched; a test compares them with the store's."""
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
    _common(top, top=True)
    top.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    top.set_defaults(module="workbench")
    commands = top.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)
    for add in (
        _queue,
        _call,
        _brief,
        _log,
        _first,
        _customer,
        _search,
        _sla,
        _unit,
        _roi,
        _import,
        _replay,
        _demo,
        _operator,
        _agreement,
        _calendar,
        _rank,
        _settings,
        _doctor,
    ):
        add(commands)
    return top


class _Parser(argparse.ArgumentParser):
    """A command that takes an argument, or one of its ``acts`` instead: ``roi CX-1044``, ``roi report CX-1044``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.acts: dict[str, argparse.ArgumentParser] = {}

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        act = self.acts.get(args[0]) if args else None
        if act is not None:
            return act.parse_known_args(args[1:], namespace)
        return super().parse_known_args(args, namespace)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib import metadata  # 10 ms that only this question is worth

        parser.exit(message=f"dispatch-tui {metadata.version('dispatch-tui')}\n")


_Commands = Any  # argparse keeps the type of what add_subparsers returns to itself


def _common(one: argparse.ArgumentParser, *, top: bool = False) -> None:
    """Options that may stand before or after the command; after it they do not undo what stood before."""
    default: Callable[[Any], Any] = (lambda value: value) if top else (lambda _value: argparse.SUPPRESS)
    one.add_argument(
        "--db",
        metavar="URL",
        default=default(""),
        help="a path, sqlite:///PATH or postgresql://USER@HOST/NAME (default: DISPATCH_TUI_DB, then the settings)",
    )
    one.add_argument(
        "--as",
        dest="as_account",
        metavar="ACCOUNT",
        default=default(""),
        help="act as another operator (demo company only)",
    )
    one.add_argument("--no-color", action="store_true", default=default(False), help="no colours")


def _command(commands: _Commands, name: str, module: str, help: str, description: str = "") -> _Parser:
    one: _Parser = commands.add_parser(
        name, help=help, description=description or f"{help[0].upper()}{help[1:]}."
    )
    one.set_defaults(module=module)
    _common(one)
    return one


def _json(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", action="store_true", help="as JSON, in the shape of docs/json.md")


def _at(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--at",
        metavar="INSTANT",
        default="",
        help="as it was then: 2026-03-04T09:00Z, or '2026-03-04 10:00 Europe/Berlin' (no zone: this machine's)",
    )


def _queue(commands: _Commands) -> None:
    one = _command(commands, "queue", "queue", "list calls, the first to be dealt with first")
    one.add_argument(
        "--queue",
        metavar="ID",
        default="",
        help="a saved queue: all, mine, unassigned, due, breached, hold, to-close, team:NAME, skill:NAME, "
        "or one of your own",
    )
    one.add_argument(
        "--filter", metavar="TEXT", default="", help="such as 'pri:1 status:hold cust:acme due<2h pump'"
    )
    one.add_argument(
        "--sort", choices=("rank", "due", "opened", "priority"), help="default: as the queue has it"
    )
    one.add_argument(
        "--limit", metavar="N", type=_count, default=100, help="at most so many calls (default 100)"
    )
    _at(one)
    _json(one)


def _call(commands: _Commands) -> None:
    one = _command(commands, "call", "call", "show one call: its clocks, its story, whom to reach")
    one.epilog = (
        "Also: 'call resolve', 'call close', 'call finish' (its visit), 'call rate' (each with --help)."
    )
    one.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    _at(one)
    _json(one)
    acts = _Parser(prog=one.prog).add_subparsers()
    _call_ending(acts)
    one.acts = dict(acts.choices)


def _call_ending(acts: _Commands) -> None:
    for act, help in (
        ("resolve", "the fault is dealt with: say how it ended"),
        ("close", "the customer agrees: say what is missing, and close it"),
        ("finish", "the visit on site is over: say how it ended"),
    ):
        one = _command(acts, act, "call_ending", help)
        one.set_defaults(act=act)
        one.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
        one.add_argument("--outcome", choices=("good", "bad", "incomplete"), default="")
        for name, words in (
            ("--done", "what was done"),
            ("--problem", "what failed"),
            ("--cause", "why"),
            ("--avoid", "how it can be avoided"),
            ("--expect", "what is to be expected from here"),
            ("--next-step", "what happens next"),
            ("--next-step-at", "by when: 2h, 14:30, 'tomorrow 9:00', 'fri 14:00', '2026-03-05 14:00'"),
            ("--confirmed", "how the customer confirmed it, such as signed"),
            ("--unconfirmed", "why they did not, such as 'remote work'"),
            ("--rating-words", "what the customer said with it"),
        ):
            one.add_argument(name, metavar="TEXT", default="", help=words)
        one.add_argument(
            "--left-open",
            metavar="TEXT",
            action="append",
            default=[],
            help="something left open, such as 'send the manual by fri 14:00'; may be given more than once",
        )
        one.add_argument("--rating", metavar="N", type=_count, help="the customer's rating, 1 (worst) to 5")
        if act == "finish":
            one.add_argument("--labour-minutes", metavar="N", type=_count, help="working time")
            one.add_argument("--downtime-minutes", metavar="N", type=_count, help="standstill of the unit")
        _json(one)
    rating = _command(acts, "rate", "call_ending", "record what the customer says of our work")
    rating.set_defaults(act="rate")
    rating.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    rating.add_argument("points", metavar="POINTS", type=_count, help="1 (worst) to 5")
    rating.add_argument(
        "--by", choices=("customer", "us"), default="customer", help="who rates (default: customer)"
    )
    rating.add_argument("--words", metavar="TEXT", default="", help="in the customer's words")
    _json(rating)


def _brief(commands: _Commands) -> None:
    one = _command(
        commands, "brief", "brief", "the visit brief of a call: all that is known before the visit"
    )
    one.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    one.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="print it: brief.pdf, brief.html or brief.txt"
    )
    one.add_argument(
        "--acknowledge",
        action="store_true",
        help="record that the arrival instruction and the warranty guard have been read",
    )
    _json(one)


def _log(commands: _Commands) -> None:
    one = _command(
        commands, "log", "log", "log a contact with a customer: what was said, promised, and is next"
    )
    one.add_argument("number_of_call", metavar="CALL", nargs="?", default="", help="such as C-17, or just 17")
    one.add_argument("--customer", metavar="NAME", default="", help="with whom, where it is about no call")
    one.add_argument(
        "--prompt", metavar="ID", type=_count, help="the prompt of 'dispatch-tui first' that it ends"
    )
    one.add_argument("--in", dest="inbound", action="store_true", help="they came to us (else we to them)")
    one.add_argument(
        "--by",
        metavar="CHANNEL",
        default="phone",
        help="phone (the default), visit, video, voicemail, email, sms, chat, portal, letter or note",
    )
    one.add_argument("--no-answer", action="store_true", help="nobody was reached")
    one.add_argument("--contact", metavar="NAME", default="", help="who it was with")
    one.add_argument(
        "--number", metavar="NUMBER", default="", help="the number used, where none is on record"
    )
    one.add_argument("--mood", metavar="WORD", default="", help="pleased, calm, worried, upset or angry")
    for name, what in (
        ("said", "what was said"),
        ("believes", "what they take to be so"),
        ("true", "what is so, where it differs"),
        ("listen", "what they said matters to them"),
        ("observe", "what you noticed"),
        ("think", "what you make of it"),
        ("speak", "what you said to it"),
        ("plan", "what happens now; bad news needs it"),
    ):
        one.add_argument(f"--{name}", metavar="TEXT", default="", help=what)
    one.add_argument(
        "--bad-news", action="store_true", help="it was bad news: plan and next update are needed"
    )
    one.add_argument(
        "--next-update", metavar="TIME", default="", help="when they hear from us: 2h, 14:30, 'fri 9:00'"
    )
    one.add_argument(
        "--promise", metavar="TEXT", action="append", default=[], help="such as 'a loaner by fri 12:00'"
    )
    one.add_argument(
        "--told-before",
        metavar="TEXT",
        action="append",
        default=[],
        help="what may delay the job, told in advance",
    )
    _at(one)
    _json(one)


def _first(commands: _Commands) -> None:
    one = _command(
        commands,
        "first",
        "first",
        "whom to call before they call us",
        "List whom to call before they call us: why, and until when a call still helps.",
    )
    one.epilog = (
        "Also: 'first show ID', 'first override ID', 'first retime ID', 'first offer ID ACCOUNT', 'first offers', "
        "'first accept OFFER', 'first decline OFFER', 'first withdraw OFFER' (each with --help)."
    )
    one.add_argument("--limit", metavar="N", type=_count, default=20, help="at most so many (default 20)")
    one.set_defaults(act="")
    _json(one)
    acts = _Parser(prog=one.prog).add_subparsers()
    prompts = {
        "show": "whom to reach and how, what was last said, what to say, and why it stands where it does",
        "override": "not to call about it, and why",
        "retime": "to call at another time instead",
        "offer": "offer it to somebody else, whose it is once they accept",
    }
    for act, what in prompts.items():
        deciding = _command(acts, act, "first", what)
        deciding.add_argument("id", metavar="ID", type=int, help="as 'first' lists it")
        if act == "offer":
            deciding.add_argument("account", metavar="ACCOUNT", help="the other's account")
            deciding.add_argument("--note", metavar="TEXT", default="", help="a word for them")
        if act == "retime":
            deciding.add_argument(
                "--until", metavar="INSTANT", required=True, help="such as '2026-03-04 15:00 Europe/Berlin'"
            )
        if act in ("override", "retime"):
            deciding.add_argument(
                "--why", metavar="TEXT", default="", required=act == "override", help="the reason, in words"
            )
        deciding.set_defaults(act=act)
        _json(deciding)
    waiting = _command(acts, "offers", "first", "what others would like to hand over to me")
    waiting.set_defaults(act="offers")
    _json(waiting)
    for act, what in (
        ("accept", "take over what was offered to me"),
        ("decline", "leave what was offered to me with who has it"),
        ("withdraw", "take back what I offered"),
    ):
        answering = _command(acts, act, "first", what)
        answering.add_argument(
            "offer", metavar="OFFER", type=int, help="its number, as 'first offers' shows it"
        )
        answering.set_defaults(act=act)
        _json(answering)
    one.acts = dict(acts.choices)


def _customer(commands: _Commands) -> None:
    one = _command(
        commands, "customer", "customer", "show one customer: health, trust, people, what happened"
    )
    one.add_argument("customer", metavar="CUSTOMER", help="its name, the beginning of it, or its number")
    one.add_argument("--limit", type=_count, default=20, metavar="N", help="entries of the timeline (20)")
    _json(one)


def _search(commands: _Commands) -> None:
    one = _command(commands, "search", "searching", "search everything that was said and written")
    one.add_argument(
        "words", metavar="WORD", nargs="+", help="all have to be there; three letters begin a word"
    )
    one.add_argument("--customer", default="", metavar="CUSTOMER", help="only this one, by name or number")
    one.add_argument("--rebuild", action="store_true", help="first make the full text anew from all records")
    one.add_argument("--kind", default="", metavar="KIND", choices=("", *SEARCHED), help=", ".join(SEARCHED))
    one.add_argument("--limit", type=_count, default=20, metavar="N", help="how many at most (20)")
    _json(one)


def _sla(commands: _Commands) -> None:
    one = _command(commands, "sla", "sla", "the clocks of the agreements")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    explaining = _command(
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
    _json(explaining)
    _sla_attainment(acts)


def _sla_attainment(acts: _Commands) -> None:
    kept = _command(
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
    _json(kept)


def _unit(commands: _Commands) -> None:
    one = _command(commands, "unit", "unit", "show one unit: identity, cover, history, costs")
    one.add_argument("serial", metavar="SERIAL", help="its serial number")
    _json(one)


def _roi(commands: _Commands) -> None:
    one = _command(commands, "roi", "roi", "repair a unit, or replace it?")
    one.epilog = (
        "Also: 'roi report UNIT', a page for the customer; 'roi fleet', all units ranked; 'roi save UNIT', 'roi list "
        "UNIT', 'roi reopen ID', 'roi decide ID': recommendations kept (each with --help)."
    )
    one.add_argument("unit", metavar="UNIT", help="its serial number")
    _roi_stated(one)
    _json(one)
    acts = _Parser(prog=one.prog).add_subparsers()
    _roi_kept(acts)
    _roi_report(acts)
    _roi_fleet(acts)
    one.acts = dict(acts.choices)


def _roi_kept(acts: _Commands) -> None:
    saving = _command(
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
    listing = _command(acts, "list", "roi_kept", "a unit's recommendations, newest first")
    listing.add_argument("unit", metavar="UNIT", help="its serial number")
    opening = _command(
        acts,
        "reopen",
        "roi_kept",
        "ask the same again today, and show what has changed",
        "Ask the same again on today's records; every input and result that has changed is shown, then and now. What "
        "was typed in then stands.",
    )
    opening.add_argument("id", metavar="ID", type=int, help="as 'roi list' shows it")
    deciding = _command(acts, "decide", "roi_kept", "record what the customer decided, and why")
    deciding.add_argument("id", metavar="ID", type=int, help="as 'roi list' shows it")
    deciding.add_argument("decided", choices=("repair", "replace", "component", "wait"))
    deciding.add_argument("--reason", metavar="TEXT", required=True, help="why, in the customer's words")
    for act, one in (("save", saving), ("list", listing), ("reopen", opening), ("decide", deciding)):
        one.set_defaults(act=act)
        _json(one)


def _roi_report(acts: _Commands) -> None:
    one = _command(
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
        "--valid-days", metavar="N", type=_count, default=30, help="how long prices stand (default: 30 days)"
    )
    _roi_stated(one)


def _roi_fleet(acts: _Commands) -> None:
    one = _command(
        acts,
        "fleet",
        "roi_fleet",
        "rank all units by what replacing would save",
        "Compare every unit in service with what could replace it, and rank them by what that would save. With a "
        "budget: which to replace first, in which year.",
    )
    one.add_argument("--customer", metavar="NAME", default="", help="only the units of this customer")
    one.add_argument(
        "--budget", metavar="AMOUNT", type=_amount, help="what may be spent a year, such as 50000"
    )
    one.add_argument("--years", metavar="N", type=_count, default=5, help="years to spend it in (default: 5)")
    one.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="a table of all units: fleet.csv or .xlsx"
    )
    _json(one)


def _roi_stated(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--quote", metavar="AMOUNT", type=_amount, help="what the repair would cost, such as 1250.00"
    )
    one.add_argument("--model", metavar="NAME", default="", help="replace it by this model of the catalogue")
    one.add_argument(
        "--years", metavar="N", type=_count, help="how far to look ahead (default: the settings)"
    )
    one.add_argument(
        "--rate", metavar="R", type=_rate, help="yearly interest: 0.08 is 8 %% (default: the settings)"
    )
    one.add_argument(
        "--set",
        dest="stated",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="any input by its name in 'roi --json', such as price=29000 or tax='25 %%'; may be given more than once",
    )


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


def _import(commands: _Commands) -> None:
    one = _command(
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
    _json(one)


def _replay(commands: _Commands) -> None:
    one = _command(
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
        type=_speed,
        default=600.0,
        help="times as fast as it was, or max (default 600)",
    )
    _json(one)


def _demo(commands: _Commands) -> None:
    one = _command(
        commands,
        "demo",
        "demo",
        "open the workbench on an invented company",
        "Make an invented company, once, and open the workbench on it; calls keep arriving while you look.",
    )
    one.add_argument("--calls", metavar="N", type=_count, default=1200, help="so many calls (default 1200)")
    one.add_argument("--units", metavar="N", type=_count, help="so many units (default: as fits the calls)")
    one.add_argument("--seed", metavar="S", type=int, default=1, help="the same seed makes the same company")
    one.add_argument("--fresh", action="store_true", help="make it anew, throwing away the old demo")
    one.add_argument("--live", action="store_true", help="let calls arrive, without a screen, until Ctrl-C")
    one.add_argument("--no-open", action="store_true", help="only make it")
    one.add_argument(
        "--no-mouse", action="store_true", default=argparse.SUPPRESS, help="leave the mouse to the terminal"
    )
    _json(one)


def _operator(commands: _Commands) -> None:
    one = _command(commands, "operator", "operators", "who may do what")
    acts = one.add_subparsers(metavar="ACT", dest="act", required=True)
    listing = acts.add_parser("list", help="everyone with a role", description="Everyone with a role.")
    giving = acts.add_parser(
        "set", help="give an account a role", description="Give an account a role (managers only)."
    )
    giving.add_argument("account", metavar="ACCOUNT", help="the account's name on its system")
    giving.add_argument("role", metavar="ROLE", help="viewer, technician, dispatcher or manager")
    for act in (listing, giving):
        _common(act)
        _json(act)


def _agreement(commands: _Commands) -> None:
    one = _command(commands, "agreement", "agreements", "what we owe customers")
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
        _common(act)
        _json(act)


def _calendar(commands: _Commands) -> None:
    one = _command(
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
        _common(act)
        _json(act)


def _rank(commands: _Commands) -> None:
    one = _command(
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
    _json(one)


def _settings(commands: _Commands) -> None:
    one = commands.add_parser(
        "settings",
        help="show the settings as they stand",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Show every setting as it stands, and where it came from.",
    )
    one.set_defaults(module="settings")
    _common(one)
    what = one.add_mutually_exclusive_group()
    what.add_argument("--print-default", action="store_true", help="print a commented file to start from")
    what.add_argument("--path", action="store_true", help="print where the file is, or would be")
    what.add_argument("--check", action="store_true", help="say whether the file can be used as it is")
    what.add_argument("--explain", action="store_true", help="explain every setting and its variable")


def _doctor(commands: _Commands) -> None:
    one = _command(commands, "doctor", "doctor", "say what is wrong here, and what to do")
    _json(one)


# -- values -------------------------------------------------------------------------------------


def presets() -> Sequence[str]:
    """Names of the mappings that come with the program."""
    return sorted(one.stem for one in PRESETS.glob("*.toml") if one.stem != "template")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a whole number from 1 on")
    return number


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError("give an amount such as 1250.00")
    return amount


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError("give a fraction between 0 and 1: 0.08 is 8 %")
    return rate


def _speed(text: str) -> float | None:
    """``None`` is as fast as it goes."""
    if text == "max":
        return None
    speed = float(text)
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError("give a number above 0, or max")
    return speed
