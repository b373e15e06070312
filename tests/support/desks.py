"""Desks for tests: a small company on a fresh database, and operators of each role."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from dispatch_tui.clock import Clock, to_us
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.operators import set_role
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import tables

TERMS = {
    "calendar": {
        "tz": "Europe/Berlin",
        "hours": {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    },
    "budgets": {
        "1": {"first_response": 30, "resolution": 240},
        "3": {"first_response": 120, "resolution": 960, "next_update": 240},
    },
}


def company(url: str, clock: Clock) -> Desk:
    """One customer with an agreement and a site in Berlin, one unit, two technicians; the desk of its manager.

    Ids count from 1 in the order given here.
    """
    desk = open_desk(url, clock=clock)
    at = to_us(clock.now() - timedelta(days=365))
    facts = (
        Fact("team", "t:north", "import", at, {"name": "North"}),
        Fact("technician", "t:tess", "import", at, {"name": "Tess", "team_id": Ref("team", "t:north")}),
        Fact("technician", "t:otto", "import", at, {"name": "Otto"}),
        Fact("customer", "t:acme", "import", at, {"name": "Acme Cold Store", "currency": "EUR"}),
        Fact(
            "site",
            "t:plant",
            "import",
            at,
            {"name": "Plant 1", "tz": "Europe/Berlin", "customer_id": Ref("customer", "t:acme")},
        ),
        Fact("model", "t:x200", "import", at, {"name": "X200", "maker": "Nordfrost"}),
        Fact(
            "unit",
            "t:sn1",
            "import",
            at,
            {
                "serial": "SN-1",
                "model_id": Ref("model", "t:x200"),
                "site_id": Ref("site", "t:plant"),
                "customer_id": Ref("customer", "t:acme"),
            },
        ),
    )
    (outcome,) = record_history(desk, "test", [SourceRow(1, "company", b"c" * 16, facts)])
    assert outcome.outcome == "imported", outcome
    with desk.store.write() as connection:
        connection.execute(sa.insert(tables.agreement).values(customer_id=1, name="Silver", version=1))
        connection.execute(
            sa.insert(tables.agreement_terms).values(agreement_id=1, number=1, terms_json=json.dumps(TERMS))
        )
    return desk


def as_role(desk: Desk, role: str, account: str = "") -> Desk:
    """The same database, used by an operator of another role."""
    return replace(desk, operator=set_role(desk, account or role, role))


def changes_of(desk: Desk, kind: str, record_id: int) -> list[sa.RowMapping]:
    """A record's change rows in the order in which they were written."""
    with desk.store.read() as connection:
        query = (
            sa.select(tables.change)
            .where(tables.change.c.kind == kind, tables.change.c.record_id == record_id)
            .order_by(tables.change.c.seq)
        )
        return list(connection.execute(query).mappings())


def at(text: str) -> datetime:
    """An ISO instant with its offset."""
    return datetime.fromisoformat(text)
