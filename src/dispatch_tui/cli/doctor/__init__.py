"""``dispatch-tui doctor``: what is wrong here and what to do. It looks, and changes nothing."""

from __future__ import annotations

import sys
from argparse import Namespace

from dispatch_tui.cli.doctor.findings import Finding
from dispatch_tui.cli.doctor.here import look_at_settings, look_here
from dispatch_tui.cli.opening import location_of
from dispatch_tui.cli.output import Output, Style
from dispatch_tui.cli.sheet import folded
from dispatch_tui.clock import Clock
from dispatch_tui.errors import DispatchError
from dispatch_tui.settings import Settings
from dispatch_tui.text import plain

_STYLES: dict[str, Style] = {"ok": "green", "warn": "yellow", "bad": "red"}
_INDENT = 18


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Say what was found; 1 where anything is bad, else 0."""
    findings = [*look_here(sys.stdout, out)]
    settings, about_settings = look_at_settings()
    findings += [*about_settings, *_look_at_database(args, settings, clock)]
    bad = any(one.level == "bad" for one in findings)
    if args.json:
        out.json({"ok": not bad, "findings": [one._asdict() for one in findings]})
    else:
        for one in findings:
            _show(out, one)
    return int(bad)


def _show(out: Output, one: Finding) -> None:
    first, *others = folded(plain(one.finding), out.width, _INDENT)
    out.line(f"{out.styled(one.level.ljust(6), _STYLES[one.level])}{one.subject.ljust(_INDENT - 6)}{first}")
    for line in [*others, *(folded(plain(one.remedy), out.width, _INDENT) if one.remedy else ())]:
        out.line(" " * _INDENT + line)


def _look_at_database(args: Namespace, settings: Settings, clock: Clock) -> list[Finding]:
    try:
        location = location_of(args, settings)
    except DispatchError as error:
        return [Finding("bad", "database", error.message, error.remedy)]
    if location.kind == "sqlite":
        from dispatch_tui.cli.doctor.sqlite import look_at_sqlite

        return look_at_sqlite(location, clock.now())
    from dispatch_tui.cli.doctor.postgresql import look_at_postgresql

    return look_at_postgresql(location, clock.now())
