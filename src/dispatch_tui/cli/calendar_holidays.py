"""``dispatch-tui calendar holidays``: what a country or a file proposes, and bringing it into a calendar."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from dispatch_tui.cli.calendars import sheet_named
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.calendars import revise_calendar
from dispatch_tui.desk.effects import Effect, effect_of_calendar
from dispatch_tui.errors import InvalidInput
from dispatch_tui.exchange.holidays import countries, feeds
from dispatch_tui.exchange.holidays.proposals import HolidayProposal, Merged, merge, one_a_date, read_years
from dispatch_tui.sla.calendar_edits import with_holidays
from dispatch_tui.text import plain
from dispatch_tui.widgets.day_words import WEEKDAYS


def bring(args: Namespace, out: Output, clock: Clock) -> int:
    """List the proposals or bring them in; 0. Running calls keep the version that they have."""
    proposed = proposals(args)
    if not args.into:
        _tell(args, out, Merged((), proposed, (), ()), None, None)
        return 0
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            sheet = sheet_named(connection, args.into)
        merged = merge(sheet.mapping.get("holidays") or (), proposed)
        effect = number = None
        if merged.added:
            mapping = with_holidays(sheet.mapping, merged.holidays)
            effect = effect_of_calendar(desk, sheet.line.id, mapping)
            if not args.dry_run:
                number = revise_calendar(desk, sheet.line.id, sheet.line.version, mapping).number
    _tell(args, out, merged, effect, number)
    return 0


def proposals(args: Namespace) -> tuple[HolidayProposal, ...]:
    """What the sources that were named propose, one a date. Raises :class:`InvalidInput` where none was."""
    years = read_years(args.years)
    found: list[HolidayProposal] = []
    if args.country:
        found += countries.proposals(args.country, years, args.region)
    elif args.region:
        raise InvalidInput("region", "it needs its country", "Add --country, such as DE.")
    if args.ics is not None:
        found += feeds.proposals(args.ics.expanduser(), years)
    if not args.country and args.ics is None:
        raise InvalidInput("country", "no source is named", "Say --country DE, or --ics FILE.")
    return one_a_date(found)


def _tell(args: Namespace, out: Output, merged: Merged, effect: Effect | None, number: int | None) -> None:
    if args.json:
        out.json(
            {
                "calendar": args.into or None,
                "number": number,
                "dry_run": bool(args.dry_run),
                "added": [_shape(one) for one in merged.added],
                "known": [_shape(one) for one in merged.kept],
                "no_longer_named": list(merged.gone),
                "running_calls": None if effect is None else _effect_shape(effect),
            }
        )
        return
    _table(out, merged.added)
    off = sum(not one.observed for one in merged.added)
    came = "would come in" if args.dry_run or not args.into else "came in"
    out.line(f"{len(merged.added)} dates {came}, {off} of them switched off; {len(merged.kept)} were known.")
    if merged.gone:
        out.line(f"No longer named by the source, and left as they are: {', '.join(merged.gone)}.")
    if number is not None:
        out.line(f"{plain(args.into)} is now version {number}.")
    if effect is not None and effect.checked:
        out.line(
            f"{_calls(effect.checked)}; re-applied, {effect.earlier} would be due earlier, "
            f"{effect.later} later, {effect.unchanged} as now."
        )


def _calls(count: int) -> str:
    return "1 running call keeps its version" if count == 1 else f"{count} running calls keep their version"


def _table(out: Output, proposed: Sequence[HolidayProposal]) -> None:
    rows = [
        [
            Cell(f"{one.date} {WEEKDAYS[one.date.weekday()][:3]}"),
            Cell("day off" if one.observed else "not off", "" if one.observed else "dim"),
            Cell(one.name),
            Cell(one.source, "dim"),
        ]
        for one in proposed
    ]
    if rows:
        table(out, (Column("Date"), Column(""), Column("Name", 1, 16), Column("From", 2)), rows)


def _shape(one: HolidayProposal) -> dict[str, Any]:
    return {"date": one.date.isoformat(), "name": one.name, "source": one.source, "observed": one.observed}


def _effect_shape(effect: Effect) -> dict[str, int]:
    return {
        "checked": effect.checked,
        "earlier": effect.earlier,
        "later": effect.later,
        "unchanged": effect.unchanged,
    }
