"""The board with everything that a visit brief tells: an instruction, a warranty, a history, moods, promises, parts."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import checklists, visits
from dispatch_tui.desk.briefs import tell_in_advance
from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t
from tests.face.board import build_board
from tests.support.databases import made_once

CALL = 3
"""Compressor trips after ten minutes; assigned to Tess, at Plant 1 in Berlin."""
VISIT = 4


@made_once
def visits_desk(url: str, clock: FixedClock) -> Desk:
    """Call 3 has a visit planned for two o'clock, and behind it three done to its unit."""
    desk = build_board(url, clock)
    now = clock.now()
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.site)
            .where(t.site.c.id == 1)
            .values(
                arrival_instruction="Call my cell at the gate, then wait for me at dock 2.",
                access_notes="Gate code 4711, safety shoes",
                address="Hafenstraße 12",
                city="Berlin",
            )
        )
        connection.execute(
            sa.update(t.unit).where(t.unit.c.id == 1).values(warranty_until=now + timedelta(days=200))
        )
        connection.execute(
            sa.update(t.contact).values(
                goes_by="Ida", best_time="before noon", note="call my cell on arrival"
            )
        )
        connection.execute(sa.insert(t.part).values(number="KS-12", name="Start relay", version=1))
        for days, outcome, problem, cause, work in (
            (12, "bad", "trips under load", "relay worn", "cleaned the contacts"),
            (90, "good", "no display", "loose plug", "plugged in and secured"),
            (210, "good", "trips under load", "relay worn", "new start relay"),
        ):
            connection.execute(
                sa.insert(t.visit).values(
                    call_id=2,
                    unit_id=1,
                    technician_id=1,
                    status="done",
                    kind="repair",
                    outcome=outcome,
                    problem=problem,
                    cause=cause,
                    work=work,
                    done_at=now - timedelta(days=days),
                    happened_at=now - timedelta(days=days),
                )
            )
        for visit_id in (1, 3):
            connection.execute(sa.insert(t.part_use).values(visit_id=visit_id, part_id=1))
        for hours, direction, mood, believes, said in (
            (30, "in", "angry", "we forgot them", "Third time this month!"),
            (26, "out", "worried", "", "Tess comes tomorrow at two"),
        ):
            connection.execute(
                sa.insert(t.interaction).values(
                    customer_id=1,
                    contact_id=1,
                    call_id=3,
                    operator_id=1,
                    happened_at=now - timedelta(hours=hours),
                    direction=direction,
                    channel="phone",
                    two_way=1,
                    mood=mood,
                    believes=believes,
                    said=said,
                )
            )
        for hours, what, outcome, explained in (
            (6, "a loaner if it cannot be mended today", "open", ""),
            (-40, "call back on Monday", "broken", "the line was busy all day"),
        ):
            connection.execute(
                sa.insert(t.promise).values(
                    customer_id=1,
                    call_id=3,
                    what=what,
                    made_at=now - timedelta(hours=60),
                    due_at=now + timedelta(hours=hours),
                    outcome=outcome,
                    settled_at=now - timedelta(hours=39) if outcome != "open" else None,
                    explained=explained,
                )
            )
    visit = visits.plan_visit(desk, CALL, 1, now + timedelta(hours=4), now + timedelta(hours=6))
    assert visit.id == VISIT
    checklists.answer(desk, "readiness", "access", True, call_id=CALL)
    checklists.answer(desk, "readiness", "parts", False, "relay arrives at noon", call_id=CALL)
    tell_in_advance(desk, CALL, "the relay comes by courier and may be late")
    return desk
