"""``agreement`` and ``rank``: seen and set without a screen, and told what that does to running calls."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.calendars import NewCalendar, make_calendar
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.cli.conftest import Run
from tests.support.desks import TERMS

GOLD = """
name = "Gold"
customer = "Acme Cold Store"
units = ["SN-1"]
calendar = "Office"
starts_at = 2026-01-01T00:00:00Z
warnings = [{share = 0.5}, {minutes_before = 30}]
cover = {parts = true, labour = true, until = 2027-12-31}

[budgets.3]
first_response = 60
resolution = "2d"
"""


@pytest.fixture
def db(desk: Desk) -> str:
    make_calendar(desk, NewCalendar("Office", TERMS["calendar"]))
    return desk.store.location.url if desk.store.location.path is None else str(desk.store.location.path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gold.toml"
    path.write_text(GOLD, encoding="utf-8")
    return path


def test_an_agreement_is_made_from_a_file_and_read_back(run: Run, db: str, file: Path, desk: Desk) -> None:
    made = run("agreement", "set", str(file), "--db", db, "--json")
    assert made.code == 0, made.err
    assert made.json["saved"]
    agreement = made.json["agreement"]
    assert (agreement["id"], agreement["scope"], agreement["calendar"]) == (2, "contract", "Office")
    assert agreement["cover"] == "parts and labour, until 2027-12-31"
    assert agreement["terms"]["cover"]["until"] == "2027-12-31"
    assert agreement["starts_at"] == "2026-01-01T00:00:00Z"
    shown = tomllib.loads(run("agreement", "show", "2", "--db", db).out)
    assert shown.pop("id") == 2
    assert shown.pop("version") == 1
    shown["cover"]["until"] = tomllib.loads(GOLD)["cover"]["until"]
    assert shown == tomllib.loads(GOLD)
    listed = run("agreement", "list", "--db", db, "--json").json["agreements"]
    assert [(one["id"], one["scope"], one["of"]) for one in listed] == [
        (1, "customer", "Acme Cold Store"),
        (2, "contract", "Acme Cold Store, 1 unit"),
    ]
    assert "Acme Cold Store, 1 unit" in run("agreement", "list", "--db", db).out
    assert calls.open_call(desk, title="Leak", unit_id=1).call.agreement_id == 2


def test_a_revision_is_shown_before_it_is_saved_and_takes_calls_along_when_asked(
    run: Run, db: str, file: Path, desk: Desk, clock: FixedClock
) -> None:
    run("agreement", "set", str(file), "--db", db)
    call = calls.open_call(desk, title="Leak", unit_id=1).call
    clock.advance(timedelta(minutes=5))
    text = run("agreement", "show", "2", "--db", db).out.replace("first_response = 60", "first_response = 30")
    file.write_text(text, encoding="utf-8")
    tried = run("agreement", "set", str(file), "--dry-run", "--db", db)
    assert "1 running calls: due earlier 1, later 0, unchanged 0." in tried.out
    assert "2026-03-04 11:00 CET  2026-03-04 10:30 CET" in tried.out
    assert "Nothing is saved." in tried.out
    saved = run("agreement", "set", str(file), "--reapply", "--db", db, "--json").json
    assert saved["effect"]["calls"][0]["clocks"][0] == {
        "kind": "first_response",
        "was_due": "2026-03-04T10:00:00Z",
        "new_due": "2026-03-04T09:30:00Z",
        "was_left_seconds": None,
        "new_left_seconds": None,
    }
    assert saved["reapplied"] == {"done": 1, "unchanged": 0, "left": 0}
    assert saved["agreement"]["terms_version"] == 2
    with desk.store.read() as connection:
        row = connection.execute(sa.select(t.call).where(t.call.c.id == call.id)).one()
    assert (row.terms_version, row.due_at) == (2, call.opened_at + timedelta(minutes=30))
    late = run("agreement", "set", str(file), "--db", db)
    assert late.code == 6, "the file still names the version before"


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("first_response = 60", "first_response = -5", 2, "budgets.3.first_response"),
        ('calendar = "Office"', 'calendar = "Moon"', 3, "no calendar Moon"),
        ('"Acme Cold Store"', '"Nobody"', 3, "no customer Nobody"),
        ('["SN-1"]', '["SN-9"]', 3, "no unit SN-9"),
        ("starts_at = 2026-01-01T00:00:00Z", "starts_at = 2026-01-01", 2, "starts_at"),
        ('name = "Gold"', 'nmae = "Gold"', 2, "nmae"),
        ('name = "Gold"', 'name = "Gold', 2, "not TOML"),
        ('name = "Gold"', "id = 1\ncustomer2 = 1", 2, "customer2"),
        ('calendar = "Office"', 'calendar = {tz = "Mars", hours = {}}', 2, "calendar.tz"),
    ],
)
def test_a_bad_file_is_refused_with_the_field_and_nothing_is_saved(
    run: Run, db: str, file: Path, old: str, new: str, code: int, says: str
) -> None:
    file.write_text(GOLD.replace(old, new, 1), encoding="utf-8")
    refused = run("agreement", "set", str(file), "--db", db)
    assert refused.code == code, refused.err
    assert says in refused.err
    assert len(run("agreement", "list", "--db", db, "--json").json["agreements"]) == 1


def test_an_agreement_stays_with_whom_it_was_made_for(run: Run, db: str, file: Path) -> None:
    run("agreement", "set", str(file), "--db", db)
    text = run("agreement", "show", "2", "--db", db).out.replace('customer = "Acme Cold Store"\n', "")
    file.write_text(text, encoding="utf-8")
    refused = run("agreement", "set", str(file), "--db", db)
    assert (refused.code, "customer" in refused.err) == (2, True)


def test_weights_are_shown_set_and_put_back(run: Run, db: str, desk: Desk) -> None:
    call = calls.open_call(desk, title="Leak", priority=5).call
    assert "P1" in run("rank", "--db", db).out
    told = run("rank", "--allowance", "5=30m", "--lead", "1=1d", "--db", db, "--json")
    assert told.json["ranked"] == {"done": 1, "total": 1, "finished": True}
    assert (told.json["lead_minutes"]["1"], told.json["allowance_minutes"]["5"]) == (1440, 30)
    assert told.json["lead_minutes"]["2"] == 120
    with desk.store.read() as connection:
        rank = connection.scalar(sa.select(t.call.c.rank_at).where(t.call.c.id == call.id))
    assert rank == call.opened_at + timedelta(minutes=30)
    assert run("rank", "--defaults", "--db", db, "--json").json["allowance_minutes"]["5"] == 10_080


@pytest.mark.parametrize(
    ("option", "says"), [("9=4h", "lead.9"), ("1:4h", "PRIORITY=LENGTH"), ("1=-4h", "lead.1")]
)
def test_bad_weights_are_refused(run: Run, db: str, option: str, says: str) -> None:
    refused = run("rank", f"--lead={option}", "--db", db)
    assert refused.code == 2
    assert says in refused.err
    assert run("rank", "--db", db, "--json").json["version"] == 0


def test_a_paused_call_tells_what_would_be_left_also_where_its_site_has_no_known_zone(
    run: Run, db: str, file: Path, desk: Desk, clock: FixedClock
) -> None:
    run("agreement", "set", str(file), "--db", db)
    call = calls.open_call(desk, title="Leak", unit_id=1).call
    clock.advance(timedelta(minutes=5))
    calls.hold(desk, call.id, "part ordered")
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(tz="Mars/Olympus"))
    text = run("agreement", "show", "2", "--db", db).out
    assert 'resolution = "2d"' in text
    file.write_text(text.replace('resolution = "2d"', "resolution = 240"), encoding="utf-8")
    tried = run("agreement", "set", str(file), "--dry-run", "--db", db)
    assert tried.code == 0
    assert "1 running calls: due earlier 1, later 0, unchanged 0." in tried.out
    assert "paused, 17 h 55 min left  paused, 3 h 55 min left" in tried.out
