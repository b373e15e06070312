"""``dispatch-tui escalation``: escalated matters, listed, shown, opened, moved on, and their log."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk import escalations as desk_moves
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import NotFound
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.escalations import EscalationLine, Room, escalations, room
from dispatch_tui.store.queue import row_by_number
from dispatch_tui.text import age, plain
from dispatch_tui.widgets.escalation_state import STATE_WORDS

_MOVES = {
    "take": desk_moves.take,
    "fix": desk_moves.fix,
    "fail-check": desk_moves.fail_check,
    "check": desk_moves.check,
    "reopen": desk_moves.reopen,
}


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Do what was asked and show the matter, or the list; 0."""
    with desk_for(args, clock) as desk:
        if args.act == "list":
            return _list(args, out, desk)
        matter_id = _acted(args, desk)
        with desk.store.read() as connection:
            found = room(connection, matter_id, clock.now())
    if args.json:
        out.json({"escalation": room_shape(found)})
    else:
        _show(out, found, clock.now())
    return 0


def _acted(args: Namespace, desk: Desk) -> int:
    """Which matter it is about, after the act."""
    if args.act == "open":
        call_id, customer_id = None, None
        with desk.store.read() as connection:
            if args.customer:
                customer_id = customer_named(connection, args.customer)
            else:
                row = row_by_number(connection, args.call.strip())
                if row is None:
                    raise NotFound("call", plain(args.call), "'dispatch-tui queue' lists the open ones.")
                call_id = row.id
        return desk_moves.escalate(desk, args.title, call_id=call_id, customer_id=customer_id)
    if args.act == "log":
        desk_moves.write_log(desk, args.id, args.text)
    elif args.act == "move":
        _MOVES[args.move](desk, args.id)
    elif args.act == "report-back":
        desk_moves.report_back(desk, args.id, args.interaction)
    return int(args.id)


def _list(args: Namespace, out: Output, desk: Desk) -> int:
    now = desk.clock.now()
    with desk.store.read() as connection:
        found = escalations(connection, now, every=args.all)
    if args.json:
        out.json({"at": now, "escalations": [line_shape(one) for one in found]})
    elif not found:
        out.line("Nothing is escalated.")
    else:
        columns = (
            Column("Id", right=True),
            Column("Matter", least=20),
            Column("State"),
            Column("Customer", rank=1, least=10),
            Column("Call", rank=2),
            Column("Owner", rank=1),
            Column("Since", rank=2, right=True),
            Column("To do", rank=3, right=True),
        )
        table(out, columns, [_cells(one, now) for one in found])
    return 0


def _cells(one: EscalationLine, now: datetime) -> list[Cell]:
    return [
        Cell(str(one.id)),
        Cell(plain(one.title)),
        Cell(STATE_WORDS[one.status], "red" if one.status == "open" else ""),
        Cell(plain(one.customer)),
        Cell(plain(one.call)),
        Cell(plain(one.owner)),
        Cell(age(now - (one.moved_at or one.opened_at))),
        Cell(
            f"{one.left} ({one.overdue} late)" if one.overdue else str(one.left), "red" if one.overdue else ""
        ),
    ]


def line_shape(one: EscalationLine) -> dict[str, Any]:
    """A matter of the list as docs/json.md has it."""
    return one._asdict()


def room_shape(found: Room) -> dict[str, Any]:
    """A whole matter as docs/json.md has it."""
    matter = found.matter
    return {
        **line_shape(found.line),
        "people": [one._asdict() for one in found.people],
        "options": [
            {
                "id": part.id,
                "what": one.what,
                "cost_minor": one.cost_minor,
                "currency": one.currency,
                "ready_at": one.ready_at,
                "risk": one.risk,
                "chosen": one.chosen,
            }
            for part, one in zip(found.options, matter.options, strict=True)
        ],
        "actions": [
            {"id": part.id, "what": one.what, "owner": part.who, "due_at": one.due_at, "done_at": one.done_at}
            for part, one in zip(found.actions, matter.actions, strict=True)
        ],
        "checks": [
            {"id": part.id, "what": one.what, "passed": one.passed, "looked_by": part.who}
            for part, one in zip(found.checks, matter.checks, strict=True)
        ],
        "log": [
            {"at": one.at, "by": who, "text": one.text}
            for one, who in zip(matter.log, found.writers, strict=True)
        ],
        "conversations": [one._asdict() for one in found.talks],
    }


def _show(out: Output, found: Room, now: datetime) -> None:
    line, matter, zone = found.line, found.matter, found.line.zone
    out.line(out.styled(f"{line.id}  {plain(line.title)}", "bold"))
    facts(
        out,
        {
            "State": f"{STATE_WORDS[line.status]}, for {age(now - (line.moved_at or line.opened_at))}",
            "Owner": plain(line.owner),
            "Customer": plain(line.customer),
            "Call": plain(line.call),
            "Opened": local(line.opened_at, zone),
        },
    )
    _section(
        out,
        "Options",
        [
            f"{one.words}, ready {local(one.ready_at, zone)}{', chosen' if one.chosen else ''}"
            for one in matter.options
        ],
    )
    _section(
        out,
        "Corrective actions",
        [
            f"{plain(one.what)}: {plain(part.who)}, "
            + (f"done {local(one.done_at, zone)}" if one.done_at else f"due {local(one.due_at, zone)}")
            for part, one in zip(found.actions, matter.actions, strict=True)
        ],
    )
    words = {None: "not looked at", True: "passed", False: "failed"}
    _section(
        out, "Checks after the fix", [f"{plain(one.what)}: {words[one.passed]}" for one in matter.checks]
    )
    _section(
        out,
        "People",
        [
            ", ".join(
                filter(None, ("ours" if one.ours else "theirs", *map(plain, (one.name, one.part, one.reach))))
            )
            for one in found.people
        ],
    )
    _section(
        out,
        "Log",
        [
            f"{local(one.at, zone)}  {plain(who)}: {plain(one.text)}"
            for one, who in zip(matter.log, found.writers, strict=True)
        ],
    )
    if line.status == "checked":
        _section(
            out,
            "Conversations since the checks",
            [
                f"{one.id}  {local(one.happened_at, zone)}  {plain(one.channel)}: {plain(one.said)}"
                for one in found.talks
            ],
        )


def _section(out: Output, title: str, lines: list[str]) -> None:
    if lines:
        heading(out, title)
    for one in lines:
        wrapped(out, f"  {one}")
