"""What every command has, and the values that options take. Nothing but argparse is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent.parent.parent / "exchange" / "presets"
Commands = Any  # argparse keeps the type of what add_subparsers returns to itself


class Parser(argparse.ArgumentParser):
    """A command that takes an argument, or one of its ``acts`` instead: ``roi CX-1044``, ``roi report CX-1044``."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.acts: dict[str, argparse.ArgumentParser] = {}

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        act = self.acts.get(args[0]) if args else None
        if act is not None:
            return act.parse_known_args(args[1:], namespace)
        return super().parse_known_args(args, namespace)


def common(one: argparse.ArgumentParser, *, top: bool = False) -> None:
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


def command(commands: Commands, name: str, module: str, help: str, description: str = "") -> Parser:
    one: Parser = commands.add_parser(
        name, help=help, description=description or f"{help[0].upper()}{help[1:]}."
    )
    one.set_defaults(module=module)
    common(one)
    return one


def json(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", action="store_true", help="as JSON, in the shape of docs/json.md")


def at(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--at",
        metavar="INSTANT",
        default="",
        help="as it was then: 2026-03-04T09:00Z, or '2026-03-04 10:00 Europe/Berlin' (no zone: this machine's)",
    )


# -- values -------------------------------------------------------------------------------------


def presets() -> Sequence[str]:
    """Names of the mappings that come with the program."""
    return sorted(one.stem for one in PRESETS.glob("*.toml") if one.stem != "template")


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a whole number from 1 on")
    return number


def minutes(text: str) -> int:
    """As :func:`count`, none among them."""
    return 0 if text == "0" else count(text)


def amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError("give an amount such as 1250.00")
    return amount


def rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError("give a fraction between 0 and 1: 0.08 is 8 %")
    return rate


def speed(text: str) -> float | None:
    """``None`` is as fast as it goes."""
    if text == "max":
        return None
    speed = float(text)
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError("give a number above 0, or max")
    return speed
