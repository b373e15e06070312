"""Who acts: the account of this process, what it may do here, and who says so."""

from __future__ import annotations

import os
import pwd
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls
from dispatch_tui.desk.access import find_operator, is_demo, open_desk, sign_in
from dispatch_tui.desk.account import account
from dispatch_tui.desk.demonstration import DemoMark, mark_demo
from dispatch_tui.desk.desk import Desk, SignedIn
from dispatch_tui.desk.operators import set_role
from dispatch_tui.errors import InvalidInput, NotAllowed, NotFound
from dispatch_tui.store.database import open_store
from dispatch_tui.store.tables import operator
from tests.support.desks import as_role, changes_of

ME = pwd.getpwuid(os.getuid()).pw_name


def managers(desk: Desk) -> list[str]:
    with desk.store.read() as connection:
        query = sa.select(operator.c.account).where(operator.c.role == "manager").order_by(operator.c.account)
        return list(connection.scalars(query))


def test_the_account_is_that_of_the_real_user_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert account() == ME


def test_a_user_id_without_a_name_has_an_account_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 987_654_321)
    assert account() == "uid987654321"


def test_the_first_to_come_is_the_manager_and_stays_the_only_one(desk: Desk, db_url: str) -> None:
    assert (desk.operator.account, desk.operator.role) == (ME, "manager")
    (founding,) = changes_of(desk, "operator", desk.operator.id)
    assert founding["act"] == "found"
    with open_desk(db_url, clock=desk.clock).store:
        assert managers(desk) == [ME]


def test_an_unknown_account_may_look_and_nothing_is_stored_for_it(desk: Desk) -> None:
    guest = sign_in(desk.store, "guest", desk.clock)
    assert (guest.role, guest.id) == ("viewer", 0)
    assert find_operator(desk.store, "guest") is None
    with pytest.raises(NotAllowed, match="A viewer may not open"):
        calls.open_call(replace(desk, operator=guest), title="x")


def test_who_only_claims_a_role_has_none(desk: Desk) -> None:
    """The role counts that is stored, not the one in the operator's hand."""
    pretender = SignedIn(4711, "guest", "manager")
    with pytest.raises(NotAllowed):
        calls.open_call(replace(desk, operator=pretender), title="x")


def test_two_first_comers_at_once_leave_one_manager(db_url: str, clock: FixedClock) -> None:
    store = open_store(db_url)
    names = [f"comer{n}" for n in range(6)]
    gate = threading.Barrier(len(names))
    found: list[SignedIn] = []

    def come(name: str) -> None:
        gate.wait()
        found.append(sign_in(store, name, clock))

    together([lambda name=name: come(name) for name in names])  # type: ignore[misc]
    assert len(found) == len(names)
    assert sorted(one.role for one in found) == ["manager", *["viewer"] * (len(names) - 1)]
    store.close()


def together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_manager_gives_and_changes_roles(desk: Desk) -> None:
    dana = set_role(desk, "dana", "dispatcher")
    assert (dana.role, dana.version) == ("dispatcher", 1)
    tess = set_role(desk, "tess", "technician", technician_id=1)
    assert tess.technician_id == 1
    promoted = set_role(desk, "dana", "manager")
    assert (promoted.id, promoted.version) == (dana.id, 2)
    assert [one["act"] for one in changes_of(desk, "operator", dana.id)] == ["set_role", "set_role"]


@pytest.mark.parametrize("role", ["viewer", "technician", "dispatcher"])
def test_nobody_else_gives_roles(desk: Desk, role: str) -> None:
    other = as_role(desk, role)
    with pytest.raises(NotAllowed):
        set_role(other, role, "manager")
    assert managers(desk) == [ME]


def test_what_is_not_a_role_or_not_an_account(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="no role"):
        set_role(desk, "dana", "king")
    with pytest.raises(InvalidInput, match="empty"):
        set_role(desk, " \x1b[0m", "viewer")
    with pytest.raises(NotFound, match="technician 99"):
        set_role(desk, "dana", "technician", technician_id=99)
    assert find_operator(desk.store, "dana") is None


def test_the_last_manager_stays(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="last manager"):
        set_role(desk, ME, "viewer")
    set_role(desk, "dana", "manager")
    assert set_role(desk, ME, "viewer").role == "viewer"
    assert managers(desk) == ["dana"]


def test_two_managers_who_step_down_at_once_leave_one(desk: Desk) -> None:
    dana = replace(desk, operator=set_role(desk, "dana", "manager"))
    gate = threading.Barrier(2)
    refused: list[NotAllowed] = []

    def step_down(one: Desk) -> None:
        gate.wait()
        try:
            set_role(one, one.operator.account, "viewer")
        except NotAllowed as error:
            refused.append(error)

    together([lambda: step_down(desk), lambda: step_down(dana)])
    assert len(refused) == 1
    assert len(managers(desk)) == 1


def test_acting_as_another_is_for_the_demo(db_url: str, clock: FixedClock) -> None:
    with open_desk(db_url, clock=clock).store as store:
        assert not is_demo(store)
    with pytest.raises(NotAllowed, match="demo"):
        open_desk(db_url, clock=clock, as_account=ME)
    desk = open_desk(db_url, clock=clock)
    mark_demo(desk, DemoMark(calls=1, units=1, seed=7, as_of=desk.clock.now(), finished=True))
    set_role(desk, "dana", "dispatcher")
    dana = open_desk(db_url, clock=clock, as_account="dana")
    assert dana.operator.role == "dispatcher"
    dana.store.close()
    with pytest.raises(NotFound, match="nobody"):
        open_desk(db_url, clock=clock, as_account="nobody")
    desk.store.close()


def test_the_demo_does_not_move_in_with_real_records(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="real records"):
        mark_demo(desk, DemoMark(calls=1, units=1, seed=7, as_of=desk.clock.now(), finished=True))
    assert not is_demo(desk.store)
