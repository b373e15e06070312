"""``dispatch-tui calendar``: the calendars that agreements share, a month of one, and holidays brought into one."""

from __future__ import annotations

import re
from argparse import Namespace
from datetime import date, datetime, time, timedelta
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.sla.calendar import BusinessCalendar
from dispatch_tui.sla.calendar_edits import entry_on, holiday_entries
from dispatch_tui.sla.hours import Window
from dispatch_tui.sla.months import Day, month
from dispatch_tui.store.agreements import (
    CalendarLine,
    CalendarSheet,
    calendar_id_named,
    calendar_sheet,
    calendars,
)
from dispatch_tui.store.past import Connection
from dispatch_tui.text import plain
from dispatch_tui.widgets.day_words import MONTHS, WEEKDAYS, day_sentences, kind_words, open_words

_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do one of the acts; 0. Raises :class:`NotFound`, :class:`InvalidInput` and what the sources raise."""
    if args.act == "holidays":
        from dispatch_tui.cli.calendar_holidays import bring

        return bring(args, out, clock)
    with desk_for(args, clock) as desk, desk.store.read() as connection:
        lines = calendars(connection) if args.act == "list" else []
        sheet = sheet_named(connection, args.name) if args.act == "show" else None
    if sheet is None:
        _list(args, out, lines)
    else:
        _show(args, out, sheet, clock)
    return 0


def sheet_named(connection: Connection, name: str) -> CalendarSheet:
    """The calendar of a name. Raises :class:`NotFound`, with those that there are."""
    try:
        return calendar_sheet(connection, calendar_id_named(connection, plain(name)))
    except NotFound:
        known = ", ".join(plain(one.name) for one in calendars(connection))
        remedy = (
            f"There are: {known}." if known else "There are none yet: make one on the screen, with L and N."
        )
        raise NotFound("calendar", plain(name), remedy) from None


def _list(args: Namespace, out: Output, lines: list[CalendarLine]) -> None:
    if args.json:
        out.json({"calendars": [_shape(one) for one in lines]})
        return
    columns = (
        Column("Calendar"),
        Column("Zone", 1),
        Column("Version", 2, right=True),
        Column("Agreements", 3, right=True),
        Column("Running calls", 4, right=True),
    )
    rows = [
        [
            Cell(plain(one.name), "bold"),
            Cell(one.tz),
            Cell(str(one.number)),
            Cell(str(one.agreements)),
            Cell(str(one.running)),
        ]
        for one in lines
    ]
    if rows:
        table(out, columns, rows)
    else:
        out.line("There are no shared calendars yet.")


def _shape(one: CalendarLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "name": one.name,
        "number": one.number,
        "tz": one.tz,
        "agreements": one.agreements,
        "running_calls": one.running,
    }


def _show(args: Namespace, out: Output, sheet: CalendarSheet, clock: Clock) -> None:
    calendar = BusinessCalendar.from_mapping(sheet.mapping)
    year, number = _month_of(args.month, calendar, clock)
    days = month(calendar, year, number)
    opened = sum(day.open_seconds for day in days)
    if args.json:
        shape = {"calendar": _shape(sheet.line), "month": f"{year}-{number:02}", "open_minutes": opened // 60}
        out.json({**shape, "days": [_day_shape(day, sheet) for day in days]})
        return
    name, line = plain(sheet.line.name), sheet.line
    out.line(out.styled(f"{name}, {MONTHS[number - 1]} {year}", "bold"))
    out.line(f"{line.tz}, version {line.number}, open {open_words(opened) or 'never'} in this month")
    columns = (Column("Date"), Column("Open", right=True), Column("Day", 1), Column("Hours", 2, 20))
    rows = [
        [
            Cell(f"{day.date} {WEEKDAYS[day.date.weekday()][:3]}", "" if day.open_seconds else "dim"),
            Cell(open_words(day.open_seconds) or "-"),
            Cell(kind_words(day), "bold" if day.kind == "override" else ""),
            Cell(" ".join((*day_sentences(day), *_observance(day, sheet)))),
        ]
        for day in days
    ]
    table(out, columns, rows)


def _observance(day: Day, sheet: CalendarSheet) -> list[str]:
    """A switched-off holiday of the date, in words."""
    number = entry_on(sheet.mapping, day.date)
    entry = None if number is None else holiday_entries(sheet.mapping)[number]
    return [f"{entry['name'] or 'A holiday'}: not a day off here."] if entry and not entry["observed"] else []


def _day_shape(day: Day, sheet: CalendarSheet) -> dict[str, Any]:
    number = entry_on(sheet.mapping, day.date)
    entry = None if number is None else holiday_entries(sheet.mapping)[number]
    return {
        "date": day.date.isoformat(),
        "kind": day.kind,
        "holiday": None if entry is None else entry,
        "windows": _walls(day.date, day.windows),
        "breaks": _walls(day.date, day.breaks),
        "skipped": _walls(day.date, day.skipped),
        "repeated": _walls(day.date, day.repeated),
        "open_minutes": day.open_seconds // 60,
    }


def _walls(day: date, windows: tuple[Window, ...]) -> list[list[str]]:
    """Windows as pairs of local wall times with their dates."""
    midnight = datetime.combine(day, time.min)
    return [
        [(midnight + timedelta(seconds=edge)).isoformat(timespec="minutes") for edge in window]
        for window in windows
    ]


def _month_of(text: str, calendar: BusinessCalendar, clock: Clock) -> tuple[int, int]:
    if not text:
        today = clock.now().astimezone(calendar.hours.zone)
        return today.year, today.month
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        raise InvalidInput("month", f"{plain(text)!r} is not a month", "Write it as 2026-12.")
    return int(match[1]), int(match[2])
