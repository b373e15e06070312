"""Roles: a manager gives and takes them."""

from __future__ import annotations

from typing import get_args

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput, NotAllowed
from dispatch_tui.records import Operator, Role
from dispatch_tui.store import dialect
from dispatch_tui.store.tables import operator
from dispatch_tui.text import plain


def set_role(desk: Desk, account: str, role: str, *, technician_id: int | None = None) -> Operator:
    """Give ``account`` a role (and the technician that it is, where it is one).

    Raises ``InvalidInput`` for an unknown role, ``NotFound`` for an unknown technician, ``NotAllowed``
    for taking the last manager's role.
    """
    account = plain(account)
    if not account:
        raise InvalidInput("account", "it is empty")
    if role not in get_args(Role):
        raise InvalidInput(
            "role", f"there is no role {role!r}", f"Choose one of {', '.join(get_args(Role))}."
        )
    with desk.act("set_role") as writer:
        connection = writer.connection
        dialect.one_at_a_time(connection, dialect.Turn.ROLES)  # two managers may not both step down
        if technician_id is not None:
            writer.get("technician", technician_id)
        row = connection.execute(sa.select(operator).where(operator.c.account == account)).mappings().first()
        values = {"role": role} | ({"technician_id": technician_id} if technician_id is not None else {})
        if row is None:
            writer.insert("operator", {"account": account, "name": account, **values}, act="set_role")
        else:
            managers = connection.scalar(
                sa.select(sa.func.count()).select_from(operator).where(operator.c.role == "manager")
            )
            if row["role"] == "manager" and role != "manager" and managers == 1:
                raise NotAllowed("The last manager must stay one.", "Give somebody else the role first.")
            writer.update("operator", row, values, act="set_role")
        changed = (
            connection.execute(sa.select(operator).where(operator.c.account == account)).mappings().one()
        )
        return Operator.model_validate(dict(changed))
