"""``dispatch-tui roi save``, ``list``, ``reopen`` and ``decide``: recommendations kept, and asked again later."""

from __future__ import annotations

from argparse import Namespace
from typing import Any
from zoneinfo import ZoneInfo

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.roi import compared, input_words
from dispatch_tui.cli.sheet import heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.recommendations import Reopened, recommend, record_decision, reopen
from dispatch_tui.errors import NotFound
from dispatch_tui.roi.figures import Figure, shown
from dispatch_tui.roi.kept import ResultChange
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.settings import load
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.store.recommendations import SavedRecommendation, recommendations
from dispatch_tui.store.units import unit_by_serial
from dispatch_tui.text import plain

_UTC = ZoneInfo("UTC")


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do what ``args.act`` says; 0. Raises what the desk raises: then nothing was saved."""
    acts = {"save": _save, "list": _list, "reopen": _reopen, "decide": _decide}
    with desk_for(args, clock) as desk:
        acts[args.act](desk, args, out)
    return 0


def _save(desk: Desk, args: Namespace, out: Output) -> None:
    suggestion, found = compared(desk, args, load().roi)
    call_id = None
    if args.call:
        with desk.store.read() as connection:
            row = row_by_number(connection, args.call.strip())
        if row is None:
            raise NotFound("call", plain(args.call), "'dispatch-tui queue' lists the open ones.")
        call_id = row.id
    made = recommend(desk, suggestion.card.id, found, presented=args.presented, call_id=call_id)
    said = verdict(found.decision)
    if args.json:
        out.json(
            {"id": made, "unit": suggestion.card.serial, "answer": said.answer, "sentence": said.sentence}
        )
        return
    wrapped(out, f"Recommendation {made}. {plain(said.sentence)} {plain(said.reason)}")


def _list(desk: Desk, args: Namespace, out: Output) -> None:
    with desk.store.read() as connection:
        saved = recommendations(connection, unit_by_serial(connection, args.unit))
    if args.json:
        out.json({"unit": args.unit, "recommendations": [_shape(one) for one in saved]})
    elif saved:
        columns = (
            Column("Id", right=True),
            Column("Made"),
            Column("By", 2),
            Column("Against", 1, 10),
            Column("Answer"),
            Column("Decided"),
            Column("Why", 1, 12),
        )
        table(out, columns, [_row(one) for one in saved])
    else:
        out.line("No recommendation is kept for this unit: 'dispatch-tui roi save UNIT' keeps one.")


def _row(one: SavedRecommendation) -> list[Cell]:
    return [
        Cell(str(one.id)),
        Cell(local(one.made_at, _UTC)),
        Cell(plain(one.by)),
        Cell(plain(one.inputs["challenger"])),
        Cell(str(one.result["answer"])),
        Cell(plain(one.decided)),
        Cell(plain(one.reason)),
    ]


def _shape(one: SavedRecommendation) -> dict[str, Any]:
    return one._asdict()


def _reopen(desk: Desk, args: Namespace, out: Output) -> None:
    found = reopen(desk, args.id, load().roi)
    if args.json:
        out.json(_reopened_shape(found))
    else:
        _show(out, found)


def _reopened_shape(found: Reopened) -> dict[str, Any]:
    said = verdict(found.answer.decision) if found.answer is not None else None
    return {
        "saved": _shape(found.saved),
        "today": None if said is None else {"answer": said.answer, "sentence": said.sentence},
        "missing": None
        if found.fault is None
        else {"field": found.fault.field, "reason": found.fault.reason},
        "results": [
            {"key": one.key, "label": one.label, "was": one.was, "now": one.now}
            for one in found.result_changes
        ],
        "inputs": [
            {
                "key": one.field.key,
                "name": one.field.name,
                "label": one.field.label,
                "was": one.was,
                "now": one.now,
                "challenger": one.challenger,
                "origin": {"source": one.origin.source.value, "note": one.origin.note},
            }
            for one in found.input_changes
        ],
    }


def _show(out: Output, found: Reopened) -> None:
    saved = found.saved
    by = f" by {plain(saved.by)}" if saved.by else ""
    out.line(out.styled(f"{plain(saved.serial)}: recommended on {local(saved.made_at, _UTC)}{by}", "bold"))
    wrapped(out, f"Then: {plain(saved.result['sentence'])}")
    if found.answer is not None:
        wrapped(out, f"Today: {plain(verdict(found.answer.decision).sentence)}")
    elif found.fault is not None:
        wrapped(out, f"Today there is no answer: {plain(found.fault.reason)}. {plain(found.fault.remedy)}")
    if saved.presented:
        wrapped(out, f"Presented: {plain(saved.presented)}")
    if saved.decided:
        wrapped(out, f"Decided: {plain(saved.decided)}. {plain(saved.reason)}")
    heading(out, "Results")
    columns = (Column(""), Column("then", right=True), Column("today", right=True))
    currency, digits = found.inputs.currency, found.inputs.digits
    rows = [
        [
            Cell(one.label),
            Cell(_value(one, one.was, currency, digits)),
            Cell(_value(one, one.now, currency, digits)),
        ]
        for one in found.result_changes
    ]
    table(out, columns, rows)
    heading(out, "Inputs that have changed")
    if not found.input_changes:
        out.line("  None.")
        return
    inputs = found.inputs
    changed = [
        [
            Cell(f"{plain(one.challenger) or one.field.group}: {one.field.label}"),
            Cell(input_words(inputs, one.field.kind, one.was)),
            Cell(input_words(inputs, one.field.kind, one.now)),
            Cell(one.origin.source.value),
        ]
        for one in found.input_changes
    ]
    table(out, (*columns, Column("from")), changed)


def _value(one: ResultChange, value: float | None, currency: str, digits: int) -> str:
    return shown(Figure(one.key, one.label, value, one.unit), currency, digits)


def _decide(desk: Desk, args: Namespace, out: Output) -> None:
    version = record_decision(desk, args.id, None, decided=args.decided, reason=args.reason)
    if args.json:
        out.json({"id": args.id, "version": version, "decided": args.decided})
    else:
        out.line(f"Recommendation {args.id}: the customer decided to {args.decided}.")
