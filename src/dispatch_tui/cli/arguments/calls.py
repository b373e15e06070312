"""Calls, the conversations about them, and visits."""

from __future__ import annotations

from pathlib import Path

from dispatch_tui.cli.arguments.common import Commands, Parser, at, command, count, json, minutes


def queue(commands: Commands) -> None:
    one = command(commands, "queue", "queue", "list calls, the first to be dealt with first")
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
        "--limit", metavar="N", type=count, default=100, help="at most so many calls (default 100)"
    )
    at(one)
    json(one)


def call(commands: Commands) -> None:
    one = command(commands, "call", "call", "show one call: its clocks, its story, whom to reach")
    one.epilog = (
        "Also: 'call resolve', 'call close', 'call finish' (its visit), 'call rate' (each with --help)."
    )
    one.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    at(one)
    json(one)
    acts = Parser(prog=one.prog).add_subparsers()
    _call_ending(acts)
    one.acts = dict(acts.choices)


def _call_ending(acts: Commands) -> None:
    for act, help in (
        ("resolve", "the fault is dealt with: say how it ended"),
        ("close", "the customer agrees: say what is missing, and close it"),
        ("finish", "the visit on site is over: say how it ended"),
    ):
        one = command(acts, act, "call_ending", help)
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
        one.add_argument("--rating", metavar="N", type=count, help="the customer's rating, 1 (worst) to 5")
        if act == "finish":
            one.add_argument("--labour-minutes", metavar="N", type=minutes, help="working time")
            one.add_argument("--downtime-minutes", metavar="N", type=minutes, help="standstill of the unit")
        json(one)
    rating = command(acts, "rate", "call_ending", "record what the customer says of our work")
    rating.set_defaults(act="rate")
    rating.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    rating.add_argument("points", metavar="POINTS", type=count, help="1 (worst) to 5")
    rating.add_argument(
        "--by", choices=("customer", "us"), default="customer", help="who rates (default: customer)"
    )
    rating.add_argument("--words", metavar="TEXT", default="", help="in the customer's words")
    json(rating)


def brief(commands: Commands) -> None:
    one = command(commands, "brief", "brief", "the visit brief of a call: all that is known before the visit")
    one.add_argument("number", metavar="NUMBER", help="such as C-17, or just 17")
    one.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="print it: brief.pdf, brief.html or brief.txt"
    )
    one.add_argument(
        "--acknowledge",
        action="store_true",
        help="record that the arrival instruction and the warranty guard have been read",
    )
    json(one)


def log(commands: Commands) -> None:
    one = command(
        commands, "log", "log", "log a contact with a customer: what was said, promised, and is next"
    )
    one.add_argument("number_of_call", metavar="CALL", nargs="?", default="", help="such as C-17, or just 17")
    one.add_argument(
        "--customer",
        metavar="CUSTOMER",
        default="",
        help="with whom, by name or number, where it is about no call",
    )
    one.add_argument(
        "--prompt", metavar="ID", type=count, help="the prompt of 'dispatch-tui first' that it ends"
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
    at(one)
    json(one)


def first(commands: Commands) -> None:
    one = command(
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
    one.add_argument("--limit", metavar="N", type=count, default=20, help="at most so many (default 20)")
    one.set_defaults(act="")
    json(one)
    acts = Parser(prog=one.prog).add_subparsers()
    prompts = {
        "show": "whom to reach and how, what was last said, what to say, and why it stands where it does",
        "override": "not to call about it, and why",
        "retime": "to call at another time instead",
        "offer": "offer it to somebody else, whose it is once they accept",
    }
    for act, what in prompts.items():
        deciding = command(acts, act, "first", what)
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
        json(deciding)
    waiting = command(acts, "offers", "first", "what others would like to hand over to me")
    waiting.set_defaults(act="offers")
    json(waiting)
    for act, what in (
        ("accept", "take over what was offered to me"),
        ("decline", "leave what was offered to me with who has it"),
        ("withdraw", "take back what I offered"),
    ):
        answering = command(acts, act, "first", what)
        answering.add_argument(
            "offer", metavar="OFFER", type=int, help="its number, as 'first offers' shows it"
        )
        answering.set_defaults(act=act)
        json(answering)
    one.acts = dict(acts.choices)


def delay(commands: Commands) -> None:
    one = command(
        commands,
        "delay",
        "delays",
        "what makes calls late, so that their customers are told",
        "Say what makes calls late: their customers are to be called then. Alone it lists what has still to be told.",
    )
    one.add_argument("cause", metavar="CAUSE", nargs="?", default="", help="what the customers will be told")
    one.add_argument("calls", metavar="CALL", nargs="*", help="those that come later, such as C-17 C-18")
    one.add_argument(
        "--until",
        metavar="TIME",
        default="",
        help="when we come now, by the clock of the site: 2h, 14:30, 'fri 14:00'",
    )
    one.add_argument("--over", metavar="ID", type=int, help="this one is over, by its number in the list")
    json(one)
