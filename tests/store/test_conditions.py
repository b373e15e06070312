"""A filter's terms on real rows: each field finds what it names, and its negation finds the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.store import tables as t
from dispatch_tui.store.conditions import Onlooker, conditions
from dispatch_tui.store.filters import FIELDS, Field, parse

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
WHO = Onlooker(NOW, operator_id=1)


@pytest.fixture(scope="module")
def rows() -> Iterator[sa.Connection]:
    """C-1 has everything and warns, C-2 has nothing, C-3 is old and on hold, C-4 is closed."""
    engine = sa.create_engine("sqlite://")
    t.metadata.create_all(engine)
    with engine.begin() as db:
        db.execute(t.operator.insert().values(id=1, account="ann", role="dispatcher"))
        db.execute(t.team.insert().values(id=1, name="North"))
        db.execute(t.technician.insert().values(id=1, name="Nora Bell"))
        db.execute(t.customer.insert().values(id=1, name="Acme 100%"))
        db.execute(t.site.insert().values(id=1, name="Harbour"))
        db.execute(t.model.insert().values(id=1, name="X200"))
        db.execute(t.unit.insert().values(id=1, serial="SN-204", model_id=1))
        hour = timedelta(hours=1)
        common: dict[str, object] = {
            "status": "new",
            "priority": 3,
            "opened_at": NOW - hour,
            "happened_at": NOW,
        }
        linked: dict[str, object] = {
            f"{name}_id": 1 for name in ("operator", "team", "technician", "customer", "site", "unit")
        }
        calls: list[dict[str, object]] = [
            {"number": "C-1", "title": "pump leaks", "skill": "gas", "flag": "odd", **linked}
            | {"priority": 1, "clock": "resolution", "warn_at": NOW - hour, "due_at": NOW + hour},
            {"number": "C-2", "title": "no light"},
            {"number": "C-3", "title": "noise", "status": "on_hold", "clock": "resolution", "paused": 1}
            | {"opened_at": NOW - 80 * hour},
            {"number": "C-4", "title": "pump done", "status": "closed", "live": 0},
        ]
        for one in calls:
            db.execute(t.call.insert().values(**(common | one)))
        yield db
    engine.dispose()


def _found(db: sa.Connection, text: str) -> list[str]:
    query = sa.select(t.call.c.number).where(*conditions(parse(text), WHO)).order_by(t.call.c.number)
    return [str(number) for number in db.execute(query).scalars()]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ["C-1", "C-2", "C-3"]),
        ("status:all", ["C-1", "C-2", "C-3", "C-4"]),
        ("status:closed", ["C-4"]),
        ("pump", ["C-1"]),
        ("pump status:all", ["C-1", "C-4"]),
        ("harbour", ["C-1"]),
        ("sn-204", ["C-1"]),
        ("pri<2", ["C-1"]),
        ("pri:1,3", ["C-1", "C-2", "C-3"]),
        ("cust:acme", ["C-1"]),
        ("cust:0%", ["C-1"]),
        ("cust:_", []),
        ('cust="acme 100%"', ["C-1"]),
        ("cust=acme", []),
        ("site:harb", ["C-1"]),
        ("unit:204", ["C-1"]),
        ("model:x2", ["C-1"]),
        ("model:none", ["C-2", "C-3"]),
        ("tech:bell", ["C-1"]),
        ("tech:none", ["C-2", "C-3"]),
        ("team=north", ["C-1"]),
        ("skill:gas", ["C-1"]),
        ("skill=ga", []),
        ("skill:none", ["C-2", "C-3"]),
        ("skill:none,gas", ["C-1", "C-2", "C-3"]),
        ("owner:me", ["C-1"]),
        ("owner:any", ["C-1"]),
        ("num:c-2", ["C-2"]),
        ("num=C-1", ["C-1"]),
        ("flag:any", ["C-1"]),
        ("flag:none", ["C-2", "C-3"]),
        ("clock:warning", ["C-1"]),
        ("clock:paused", ["C-3"]),
        ("clock:none", ["C-2"]),
        ("clock:breached,running", []),
        ("due:2h", ["C-1"]),
        ("due:none", ["C-2", "C-3"]),
        ("age>3d", ["C-3"]),
        ("opened:today", ["C-1", "C-2"]),
    ],
)
def test_finds_what_it_names_and_its_negation_the_rest(
    rows: sa.Connection, text: str, numbers: list[str]
) -> None:
    assert _found(rows, text) == numbers
    if len(parse(text).terms) == 1 and "status" not in text:
        assert _found(rows, f"-{text}") == [one for one in ("C-1", "C-2", "C-3") if one not in numbers]


EXAMPLES = {
    "pri": [["C-1"], ["C-1"]],
    "status": [["C-3"], ["C-1", "C-2"]],
    "cust": [["C-1"]],
    "site": [[]],
    "unit": [["C-1"]],
    "model": [["C-1"]],
    "tech": [["C-2", "C-3"]],
    "team": [["C-1"]],
    "skill": [[]],
    "owner": [["C-1"]],
    "clock": [["C-1"]],
    "due": [["C-1"], []],
    "age": [["C-3"]],
    "opened": [["C-1", "C-2"], ["C-1", "C-2"]],
    "num": [[]],
    "flag": [["C-1"]],
    "text": [["C-1"]],
}
"""What each example in the help finds here, by field."""


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_example_of_the_help_finds_what_it_says(rows: sa.Connection, field: Field) -> None:
    assert [_found(rows, str(term)) for term in parse(field.example).terms] == EXAMPLES[field.name]
