"""``queue``: which calls, in which order, as text and as JSON, now and as they were."""

from __future__ import annotations

import pytest

from dispatch_tui.desk import calls
from dispatch_tui.desk.desk import Desk
from tests.cli.conftest import Run


def test_json_has_the_documented_shape(run: Run, worked: Desk, db_url: str) -> None:
    answer = run("queue", "--db", db_url, "--json").json
    assert list(answer) == ["at", "queue", "filter", "sort", "total", "calls", "busy"]
    assert (answer["at"], answer["queue"], answer["total"], answer["busy"]) == (
        "2026-03-04T11:00:00Z",
        "all",
        2,
        None,
    )
    pump = next(one for one in answer["calls"] if one["number"] == "C-1")
    clock = pump.pop("clock")
    assert pump.pop("rank_at").endswith("Z")
    assert pump == {
        "id": 1,
        "version": 5,
        "number": "C-1",
        "title": "Pump leaks",
        "status": "in_progress",
        "priority": 3,
        "opened_at": "2026-03-04T09:00:00Z",
        "held_reason": "",
        "customer": "Acme Cold Store",
        "site": "Plant 1",
        "site_tz": "Europe/Berlin",
        "unit": "SN-1",
        "model": "X200",
        "technician": "Tess",
        "team": "North",
        "operator": worked.operator.account,
    }
    assert set(clock) == {"kind", "state", "due_at", "warn_at"}
    assert clock["kind"] == "next_update"


def test_text_is_aligned_and_local_to_the_site(
    run: Run, worked: Desk, db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = run("queue", "--db", db_url).out.splitlines()
    place = out[0].index("What")
    assert {line[place:].split("  ")[0] for line in out[1:3]} == {"Pump leaks", "Door stuck"}
    assert out[-1] == "2 calls."
    assert "\x1b" not in "".join(out)


def test_lines_fit_the_width(run: Run, worked: Desk, db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (20, 40, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = run("queue", "--db", db_url).out.splitlines()
        assert len(lines) == 4
        assert max(map(len, lines)) <= width


CHOICES: tuple[tuple[tuple[str, ...], set[str]], ...] = (
    ((), {"C-1", "C-2"}),
    (("--queue", "mine"), {"C-1"}),
    (("--queue", "hold"), {"C-2"}),
    (("--queue", "team:North"), {"C-1"}),
    (("--filter", "pump"), {"C-1"}),
    (("--queue", "hold", "--filter", "pump"), set()),
    (("--filter", "status:closed"), {"C-3"}),
)


def test_queues_and_filters_choose(run: Run, worked: Desk, db_url: str) -> None:
    for options, numbers in CHOICES:
        answer = run("queue", "--db", db_url, "--json", *options).json
        assert {one["number"] for one in answer["calls"]} == numbers, options
        assert answer["total"] == len(numbers)


def test_limit_pages_through_in_order(
    run: Run, desk: Desk, db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch_tui.cli.queue.PAGE", 3)
    for number in range(10):
        calls.open_call(desk, title=f"Call {number}", priority=1 + number % 5)
    whole = run("queue", "--db", db_url, "--json", "--sort", "priority").json["calls"]
    keys = [(one["priority"], one["rank_at"], one["id"]) for one in whole]
    assert len(keys) == 10
    assert keys == sorted(keys)
    some = run("queue", "--db", db_url, "--json", "--sort", "priority", "--limit", "4").json
    assert some["calls"] == whole[:4]
    assert some["total"] == 10
    assert run("queue", "--db", db_url, "--limit", "4").out.endswith("4 of 10 calls; --limit shows more.\n")


def test_an_empty_queue_says_so(run: Run, desk: Desk, db_url: str) -> None:
    assert run("queue", "--db", db_url).out == "All open: no calls.\n"


def test_a_fault_in_the_filter_is_pointed_at(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("queue", "--db", db_url, "--filter", "pump pri:9")
    assert ran.code == 2
    assert ran.out == ""
    first, text, mark, *_ = ran.err.splitlines()
    assert "'9'" in first
    assert text.strip() == "pump pri:9"
    assert text[mark.index("^")] == "9"


def test_an_unknown_queue_names_the_known(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("queue", "--db", db_url, "--queue", "nonsense")
    assert ran.code == 3
    assert "nonsense" in ran.err
    assert "team:North" in ran.err


def test_the_board_as_it_was(run: Run, worked: Desk, db_url: str) -> None:
    def then(at: str) -> dict[str, str]:
        found = run("queue", "--db", db_url, "--json", "--at", at).json["calls"]
        return {one["number"]: one["status"] for one in found}

    assert then("2026-03-04T08:59Z") == {}
    assert then("2026-03-04T09:05Z") == {"C-1": "new"}
    assert then("2026-03-04 10:25 Europe/Berlin") == {"C-1": "acknowledged", "C-2": "new"}
    assert then("2026-03-04T09:45Z") == {"C-1": "assigned", "C-2": "on_hold"}
    assert then("2026-03-04T10:45Z") == {"C-1": "in_progress", "C-2": "on_hold", "C-3": "resolved"}
    assert then("2026-03-04T10:59Z") == {"C-1": "in_progress", "C-2": "on_hold"}


def test_filters_and_counts_work_on_the_past(run: Run, worked: Desk, db_url: str) -> None:
    answer = run("queue", "--db", db_url, "--json", "--at", "2026-03-04T10:45Z", "--filter", "pri:5").json
    assert [one["number"] for one in answer["calls"]] == ["C-3"]
    assert answer["total"] == 1
    mine = run("queue", "--db", db_url, "--json", "--at", "2026-03-04T09:25Z", "--queue", "mine").json
    assert [one["number"] for one in mine["calls"]] == ["C-1"]


def test_who_was_out_on_visits(run: Run, worked: Desk, db_url: str) -> None:
    def out_at(at: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = run("queue", "--db", db_url, "--json", "--at", at).json["busy"]
        return found

    assert out_at("2026-03-04T10:05Z") == []  # planned only
    assert out_at("2026-03-04T10:25Z") == [
        {
            "technician": "Tess",
            "call": "C-1",
            "since": "2026-03-04T10:10:00Z",
            "until": "2026-03-04T10:30:00Z",
        }
    ]
    assert out_at("2026-03-04T10:30Z") == []
    text = run("queue", "--db", db_url, "--at", "2026-03-04T10:25Z").out
    assert text.endswith("1 technician was out on visits.\n")


def test_looking_back_changes_nothing(run: Run, worked: Desk, db_url: str) -> None:
    before = run("queue", "--db", db_url, "--json").json
    run("queue", "--db", db_url, "--at", "2026-03-04T09:05Z")
    assert run("queue", "--db", db_url, "--json").json == before


def test_an_instant_that_is_none(run: Run, desk: Desk, db_url: str) -> None:
    ran = run("queue", "--db", db_url, "--at", "yesterday")
    assert ran.code == 2
    assert "cannot read" in ran.err
    assert ran.out == ""
