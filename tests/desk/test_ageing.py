"""By which clock a unit ages: a model of sixty units whose failures follow their use, or the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.ageing import by_use, choose, metered
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import suggest
from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.failures.prior import rated
from dispatch_tui.roi.failures.records import AgeClock, Span, unit_record
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables as t
from tests.support.fleet import day

YEAR = timedelta(days=365.25)
NEW = day("2020-03-04")
UNITS, YEARS = 60, 6


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    yield opened
    opened.store.close()


def put(connection: Connection, table: sa.Table, rows: list[dict[str, object]]) -> list[int]:
    found = connection.execute(sa.insert(table).returning(table.c.id, sort_by_parameter_order=True), rows)
    return [int(row[0]) for row in found]


def add_model(desk: Desk, driven_by: AgeClock, *, with_meters: int = UNITS) -> int:
    """Units in service for six years, used between 200 and 5,000 hours a year; the id of the first, used 4,000."""
    rng = np.random.default_rng(5)
    paces = [4_000.0, *np.exp(rng.uniform(np.log(200), np.log(5_000), UNITS - 1)).tolist()]
    with desk.store.write() as connection:
        (model,) = put(connection, t.model, [{"name": "Press 1", "family": "press"}])
        put(
            connection,
            t.model,
            [{"name": "Press 2", "family": "press", "price_minor": 5_000_000, "currency": "EUR"}],
        )
        units = put(
            connection,
            t.unit,
            [
                {
                    "serial": f"P-{k}",
                    "model_id": model,
                    "installed_at": NEW,
                    "meter_unit": "h",
                    "currency": "EUR",
                }
                for k in range(UNITS)
            ],
        )
        told = {
            "title": "Down",
            "status": "closed",
            "live": 0,
            "priority": 3,
            "opened_at": NEW,
            "happened_at": NEW,
        }
        calls = put(connection, t.call, [told | {"number": f"P-{unit}", "unit_id": unit} for unit in units])
        readings, visits = [], []
        for k, (unit, pace) in enumerate(zip(units, paces, strict=True)):
            if k < with_meters:
                readings += [_reading(unit, year, pace) for year in range(1, YEARS + 1)]
            rate = pace / 2_000 if driven_by is AgeClock.HOURS else 1.0
            ages = np.sort(rng.uniform(0, YEARS, rng.poisson(YEARS * rate))).tolist()
            visits += [_visit(calls[k], unit, NEW + age * YEAR) for age in ages]
        put(connection, t.reading, readings)
        put(connection, t.visit, visits)
    return units[0]


def _reading(unit: int, year: int, pace: float) -> dict[str, object]:
    return {"unit_id": unit, "read_at": NEW + year * YEAR, "value": pace * year, "meter_unit": "h"}


def _visit(call: int, unit: int, at: datetime) -> dict[str, object]:
    return {
        "call_id": call,
        "unit_id": unit,
        "status": "done",
        "kind": "corrective",
        "done_at": at,
        "happened_at": at,
        "cost_minor": 50_000,
        "currency": "EUR",
    }


def prefilled(desk: Desk, unit: int) -> Inputs:
    return suggest(desk, unit, RoiSettings()).inputs


@pytest.mark.parametrize("drives", list(AgeClock))
def test_the_clock_that_forecasts_better_is_taken_and_said(desk: Desk, drives: AgeClock) -> None:
    inputs = prefilled(desk, add_model(desk, drives))
    assert inputs.failing is not None
    assert inputs.failing.fit.clock is drives
    assert inputs.failing.why.startswith(
        f"Ages are {drives.value}: they forecast better on 60 units held out"
    )
    assert inputs.failures is not None
    assert inputs.failures == pytest.approx(2.0 if drives is AgeClock.HOURS else 1.0, rel=0.25)


def test_by_hours_age_and_use_are_those_of_the_meter(desk: Desk) -> None:
    inputs = prefilled(desk, add_model(desk, AgeClock.HOURS))
    assert inputs.failing is not None
    assert inputs.failing.age == pytest.approx(24_000, rel=0.01)
    assert inputs.failing.use == pytest.approx(4_000, rel=0.01)
    assert "watched beyond 29,912 hours" in " ".join(flag.text for flag in inputs.flags)
    assert inputs.new_failing is not None
    assert (inputs.new_failing.fit.clock, inputs.new_failing.age) == (AgeClock.HOURS, 0.0)
    assert inputs.new_failing.use == inputs.failing.use
    asked = replace(inputs, life=10, quote=100_000, new_repair=50_000)
    once = answer(asked, seed=1, paths=400).decision.futures.means["keep"].failures
    twice = (
        answer(replace(asked, expected_usage=8_000.0), seed=1, paths=400)
        .decision.futures.means["keep"]
        .failures
    )
    assert twice[0] == pytest.approx(2 * once[0], rel=0.25)


def test_too_few_meters_leave_the_calendar(desk: Desk) -> None:
    inputs = prefilled(desk, add_model(desk, AgeClock.HOURS, with_meters=20))
    assert inputs.failing is not None
    assert inputs.failing.fit.clock is AgeClock.YEARS
    assert "too few of its units have meter readings" in inputs.failing.why


def test_a_meter_that_stood_still_or_was_read_once_counts_no_hours() -> None:
    record = unit_record("a", [Span(0, 4)], [1.0, 2.0])
    assert metered(record, [(1.0, 0.0), (3.0, 0.0)]) is None
    assert metered(record, [(2.0, 900.0)]) is None
    assert metered(record, []) is None
    both = metered(record, [(1.0, 1_000.0), (2.0, 3_000.0), (4.0, 5_000.0)])
    assert both is not None
    assert both.hours.failures == (1_000.0, 3_000.0)
    assert both.hours.windows == (Span(0.0, 5_000.0),)
    assert both.cut == (pytest.approx(2.0), pytest.approx(3_000.0))
    assert both.pace == pytest.approx(1_250)


def test_fewer_than_three_units_cannot_tell() -> None:
    record = unit_record("a", [Span(0, 4)], [1.0, 3.0])
    known = metered(record, [(1.0, 1_000.0), (4.0, 4_000.0)])
    assert known is not None
    clock = choose([record], [known], None, None)
    assert (clock.clock, "three units" in clock.why) == (AgeClock.YEARS, True)


def test_a_rating_by_the_calendar_is_the_same_by_hours() -> None:
    years = rated(9_000 / 4_000)
    hours = by_use(years, 4_000)
    assert hours.mtbf == pytest.approx(9_000)
    assert hours.span_of(4_000) == years.span_of(1) * 4_000
    assert by_use(hours, 1 / 4_000).mtbf == pytest.approx(years.mtbf)
