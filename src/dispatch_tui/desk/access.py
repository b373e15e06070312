"""Who acts: the operating system's account of the real user is the operator."""

from __future__ import annotations

import sqlalchemy as sa

from dispatch_tui.clock import Clock, SystemClock
from dispatch_tui.desk.account import account
from dispatch_tui.desk.desk import Desk, SignedIn
from dispatch_tui.errors import DatabaseReadOnly, NotAllowed, NotFound
from dispatch_tui.store import dialect
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.noted import noted
from dispatch_tui.store.tables import operator
from dispatch_tui.store.writes import Writer


def sign_in(store: Store, name: str, clock: Clock) -> SignedIn:
    """The operator of an account. The first to come to an empty database becomes its manager; an
    unknown account may look (role viewer, id 0: nothing is stored for it)."""
    found = find_operator(store, name)
    if found is not None:
        return found
    with store.read() as connection:
        empty = connection.scalar(sa.select(sa.func.count()).select_from(operator)) == 0
    if not empty:
        return SignedIn(0, name)
    try:
        with store.write() as connection:
            dialect.one_at_a_time(connection, dialect.Turn.ROLES)  # the first to come, and nobody else
            if connection.scalar(sa.select(sa.func.count()).select_from(operator)) == 0:
                Writer(connection, None, clock.now()).insert(
                    "operator", {"account": name, "name": name, "role": "manager"}, act="found"
                )
    except DatabaseReadOnly:
        return SignedIn(0, name)
    return find_operator(store, name) or SignedIn(0, name)


def find_operator(store: Store, name: str) -> SignedIn | None:
    """The stored operator of an account, if it has a role here."""
    with store.read() as connection:
        row = connection.execute(_FOUND, {"account": name}).first()
    return SignedIn._make(row) if row else None


def is_demo(store: Store) -> bool:
    """Whether this database holds the demo company (there, and only there, ``--as`` is allowed)."""
    with store.read() as connection:
        return noted(connection, "demo") is not None


def open_desk(
    where: str = "", *, clock: Clock | None = None, as_account: str = "", create: bool = True
) -> Desk:
    """Open the database (``locate``'s forms) and sign in.

    ``as_account`` acts as another operator, in the demo only. Raises a ``DatabaseProblem``,
    ``NotAllowed``, or ``NotFound`` for an unknown account.
    """
    clock = clock or SystemClock()
    store = open_store(where, create=create)
    try:
        if as_account:
            if not is_demo(store):
                raise NotAllowed("--as is for the demo company only.", "Sign in with your own account.")
            acting = find_operator(store, as_account)
            if acting is None:
                raise NotFound("operator", as_account)
        else:
            acting = sign_in(store, account(), clock)
    except BaseException:
        store.close()
        raise
    return Desk(store, clock, acting)


_FOUND = sa.select(*(operator.c[name] for name in SignedIn._fields)).where(
    operator.c.account == sa.bindparam("account")
)
