"""``dispatch-tui operator``: who has which role; a manager gives them."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.operators import set_role
from dispatch_tui.records import Operator
from dispatch_tui.store.queries import operators
from dispatch_tui.text import plain


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """List the operators, or give one a role; 0. Raises what :func:`set_role` raises."""
    with desk_for(args, clock) as desk:
        if args.act == "set":
            changed = set_role(desk, args.account, args.role)
            if args.json:
                out.json({"operator": _shape(changed)})
            else:
                out.line(f"{plain(changed.account)} is now {changed.role}.")
            return 0
        with desk.store.read() as connection:
            known = operators(connection)
    if args.json:
        out.json({"operators": [_shape(one) for one in known]})
    elif known:
        rows = [[Cell(plain(one.account), "bold"), Cell(one.role), Cell(plain(one.name))] for one in known]
        table(out, (Column("Account"), Column("Role"), Column("Name", 1)), rows)
    return 0


def _shape(one: Operator) -> dict[str, Any]:
    return {"account": one.account, "name": one.name, "role": one.role}
