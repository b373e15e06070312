"""Agreements are made whole or not at all; skills are kept with what they were; history knows who did it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import to_us
from dispatch_tui.desk import calls
from dispatch_tui.desk.agreements import NewAgreement, make_agreement, make_agreements
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.desk.technicians import set_skills
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import tables as t
from tests.support.desks import TERMS


def agreements(desk: Desk) -> int:
    with desk.store.read() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(t.agreement)) or 0)


def test_a_new_agreement_covers_the_next_call(desk: Desk) -> None:
    with desk.act("update") as writer:
        unit = writer.get("unit", 1)
    made = make_agreement(desk, NewAgreement(unit["customer_id"], "For this unit", TERMS, unit_id=1))
    call = calls.open_call(desk, title="Too warm", unit_id=1).call
    assert (call.agreement_id, call.terms_version) == (made, 1)
    assert call.agreement_reason == "the unit's own agreement, For this unit"
    assert call.clock == "first_response"


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "periods", [(), ((0, 5),), ((None, 5),), ((0, None),), ((0, 1), (3, 5)), ((None, None),)]
)
def test_an_imported_call_is_covered_as_a_live_one(
    desk: Desk, periods: tuple[tuple[int | None, int | None], ...]
) -> None:
    now = desk.clock.now()
    with desk.store.write() as connection:
        connection.execute(sa.delete(t.agreement_terms))
        connection.execute(sa.delete(t.agreement))
    for begins, ends in periods:
        made = [None if one is None else now + one * DAY for one in (begins, ends)]
        make_agreement(desk, NewAgreement(None, "All", TERMS, *made))
    opened = [now + day * DAY + shift for day in range(-1, 7) for shift in (-timedelta.resolution, DAY * 0)]
    rows = [
        SourceRow(line, str(line), b"1", (Fact("call", f"t:{line}", "open", to_us(at), {"title": "Leaks"}),))
        for line, at in enumerate(opened)
    ]
    assert {one.outcome for one in record_history(desk, "t", rows)} == {"imported"}
    with desk.store.read() as connection:
        query = sa.select(t.call.c.opened_at).where(t.call.c.agreement_id.is_not(None))
        covered = set(connection.scalars(query))
    assert covered == {
        at
        for at in opened
        for begins, ends in periods
        if (begins is None or now + begins * DAY <= at) and (ends is None or at < now + ends * DAY)
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"terms": TERMS | {"budgets": {"7": {"resolution": 60}}}}, "budgets.7"),
        ({"name": " \x1b[0m"}, "name"),
    ],
)
def test_one_bad_agreement_of_many_leaves_none(desk: Desk, change: dict[str, object], field: str) -> None:
    before = agreements(desk)
    good = NewAgreement(1, "Good", TERMS)
    with pytest.raises(InvalidInput) as refused:
        make_agreements(desk, [good, good._replace(**change)])  # type: ignore[arg-type]
    assert refused.value.field == field
    assert agreements(desk) == before


def test_an_agreement_ends_after_it_starts(desk: Desk) -> None:
    now = desk.clock.now()
    with pytest.raises(InvalidInput, match="ends_at"):
        make_agreement(desk, NewAgreement(1, "Odd", TERMS, now, now - timedelta(days=1)))


def test_skills_are_replaced_and_noted(desk: Desk) -> None:
    set_skills(desk, {1: ["steam", "power"]})
    set_skills(desk, {1: ["power", "print"], 2: []})
    with desk.store.read() as connection:
        skills = connection.execute(
            sa.select(t.technician_skill.c.technician_id, t.technician_skill.c.skill).order_by(
                t.technician_skill.c.skill
            )
        ).all()
        notes = connection.scalars(
            sa.select(t.change.c.note).where(t.change.c.act == "set_skills").order_by(t.change.c.seq)
        ).all()
    assert [tuple(row) for row in skills] == [(1, "power"), (1, "print")]
    assert notes == ["skills: none → power, steam", "skills: power, steam → power, print"]
    with pytest.raises(NotFound):
        set_skills(desk, {999: ["steam"]})


def test_history_reckons_with_contacts_and_says_who(desk: Desk) -> None:
    make_agreement(desk, NewAgreement(1, "Everything", TERMS, external_id="t:all"))
    now = to_us(desk.clock.now())
    facts = (
        Fact("operator", "t:olga", "add", now, {"account": "olga", "role": "dispatcher"}),
        Fact(
            "call",
            "t:9",
            "open",
            now,
            {
                "agreement_id": Ref("agreement", "t:all"),
                "terms_version": 1,
                "customer_id": None,
                "priority": 1,
            },
        ),
        Fact(
            "interaction",
            "t:9/1",
            "log_contact",
            now + 60_000_000,
            {"call_id": Ref("call", "t:9"), "direction": "out", "two_way": 1},
            by="t:olga",
        ),
    )
    (outcome,) = record_history(desk, "t", [SourceRow(1, "9", b"9", facts)])
    assert outcome.outcome == "imported", outcome.reason
    with desk.store.read() as connection:
        clocks = {
            row["kind"]: row
            for row in connection.execute(
                sa.select(t.clock)
                .join(t.call, t.call.c.id == t.clock.c.call_id)
                .where(t.call.c.number == "9")
            ).mappings()
        }
        who = connection.scalar(
            sa.select(t.operator.c.account)
            .join(t.change, t.change.c.operator_id == t.operator.c.id)
            .where(t.change.c.kind == "interaction")
        )
    assert clocks["first_response"]["ended_at"] is not None
    assert clocks["resolution"]["ended_at"] is None
    assert who == "olga"
