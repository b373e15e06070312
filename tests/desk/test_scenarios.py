"""Scenarios are kept with the unit, on both databases: names, versions, changes, and what they say later."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import Suggestion, suggest
from dispatch_tui.desk.scenarios import drop_scenario, keep_scenario, kept_scenarios, name_scenario
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.fields import BY_NAME
from dispatch_tui.roi.inputs import edit, sharing
from dispatch_tui.roi.marks import Source
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables as t
from tests.support.fleet import add_fleet


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    with opened.store.write() as connection:
        connection.execute(
            sa.update(t.model)
            .where(t.model.c.name == "Polar 9")
            .values(currency="EUR", rated_life_years=9.0, rated_mtbf_hours=7_000.0)
        )
    yield opened
    opened.store.close()


def suggested(desk: Desk) -> Suggestion:
    return suggest(desk, 1, RoiSettings())


def two_models(desk: Desk) -> Answer:
    """Arctic 45e with a quote of 900 typed in, and Polar 9 at a typed price."""
    found = suggested(desk)
    hand = edit(found.inputs, BY_NAME["quote"], "900")
    rival = sharing(edit(found.named(hand, "Polar 9"), BY_NAME["price"], "8,500"), hand)
    return answer(hand, rival, seed=1, paths=500)


def test_kept_and_read_again_with_what_was_typed(desk: Desk) -> None:
    kept = keep_scenario(desk, 1, "Both", two_models(desk))
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.model).where(t.model.c.name == "Arctic 45e").values(price_minor=3_300_000)
        )
    (again,), without = kept_scenarios(desk, suggested(desk))
    assert without == []
    assert (again.id, again.name, again.version) == (kept.id, "Both", 1)
    inputs, (rival,) = again.answer.inputs, again.answer.rivals
    assert (inputs.challenger, inputs.quote, inputs.price) == ("Arctic 45e", 90_000, 3_300_000)
    assert (rival.challenger, rival.quote, rival.price) == ("Polar 9", 90_000, 850_000)
    assert rival.origins["challenger.price"].source is Source.OPERATOR


def test_each_act_leaves_a_change(desk: Desk) -> None:
    kept = keep_scenario(desk, 1, "First", two_models(desk))
    named = name_scenario(desk, kept, " As quoted\n")
    drop_scenario(desk, named)
    assert kept_scenarios(desk, suggested(desk)) == ([], [])
    with desk.store.read() as connection:
        log = connection.execute(
            sa.select(t.change.c.act, t.change.c.record_version)
            .where(t.change.c.kind == "scenario")
            .order_by(t.change.c.seq)
        ).all()
    assert [tuple(row) for row in log] == [("keep_scenario", 1), ("name_scenario", 2), ("drop_scenario", 3)]
    assert (named.name, named.version) == ("As quoted", 2)


def test_who_saw_an_older_one_is_told(desk: Desk) -> None:
    kept = keep_scenario(desk, 1, "First", two_models(desk))
    name_scenario(desk, kept, "Second")
    with pytest.raises(Conflict):
        name_scenario(desk, kept, "Third")
    with pytest.raises(Conflict):
        drop_scenario(desk, kept)


def test_at_most_four_and_a_name_must_say_something(desk: Desk) -> None:
    found = two_models(desk)
    kept = [keep_scenario(desk, 1, f"No. {number}", found) for number in range(4)]
    with pytest.raises(InvalidInput, match="4 already"):
        keep_scenario(desk, 1, "Fifth", found)
    drop_scenario(desk, kept[0])
    keep_scenario(desk, 1, "Fifth", found)
    with pytest.raises(InvalidInput, match="empty"):
        name_scenario(desk, kept[1], " \n ")


def test_one_without_an_answer_today_is_named(desk: Desk) -> None:
    keep_scenario(desk, 1, "Polar", two_models(desk))
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.model).where(t.model.c.name == "Arctic 45e").values(rated_life_years=None)
        )
    assert kept_scenarios(desk, suggested(desk)) == ([], ["Polar"])


def test_a_viewer_may_not_keep_one(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(t.operator).values(role="viewer"))
    with pytest.raises(NotAllowed):
        keep_scenario(desk, 1, "First", two_models(desk))
