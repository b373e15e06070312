"""The saved queues are filters, each with an id and a key of its own."""

from __future__ import annotations

import pytest

from dispatch_tui.errors import FilterError, NotFound
from dispatch_tui.store.filters import Filter, Special, Term, parse
from dispatch_tui.store.saved import BUILT_IN, find_queue, saved_queues


def test_built_in_queues_read_and_stand_in_normal_form() -> None:
    for queue in BUILT_IN:
        assert str(queue.filter) == queue.filter_text
        assert queue.filter.live_only
    assert BUILT_IN[0].filter == Filter()
    assert find_queue("unassigned", BUILT_IN).filter.terms[0] == Term("tech", ":", (Special.NONE,))


def test_ids_and_keys_are_unique() -> None:
    queues = saved_queues(
        {"Mine first": "owner:me pri:1", "Big": "cust:acme", "Third": "pump"}, ["North"], ["gas"]
    )
    ids = [queue.id for queue in queues]
    keys = [queue.key for queue in queues if queue.key]
    assert len(set(ids)) == len(ids) == len(BUILT_IN) + 5
    assert sorted(keys) == list("123456789")
    assert find_queue("Third", queues).key == ""


def test_names_with_odd_characters_stay_one_value() -> None:
    (team,) = saved_queues(teams=['North, "East": x'])[len(BUILT_IN) :]
    assert team.filter.terms == (Term("team", "=", ('North, "East": x',)),)
    (skill,) = saved_queues(skills=["none"])[len(BUILT_IN) :]
    assert skill.filter == parse('skill="none"')


def test_a_wrong_own_filter_fails_when_read_not_before() -> None:
    queue = find_queue("Broken", saved_queues({"Broken": "prio:1"}))
    with pytest.raises(FilterError, match="did you mean pri"):
        _ = queue.filter


def test_an_unknown_queue_names_the_known() -> None:
    with pytest.raises(NotFound, match="breached"):
        find_queue("nope", BUILT_IN)
