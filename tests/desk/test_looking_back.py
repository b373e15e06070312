"""Looking back through the desk: what counts in which period, and to whom; on records made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.looking_back import EVERYBODY, Figures, look_back, stretches_between
from dispatch_tui.store import tables as t
from dispatch_tui.store.attainment import Question, attainment
from dispatch_tui.store.looking_back import Whom
from tests.support.attained import add_year
from tests.support.desks import at

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 4)
ZONE = "Europe/Berlin"


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    with opened.store.write() as connection:
        for table, names in (
            (t.team, ("North", "South")),
            (t.customer, ("Acme", "Brandt")),
            (t.technician, ("Tess",)),
        ):
            connection.execute(sa.insert(table), [{"name": one} for one in names])
        connection.execute(sa.insert(t.site), [{"name": "Plant", "tz": ZONE, "customer_id": 1}])
    yield opened
    opened.store.close()


def add(desk: Desk, table: sa.Table, **values: Any) -> int:
    with desk.store.write() as connection:
        found = connection.execute(sa.insert(table).values(**values)).inserted_primary_key
    assert found is not None
    return int(found[0])


def add_call(desk: Desk, opened: str, hours: float | None = None, **values: Any) -> int:
    """A call opened then and resolved so many hours later, if at all."""
    began = at(opened)
    ended = None if hours is None else began + timedelta(hours=hours)
    with desk.store.read() as connection:
        number = f"C-{(connection.scalar(sa.select(sa.func.max(t.call.c.id))) or 0) + 1}"
    row = {
        "number": number,
        "title": "Compressor trips",
        "status": "new" if ended is None else "closed",
        "live": int(ended is None),
        "priority": 3,
        "customer_id": 1,
        "team_id": 1,
        "site_id": 1,
        "opened_at": began,
        "resolved_at": ended,
        "closed_at": ended,
        "happened_at": ended or began,
    }
    return add(desk, t.call, **{**row, **values})


def back(desk: Desk, whom: Whom = EVERYBODY) -> tuple[Figures, Figures]:
    """February and March so far."""
    found = look_back(desk, whom, stretches_between(FEBRUARY, MARCH, "month", ZONE))
    assert found is not None
    february, march = found
    return february, march


def value(figures: Figures, key: str) -> tuple[float | None, int]:
    one = figures.named(key)
    return (None if one.value is None else round(one.value, 4)), one.of


def test_a_call_counts_in_the_month_in_which_it_was_opened_by_the_clock_of_the_sites(desk: Desk) -> None:
    add_call(desk, "2026-01-31T23:30+00:00", 2)  # 00:30 on 1 February in Berlin
    add_call(desk, "2026-01-31T22:59+00:00", 8)  # still January
    add_call(desk, "2026-02-28T22:59+00:00", 4)
    add_call(desk, "2026-02-28T23:00+00:00", 6)  # 1 March
    february, march = back(desk)
    assert value(february, "time_to_resolve") == (3.0, 2)
    assert value(march, "time_to_resolve") == (6.0, 1)


def test_calls_belong_to_customer_team_technician_and_operator(desk: Desk) -> None:
    me = desk.operator.id
    add_call(desk, "2026-02-03T09:00Z", 1, operator_id=me)
    add_call(desk, "2026-02-03T09:00Z", 2, technician_id=1)
    add_call(desk, "2026-02-03T09:00Z", 6, team_id=2)
    add_call(desk, "2026-02-03T09:00Z", 9, customer_id=2, team_id=None)
    add_call(desk, "2026-02-03T09:00Z", 30, status="cancelled")
    wanted = {
        EVERYBODY: (4.5, 4),
        Whom(team_id=1): (1.5, 2),
        Whom(team_id=2): (6.0, 1),
        Whom(customer_id=2): (9.0, 1),
        Whom(operator_id=me): (1.0, 1),
        Whom(technician_id=1): (2.0, 1),
        Whom(operator_id=me, technician_id=1): (1.5, 2),
        Whom(technician_id=99): (None, 0),
    }
    for whom, figure in wanted.items():
        assert value(back(desk, whom)[0], "time_to_resolve") == figure, whom


@pytest.mark.parametrize(
    ("later", "who", "again"),
    [
        (timedelta(days=30), {}, True),
        (timedelta(days=30, seconds=1), {}, False),
        (timedelta(days=2), {"title": "Door stuck"}, False),
        (
            timedelta(days=2),
            {"title": "Door stuck", "category": "cooling"},
            True,
        ),  # titled anew, the same to us
        (timedelta(days=2), {"category": "door"}, False),
        (timedelta(days=2), {"unit_id": 2}, False),
        (timedelta(days=2), {"team_id": 2}, True),  # the call before was another team's
        (timedelta(days=2), {"status": "cancelled"}, False),
    ],
)
def test_a_repeat_call_is_one_on_the_same_unit_and_problem(
    desk: Desk, later: timedelta, who: dict[str, Any], again: bool
) -> None:
    for serial in ("A", "B"):
        add(desk, t.unit, serial=serial, customer_id=1)
    first = at("2026-01-30T09:00Z")
    category = "cooling" if "category" in who else ""
    add_call(desk, first.isoformat(), 1, unit_id=1, category=category)
    add_call(desk, (first + later).isoformat(), 1, **{"unit_id": 1, **who})
    team = who.get("team_id", 1)
    february, march = back(desk, Whom(team_id=team))
    counted = [one for one in (february, march) if value(one, "repeat_calls")[1]]
    if who.get("status") == "cancelled":
        assert counted == []
    else:
        (month,) = counted
        assert value(month, "repeat_calls") == (1.0 if again else 0.0, 1)


def test_visits_tell_first_time_fix_and_two_of_the_three_forms_of_mttr(desk: Desk) -> None:
    once = add_call(desk, "2026-02-03T09:00Z", 10)
    twice = add_call(desk, "2026-02-04T09:00Z", 20)
    for call_id, start, hours, outcome, down in (
        (once, "2026-02-03T10:00Z", 2, "good", 300),
        (twice, "2026-02-04T10:00Z", 1, "bad", None),
        (twice, "2026-02-04T20:00Z", 4, "good", None),
    ):
        began = at(start)
        add(
            desk,
            t.visit,
            call_id=call_id,
            status="done",
            on_site_at=began,
            done_at=began + timedelta(hours=hours),
            happened_at=began,
            outcome=outcome,
            downtime_minutes=down,
        )
    february, _ = back(desk)
    assert value(february, "fixed_first_time") == (0.5, 2)
    assert value(february, "time_on_the_job") == (3.5, 2)
    assert value(february, "time_down") == (5.0, 1)
    assert value(february, "time_to_resolve") == (15.0, 2)


def test_a_visit_without_its_arrival_is_a_visit(desk: Desk) -> None:
    once = add_call(desk, "2026-02-03T09:00Z", 10)
    twice = add_call(desk, "2026-02-04T09:00Z", 20)
    for call_id, arrived in ((once, None), (twice, None), (twice, at("2026-02-05T02:00Z"))):
        done = at("2026-02-05T04:00Z")
        add(
            desk,
            t.visit,
            call_id=call_id,
            status="done",
            on_site_at=arrived,
            done_at=done,
            happened_at=done,
            outcome="good",
        )
    february, _ = back(desk)
    assert value(february, "fixed_first_time") == (0.5, 2)
    assert value(february, "time_on_the_job") == (2.0, 1)


def test_mtbf_by_meter_by_use_and_by_time_in_service(desk: Desk) -> None:
    installed = at("2020-01-01T00:00Z")
    metered = add(desk, t.unit, serial="A", customer_id=1, installed_at=installed, meter_unit="h")
    used = add(
        desk,
        t.unit,
        serial="B",
        customer_id=1,
        installed_at=installed,
        meter_unit="hours",
        usage_per_year=876.6,
    )
    add(desk, t.unit, serial="C", customer_id=2, installed_at=at("2026-02-27T23:00Z"))
    for day, hours in (("2026-02-02", 100.0), ("2026-02-20", 460.0), ("2026-03-02", 500.0)):
        add(desk, t.reading, unit_id=metered, read_at=at(f"{day}T00:00Z"), value=hours, meter_unit="h")
    call_id = add_call(desk, "2026-02-03T09:00Z", 1, unit_id=metered)
    for day, kind, unit in (
        ("10", "repair", metered),
        ("21", "repair", metered),
        ("10", "service", used),
        ("11", "", used),
    ):
        done = at(f"2026-02-{day}T00:00Z")
        add(
            desk,
            t.visit,
            call_id=call_id,
            unit_id=unit,
            status="done",
            kind=kind,
            done_at=done,
            happened_at=done,
        )
    february, _ = back(desk)
    # 360 by the meter with the one failure between its readings, 67.2 by use with one, 24 in service.
    hours = 360 + 28 * 24 * 0.1 + 24
    assert value(february, "time_between_failures") == (round(hours / 2, 4), 2)
    february, _ = back(desk, Whom(customer_id=2))
    assert value(february, "time_between_failures") == (None, 0)


def test_promises_count_by_when_they_were_due(desk: Desk) -> None:
    maker = add(
        desk, t.interaction, customer_id=1, operator_id=desk.operator.id, happened_at=at("2026-01-05T09:00Z")
    )
    for due, outcome, made_in in (
        ("2026-02-01T00:00+01:00", "kept", maker),
        ("2026-02-28T23:59+01:00", "partly", None),
        ("2026-02-10T09:00Z", "waived", maker),
        ("2026-02-11T09:00Z", "open", maker),
        ("2026-03-01T00:00+01:00", "broken", maker),
    ):
        add(
            desk,
            t.promise,
            customer_id=1,
            interaction_id=made_in,
            what="x",
            made_at=at("2026-01-05T09:00Z"),
            due_at=at(due),
            outcome=outcome,
        )
    february, march = back(desk)
    assert value(february, "promises_kept") == (0.75, 2)
    assert value(march, "promises_kept") == (0.0, 1)
    assert value(back(desk, Whom(operator_id=desk.operator.id))[0], "promises_kept") == (1.0, 1)


def test_who_called_first_is_what_the_trust_ledger_says(desk: Desk) -> None:
    told = add_call(desk, "2026-02-03T09:00Z", 40)
    waited = add_call(desk, "2026-02-03T09:00Z", 80, customer_id=2)
    words = (
        (told, 1, "2026-02-03T12:00Z", {"direction": "out", "bad_news": 1, "operator_id": desk.operator.id}),
        (waited, 2, "2026-02-03T10:00Z", {"direction": "out"}),
        (waited, 2, "2026-02-05T12:00Z", {"direction": "in"}),  # a day of silence
    )
    for call_id, customer_id, when, values in words:
        row = {"channel": "phone", "two_way": 1, **values}
        add(desk, t.interaction, call_id=call_id, customer_id=customer_id, happened_at=at(when), **row)
    assert value(back(desk)[0], "called_first") == (0.5, 2)
    assert value(back(desk, Whom(customer_id=1))[0], "called_first") == (1.0, 1)
    assert value(back(desk, Whom(customer_id=2))[0], "called_first") == (0.0, 1)
    assert value(back(desk, Whom(operator_id=desk.operator.id))[0], "called_first") == (1.0, 1)
    assert value(back(desk)[1], "called_first") == (None, 0)


def test_the_backlog_is_what_was_open_at_the_end_of_each_month(desk: Desk, clock: FixedClock) -> None:
    add_call(desk, "2026-01-18T23:00Z", None)
    add_call(desk, "2026-02-18T23:00Z", 24 * 10)  # closed on the last instant of February, in Berlin
    add_call(desk, "2026-02-24T23:00Z", 24 * 4 - 0.01)
    add_call(desk, "2026-03-01T09:00Z", None)
    february, march = back(desk)
    # Not yet closed at midnight: it counts as open then, as what was closed a moment before does not.
    assert value(february, "backlog_age") == (round((41 + 10) / 2, 4), 2)
    now = clock.now()
    ages = [(now - at(one)) / timedelta(days=1) for one in ("2026-01-18T23:00Z", "2026-03-01T09:00Z")]
    assert value(march, "backlog_age") == (round(sum(ages) / 2, 4), 2)


def test_attainment_is_that_of_its_own_page(db_url: str, clock: FixedClock) -> None:
    desk = open_desk(db_url, clock=clock)
    add_year(desk)
    first, last = date(2025, 4, 1), date(2026, 3, 4)
    found = look_back(desk, Whom(team_id=1), stretches_between(first, last, "month", ZONE))
    with desk.store.read() as connection:
        own = attainment(connection, Question("resolution", "team", "month", first, last, clock.now()))
    desk.store.close()
    assert own is not None
    assert found is not None
    (north,) = [one for one in own.groups if one.id == 1]
    assert [value(one, "attained") for one in found] == [
        (None if one.tally.share is None else round(one.tally.share, 4), one.tally.counted)
        for one in north.periods
    ]


def test_stopped_it_says_nothing(desk: Desk) -> None:
    add_call(desk, "2026-02-03T09:00Z", 1)
    stretches = stretches_between(FEBRUARY, MARCH, "month", ZONE)
    assert look_back(desk, EVERYBODY, stretches, stop=lambda: True) is None
    heard: list[float] = []
    look_back(desk, EVERYBODY, stretches, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1.0)


def test_weeks_cut_where_the_clocks_change() -> None:
    weeks = stretches_between(date(2026, 3, 23), date(2026, 4, 5), "week", ZONE)
    assert [one.until - one.since for one in weeks] == [timedelta(days=7, hours=-1), timedelta(days=7)]
    assert weeks[0].since == datetime.fromisoformat("2026-03-22T23:00+00:00")


def test_a_teams_mtbf_is_over_the_units_of_its_calls(desk: Desk) -> None:
    for _ in range(2):
        add(desk, t.unit, customer_id=1, installed_at=at("2020-01-01T00:00Z"))
    call_id = add_call(desk, "2026-02-03T09:00Z", 1, unit_id=1)
    add_call(desk, "2026-02-03T09:00Z", 1, unit_id=2, team_id=2)
    for unit, day in ((1, "10"), (1, "11"), (2, "12")):
        done = at(f"2026-02-{day}T00:00Z")
        add(desk, t.visit, call_id=call_id, unit_id=unit, status="done", done_at=done, happened_at=done)
    # The first unit was mended on the second visit of its call: one failure.
    assert value(back(desk)[0], "time_between_failures") == (28 * 24 * 2 / 2, 2)
    assert value(back(desk, Whom(team_id=1))[0], "time_between_failures") == (28 * 24.0, 1)
    assert value(back(desk, Whom(team_id=2))[0], "time_between_failures") == (28 * 24.0, 1)
