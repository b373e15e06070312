"""``dispatch-tui sla attainment``: how many clocks were met and missed, by whom and when."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any

from dispatch_tui.cli.instants import read_date
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.sheet import heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.attainment import RULES, Tally, percent, period_name, shown_until
from dispatch_tui.store.attainment import Attainment, Question, attainment, latest_date
from dispatch_tui.text import plain

MOST_GROUPS = 30
"""Groups that are listed for people; JSON has them all."""


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Count and show; 0. Raises :class:`InvalidInput` for dates that cannot be read or are the wrong way round."""
    now = clock.now()
    since, until = read_date("--from", args.since), read_date("--to", args.until)
    with desk_for(args, clock) as desk, desk.store.read() as connection:
        last = until or latest_date(connection, now)
        first = since or shown_until(last, args.period)
        if first > last:
            raise InvalidInput("--from", f"{first} is after {last}", "Swap the two dates.")
        found = attainment(connection, Question(args.clock, args.by, args.period, first, last, now))
    assert found is not None  # nobody stops it
    if args.json:
        out.json(shape(found))
    else:
        _show(out, found)
    return 0


def shape(found: Attainment) -> dict[str, Any]:
    """The answer as docs/json.md has it."""
    question = found.question
    return {
        "at": question.now,
        "clock": question.kind,
        "by": question.by,
        "period": question.period,
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
        "rules": list(RULES),
        "total": _tally(found.total),
        "periods": [_period(one.first, one.tally, question) for one in found.periods],
        "groups": [
            {
                "id": group.id,
                "name": group.name,
                **_tally(group.tally),
                "periods": [_period(one.first, one.tally, question) for one in group.periods],
            }
            for group in found.groups
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {**tally._asdict(), "share": tally.share}


def _period(first: date, tally: Tally, question: Question) -> dict[str, Any]:
    counts = {"met": tally.met, "missed": tally.missed, "share": tally.share}
    return {
        "name": period_name(first, question.period),
        "from": max(first, question.first).isoformat(),
        **counts,
    }


def _show(out: Output, found: Attainment) -> None:
    question, total = found.question, found.total
    words = question.kind.replace("_", " ").capitalize()
    span = f"{question.first} to {question.last}"
    out.line(out.styled(f"{words}, {span}: {percent(total) or 'nothing counted'}", "bold"))
    if not sum(total):
        wrapped(
            out,
            "  No call has such a clock. Clocks come with an agreement: calls of customers that have one are clocked.",
        )
        return
    wrapped(
        out,
        f"  {total.met:,} met, {total.missed:,} missed; {total.running:,} still running, "
        f"{total.never:,} never due, {total.cancelled:,} cancelled.",
    )
    heading(out, f"By {question.period}")
    numbers = [Column(title, right=True) for title in ("Share", "Met", "Missed")]
    table(
        out,
        (Column(question.period.capitalize()), *numbers),
        [[Cell(period_name(one.first, question.period)), *_numbers(one.tally)] for one in found.periods],
    )
    heading(out, f"By {question.by}, the lowest share first")
    columns = (Column(question.by.capitalize(), least=12), *numbers, Column("Running", rank=1, right=True))
    table(
        out,
        columns,
        [
            [Cell(plain(one.name)), *_numbers(one.tally), Cell(f"{one.tally.running:,}")]
            for one in found.groups[:MOST_GROUPS]
        ],
    )
    if len(found.groups) > MOST_GROUPS:
        out.line(out.styled(f"and {len(found.groups) - MOST_GROUPS:,} more; --json lists them all.", "dim"))
    out.line()
    for rule in RULES:
        wrapped(out, f"  {rule}")


def _numbers(tally: Tally) -> list[Cell]:
    missed = Cell(f"{tally.missed:,}", "red") if tally.missed else Cell("0")
    return [Cell(percent(tally)), Cell(f"{tally.met:,}"), missed]
