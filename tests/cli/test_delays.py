"""``delay``: recorded, listed, over, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.desk import calls, promises
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.cli.conftest import SN1, Run
from tests.support.desks import as_role, at


@pytest.fixture
def two(desk: Desk) -> Desk:
    """C-1 in Berlin and C-2 at no site, both promised."""
    for unit_id in (SN1, None):
        one = calls.open_call(desk, title="Pump leaks", unit_id=unit_id).call
        promises.promise(desk, one.id, "somebody comes", desk.clock.now() + timedelta(hours=4))
    return desk


def reached(desk: Desk) -> list[sa.RowMapping]:
    with desk.store.read() as connection:
        return list(connection.execute(sa.select(t.delay_reach).order_by(t.delay_reach.c.call_id)).mappings())


def test_it_is_recorded_listed_and_over(run: Run, two: Desk, db_url: str) -> None:
    assert run("delay", "--db", db_url).out == "Nobody has to be told of a delay.\n"
    assert run("delay", "--db", db_url, "--json").json["delays"] == []
    made = run("delay", "The road \x1b[31mis shut [/x]", "C-1", "2", "--until", "fri 14:00", "--db", db_url)
    assert (made.code, made.err) == (0, "")
    assert [" ".join(line.split()) for line in made.out.splitlines()] == [
        "delay 1: to be told, 'dispatch-tui first' lists whom to call",
        "C-1 expected 2026-03-06 14:00 CET",
        "C-2 expected 2026-03-06 14:00 UTC",
    ]
    berlin, nowhere = (one["expected_at"] for one in reached(two))
    assert berlin == at("2026-03-06T14:00+01:00")
    assert nowhere == at("2026-03-06T14:00+00:00")
    rows = [line.split() for line in run("delay", "--db", db_url).out.splitlines()]
    assert rows[1] == ["1", "The", "road", "is", "shut", "[/x]", "2", "0s"]
    (listed,) = run("delay", "--db", db_url, "--json").json["delays"]
    assert listed == {
        "id": 1,
        "cause": "The road is shut [/x]",
        "known_at": "2026-03-04T09:00:00Z",
        "untold": 2,
    }
    over = run("delay", "--over", "1", "--db", db_url)
    assert over.out == "delay 1 is over: nobody need be told of it any more\n"
    assert run("delay", "--db", db_url, "--json").json["delays"] == []


def test_as_json(run: Run, two: Desk, db_url: str) -> None:
    made = run("delay", "Part is late", "c-1", "C-1", "--until", "2h", "--db", db_url, "--json").json
    assert made == {"delay": 1, "calls": [{"call": "C-1", "expected_at": "2026-03-04T11:00:00Z"}]}
    assert run("delay", "--over", "1", "--db", db_url, "--json").json == {"delay": 1, "over": True}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("Late", "C-1"), 2, "--until: it is missing"),
        (("Late", "--until", "2h"), 2, "reaches no call"),
        (("--until", "2h"), 2, "it says nothing"),
        (("Late", "C-1", "--until", "soon"), 2, "--until: cannot read"),
        (("Late", "C-1", "C-9", "--until", "2h"), 3, "There is no call C-9"),
        (("Late", "C-1", "--over", "1"), 2, "--over"),
        (("--over", "7"), 3, "There is no delay 7"),
    ],
)
def test_what_is_refused_records_nothing(
    run: Run, two: Desk, db_url: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    refused = run("delay", *arguments, "--db", db_url)
    assert (refused.code, refused.out) == (code, "")
    assert said in refused.err
    assert reached(two) == []


def test_a_technician_does_not_say_so_for_all(run: Run, two: Desk, db_url: str) -> None:
    as_role(two, "manager", "maria")
    as_role(two, "technician", two.operator.account)
    assert run("delay", "Late", "C-1", "--until", "2h", "--db", db_url).code == 4
    assert reached(two) == []
