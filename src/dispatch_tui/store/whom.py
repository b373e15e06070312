"""Whose calls can be looked back on beside customers: teams, and people, who are operators, technicians, or both."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.store import tables as t
from dispatch_tui.store.folding import same
from dispatch_tui.store.looking_back import Whom
from dispatch_tui.text import plain


def teams(connection: Connection) -> list[Whom]:
    """Every team, by name."""
    query = sa.select(t.team.c.id, t.team.c.name).order_by(t.team.c.name, t.team.c.id)
    return [Whom(name or f"team {team_id}", team_id=team_id) for team_id, name in connection.execute(query)]


def people(connection: Connection) -> list[Whom]:
    """Everybody who may do something here, and every technician; who is both is one person."""
    operator, technician = t.operator.c, t.technician.c
    ours = connection.execute(
        sa.select(operator.id, operator.account, operator.name, operator.technician_id)
        .where(operator.role != "viewer")
        .order_by(operator.account)
    ).all()
    known = {one.technician_id for one in ours}
    found = [
        Whom(one.name or one.account, operator_id=one.id, technician_id=one.technician_id) for one in ours
    ]
    others = connection.execute(
        sa.select(technician.id, technician.name).order_by(technician.name, technician.id)
    )
    found += [
        Whom(one.name or f"technician {one.id}", technician_id=one.id)
        for one in others
        if one.id not in known
    ]
    return found


def oneself(connection: Connection, operator_id: int) -> Whom:
    """An operator as a person. Raises ``NotFound``."""
    operator = t.operator.c
    row = connection.execute(
        sa.select(operator.account, operator.name, operator.technician_id).where(operator.id == operator_id)
    ).first()
    if row is None:
        raise NotFound("operator", operator_id, "Ask a manager for a role: dispatch-tui operator set.")
    return Whom(row.name or row.account, operator_id=operator_id, technician_id=row.technician_id)


def team_named(connection: Connection, name: str) -> Whom:
    """The team of a name, any case. Raises ``NotFound``."""
    return _named(teams(connection), "team", name)


def person_named(connection: Connection, name: str) -> Whom:
    """The person of an account or a name, any case. Raises ``NotFound``, or ``InvalidInput`` for several."""
    accounts = sa.select(t.operator.c.id).where(same(t.operator.c.account, name))
    operator_id = connection.scalar(accounts)
    if operator_id is not None:
        return oneself(connection, operator_id)
    return _named(people(connection), "person", name)


def _named(known: list[Whom], kind: str, name: str) -> Whom:
    found = [one for one in known if one.name.casefold() == name.strip().casefold()]
    if not found:
        raise NotFound(
            kind, plain(name), f"There are {', '.join(plain(one.name) for one in known[:8]) or 'none'}."
        )
    if len(found) > 1:
        raise InvalidInput(kind, f"several are called {plain(name)!r}", "Name them by their account.")
    return found[0]
