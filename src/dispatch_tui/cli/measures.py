"""``dispatch-tui measures``: looking back on everybody, a team, a person or a customer, as text, JSON or CSV."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from typing import Any

from dispatch_tui.care.measures import Measure
from dispatch_tui.cli.instants import read_date
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.sheet import heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.looking_back import EVERYBODY, Figures, look_back, stretch_of, stretches_between
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.attainment import Period, first_of, period_name, periods_between
from dispatch_tui.store.attainment import latest_date
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.looking_back import Stretch, Whom, house_zone
from dispatch_tui.store.naming import Connection, name_of
from dispatch_tui.store.whom import person_named, team_named
from dispatch_tui.text import plain


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Count and show; 0. Raises ``InvalidInput`` for dates that cannot be read or are the wrong way round, ``NotFound``
    for whom is asked for, ``InvalidInput`` where several fit."""
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            last = read_date("--until", args.until) or latest_date(connection, clock.now())
            zone = house_zone(connection)
            whom = _whom(connection, args)
        first = read_date("--since", args.since) or first_of(last, args.period or "month")
        if first > last:
            raise InvalidInput("--since", f"{first} is after {last}", "Swap the two dates.")
        names, stretches = _stretches(first, last, args.period, zone)
        found = look_back(desk, whom, stretches)
    assert found is not None  # nobody stops it
    if args.csv is not None:
        _write(args, whom, list(zip(names, found, strict=True)))
    if args.json:
        out.json(shape(whom, zone, names, found))
    elif args.csv is None:
        _show(out, whom, names, found)
    else:
        out.line(f"Wrote {args.csv}.")
    return 0


def _stretches(
    first: date, last: date, period: Period | None, zone: str
) -> tuple[list[str], tuple[Stretch, ...]]:
    """One stretch of all, or one for each period."""
    if period is None:
        return [f"{first} to {last}"], (stretch_of(first, last, zone),)
    names = [period_name(one, period) for one in periods_between(first, last, period)]
    return names, stretches_between(first, last, period, zone)


def _whom(connection: Connection, args: Namespace) -> Whom:
    if args.team:
        return team_named(connection, args.team)
    if args.person:
        return person_named(connection, args.person)
    if args.customer:
        customer_id = customer_named(connection, args.customer)
        return Whom(name_of(connection, "customer", customer_id), customer_id=customer_id)
    return EVERYBODY


def shape(whom: Whom, zone: str, names: list[str], found: tuple[Figures, ...]) -> dict[str, Any]:
    """The answer as docs/json.md has it."""
    return {
        "whose": whom._asdict(),
        "zone": zone,
        "periods": [
            {
                "name": name,
                "since": one.stretch.since,
                "until": one.stretch.until,
                "measures": [_measure(measure) for measure in one.measures],
            }
            for name, one in zip(names, found, strict=True)
        ],
        "definitions": {one.key: one.definition for one in found[-1].measures},
    }


def _measure(one: Measure) -> dict[str, Any]:
    return {"key": one.key, "title": one.title, "unit": one.unit, "value": one.value, "of": one.of}


def _show(out: Output, whom: Whom, names: list[str], found: tuple[Figures, ...]) -> None:
    out.line(out.styled(f"Looking back on {plain(whom.name)}", "bold"))
    out.line()
    shown = list(zip(names, found, strict=True))[-6:]
    columns = (
        Column("Measure", least=18),
        Column("Of", rank=1, right=True),
        *(
            Column(name, rank=2 if place < len(shown) - 1 else 0, right=True)
            for place, (name, _) in enumerate(shown)
        ),
    )
    rows = []
    for place, one in enumerate(found[-1].measures):
        figures = [figures.measures[place].words for _, figures in shown]
        rows.append([Cell(one.title), Cell(f"{one.of:,}"), *map(Cell, figures)])
    table(out, columns, rows)
    heading(out, "What they mean")
    for one in found[-1].measures:
        wrapped(out, f"  {one.title}: {one.definition}")


def _write(args: Namespace, whom: Whom, found: list[tuple[str, Figures]]) -> None:
    from dispatch_tui.report.measures_file import measures_file

    try:
        args.csv.write_bytes(measures_file(whom.name, found))
    except OSError as error:
        raise InvalidInput("--csv", f"cannot write {args.csv} ({error.strerror})") from error
