"""``brief`` and ``call resolve|close|finish|rate``: text, JSON, pages, and what is refused."""

from __future__ import annotations

import html
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, visits
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.cli.conftest import SN1, TESS, Run

HOSTILE = "#panic(1) <script>alert(1)</script> $x$ *b* {{ 7*7 }} [/x]"
GOOD = (
    "--outcome",
    "good",
    "--done",
    "new seal",
    "--problem",
    "seal torn",
    "--cause",
    "worn",
    "--next-step",
    "none",
)


def visited(desk: Desk) -> None:
    """C-1 with a visit planned at a site with an instruction, of a unit under warranty."""
    now = desk.clock.now()
    with desk.store.write() as connection:
        connection.execute(sa.update(t.site).values(arrival_instruction=f"ring twice {HOSTILE}"))
        connection.execute(sa.update(t.unit).values(warranty_until=now + timedelta(days=9)))
    one = calls.open_call(desk, title=f"Pump leaks {HOSTILE}", unit_id=SN1).call
    calls.take(desk, one.id)
    visits.plan_visit(desk, one.id, TESS, now + timedelta(hours=1), now + timedelta(hours=3))


def test_the_brief_as_text_and_json(run: Run, desk: Desk, db_url: str) -> None:
    visited(desk)
    said = run("brief", "1", "--db", db_url)
    assert said.code == 0
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == f"Pump leaks {HOSTILE}"
    assert "Visit: Tess, Wed 4 March 2026 11:00 to 13:00" in lines
    assert f"Arrival instruction ring twice {HOSTILE} · not acknowledged yet (--acknowledge)" in lines
    assert "Readiness not known: Somebody lets us in, and knows when" in lines
    answer = run("brief", "c-1", "--db", db_url, "--json").json
    assert [one["kind"] for one in answer["to_acknowledge"]] == ["arrival", "warranty"]
    assert answer["visit"]["technician"] == "Tess"
    assert answer["lists"]["readiness"][0] == {
        "item": "access",
        "text": "Somebody lets us in, and knows when",
        "state": "open",
        "must": True,
        "note": "",
    }


def test_acknowledging_lets_the_visit_set_out(run: Run, desk: Desk, db_url: str) -> None:
    visited(desk)
    answer = run("brief", "1", "--db", db_url, "--acknowledge", "--json").json
    assert {one["by"] for one in answer["to_acknowledge"]} == {desk.operator.account}
    assert visits.start_travel(desk, 1).status == "en_route"
    calls.open_call(desk, title="No visit", unit_id=SN1)
    refused = run("brief", "2", "--db", db_url, "--acknowledge")
    assert (refused.code, refused.out) == (2, "")
    assert run("brief", "4711", "--db", db_url).code == 3


def test_the_brief_is_printed_and_names_stay_text(run: Run, desk: Desk, db_url: str, tmp_path: Path) -> None:
    visited(desk)
    for name in ("brief.pdf", "brief.html", "brief.txt"):
        file = tmp_path / name
        assert run("brief", "1", "--db", db_url, "-o", str(file)).out == f"Page: {file}\n"
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF-")
    page = (tmp_path / "brief.html").read_text()
    assert "<script" not in page
    assert html.unescape(page).count(HOSTILE) >= 3
    text = (tmp_path / "brief.txt").read_text()
    assert max(map(len, text.splitlines()[5:])) <= 78
    assert "[ ] Somebody lets us in, and knows when" in text
    refused = run("brief", "1", "--db", db_url, "-o", str(tmp_path / "brief.doc"))
    assert (refused.code, "Name it page.pdf" in refused.err) == (2, True)


def test_a_call_is_resolved_and_closed_with_what_follows(
    run: Run, desk: Desk, db_url: str, clock: FixedClock
) -> None:
    one = calls.open_call(desk, title="Pump leaks", unit_id=SN1).call
    calls.take(desk, one.id)
    missing = run("call", "resolve", "1", "--db", db_url, "--outcome", "bad", "--done", "looked at it")
    assert missing.code == 2
    assert "next_step: is missing" in missing.err
    lines = run(
        "call", "resolve", "1", "--db", db_url, *GOOD, "--left-open", "send the manual by fri 14:00"
    ).out
    assert lines.splitlines() == [
        "C-1 resolved",
        "  owed by 2026-03-06 10:00 CET: ask how it has been since our visit: “seal torn”",
        "  owed by 2026-03-06 14:00 CET: left open: “send the manual”",
    ]
    assert run("call", "close", "1", "--db", db_url).code == 2
    answer = run(
        "call", "close", "1", "--db", db_url, "--unconfirmed", "remote work", "--rating", "4", "--json"
    ).json
    assert (answer["call"], answer["act"]) == ("C-1", "close")
    assert [one["kind"] for one in answer["follow_ups"]] == ["follow_up"]
    shown = run("call", "1", "--db", db_url, "--json").json
    assert len(shown["follow_ups"]) == 3
    assert "rated 4 of 5 by the customer" in [line["words"] for line in shown["story"]]
    assert "Follow-ups that we owe" in run("call", "1", "--db", db_url).out


def test_a_visit_is_finished(run: Run, desk: Desk, db_url: str) -> None:
    visited(desk)
    refused = run("call", "finish", "1", "--db", db_url, *GOOD)
    assert (refused.code, "nobody is on site" in refused.err) == (2, True)
    visits.arrive(desk, 1)
    lengths = ("--labour-minutes", "45", "--downtime-minutes", "0")
    assert run("call", "finish", "1", "--db", db_url, *GOOD, *lengths).code == 0
    done = run("call", "1", "--db", db_url, "--json").json["visits"][0]
    assert (done["status"], done["outcome"], done["problem"], done["labour_minutes"]) == (
        "done",
        "good",
        "seal torn",
        45,
    )
    assert done["downtime_minutes"] == 0
    assert run("call", "resolve", "1", "--db", db_url).out == "C-1 resolved\n", "nothing is asked twice"


def test_ratings_are_never_mixed(run: Run, desk: Desk, db_url: str) -> None:
    calls.open_call(desk, title="Pump leaks", unit_id=SN1)
    assert (
        run("call", "rate", "1", "5", "--db", db_url, "--words", "quick").out
        == "C-1 rated 5 of 5 by the customer\n"
    )
    assert run("call", "rate", "1", "2", "--by", "us", "--db", db_url, "--json").json["rater"] == "us"
    assert run("call", "rate", "1", "6", "--db", db_url).code == 2
    with desk.store.read() as connection:
        found = connection.execute(
            sa.select(t.rating.c.rater, t.rating.c.points).order_by(t.rating.c.id)
        ).all()
    assert [tuple(one) for one in found] == [("customer", 5), ("us", 2)]
