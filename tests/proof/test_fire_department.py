"""Two weeks of San Francisco's fire department replayed through the desk, its clock where the log is.

The board must show what was so, and slips must be asked for before they are breaches. The log promises no arrival; ours
is a quarter of an hour from dispatch, as the tests of the forecast have it. The first week is what we know.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import Memory, record_history
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.exchange.replay import replay
from dispatch_tui.exchange.source import Stated, open_source
from dispatch_tui.records import Fact, SourceRow
from dispatch_tui.store import tables as t
from dispatch_tui.store.prompt_json import reasons_from
from tests.conftest import Shared

LOG = "data/sf_fire_dispatch/sf_fire_calls_2020-04-07_2020-04-20.csv.gz"
LOCAL = ZoneInfo("America/Los_Angeles")
SIX = datetime(2020, 4, 10, 18, tzinfo=LOCAL).astimezone(UTC)
PEAK = datetime(2020, 4, 11, 20, 52, 7, tzinfo=LOCAL).astimezone(UTC)
SECOND_WEEK = datetime(2020, 4, 14, tzinfo=LOCAL).astimezone(UTC)
PROMISE = timedelta(minutes=15)
STEP = timedelta(minutes=1)


def test_the_board_at_six_and_at_the_peak(sqlite_url: str, shared: Shared) -> None:
    clock = FixedClock(SIX)
    desk = open_desk(sqlite_url, clock=clock)
    with desk.store:
        replay(desk, "cad-calls", shared / LOG, until=SIX + timedelta(seconds=1))
        assert _open_and_busy(desk) == (22, 24)
        clock.set(PEAK)
        replay(desk, "cad-calls", shared / LOG, until=PEAK + timedelta(seconds=1))
        assert _open_and_busy(desk)[0] == 45
        replay(desk, "cad-calls", shared / LOG)
        with desk.store.read() as connection:
            spans = connection.execute(
                sa.select(t.call.c.opened_at, t.call.c.closed_at).where(t.call.c.closed_at.is_not(None))
            ).all()
    assert len(spans) == 5290  # of 5,292; two were never reported to be over
    assert _peak(spans) == (45, PEAK)


def _open_and_busy(desk: Desk) -> tuple[int, int]:
    """Calls on the board, and crews between dispatch and available; what was never available is left out."""
    visit = t.visit.c
    with desk.store.read() as connection:
        live = connection.scalar(sa.select(sa.func.count()).where(t.call.c.live == 1))
        busy = connection.scalar(
            sa.select(sa.func.count(visit.technician_id.distinct())).where(
                visit.dispatched_at.is_not(None),
                visit.done_at.is_(None),
                ~visit.flag.contains("no Available stamp"),
            )
        )
    return live or 0, busy or 0


def _peak(spans: list[sa.Row[tuple[datetime, datetime]]]) -> tuple[int, datetime]:
    """The most that were open at once, and when first."""
    moves = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    count, best = 0, (0, moves[0][0])
    for at, by in moves:
        count += by
        if count > best[0]:
            best = count, at
    return best


class Asked(NamedTuple):
    """An arrival: by when it was promised, when it was, and when the list first asked (``None``: never)."""

    promised_at: datetime
    arrived_at: datetime
    asked_at: datetime | None


@pytest.mark.parametrize(
    ("days", "late", "most_needless"),
    [(1, 50, 0.1), pytest.param(7, 316, 0.1, marks=pytest.mark.nightly)],
)
def test_late_arrivals_are_asked_for_before_the_breach(
    sqlite_url: str,
    shared: Shared,
    days: int,
    late: int,
    most_needless: float,
    record_property: pytest.RecordProperty,
) -> None:
    arrivals = _watched(sqlite_url, shared / LOG, SECOND_WEEK + timedelta(days=days))
    missed = [one for one in arrivals if one.arrived_at > one.promised_at]
    ahead = [one for one in missed if one.asked_at is not None and one.asked_at < one.promised_at]
    kept = [one for one in arrivals if one.arrived_at <= one.promised_at]
    needless = [one for one in kept if one.asked_at is not None and one.asked_at < one.arrived_at]
    leads = [(one.promised_at - one.asked_at) / STEP for one in ahead if one.asked_at is not None]
    record_property(
        "figure",
        f"{days} days: {len(arrivals)} arrivals, {len(missed)} late, {len(ahead)} asked for before the breach"
        f" (at the breach: 0), median lead {median(leads):.1f} min; {len(needless)} of {len(kept)} on time asked for",
    )
    assert len(missed) == late
    # A rule that asks at the breach has none of them ahead of it.
    assert len(ahead) == len(missed)
    assert median(leads) > 3
    assert len(needless) / len(kept) < most_needless


def _watched(url: str, log: Path, until: datetime) -> list[Asked]:
    """Every arrival of the second week up to ``until``, with when the list asked for it."""
    clock = FixedClock(SECOND_WEEK)
    desk = open_desk(url, clock=clock)
    memory = Memory()
    asked: dict[int, datetime] = {}
    with desk.store:
        known, coming = _facts(log)
        for place in range(0, len(known), 1000):
            record_history(desk, "cad", known[place : place + 1000], memory=memory)
        refresh(desk)
        ahead: dict[int, datetime] = {}
        while clock.now() < until:
            before = clock.now()
            clock.advance(STEP)
            now = clock.now()
            # What the list asked for by itself since the last step.
            for visit_id, moment in ahead.items():
                if moment <= now:
                    asked.setdefault(visit_id, max(moment, before))
            step = []
            while coming and coming[-1].facts[0].happened_us < to_us(now):
                step.append(coming.pop())
            if step:
                record_history(desk, "cad", step, memory=memory)
            refresh(desk)
            ahead = _slips(desk)
        return list(_arrivals(desk, asked))


def _facts(log: Path) -> tuple[list[SourceRow], list[SourceRow]]:
    """What was before the second week, and each fact since, the last one first; arrivals promised."""
    known: list[SourceRow] = []
    coming: list[SourceRow] = []
    start = to_us(SECOND_WEEK)
    with open_source("cad-calls", log, Stated(), lambda _: None) as source:
        for batch in source.batches():
            for row in batch:
                for number, fact in enumerate(row.facts):
                    part = SourceRow(row.line, f"{row.key}~{number}", row.digest, (_promised(fact),))
                    ours = fact.kind in ("call", "visit") and fact.happened_us >= start
                    (coming if ours else known).append(part)
    coming.sort(key=lambda one: one.facts[0].happened_us)
    return known, coming[::-1]


def _promised(fact: Fact) -> Fact:
    sent = fact.values.get("dispatched_at")
    if fact.kind != "visit" or not isinstance(sent, int):
        return fact
    return fact._replace(
        values={**fact.values, "window_from": sent, "window_to": sent + PROMISE // timedelta(microseconds=1)}
    )


def _slips(desk: Desk) -> dict[int, datetime]:
    """By visit: when its arrival is asked for, as things stand."""
    with desk.store.read() as connection:
        texts = connection.scalars(
            sa.select(t.prompt.c.reasons_json).where(t.prompt.c.kinds.contains("arrival_slip"))
        )
        return {
            int(one.key.split(":")[1]): one.prompt_at
            for text in texts
            for one in reasons_from(text)
            if one.kind == "arrival_slip"
        }


def _arrivals(desk: Desk, asked: dict[int, datetime]) -> Iterator[Asked]:
    visit = t.visit.c
    query = sa.select(visit.id, visit.window_to, visit.on_site_at).where(
        sa.type_coerce(visit.dispatched_at, sa.BigInteger) >= to_us(SECOND_WEEK),
        visit.on_site_at.is_not(None),
    )
    with desk.store.read() as connection:
        for visit_id, promised_at, arrived_at in connection.execute(query):
            yield Asked(promised_at, arrived_at, asked.get(visit_id))
