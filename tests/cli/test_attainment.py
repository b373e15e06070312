"""``sla attainment``: the figures, their shape, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import SN1, TESS, Run, later
from tests.support.contacts import log_contact


@pytest.fixture
def kept(desk: Desk, clock: FixedClock) -> Desk:
    """On Wednesday: C-1 mended in time, C-2 late (240 minutes are promised), C-3 still open and late since
    Thursday, C-4 open in time, C-5 cancelled. Friday 09:00 UTC now. C-1 and C-2 were Tess's."""
    one, two, three = (
        calls.open_call(desk, title=f"Pump {n}", priority=1, unit_id=SN1).call for n in (1, 2, 3)
    )
    for call in (one, two):
        calls.assign(desk, call.id, TESS)
    log_contact(desk, one.id, direction="out", said="We come")
    later(clock, 120)
    calls.resolve(desk, one.id, "New seal")
    off = calls.open_call(desk, title="Mistaken", priority=1, unit_id=SN1).call
    calls.cancel(desk, off.id, "a mistake")
    clock.advance(timedelta(days=1))
    calls.resolve(desk, two.id, "New motor")
    clock.advance(timedelta(hours=22))
    calls.open_call(desk, title="Door", priority=3, unit_id=SN1)
    assert three.number == "C-3"
    return desk


def test_figures_for_people(run: Run, kept: Desk, db_url: str) -> None:
    shown = run(
        "sla", "attainment", "--by", "technician", "--period", "day", "--from", "2026-03-04", "--db", db_url
    )
    lines = shown.out.splitlines()
    assert lines[0] == "Resolution, 2026-03-04 to 2026-03-06: 33.3 %"
    assert lines[1].strip() == "1 met, 2 missed; 1 still running, 0 never due, 1 cancelled."
    table = [line.split() for line in lines]
    assert ["2026-03-04", "33.3", "%", "1", "2"] in table
    assert ["2026-03-05", "0", "0"] in table
    assert ["no", "technician", "0.0", "%", "0", "1", "1"] in table
    assert ["Tess", "50.0", "%", "1", "1", "0"] in table
    assert table.index(["no", "technician", "0.0", "%", "0", "1", "1"]) < table.index(
        ["Tess", "50.0", "%", "1", "1", "0"]
    )
    assert "Share: met / (met + missed)." in shown.out


def test_shape_for_programs(run: Run, kept: Desk, db_url: str) -> None:
    found = run(
        "sla", "attainment", "--json", "--clock", "first_response", "--by", "customer", "--db", db_url
    ).json
    assert (found["clock"], found["by"], found["period"]) == ("first_response", "customer", "month")
    assert (found["at"], found["from"], found["to"]) == ("2026-03-06T09:00:00Z", "2025-04-01", "2026-03-06")
    assert found["total"] == {
        "met": 1, "missed": 2, "running": 1, "never": 0, "cancelled": 1, "share": 1 / 3,
    }  # fmt: skip
    (acme,) = found["groups"]
    assert (acme["id"], acme["name"], acme["missed"]) == (1, "Acme Cold Store", 2)
    assert len(found["periods"]) == len(acme["periods"]) == 12
    march = {"name": "2026-03", "from": "2026-03-01", "met": 1, "missed": 2, "share": 1 / 3}
    assert found["periods"][-1] == acme["periods"][-1] == march
    assert found["periods"][0]["share"] is None
    assert len(found["rules"]) == 3


def test_nothing_counted_says_why(run: Run, kept: Desk, db_url: str) -> None:
    shown = run(
        "sla",
        "attainment",
        "--from",
        "2020-01-01",
        "--to",
        "2020-02-01",
        "--clock",
        "customer_waiting",
        "--db",
        db_url,
    )
    assert shown.code == 0
    assert "nothing counted" in shown.out
    assert "Clocks come with an agreement" in shown.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--from", "2026-03-05", "--to", "2026-03-04"), "--from: 2026-03-05 is after 2026-03-04"),
        (("--from", "March"), "--from: cannot read 'March' as a date"),
        (("--to", "0001-01-01"), "--to: cannot read"),
        (("--clock", "patience"), "invalid choice"),
        (("--by", "planet"), "invalid choice"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    run: Run, kept: Desk, db_url: str, options: tuple[str, ...], says: str
) -> None:
    ran = run("sla", "attainment", *options, "--db", db_url)
    assert ran.code == 2
    assert says in ran.err
