"""``dispatch-tui unit``: one unit with its cover, its costs by year, its calls and visits."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.unit_record import UnitRecord, unit_record
from dispatch_tui.roi.history import YearCost
from dispatch_tui.settings import load
from dispatch_tui.store import unit_history
from dispatch_tui.store.details import zone_of
from dispatch_tui.store.unit_history import MeterReading, PartUse, UnitCall, UnitVisit
from dispatch_tui.store.units import UnitCard, unit_by_serial
from dispatch_tui.text import amount, money, plain

CALLS, VISITS, READINGS = 20, 20, 5


class Recent(NamedTuple):
    """The latest of each kind, the newest first."""

    calls: list[UnitCall]
    visits: list[UnitVisit]
    readings: list[MeterReading]
    parts: list[PartUse]


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show the unit; 0. Raises :class:`NotFound`."""
    settings = load()
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            unit_id = unit_by_serial(connection, args.serial)
            visits = unit_history.visits(connection, unit_id, VISITS)
            recent = Recent(
                unit_history.calls(connection, unit_id, CALLS),
                visits,
                unit_history.readings(connection, unit_id, READINGS),
                unit_history.parts_used(connection, [one.id for one in visits]),
            )
        record = unit_record(desk, unit_id, settings.roi.currency)
    if args.json:
        out.json(_shape(record, recent))
    else:
        _show(out, record, recent)
    return 0


def _shape(record: UnitRecord, recent: Recent) -> dict[str, Any]:
    return {
        "unit": record.card._asdict(),
        "currency": record.currency,
        "usage_per_year": record.usage,
        "covers": [one._asdict() for one in record.covers],
        "years": [_year_shape(one) for one in (record.history.years if record.history else ())],
        "trend": None if record.trend is None else record.trend.words,
        "similar": [one._asdict() for one in record.similar],
        "likely_parts": [asdict(one) for one in record.parts],
        "flags": [{"code": one.code, "text": one.text} for one in record.flags],
        "calls": [one._asdict() for one in recent.calls],
        "visits": [one._asdict() for one in recent.visits],
        "readings": [one._asdict() for one in recent.readings],
        "parts": [one._asdict() for one in recent.parts],
    }


def _year_shape(year: YearCost) -> dict[str, Any]:
    return {
        "year": year.year,
        "repairs_minor": year.repairs,
        "other_minor": year.other,
        "total_minor": year.total,
        "failures": year.failures,
        "downtime_hours": year.downtime_hours,
        "observed": year.observed,
    }


def _show(out: Output, record: UnitRecord, recent: Recent) -> None:
    card = record.card
    out.line(out.styled(f"{plain(card.serial)}  {plain(card.name)}".rstrip(), "bold"))
    facts(
        out,
        {
            "Model": " ".join(filter(None, (plain(card.maker), plain(card.model)))),
            "Customer": plain(card.customer),
            "Site": plain(card.site),
            "Installed": _day(card, card.installed_at),
            "Retired": _day(card, card.retired_at),
            "Warranty": _day(card, card.warranty_until, "until "),
            "Support": _day(card, card.support_until, "until "),
            "Cover": ", ".join(plain(one.name) for one in record.covers),
            "Meter": _meter(record),
            "Note": plain(card.note),
        },
    )
    if record.history is not None and record.history.years:
        heading(out, f"Costs by year, {record.currency}")
        _years(out, record.history.years, record.currency)
    if record.trend is not None:
        wrapped(out, f"  {record.trend.words}")
    for flag in record.flags:
        wrapped(out, f"  ! {plain(flag.text)}")
    _similar(out, record)
    _parts(out, record)
    _calls(out, card, recent.calls)
    _visits(out, card, recent)


def _day(card: UnitCard, instant: datetime | None, before: str = "") -> str:
    return "" if instant is None else f"{before}{instant.astimezone(zone_of(card.site_tz)):%Y-%m-%d}"


def _meter(record: UnitRecord) -> str:
    last = record.reading
    if last is None:
        return ""
    use = f", {record.usage:,.0f} a year" if record.usage is not None else ""
    return f"{last.value:,.0f} {plain(last.meter_unit)} on {_day(record.card, last.read_at)}{use}"


def _years(out: Output, years: Sequence[YearCost], currency: str) -> None:
    columns = (
        Column("Year"),
        Column("Repairs", right=True),
        Column("Other", right=True),
        Column("Total", right=True),
        Column("Failures", right=True),
        Column("Hours down", right=True),
        Column(""),
    )
    rows = [
        (
            str(one.year),
            *(amount(minor, currency) for minor in (one.repairs, one.other, one.total)),
            str(one.failures),
            f"{one.downtime_hours:,.1f}",
            "part of the year" if one.partial else "",
        )
        for one in years
    ]
    table(out, columns, [[Cell(text) for text in row] for row in rows])


def _similar(out: Output, record: UnitRecord) -> None:
    if record.similar:
        heading(out, "Failures of this model")
    for one in record.similar:
        helped = f"; helped: {plain(one.helped)}" if one.helped else ""
        elsewhere = f"{one.elsewhere} on {one.units_elsewhere} others" if one.elsewhere else "none elsewhere"
        wrapped(out, f"  {plain(one.what)}: {one.here} here, {elsewhere}{helped}")


def _parts(out: Output, record: UnitRecord) -> None:
    if record.parts:
        heading(out, "Parts likely needed on the next visit")
    for one in record.parts:
        number = f" ({plain(one.number)})" if one.number else ""
        behind = f"on {one.here} of {one.visits_here} visits here, {one.elsewhere} of {one.visits_elsewhere} elsewhere"
        wrapped(out, f"  {one.chance:.0%}  {plain(one.name)}{number}: {behind}")


def _calls(out: Output, card: UnitCard, calls: Iterable[UnitCall]) -> None:
    rows = [
        [
            Cell(local(one.opened_at, zone_of(card.site_tz))),
            Cell(plain(one.number), "bold"),
            Cell(f"P{one.priority}"),
            Cell(one.status.replace("_", " ")),
            Cell(plain(one.title)),
        ]
        for one in calls
    ]
    if rows:
        heading(out, "Calls, the latest first")
        table(
            out,
            (Column("Opened"), Column("Number"), Column("Prio"), Column("Status"), Column("What", 1, 16)),
            rows,
        )


def _visits(out: Output, card: UnitCard, recent: Recent) -> None:
    if recent.visits:
        heading(out, "Visits, the latest first")
    for one in recent.visits:
        parts = [f"{use.quantity} × {plain(use.name)}" for use in recent.parts if use.visit_id == one.id]
        cost = "" if one.cost_minor is None else money(one.cost_minor, plain(one.currency)).strip()
        said = (one.technician, one.status.replace("_", " "), one.outcome, one.problem, one.cause, one.work)
        words = ", ".join(filter(None, (*map(plain, said), *parts, cost)))
        flag = f" [{plain(one.flag)}]" if one.flag else ""
        wrapped(out, f"  {local(one.at, zone_of(card.site_tz))}  {plain(one.number)}  {words}{flag}")
