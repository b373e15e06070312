"""``dispatch-tui rank``: the weights by which everybody's queue is ranked, shown, set, and the calls ranked by them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output, streams
from dispatch_tui.cli.stopping import Meter, stop_on_interrupt
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.ranking import Ranked, Standing, rank_again, set_rank_weights, standing
from dispatch_tui.errors import InvalidInput
from dispatch_tui.sla.kinds import PRIORITIES
from dispatch_tui.sla.rank import weights_mapping
from dispatch_tui.text import span

INTERRUPTED = 130


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Show the weights; set those that are given, and rank again where calls wait for it; 0, or 130 where
    Ctrl-C stopped it."""
    _, err = streams()
    ranked: Ranked | None = None
    with desk_for(args, clock) as desk:
        with desk.store.read() as connection:
            held = standing(connection)
        wanted = _wanted(args, held)
        if wanted is not None:
            set_rank_weights(desk, wanted, version=held.version)
        if wanted is not None or (held.unfinished and args.go_on):
            meter = Meter(err)
            with stop_on_interrupt() as stop:
                ranked = rank_again(
                    desk, progress=lambda done, total: meter.show(f"{done:,} of {total:,} calls"), stop=stop
                )
            meter.end()
        with desk.store.read() as connection:
            held = standing(connection)
    if args.json:
        out.json(_shape(held, ranked))
    else:
        _say(out, held, ranked)
    if ranked is not None and not ranked.finished:
        err.line("Stopped between two batches. 'dispatch-tui rank --go-on' ranks the rest.")
        return INTERRUPTED
    return 0


def _wanted(args: Namespace, held: Standing) -> dict[str, Any] | None:
    """The weights that the options ask for; ``None`` where they ask for none."""
    if args.defaults:
        return {}
    if not args.lead and not args.allowance:
        return None
    wanted: dict[str, Any] = {name: dict(one) for name, one in weights_mapping(held.weights).items()}
    for name, given in (("lead", args.lead), ("allowance", args.allowance)):
        for one in given:
            priority, sign, length = one.partition("=")
            if not sign:
                raise InvalidInput(f"--{name}", f"{one!r} is not PRIORITY=LENGTH", f"Write --{name} 1=4h.")
            wanted[name][priority] = length
    return wanted


def _say(out: Output, held: Standing, ranked: Ranked | None) -> None:
    columns = (Column("Priority"), Column("Lead", right=True), Column("Allowance", right=True))
    rows = [
        [
            Cell(f"P{priority}", "bold"),
            *(
                Cell(span(one[priority].total_seconds()))
                for one in (held.weights.lead, held.weights.allowance)
            ),
        ]
        for priority in PRIORITIES
    ]
    table(out, columns, rows)
    if ranked is not None:
        out.line(f"{ranked.done:,} of {ranked.total:,} calls are ranked by these weights.")
    elif held.unfinished:
        out.line("Not all calls are ranked by these weights yet: 'dispatch-tui rank --go-on'.")


def _shape(held: Standing, ranked: Ranked | None) -> dict[str, Any]:
    minutes = {f"{name}_minutes": one for name, one in weights_mapping(held.weights).items()}
    return minutes | {
        "version": held.version,
        "unfinished": held.unfinished,
        "ranked": None if ranked is None else ranked._asdict(),
    }
