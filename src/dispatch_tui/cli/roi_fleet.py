"""``dispatch-tui roi fleet``: every unit, ranked by what replacing it would save; a budget spent on them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, streams
from dispatch_tui.cli.roi_report import write
from dispatch_tui.cli.sheet import heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.fleetwide import Fleet, whole_fleet
from dispatch_tui.report.fleet_file import fleet_file, next_failure_at, rows
from dispatch_tui.roi.budget import Purchase, plan
from dispatch_tui.roi.many import Outcome
from dispatch_tui.settings import load
from dispatch_tui.store.customers import customer_named
from dispatch_tui.text import digits_of, money, plain, whole_money

MOST_ROWS = 30
"""Units that are listed for people; JSON and files have them all."""


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Compare and rank; 0. Raises ``NotFound`` for an unknown customer, ``InvalidInput`` where several fit."""
    if args.output is not None:
        fleet_file(args.output, ())  # a wrong name is said before the work
    with desk_for(args, clock) as desk:
        customer = None
        if args.customer:
            with desk.store.read() as connection:
                customer = customer_named(connection, args.customer)
        found = whole_fleet(desk, load().roi, customer, progress=_progress())
    assert found is not None  # nobody stops it
    bought: tuple[Purchase, ...] = ()
    if args.budget is not None:
        budget = round(args.budget.scaleb(digits_of(found.currency)))
        bought = plan(found.outcomes, found.currency, budget, args.years)
    if args.output is not None:
        write(args.output, fleet_file(args.output, rows(found.outcomes, bought, found.at)))
        out.line(f"Table: {args.output}")
    elif args.json:
        out.json(shape(found, bought))
    else:
        _show(out, found, bought, args)
    return 0


def _progress() -> Callable[[int, int], None]:
    """Says on standard error how far it is, where that is a terminal."""
    err = streams()[1]

    def tell(done: int, total: int) -> None:
        if err.stream.isatty():
            err.stream.write(f"\r{done:,} of {total:,} units" + ("\n" if done == total else ""))
            err.stream.flush()

    return tell


def shape(found: Fleet, bought: tuple[Purchase, ...]) -> dict[str, Any]:
    """The answer as docs/json.md has it."""
    return {
        "at": found.at,
        "currency": found.currency,
        "units": [_unit_shape(one, found) for one in found.outcomes],
        "plan": [
            {
                "year": one.year,
                "unit": one.outcome.unit,
                "outlay_minor": one.outcome.outlay,
                "left_minor": one.left,
            }
            for one in bought
        ],
    }


def _unit_shape(one: Outcome, found: Fleet) -> dict[str, Any]:
    named = {
        "unit": one.unit,
        "customer": one.customer,
        "challenger": one.challenger,
        "currency": one.currency,
    }
    if one.problem:
        return {**named, "problem": one.problem}
    return {
        **named,
        "replace": one.replace,
        "saving_minor_a_year": one.saving,
        "probability": one.probability,
        "standard_error": one.error,
        "outlay_minor": one.outlay,
        "failures_coming_year": one.failures,
        "next_failure_at": next_failure_at(one, found.at),
        "keep_years": one.keep_years,
        "flags": list(one.flags),
    }


def _show(out: Output, found: Fleet, bought: tuple[Purchase, ...], args: Namespace) -> None:
    answered = [one for one in found.outcomes if not one.problem]
    cheaper = sum(one.replace for one in answered)
    out.line(out.styled(f"{cheaper:,} of {len(found.outcomes):,} units are cheaper replaced", "bold"))
    if len(answered) < len(found.outcomes):
        reasons = [one.problem for one in found.outcomes if one.problem]
        most = max(sorted(set(reasons)), key=reasons.count)
        wrapped(out, f"  {len(reasons):,} have no answer, most often: {plain(most)}")
    if not answered:
        return
    heading(out, "What replacing saves, the most first")
    numbers = [Column(title, right=True) for title in ("Saves a year", "P", "Outlay")]
    table(
        out,
        (
            Column("Unit", least=10),
            Column("Customer", 1, 10),
            *numbers,
            Column("Next failure", rank=1),
            Column("Replace by", rank=2),
        ),
        [_cells(one, found) for one in answered[:MOST_ROWS]],
    )
    if len(answered) > MOST_ROWS:
        out.line(out.styled(f"and {len(answered) - MOST_ROWS:,} more; --json and -o have them all.", "dim"))
    if args.budget is not None:
        _show_plan(out, found, bought, args)


def _show_plan(out: Output, found: Fleet, bought: tuple[Purchase, ...], args: Namespace) -> None:
    a_year = money(round(args.budget), found.currency, 0)
    heading(out, f"With {a_year} a year, in this order")
    if not bought:
        wrapped(out, "  Nothing: no unit is cheaper replaced for that much.")
        return
    table(
        out,
        (
            Column("Year", right=True),
            Column("Unit", least=10),
            Column("Outlay", right=True),
            Column("Left", right=True),
        ),
        [
            [
                Cell(str(one.year)),
                Cell(plain(one.outcome.unit)),
                Cell(whole_money(one.outcome.outlay, plain(one.outcome.currency))),
                Cell(whole_money(one.left, plain(one.outcome.currency))),
            ]
            for one in bought[:MOST_ROWS]
        ],
    )


def _cells(one: Outcome, found: Fleet) -> list[Cell]:
    at = next_failure_at(one, found.at)
    return [
        Cell(plain(one.unit)),
        Cell(plain(one.customer)),
        Cell(whole_money(one.saving, plain(one.currency)), "" if one.replace else "dim"),
        Cell(f"{one.probability * 100:.0f} %"),
        Cell(whole_money(one.outlay, plain(one.currency))),
        Cell(f"{at:%Y-%m}" if at else "later"),
        Cell(plain(one.challenger)),
    ]
