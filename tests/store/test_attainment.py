"""Attainment counted by both databases, against the same counted one clock at a time in Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dispatch_tui.sla.attainment import PERIODS, Period, Tally, Verdict, counted, first_of, periods_between
from dispatch_tui.sla.terms import CLOCK_KINDS
from dispatch_tui.store import attainment as store
from dispatch_tui.store.attainment import GROUPINGS, Grouping, Question, attainment, calls_behind, latest_date
from dispatch_tui.store.database import Store, open_store
from dispatch_tui.store.tables import agreement, call, clock, customer, site, team, technician
from tests.support.databases import KINDS, fresh_database

NOW = datetime(2026, 3, 29, 13, 0, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "UTC", "Nowhere/Atlantis")
CALLS = 400
FIRST, LAST = (
    date(2025, 10, 1),
    date(2026, 3, 29),
)  # the clocks change at the last date, and five times before
Facts = dict[str, Any]


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fresh_database(request, tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="module")
def clocked(url: str) -> Iterator[tuple[Store, list[Facts]]]:
    """Calls with clocks in every state near midnights and due times, and the same as plain facts."""
    rng = Random(7)
    opened = open_store(url)
    facts = [facts_of(rng, number) for number in range(1, CALLS + 1)]
    with opened.write() as connection:
        for table, count in ((team, 3), (customer, 4), (technician, 5)):
            names = [{"id": n, "name": f"{table.name} {n}"} for n in range(1, count + 1)]
            connection.execute(sa.insert(table), names)
        agreements = [{"id": n, "name": "Gold", "customer_id": n} for n in range(1, 5)]
        connection.execute(sa.insert(agreement), agreements)
        sites = [{"id": n, "name": f"site {n}", "tz": tz} for n, tz in enumerate(ZONES, 1)]
        connection.execute(sa.insert(site), sites)
        connection.execute(sa.insert(call), [one["call"] for one in facts])
        connection.execute(sa.insert(clock), [row for one in facts for row in one["clocks"]])
    yield opened, facts
    opened.close()


def facts_of(rng: Random, number: int) -> Facts:
    at = datetime(2025, 9, 20, tzinfo=UTC) + timedelta(minutes=15 * rng.randrange(4 * 24 * 200))
    status = rng.choice(["in_progress", "on_hold", "closed", "closed", "closed", "cancelled"])
    ended = at + timedelta(minutes=15 * rng.randrange(400)) if status in ("closed", "cancelled") else None
    row = {
        "id": number,
        "number": f"C-{number}",
        "title": f"call {number}",
        "status": status,
        "priority": 3,
        "live": int(ended is None),
        "team_id": rng.choice([None, 1, 2, 3]),
        "customer_id": rng.randrange(1, 5),
        "technician_id": rng.choice([None, 1, 2, 3, 4, 5]),
        "agreement_id": rng.randrange(1, 5),
        "site_id": rng.choice([None, 1, 2, 3, 4, 5]),
        "opened_at": at,
        "closed_at": ended,
        "happened_at": ended or at,
    }
    clocks = [clock_of(rng, row, kind) for kind in CLOCK_KINDS if rng.random() < 0.8]
    return {"call": row, "clocks": clocks}


def clock_of(rng: Random, row: Facts, kind: str) -> Facts:
    over = row["closed_at"]
    answered = kind == "first_response" and rng.random() < 0.7
    ended = row["opened_at"] + timedelta(minutes=15) if answered and over != row["opened_at"] else over
    around = ended or NOW
    due = rng.choice([None, around, around + timedelta(minutes=15 * rng.randrange(-300, 300))])
    paused = (
        rng.choice([None, around + timedelta(minutes=15 * rng.randrange(-300, 0))]) if not ended else None
    )
    return {
        "call_id": row["id"],
        "kind": kind,
        "started_at": row["opened_at"],
        "due_at": due,
        "warn_at": None,
        "paused_since": paused,
        "ended_at": ended,
    }


def zone(row: Facts) -> ZoneInfo:
    name = ZONES[row["site_id"] - 1] if row["site_id"] else "UTC"
    return ZoneInfo("UTC" if "Nowhere" in name else name)


def one_by_one(
    facts: list[Facts], question: Question
) -> dict[tuple[int | None, date | None, Verdict], list[int]]:
    """The calls by group, period and verdict, told by the rules of the ground."""
    found = defaultdict(list)
    for one in facts:
        row = one["call"]
        for state in one["clocks"]:
            if state["kind"] != question.kind:
                continue
            ended = state["ended_at"]
            cancelled = row["status"] == "cancelled" and ended is not None and ended >= row["closed_at"]
            result = counted(
                state["due_at"], state["paused_since"], ended, cancelled=cancelled, now=question.now
            )
            day = None if result.at is None else result.at.astimezone(zone(row)).date()
            if day is not None and not question.first <= day <= question.last:
                continue
            period = None if day is None else first_of(day, question.period)
            found[row[f"{question.by}_id"], period, result.verdict].append(row["id"])
    return found


@pytest.mark.parametrize("kind", CLOCK_KINDS)
@pytest.mark.parametrize(("by", "period"), [*zip(GROUPINGS, (*PERIODS, "month"), strict=True)])
def test_the_database_counts_what_the_rules_say(
    clocked: tuple[Store, list[Facts]],
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    by: Grouping,
    period: Period,
) -> None:
    opened, facts = clocked
    question = Question(kind, by, period, FIRST, LAST, NOW)
    expected = one_by_one(facts, question)
    monkeypatch.setattr(store, "WINDOW", 150)
    shares: list[float] = []
    with opened.read() as connection:
        found = attainment(connection, question, progress=shares.append)
    assert found is not None
    assert shares == [150 / CALLS, 300 / CALLS, 1.0]
    verdicts = Counter[Verdict]()
    for group in found.groups:
        for verdict in Tally._fields:
            calls = [ids for key, ids in expected.items() if key[0] == group.id and key[2] == verdict]
            assert getattr(group.tally, verdict) == sum(map(len, calls)), (group.name, verdict)
        for first, tally in group.periods:
            assert tally.met == len(expected.get((group.id, first, "met"), ()))
            assert tally.missed == len(expected.get((group.id, first, "missed"), ()))
        verdicts.update(group.tally._asdict())
    assert {group.id for group in found.groups} == {key[0] for key in expected}
    assert found.total == Tally(**verdicts)
    assert sum(one.tally.missed for one in found.periods) == found.total.missed > 0
    assert [one.first for one in found.periods] == periods_between(FIRST, LAST, period)


@pytest.mark.parametrize("verdict", Tally._fields)
def test_every_number_leads_to_its_calls(clocked: tuple[Store, list[Facts]], verdict: Verdict) -> None:
    opened, facts = clocked
    question = Question("resolution", "team", "month", FIRST, LAST, NOW)
    expected = one_by_one(facts, question)
    for group in (None, 1, 2, 3):
        wanted = {n for key, ids in expected.items() if key[0] == group and key[2] == verdict for n in ids}
        seen: list[store.CallBehind] = []
        with opened.read() as connection:
            while True:
                after = seen[-1].place if seen else None
                page = calls_behind(connection, question, verdict, (group,), after=after, limit=7)
                seen += page
                if len(page) < 7:
                    break
        assert {one.id for one in seen} == wanted
        assert len(seen) == len(wanted)
        assert [one.place for one in seen] == sorted((one.place for one in seen), reverse=True)
        if verdict == "missed":
            assert all(one.counts_at == one.due_at for one in seen)


def test_the_worst_stands_first_and_names_tell_agreements_apart(clocked: tuple[Store, list[Facts]]) -> None:
    opened, _ = clocked
    with opened.read() as connection:
        by_team = attainment(connection, Question("resolution", "team", "month", FIRST, LAST, NOW))
        by_terms = attainment(connection, Question("resolution", "agreement", "month", FIRST, LAST, NOW))
    assert by_team is not None
    assert by_terms is not None
    shares = [group.tally.share for group in by_team.groups]
    assert None not in shares
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert {group.name for group in by_team.groups} == {"team 1", "team 2", "team 3", "no team"}
    assert {group.name for group in by_terms.groups} == {f"Gold, customer {n}" for n in range(1, 5)}


def test_today_is_that_of_the_site_furthest_ahead(clocked: tuple[Store, list[Facts]]) -> None:
    opened, _ = clocked
    with opened.read() as connection:
        assert latest_date(connection, datetime(2026, 3, 4, 10, 59, tzinfo=UTC)) == date(2026, 3, 4)
        assert latest_date(connection, datetime(2026, 3, 4, 11, 0, tzinfo=UTC)) == date(
            2026, 3, 5
        )  # Auckland


def test_a_reader_may_stop_and_an_empty_database_has_nothing(
    clocked: tuple[Store, list[Facts]], db_url: str
) -> None:
    opened, _ = clocked
    question = Question("resolution", "team", "month", FIRST, LAST, NOW)
    with opened.read() as connection:
        assert attainment(connection, question, stop=lambda: True) is None
    with open_store(db_url) as empty, empty.read() as connection:
        nothing = attainment(connection, question)
    assert nothing is not None
    assert (nothing.total, nothing.groups) == (Tally(), ())
    assert {one.tally for one in nothing.periods} == {Tally()}
