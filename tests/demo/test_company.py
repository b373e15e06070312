"""What stands in a demo company: the promised numbers, every state, a queue that is a day's work."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.demo.build import shares
from dispatch_tui.demo.openings import RECENT_DAYS
from dispatch_tui.desk import clocks, covering
from dispatch_tui.desk.access import is_demo
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.told import told_by_log
from dispatch_tui.store import agreements
from dispatch_tui.store import tables as t
from dispatch_tui.text import plain
from tests.demo.conftest import CALLS, UNITS


def counts(desk: Desk, column: sa.Column[object], *where: sa.ColumnElement[bool]) -> Counter[object]:
    with desk.store.read() as connection:
        return Counter(connection.scalars(sa.select(column).where(*where)))


def rows(desk: Desk, query: sa.Select[tuple[object, ...]]) -> list[sa.RowMapping]:
    with desk.store.read() as connection:
        return list(connection.execute(query).mappings())


def test_as_many_calls_and_units_as_asked_for(demo: Desk) -> None:
    numbers = counts(demo, t.call.c.number)
    assert numbers == Counter(f"C-{number}" for number in range(1, CALLS + 1))
    assert sum(counts(demo, t.unit.c.id, t.unit.c.customer_id.is_not(None)).values()) == UNITS


def test_calls_are_numbered_as_they_came_in(demo: Desk) -> None:
    opened = [row["opened_at"] for row in rows(demo, sa.select(t.call).order_by(t.call.c.id))]
    assert opened == sorted(opened)
    ids = rows(demo, sa.select(t.call.c.id, t.call.c.number))
    assert all(row["number"] == f"C-{row['id']}" for row in ids), (
        "so that the next one opened gets the next number"
    )


def test_every_status_of_calls_and_visits_is_there(demo: Desk) -> None:
    assert counts(demo, t.call.c.status).keys() == set(t.CALL_STATUSES)
    assert counts(demo, t.visit.c.status).keys() == set(t.VISIT_STATUSES)
    assert counts(demo, t.visit.c.outcome, t.visit.c.status == "done").keys() >= {"good", "incomplete"}
    assert counts(demo, t.promise.c.outcome).keys() >= {"open", "kept", "broken"}
    assert counts(demo, t.call.c.live)[1] == shares(CALLS).live


@pytest.mark.parametrize(
    "table", ["quote", "loaner", "escalation", "escalation_entry", "part_use", "part_stock", "reading"]
)
def test_the_rarer_records_are_there(demo: Desk, table: str) -> None:
    assert rows(demo, sa.select(t.metadata.tables[table]).limit(1))


def test_no_two_units_share_a_serial_and_no_two_customers_a_name(demo: Desk) -> None:
    assert max(counts(demo, t.unit.c.serial).values()) == 1
    assert max(counts(demo, t.customer.c.name).values()) == 1


def test_each_role_has_its_people(demo: Desk) -> None:
    roles = {row["account"]: row["role"] for row in rows(demo, sa.select(t.operator))}
    expected = {"vera": "viewer", "tom": "technician", "dana": "dispatcher", "mona": "manager"}
    assert roles.items() >= expected.items()
    tom = rows(demo, sa.select(t.operator).where(t.operator.c.account == "tom"))[0]
    person = rows(demo, sa.select(t.technician).where(t.technician.c.id == tom["technician_id"]))[0]
    assert person["name"] == tom["name"]
    assert person["team_id"] == tom["team_id"]
    assert is_demo(demo.store)


def test_every_trade_is_known_in_every_team(demo: Desk) -> None:
    able = rows(
        demo,
        sa.select(t.technician.c.team_id, t.technician_skill.c.skill)
        .join(t.technician_skill, t.technician_skill.c.technician_id == t.technician.c.id)
        .distinct(),
    )
    assert len(able) == 8 * 6


def test_a_calls_technician_knows_its_trade(demo: Desk) -> None:
    strangers = rows(
        demo,
        sa.select(t.call.c.number)
        .outerjoin(
            t.technician_skill,
            sa.and_(
                t.technician_skill.c.technician_id == t.call.c.technician_id,
                t.technician_skill.c.skill == t.call.c.skill,
            ),
        )
        .where(t.call.c.technician_id.is_not(None), t.technician_skill.c.skill.is_(None)),
    )
    assert strangers == []


def test_nobody_is_in_two_places(demo: Desk) -> None:
    out = counts(demo, t.visit.c.technician_id, t.visit.c.status.in_(("en_route", "on_site")))
    assert max(out.values()) == 1


def test_no_unit_has_two_calls_while_others_have_none(demo: Desk) -> None:
    live = counts(demo, t.call.c.unit_id, t.call.c.live == 1)
    assert max(live.values()) == -(-shares(CALLS).live // UNITS)


def test_nothing_lies_in_the_future_but_what_is_due(demo: Desk) -> None:
    now = demo.clock.now()
    assert rows(demo, sa.select(t.change.c.kind, t.change.c.act).where(t.change.c.happened_at > now)) == []
    for column in (
        t.call.c.opened_at,
        t.call.c.closed_at,
        t.visit.c.done_at,
        t.interaction.c.happened_at,
        t.reading.c.read_at,
    ):
        assert rows(demo, sa.select(column).where(column > now)) == []


def test_all_happened_as_our_table_allows(demo: Desk) -> None:
    assert counts(demo, t.change.c.flag) == Counter({"": sum(counts(demo, t.change.c.flag).values())})


def test_the_queue_is_a_days_work(demo: Desk) -> None:
    now = demo.clock.now()
    live = rows(demo, sa.select(t.call).where(t.call.c.live == 1))
    running = [row for row in live if row["due_at"] is not None and not row["paused"]]
    late = [row for row in running if row["due_at"] < now]
    soon = [
        row
        for row in running
        if row["due_at"] >= now and row["warn_at"] is not None and row["warn_at"] <= now
    ]
    held = [row for row in live if row["status"] == "on_hold"]
    assert 0 < len(late) < len(live) / 6
    assert 0 < len(soon) < len(live) / 3
    assert len(running) > len(live) / 2
    assert held
    assert all(row["held_reason"] and row["held_until"] for row in held)
    assert len({row["priority"] for row in live}) == 5


def test_stored_clocks_are_what_the_changes_tell(demo: Desk) -> None:
    with demo.store.read() as connection:
        stored: dict[int, dict[str, sa.RowMapping]] = {}
        for row in connection.execute(sa.select(t.clock)).mappings():
            stored.setdefault(row["call_id"], {})[row["kind"]] = row
        covered = (
            connection.execute(sa.select(t.call).where(t.call.c.agreement_id.is_not(None))).mappings().all()
        )
        assert len(covered) > CALLS / 3
        log = told_by_log(connection, [call["id"] for call in covered])
        for call in covered:
            told = clocks.clocks_told(connection, log[call["id"]], {})
            assert {one.kind for one in told} == stored.get(call["id"], {}).keys()
            for one in told:
                row = stored[call["id"]][one.kind]
                for name in ("started_at", "due_at", "warn_at", "paused_since", "ended_at"):
                    assert row[name] == getattr(one, name), (call["number"], one.kind, name)


def test_costs_add_up(demo: Desk) -> None:
    done = rows(demo, sa.select(t.visit).where(t.visit.c.status == "done"))
    parts = {
        row["visit_id"]: row["cost_minor"]
        for row in rows(demo, sa.select(t.part_use.c.visit_id, t.part_use.c.cost_minor))
    }
    for visit in done:
        assert visit["cost_minor"] == visit["labour_minor"] + visit["parts_minor"] + visit["travel_minor"]
        assert visit["parts_minor"] == parts.get(visit["id"], 0)


def test_meters_only_go_up(demo: Desk) -> None:
    last: dict[int, float] = {}
    for row in rows(demo, sa.select(t.reading).order_by(t.reading.c.unit_id, t.reading.c.read_at)):
        assert row["value"] >= last.get(row["unit_id"], 0)
        last[row["unit_id"]] = row["value"]


def test_every_text_is_plain(demo: Desk) -> None:
    for table in t.metadata.sorted_tables:
        names = [column.name for column in table.columns if isinstance(column.type, sa.Text)]
        for row in rows(demo, sa.select(*(table.c[name] for name in names))) if names else []:
            for name in names:
                if row[name] is not None and not name.endswith("_json"):
                    assert row[name] == plain(row[name])


def test_units_fail_more_often_as_they_age(demo: Desk) -> None:
    """Over the fleet, the second half of the recorded years holds more failures than the first."""
    middle = demo.clock.now() - timedelta(days=(5 * 365.25 + RECENT_DAYS) / 2)
    opened = [
        row["opened_at"]
        for row in rows(demo, sa.select(t.call).where(t.call.c.live == 0, t.call.c.category == "corrective"))
    ]
    early = sum(to_us(at) < to_us(middle) for at in opened)
    assert early < len(opened) / 2


def test_the_desk_would_have_chosen_the_same_agreements(demo: Desk) -> None:
    with demo.store.read() as connection:
        covered = (
            connection.execute(sa.select(t.call).where(t.call.c.agreement_id.is_not(None))).mappings().all()
        )
        scopes = set()
        for call in covered:
            choice = covering.choice_for(connection, call)
            assert choice.winner is not None
            assert choice.winner.agreement_id == call["agreement_id"], call["number"]
            assert choice.reason == call["agreement_reason"]
            scopes.add(choice.winner.scope)
        assert scopes >= {"unit", "contract", "customer", "default"}


def test_agreements_share_their_calendars(demo: Desk) -> None:
    with demo.store.read() as connection:
        lines = agreements.agreements(connection)
        shared = agreements.calendars(connection)
        assert {one.calendar for one in lines} <= {one.name for one in shared}
        assert max(one.agreements for one in shared) > 1
        hours = agreements.calendar_sheet(connection, shared[0].id).mapping["holidays"]
    assert [one["name"] for one in hours if one.get("observed") is False] == ["Halloween"]
    assert all(one.cover for one in lines if one.scope != "default")
