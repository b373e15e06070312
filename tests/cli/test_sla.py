"""``dispatch-tui sla explain``: the sentence, the stretches, the JSON; and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import Run
from tests.face.clocks_board import build_clocks


@pytest.fixture
def told(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    desk = build_clocks(db_url, clock)
    yield desk
    desk.store.close()


def test_a_clock_in_words(told: Desk, db_url: str, run: Run) -> None:
    said = run("sla", "explain", "C-1", "--clock", "next_update", "--db", db_url)
    assert said.code == 0
    assert "Next update: breached" in said.out
    assert (
        "Next update was due Mon 2 Mar 10:30 at the site (Europe/Berlin): 4 h of Mon-Fri 08:00-17:00 from "
        "Fri 27 Feb 14:30, less 1 h on hold." in said.out
    )
    lines = [line.split("  ") for line in said.out.splitlines() if line.startswith("2026-")]
    assert [[cell.strip() for cell in line if cell] for line in lines] == [
        ["2026-02-27 14:30 CET", "2026-02-27 17:00 CET", "counted", "2 h 30 min", "2 h 30 min"],
        ["2026-02-27 17:00 CET", "2026-03-02 08:00 CET", "weekend", "63 h", "2 h 30 min"],
        ["2026-03-02 08:00 CET", "2026-03-02 09:00 CET", "counted", "1 h", "3 h 30 min"],
        ["2026-03-02 09:00 CET", "2026-03-02 10:00 CET", "on hold: a part is on order", "1 h", "3 h 30 min"],
        ["2026-03-02 10:00 CET", "2026-03-02 10:30 CET", "counted", "30 min", "4 h"],
    ]
    assert "Agreement     Silver, version 1" in said.out
    assert "Why this      the customer's own agreement, Silver" in said.out
    assert "First response" not in said.out


def test_all_clocks_as_json(told: Desk, db_url: str, run: Run) -> None:
    said = run("sla", "explain", "1", "--json", "--db", db_url).json
    assert (said["at"], said["call"], said["site_tz"]) == ("2026-03-04T09:00:00Z", "C-1", "Europe/Berlin")
    assert said["agreement_reason"] == "the customer's own agreement, Silver"
    assert [(one["kind"], one["state"]) for one in said["clocks"]] == [
        ("first_response", "met"),
        ("resolution", "breached"),
        ("next_update", "breached"),
    ]
    resolution = said["clocks"][1]
    assert resolution["budget"] == {"amount": 960, "unit": "minutes"}
    assert resolution["agreement"] == {
        "id": 1,
        "name": "Silver",
        "version": 1,
        "calendar": "",
        "calendar_version": None,
    }
    assert said["other_agreements"] == []
    assert (resolution["due_at"], resolution["kept"]) == ("2026-03-03T13:30:00Z", False)
    assert resolution["counted_seconds"] == 960 * 60
    assert sum(resolution["totals_seconds"].values()) == resolution["span_seconds"]
    assert resolution["totals_seconds"]["reopened"] == 2 * 3600
    assert resolution["segments"][0] == {
        "start": "2026-02-27T12:30:00Z",
        "end": "2026-02-27T16:00:00Z",
        "kind": "counted",
        "why": "",
        "counted": True,
        "shift_minutes": 0,
    }
    assert resolution["warnings"] == [{"at": "2026-03-03T09:30:00Z", "rule": "at 75 %"}]
    assert said["clocks"][0]["warnings"] == [], "it has ended"
    (change,) = resolution["changes"]
    assert (change["kind"], change["was"], change["now"]) == ("priority", "1", "3")
    spans = [
        datetime.fromisoformat(one["end"]) - datetime.fromisoformat(one["start"])
        for one in resolution["segments"]
    ]
    assert sum(span.total_seconds() for span in spans) == resolution["span_seconds"]


def test_what_has_no_clock_says_why(told: Desk, db_url: str, run: Run) -> None:
    assert "No agreement covers this call" in run("sla", "explain", "C-8", "--db", db_url).out
    assert run("sla", "explain", "C-8", "--json", "--db", db_url).json["clocks"] == []
    assert "is never due" in run("sla", "explain", "C-5", "--db", db_url).out


def test_what_is_not_there_is_refused(told: Desk, db_url: str, run: Run) -> None:
    said = run("sla", "explain", "C-1", "--clock", "customer_waiting", "--db", db_url)
    assert (said.code, said.out) == (3, "")
    assert "Its clocks: first_response, resolution, next_update." in said.err
    assert run("sla", "explain", "C-99", "--db", db_url).code == 3
    assert run("sla", "explain", "C-1", "--clock", "lunch", "--db", db_url).code == 2
    assert run("sla").code == 2
