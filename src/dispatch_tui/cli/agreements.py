"""``dispatch-tui agreement``: agreements listed, shown, and set from a file, with what that does to running calls."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from dispatch_tui.cli.agreement_files import Written, read_agreement, written
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local, streams
from dispatch_tui.cli.stopping import Meter
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.agreements import make_agreement, revise_agreement
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.effects import CallEffect, ClockEffect, Effect, effect_of_agreement
from dispatch_tui.desk.reapplying import Reapplied, reapply
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.sentence import span_words
from dispatch_tui.store.agreements import AgreementLine, AgreementSheet, agreement_sheet, agreements
from dispatch_tui.store.details import zone_of
from dispatch_tui.text import plain

_SHOWN = 20
"""Calls of an effect that are listed for people; the JSON has all of them."""


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """List, show or set; 0. Raises what the desk raises: then nothing was saved."""
    with desk_for(args, clock) as desk:
        if args.act == "list":
            _list(desk, args, out)
        elif args.act == "show":
            _show(desk, args, out)
        else:
            _set(desk, args, out)
    return 0


def _list(desk: Desk, args: Namespace, out: Output) -> None:
    with desk.store.read() as connection:
        known = agreements(connection)
    if args.json:
        out.json({"agreements": [one._asdict() for one in known]})
    elif known:
        columns = (
            Column("Id", right=True),
            Column("Agreement", 0, 12),
            Column("Scope", 2),
            Column("For", 1, 12),
            Column("Calendar", 4, 8),
            Column("Version", 3, right=True),
            Column("Running", 3, right=True),
        )
        table(out, columns, [_row(one) for one in known])


def _row(one: AgreementLine) -> list[Cell]:
    behind = f" ({one.behind} older)" if one.behind else ""
    return [
        Cell(str(one.id)),
        Cell(plain(one.name), "bold"),
        Cell(one.scope),
        Cell(plain(one.of)),
        Cell(plain(one.calendar)),
        Cell(str(one.terms_version)),
        Cell(f"{one.running:,}{behind}"),
    ]


def _show(desk: Desk, args: Namespace, out: Output) -> None:
    with desk.store.read() as connection:
        sheet = agreement_sheet(connection, args.id)
        text = written(connection, sheet)
    if args.json:
        out.json({"agreement": _shape(sheet)})
    else:
        out.stream.write(text)


def _set(desk: Desk, args: Namespace, out: Output) -> None:
    with desk.store.read() as connection:
        said = read_agreement(connection, args.file)
        if said.agreement_id is not None:
            _same_holder(said, agreement_sheet(connection, said.agreement_id))
    new, effect, done = said.new, None, None
    agreement_id = said.agreement_id
    if agreement_id is not None:
        effect = effect_of_agreement(desk, agreement_id, new.terms, calendar_id=new.calendar_id)
    if not args.dry_run:
        agreement_id = _save(desk, said)
        if args.reapply:
            done = _reapply(desk, agreement_id)
    if args.json:
        sheet = None
        if agreement_id is not None:
            with desk.store.read() as connection:
                sheet = _shape(agreement_sheet(connection, agreement_id))
        out.json(
            {
                "agreement": sheet,
                "saved": not args.dry_run,
                "effect": None if effect is None else effect_shape(effect),
                "reapplied": None if done is None else done._asdict(),
            }
        )
        return
    if effect is not None:
        say_effect(out, effect)
    if args.dry_run:
        out.line("Nothing is saved.")
        return
    out.line(f"Agreement {agreement_id} is saved; new calls are under it.")
    if done is not None:
        out.line(f"{done.done:,} running calls are under it too, {done.unchanged:,} were.")
    elif effect is not None and effect.checked:
        out.line("Running calls keep what they have; --reapply takes them along.")


def _same_holder(said: Written, sheet: AgreementSheet) -> None:
    for key in ("customer", "site", "unit"):
        if getattr(said.new, f"{key}_id") != getattr(sheet, f"{key}_id"):
            raise InvalidInput(
                key, "an agreement stays with whom it was made for", "Leave out its id to make another."
            )


def _save(desk: Desk, said: Written) -> int:
    new = said.new
    if said.agreement_id is None:
        return make_agreement(desk, new)
    revised = revise_agreement(
        desk,
        said.agreement_id,
        said.version,
        new.terms,
        calendar_id=new.calendar_id,
        name=new.name,
        period=(new.starts_at, new.ends_at),
        unit_ids=new.unit_ids,
    )
    return revised.agreement_id


def _reapply(desk: Desk, agreement_id: int) -> Reapplied:
    meter = Meter(streams()[1])
    done = reapply(
        desk,
        agreement_ids=[agreement_id],
        progress=lambda so_far, total: meter.show(f"{so_far:,} of {total:,} calls"),
    )
    meter.end()
    return done


def say_effect(out: Output, effect: Effect) -> None:
    """What an edit would do to running calls, for people."""
    out.line(
        f"{effect.checked:,} running calls: due earlier {effect.earlier:,}, later {effect.later:,}, "
        f"unchanged {effect.unchanged:,}."
    )
    rows = [row for one in effect.calls[:_SHOWN] for row in _effect_rows(one)]
    if rows:
        columns = (Column("Call"), Column("Clock"), Column("Due"), Column("Would be due"))
        table(out, columns, rows)
    if len(effect.calls) > _SHOWN:
        out.line(f"and {len(effect.calls) - _SHOWN:,} more calls")


def _effect_rows(one: CallEffect) -> list[list[Cell]]:
    zone = zone_of(one.site_tz)
    return [
        [
            Cell(plain(one.number), "bold"),
            Cell(clock.kind.replace("_", " ")),
            Cell(_due_words(clock.was_due, clock.was_left, zone)),
            Cell(_due_words(clock.new_due, clock.new_left, zone)),
        ]
        for clock in one.clocks
        if clock.changes
    ]


def _due_words(instant: datetime | None, left: timedelta | None, zone: tzinfo) -> str:
    """When a clock is due, at the site; of a paused one what is left of it."""
    return f"paused, {span_words(left)} left" if left is not None else local(instant, zone) or "no due time"


def effect_shape(effect: Effect) -> dict[str, Any]:
    """An effect as docs/json.md has it."""
    calls = [
        one._asdict() | {"clocks": [_clock_shape(clock) for clock in one.clocks]} for one in effect.calls
    ]
    return effect._asdict() | {"calls": calls}


def _clock_shape(clock: ClockEffect) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "was_due": clock.was_due,
        "new_due": clock.new_due,
        "was_left_seconds": None if clock.was_left is None else clock.was_left.total_seconds(),
        "new_left_seconds": None if clock.new_left is None else clock.new_left.total_seconds(),
    }


def _shape(sheet: AgreementSheet) -> dict[str, Any]:
    about = {key: value for key, value in sheet._asdict().items() if key != "line"}
    return sheet.line._asdict() | about
