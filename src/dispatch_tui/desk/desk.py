"""The desk itself: an open database, a clock, and the operator who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from dispatch_tui.clock import Clock
from dispatch_tui.desk.transitions import ROLES_OF
from dispatch_tui.errors import DatabaseProblem, InvalidInput, NotAllowed
from dispatch_tui.store import stale, tables
from dispatch_tui.store.database import Store
from dispatch_tui.store.touched import parties_of
from dispatch_tui.store.writes import Writer

_CLOCK_SKEW = timedelta(minutes=5)
_ONLY_MARKS = frozenset({"import"})
"""Acts after which the call-first list is made anew by whoever reads it next."""


class SignedIn(NamedTuple):
    """The operator who acts; ``id`` is 0 for an account that has no role here and may look. Plain, and no record of
    pydantic's: a session that only looks on never loads that (8 MB)."""

    id: int
    account: str
    role: str = "viewer"
    technician_id: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every use-case takes first."""

    store: Store
    clock: Clock
    operator: SignedIn
    own: set[int] = field(default_factory=set, compare=False)
    """Numbers of the changes written through this desk, each from before its commit on. Who listens to the feed tells
    its own by them, and takes them out."""

    @contextmanager
    def act(self, name: str) -> Iterator[Writer]:
        """One transaction for the act ``name``, after the operator's role was checked in it.

        The role is read again each time: one that was taken away counts at once. Whose prompts the act touches
        is marked with it, and they are made anew once it is committed.
        """
        logged: list[int] = []
        try:
            with self.store.write() as connection:
                role = connection.scalar(
                    sa.select(tables.operator.c.role).where(tables.operator.c.id == self.operator.id)
                )
                self.check_role(name, role or "viewer")
                writer = Writer(connection, self.operator.id, self.clock.now())
                yield writer
                parties = parties_of(connection, writer.touched)
                stale.mark(connection, parties)
                logged = writer.logged
                self.own.update(logged)
        except BaseException:
            self.own.difference_update(logged)
            raise
        if parties and name not in _ONLY_MARKS:
            from dispatch_tui.desk.prompting import (
                refresh_parties,  # the rules, which reading alone never loads
            )

            with suppress(
                DatabaseProblem
            ):  # the act is committed; what stays marked is made anew by who reads it
                refresh_parties(self, parties)

    def check_role(self, act: str, role: str) -> None:
        allowed = ROLES_OF[act]
        if role not in allowed:
            raise NotAllowed(
                f"A {role} may not {act.replace('_', ' ')}.",
                f"Ask a manager for the role {' or '.join(allowed)} (dispatch-tui operator set ACCOUNT ROLE).",
            )

    def when(self, happened_at: datetime | None) -> datetime:
        """The instant at which an act happened: now, or the earlier one that was reported.

        Raises :class:`InvalidInput` for a naive instant or one in the future.
        """
        now = self.clock.now()
        if happened_at is None:
            return now
        if happened_at.tzinfo is None:
            raise InvalidInput("happened_at", "an instant needs its zone")
        if happened_at > now + _CLOCK_SKEW:
            raise InvalidInput("happened_at", "it lies in the future", "Give the time at which it happened.")
        return happened_at
