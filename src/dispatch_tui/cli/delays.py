"""``dispatch-tui delay``: what makes calls late, so that their customers are called; or that it is over."""

from __future__ import annotations

from argparse import Namespace

from dispatch_tui.care.coming import coming
from dispatch_tui.cli.call import find
from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, local
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.delays import add_delay, end_delay, running
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store.details import zone_of
from dispatch_tui.text import age, plain


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """List the delays, record one, or end one; 0. Raises what the desk raises: then nothing was recorded."""
    with desk_for(args, clock) as desk:
        if args.over is not None:
            _over(args, out, desk)
        elif args.cause or args.until:
            _add(args, out, desk)
        else:
            _list(args, out, desk)
    return 0


def _list(args: Namespace, out: Output, desk: Desk) -> None:
    now = desk.clock.now()
    with desk.store.read() as connection:
        found = running(connection)
    if args.json:
        out.json({"at": now, "delays": [one._asdict() for one in found]})
    elif not found:
        out.line("Nobody has to be told of a delay.")
    else:
        columns = (
            Column("Id", right=True),
            Column("Delay", least=20),
            Column("To tell", right=True),
            Column("Known for", rank=1, right=True),
        )
        table(
            out,
            columns,
            [
                [
                    Cell(str(one.id)),
                    Cell(plain(one.cause)),
                    Cell(str(one.untold)),
                    Cell(age(now - one.known_at)),
                ]
                for one in found
            ],
        )


def _add(args: Namespace, out: Output, desk: Desk) -> None:
    if not args.until:
        raise InvalidInput("--until", "it is missing", "Say when we come now, such as --until 'fri 14:00'.")
    now = desk.clock.now()
    with desk.store.read() as connection:
        rows = {row.id: row for row in (find(connection, one) for one in args.calls)}
    expected = {
        row.id: coming(args.until, now, zone_of(row.site_tz), field="--until") for row in rows.values()
    }
    delay_id = add_delay(desk, args.cause, expected)
    if args.json:
        calls = [{"call": row.number, "expected_at": expected[row.id]} for row in rows.values()]
        out.json({"delay": delay_id, "calls": calls})
        return
    out.line(f"delay {delay_id}: to be told, 'dispatch-tui first' lists whom to call")
    for row in rows.values():
        out.line(f"  {plain(row.number)} expected {local(expected[row.id], zone_of(row.site_tz))}")


def _over(args: Namespace, out: Output, desk: Desk) -> None:
    if args.cause or args.until:
        raise InvalidInput("--over", "it takes no cause, call or time", "Record what delays now by itself.")
    end_delay(desk, args.over)
    if args.json:
        out.json({"delay": args.over, "over": True})
    else:
        out.line(f"delay {args.over} is over: nobody need be told of it any more")
