"""The lines of the unit screen: who the unit is, and its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch_tui.desk.unit_record import UnitRecord
from dispatch_tui.roi.history import YEAR
from dispatch_tui.store.unit_history import MeterReading, PartUse, UnitCall, UnitVisit
from dispatch_tui.store.unit_timeline import Entry
from dispatch_tui.text import amount, money, plain, span, whole_money
from dispatch_tui.themes import Look
from dispatch_tui.widgets.columns import STATUS_WORDS
from dispatch_tui.widgets.moments import zone
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row

_MONEY, _DATE, _WHAT, _NUMBER = 13, 10, 9, 9
_TECHNICIAN_FROM = 110
_SAME_OCCASION = timedelta(days=1)
_NARROW = 60

KIND_WORDS = {
    "": "visit",
    "corrective": "repair",
    "preventive": "service",
    "planned": "service",
    "inspection": "inspect",
    "breakdown": "repair",
    "emergency": "repair",
    "failure": "repair",
}
"""Short words for the kinds of visits; others stand as they are."""


def head_lines(record: UnitRecord, width: int, look: Look, now: datetime) -> list[Line]:
    """Four lines: name and place, age and meter, cover, what it costs."""
    card = record.card
    name = "  ".join(filter(None, (plain(card.serial), plain(card.name))))
    model = " ".join(filter(None, (plain(card.maker), plain(card.model))))
    place = ", ".join(filter(None, (plain(card.customer), plain(card.site))))
    spare = max(0, width - len(name) - len(model) - 6)
    return [
        (
            Piece(f" {name}", "bold"),
            Piece(f"  {model}  ", "text"),
            Piece(fit(place, spare, look, right=True) if place else "", "dim"),
        ),
        _facts(look, width, *_age(record, now), *_meter(record, now)),
        _facts(look, width, *_cover(record, now)),
        _facts(look, width, *_cost_words(record)),
    ]


def _facts(look: Look, width: int, *facts: str) -> Line:
    return (Piece(fit(f" {'  '.join(f'{fact}.' for fact in facts)}", width, look), "dim"),)


def _age(record: UnitRecord, now: datetime) -> list[str]:
    card = record.card
    found = []
    if card.retired_at is not None:
        found.append(f"Retired on {_day(record, card.retired_at)}")
    if card.installed_at is None:
        found.append("Age not known: no install date")
    else:
        rated = f" of {card.rated_life_years:g} rated" if card.rated_life_years else ""
        found.append(f"{(now - card.installed_at) / YEAR:.1f} years old{rated}")
    return found


def _meter(record: UnitRecord, now: datetime) -> list[str]:
    reading = record.reading
    if reading is None:
        return ["No meter readings"]
    unit = plain(reading.meter_unit or record.card.meter_unit)
    ago = span((now - reading.read_at).total_seconds())
    yearly = f", {record.usage:,.0f} a year" if record.usage is not None else ""
    return [f"Meter {reading.value:,.0f} {unit} {ago} ago{yearly}".replace("  ", " ")]


def _cover(record: UnitRecord, now: datetime) -> list[str]:
    card, found = record.card, []
    running = [one for one in record.covers if one.ends_at is None or one.ends_at >= now]
    for cover in running[:1]:
        until = f" until {_day(record, cover.ends_at)}" if cover.ends_at else ""
        words = f": {plain(cover.cover)}" if cover.cover else ""
        found.append(f"Agreement {plain(cover.name)}{words}{until}")
    if not running:
        found.append("No agreement" if not record.covers else "The agreement has ended")
    if card.warranty_until is not None:
        ended = card.warranty_until < now
        found.append(f"Warranty {'ended' if ended else 'until'} {_day(record, card.warranty_until)}")
    if card.support_until is not None:
        found.append(f"Maker's support until {_day(record, card.support_until)}")
    return found


def _cost_words(record: UnitRecord) -> list[str]:
    history = record.history
    if history is None:
        return ["Nothing on record yet"]
    years = history.window.years
    yearly = whole_money(history.per_year, record.currency)
    failures = len(history.failures)
    found = [f"{yearly} a year, {failures} failures in {years:.1f} years"]
    if record.trend is not None:
        found.append(capitalised(record.trend.words))
    return [*found, *(flag.text.rstrip(".") for flag in record.flags)]


def timeline_rows(
    entries: Sequence[Entry], parts: Sequence[PartUse], width: int, look: Look, tz: str, *, more: bool
) -> list[Row]:
    """One row an entry, newest first, parts below their visit. A call that is all told by its one visit at the
    same time has no row of its own."""
    if not entries:
        return [Row((Piece(" Nothing has happened to this unit yet.", "dim"),))]
    used: dict[int, list[PartUse]] = {}
    for part in parts:
        used.setdefault(part.visit_id, []).append(part)
    told = _told(entries)
    rows: list[Row] = []
    for entry in entries:
        if isinstance(entry, UnitVisit):
            rows.append(_visit_row(entry, width, look, tz))
            rows += [_part_row(part, width, look) for part in used.get(entry.id, ())]
        elif isinstance(entry, UnitCall):
            if entry.id not in told:
                rows.append(_call_row(entry, width, look, tz))
        else:
            rows.append(_reading_row(entry, width, look, tz))
    if more:
        rows.append(Row((Piece(f" {look.glyphs.down} more below", "dim"),)))
    return rows


def _told(entries: Sequence[Entry]) -> set[int]:
    visits: dict[int, list[UnitVisit]] = {}
    for entry in entries:
        if isinstance(entry, UnitVisit):
            visits.setdefault(entry.call_id, []).append(entry)
    return {
        entry.id
        for entry in entries
        if isinstance(entry, UnitCall)
        and entry.status == "closed"
        and len(mine := visits.get(entry.id, [])) == 1
        and abs(mine[0].at - entry.opened_at) < _SAME_OCCASION
        and mine[0].problem in ("", entry.title)
    }


def _visit_row(visit: UnitVisit, width: int, look: Look, tz: str) -> Row:
    glyphs = look.glyphs
    outcome = {"good": glyphs.kept, "bad": glyphs.broken, "incomplete": glyphs.statuses["assigned"]}
    sign = outcome.get(visit.outcome, glyphs.statuses["new"] if visit.status != "done" else " ")
    what = (
        KIND_WORDS.get(visit.kind, visit.kind) if visit.status == "done" else visit.status.replace("_", " ")
    )
    words = ": ".join(filter(None, (plain(visit.problem or visit.title), plain(visit.work))))
    down = span(visit.downtime_minutes * 60) if visit.downtime_minutes else ""
    cost = "" if visit.cost_minor is None else amount(visit.cost_minor, visit.currency)
    style = "late" if visit.outcome == "bad" else "text"
    return Row(
        _line(
            width,
            look,
            _date(visit.at, tz),
            f"{sign} {plain(what)}",
            visit.number,
            words,
            style,
            visit.technician,
            down,
            cost,
        ),
        f"visit:{visit.id}",
    )


def _call_row(call: UnitCall, width: int, look: Look, tz: str) -> Row:
    sign = look.glyphs.statuses.get(call.status, " ")
    live = call.status not in ("closed", "cancelled")
    words = f"{plain(call.title)} (P{call.priority}, {STATUS_WORDS.get(call.status, call.status)})"
    style = "bold" if live else "dim"
    return Row(
        _line(width, look, _date(call.opened_at, tz), f"{sign} call", call.number, words, style, "", "", ""),
        f"call:{call.number}",
    )


def _reading_row(reading: MeterReading, width: int, look: Look, tz: str) -> Row:
    words = f"{reading.value:,.0f} {plain(reading.meter_unit)}  {plain(reading.flag)}"
    return Row(
        _line(
            width, look, _date(reading.read_at, tz), f"{look.glyphs.rule} meter", "", words, "dim", "", "", ""
        ),
        f"reading:{reading.id}",
    )


def _part_row(part: PartUse, width: int, look: Look) -> Row:
    indent = 1 + _DATE + 1 + _WHAT + 1 + (_NUMBER + 1 if width >= _NARROW else 0)
    name = " ".join(filter(None, (f"{part.quantity} x", plain(part.name), plain(part.number))))
    cost = "" if part.cost_minor is None else f"  {money(part.cost_minor, part.currency)}"
    return Row((Piece(" " * indent), Piece(fit(f"{name}{cost}", max(1, width - indent - 1), look), "dim")))


def _line(
    width: int,
    look: Look,
    date: str,
    what: str,
    number: str,
    words: str,
    style: str,
    who: str,
    down: str,
    cost: str,
) -> Line:
    pieces = [Piece(f" {date} ", "dim"), Piece(fit(what, _WHAT, look) + " ", style)]
    if width >= _NARROW:
        pieces.append(Piece(fit(plain(number), _NUMBER, look) + " ", "dim"))
    right = [Piece(f" {cost:>{_MONEY - 1}}", "text")]
    if width >= _NARROW:
        right.insert(0, Piece(f" {down:>7}", "dim"))
    if width >= _TECHNICIAN_FROM:
        right.insert(0, Piece(f" {fit(plain(who), 16, look)}", "dim"))
    room = width - sum(len(piece.text) for piece in (*pieces, *right)) - 1
    return (*pieces, Piece(fit(words, max(1, room), look), style), *right)


def _date(instant: datetime, tz: str) -> str:
    return f"{instant.astimezone(zone(tz)):%Y-%m-%d}"


def _day(record: UnitRecord, instant: datetime) -> str:
    return _date(instant, record.card.site_tz)


def capitalised(words: str) -> str:
    """The first letter large, the others as they are."""
    return words[:1].upper() + words[1:]
