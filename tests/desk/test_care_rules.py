"""The rules of the customer side as a record of the database: set, overtaken, and what they would do before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.care_rules import care_rules, kept_rules, set_care_rules
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.prompting import refresh
from dispatch_tui.desk.rules_effect import effect_of_rules
from dispatch_tui.errors import Conflict, InvalidInput, NotAllowed
from dispatch_tui.store import stale
from dispatch_tui.store.tables import agreement
from tests.support.desks import as_role, changes_of

HALF_DAY = '[update]\nunattended = "12h"\n'
TWO_DAYS = '[update]\nunattended = "2d"\n'


def marked(desk: Desk) -> list[stale.Party]:
    with desk.store.read() as connection:
        return [one.party for one in stale.marked(connection, 100)]


def test_the_defaults_hold_until_somebody_sets_others(desk: Desk) -> None:
    with desk.store.read() as connection:
        assert kept_rules(connection) == ("", 0)
    assert set_care_rules(desk, TWO_DAYS, version=0) == 1
    with desk.store.read() as connection:
        assert care_rules(connection).update.unattended == timedelta(days=2)
        assert kept_rules(connection) == (TWO_DAYS, 1)
    assert [one["act"] for one in changes_of(desk, "house_rule", 1)][-1] == "set_care_rules"


def test_every_customers_prompts_are_told_anew(desk: Desk) -> None:
    calls.open_call(desk, title="x", priority=3, unit_id=1)
    calls.open_call(desk, title="nobody's", priority=3)
    refresh(desk)
    assert marked(desk) == []
    set_care_rules(desk, TWO_DAYS)
    assert {(one.kind, one.id) for one in marked(desk)} == {("customer", 1), ("call", 2)}
    refresh(desk)
    set_care_rules(desk, TWO_DAYS)  # nothing differs
    assert marked(desk) == []


def test_who_saves_second_is_told_and_saves_nothing(desk: Desk) -> None:
    set_care_rules(desk, TWO_DAYS, version=0)
    set_care_rules(as_role(desk, "manager", "maria"), HALF_DAY, version=1)
    with pytest.raises(Conflict, match="maria was first") as lost:
        set_care_rules(desk, "", version=1)
    assert (lost.value.expected, lost.value.found) == (1, 2)
    with desk.store.read() as connection:
        assert kept_rules(connection).text == HALF_DAY


def test_only_a_manager_sets_rules_and_wrong_ones_are_refused(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        set_care_rules(as_role(desk, "dispatcher"), TWO_DAYS)
    with pytest.raises(InvalidInput) as refused:
        set_care_rules(desk, "[update]\nunatended = '2d'\n")
    assert (refused.value.field, refused.value.reason) == ("update.unatended", "there is no such rule")
    with desk.store.read() as connection:
        assert kept_rules(connection) == ("", 0)


def test_the_effect_tells_rules_and_reasons_that_come_go_and_move(desk: Desk, clock: FixedClock) -> None:
    calls.open_call(desk, title="Compressor trips", priority=5, unit_id=1)  # P5: no update clock is promised
    clock.advance(timedelta(hours=13))
    found = effect_of_rules(desk, HALF_DAY)
    assert found is not None
    assert [tuple(one) for one in found.changes] == [("update.unattended", "1d", "12h")]
    (moved,) = [one for one in found.effect.earlier if one.kind == "unattended"]
    assert found.names[moved.customer_id or 0] == "Acme Cold Store"
    assert found.effect.asked_now == found.effect.asked_was + 1
    later = effect_of_rules(desk, TWO_DAYS)
    assert later is not None
    assert [one.kind for one in later.effect.later] == ["unattended"]
    assert later.effect.asked_now == later.effect.asked_was
    with desk.store.read() as connection:
        assert kept_rules(connection).version == 0, "nothing was saved"


def test_rules_that_change_a_cadence_change_the_facts_themselves(desk: Desk, clock: FixedClock) -> None:
    with desk.store.write() as connection:
        connection.execute(sa.update(agreement).values(starts_at=clock.now()))
    clock.advance(timedelta(days=40))
    found = effect_of_rules(desk, "[cadence]\ndefault_days = 30\n")
    assert found is not None
    assert [one.kind for one in found.effect.earlier] == ["cadence"]


def test_rules_that_hold_already_change_nothing(desk: Desk) -> None:
    heard: list[int] = []
    found = effect_of_rules(
        desk, '[update]\nunattended = "24h"\n', progress=lambda done, _: heard.append(done)
    )
    assert found is not None
    assert (found.changes, found.parties, heard) == ((), 0, [])
    assert effect_of_rules(desk, TWO_DAYS, stop=lambda: True) is None
