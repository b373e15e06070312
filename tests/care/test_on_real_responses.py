"""The forecast on real responses: late arrivals and finishes are seen coming, against a rule that asks at the breach.

The first week of the log is what we know, the second is forecast, each response from its own dispatch.
"""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import pytest

from dispatch_tui.care.forecast import Expected, Lengths, WorkDone, late_from, lengths_of
from tests.conftest import Shared

MINUTE = timedelta(minutes=1)
KNOWN_UNTIL = datetime(2020, 4, 14, tzinfo=UTC)
STAGES = ("Dispatch DtTm", "On Scene DtTm", "Available DtTm")


class Step(NamedTuple):
    """A journey (``travel``) or the work on scene (``work``) of one response, by its wall clock."""

    name: str
    kind: str
    start: datetime
    end: datetime


@pytest.fixture(scope="module")
def steps(shared: Shared) -> list[Step]:
    path = shared / "data/sf_fire_dispatch/sf_fire_calls_2020-04-07_2020-04-20.csv.gz"
    found = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = row["Call Type Group"] or row["Call Type"]
            for name, (first, last) in zip(("travel", "work"), pairwise(STAGES), strict=True):
                if row[first] and row[last]:
                    start, end = (_stamp(row[stage]) for stage in (first, last))
                    if end > start:
                        found.append(Step(name, kind, start, end))
    return found


def _stamp(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)


def _asked_at(step: Step, lengths: Lengths, promised_at: datetime, chance: float) -> datetime:
    length = lengths.of(step.kind)

    def expected(when: datetime) -> Expected:
        elapsed = when - step.start
        return Expected(step.start + length.reached(0.5, elapsed), step.start + length.reached(0.8, elapsed))

    return late_from(expected, promised_at, step.start, chance)


@pytest.mark.parametrize(
    ("name", "minutes", "late", "lead", "for_nothing"),
    [("travel", 15, 317, 4.0, 0.07), ("work", 60, 1033, 25.0, 0.21), ("work", 90, 189, 33.0, 0.21)],
)
def test_late_is_seen_before_it_is_late(
    steps: list[Step], name: str, minutes: int, late: int, lead: float, for_nothing: float
) -> None:
    known = [
        WorkDone(one.kind, one.end - one.start)
        for one in steps
        if one.name == name and one.start < KNOWN_UNTIL
    ]
    lengths = lengths_of(known, 30 * MINUTE, 60 * MINUTE, 10)
    leads, on_time, needless = [], 0, 0
    for step in steps:
        if step.name != name or step.start < KNOWN_UNTIL:
            continue
        promised_at = step.start + minutes * MINUTE
        asked_at = _asked_at(step, lengths, promised_at, 0.5)
        if step.end > promised_at:
            leads.append((promised_at - asked_at) / MINUTE)
        else:
            on_time += 1
            needless += asked_at < step.end
    assert len(leads) == late
    # every one before the breach, where a rule that asks at the breach has none
    assert min(leads) > 0
    assert median(leads) > lead
    assert needless / on_time < for_nothing
