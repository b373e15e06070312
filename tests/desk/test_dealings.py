"""What is kept of a customer beside conversations: each act with its change, its edges, and who may do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk import calls, checklists, contacts, dealings, delays, loaners, model_news, visits
from dispatch_tui.desk.customer_record import customer_record
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import Conflict, IllegalTransition, InvalidInput, NotAllowed, NotFound
from dispatch_tui.store import customers, tables
from dispatch_tui.store.customer_examples import FEWEST, examples
from tests.support.desks import as_role, changes_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def stored(desk: Desk, kind: str, record_id: int) -> dict[str, Any]:
    table = tables.metadata.tables[kind]
    with desk.store.read() as connection:
        return dict(connection.execute(sa.select(table).where(table.c.id == record_id)).mappings().one())


@pytest.mark.parametrize("kind", dealings.NOTE_KINDS)
def test_a_note_is_kept_plain_with_its_change(desk: Desk, kind: str) -> None:
    note = dealings.add_note(desk, 1, kind, " More [/x]\x1b[31m light ")
    row = stored(desk, "customer_note", note)
    assert (row["kind"], row["what"], row["happened_at"]) == (kind, "More [/x] light", desk.clock.now())
    (change,) = changes_of(desk, "customer_note", note)
    assert (change["act"], change["operator_id"]) == ("note_customer", desk.operator.id)


def test_a_note_ends_once(desk: Desk, clock: FixedClock) -> None:
    note = dealings.add_note(desk, 1, "plan", "A second cold room")
    clock.advance(HOUR)
    assert dealings.end_note(desk, note, 1) == 2
    assert dealings.end_note(desk, note, 2) == 2
    assert stored(desk, "customer_note", note)["ended_at"] == clock.now()
    other = dealings.add_note(desk, 1, "plan", "Another")
    dealings.end_note(desk, other, 1)
    with desk.store.read() as connection:
        assert [one.ended_at is None for one in customers.notes_on(connection, 1)] == [False, False]


def test_who_ends_a_note_that_was_changed_is_told_who_was_first(desk: Desk) -> None:
    note = dealings.add_note(desk, 1, "plan", "A second cold room")
    with desk.act("note_customer") as writer:
        row = writer.get("customer_note", note)
        writer.update("customer_note", row, {"what": "A third one"}, act="note_customer")
    with pytest.raises(Conflict, match="was first"):
        dealings.end_note(desk, note, 1)


REFUSED: dict[str, tuple[Callable[[Desk], object], type[Exception], str]] = {
    "an empty note": (lambda desk: dealings.add_note(desk, 1, "plan", " \n"), InvalidInput, "says nothing"),
    "a kind that there is not": (
        lambda desk: dealings.add_note(desk, 1, "gossip", "x"),
        InvalidInput,
        "none of",
    ),
    "nobody's note": (lambda desk: dealings.add_note(desk, 99, "plan", "x"), NotFound, "customer 99"),
    "in the future": (
        lambda desk: dealings.add_note(desk, 1, "plan", "x", happened_at=desk.clock.now() + HOUR),
        InvalidInput,
        "future",
    ),
    "no points": (lambda desk: dealings.book_trust(desk, 1, 0, "x"), InvalidInput, "points"),
    "too many points": (lambda desk: dealings.book_trust(desk, 1, 101, "x"), InvalidInput, "points"),
    "points without a reason": (lambda desk: dealings.book_trust(desk, 1, 5, ""), InvalidInput, "nothing"),
    "an item that is not on the list": (
        lambda desk: checklists.answer(desk, "onboarding", "gossip", True, customer_id=1),
        InvalidInput,
        "has no",
    ),
    "a contact without a name": (
        lambda desk: contacts.add_contact(desk, 1, {"mobile": "1"}),
        InvalidInput,
        "name",
    ),
    "no such field": (lambda desk: contacts.add_contact(desk, 1, {"age": "1"}), InvalidInput, "field"),
    "no such way": (
        lambda desk: contacts.add_contact(desk, 1, {"name": "x", "way_order": "pigeon"}),
        InvalidInput,
        "way_order",
    ),
    "no address": (
        lambda desk: contacts.add_contact(desk, 1, {"name": "x", "email": "here"}),
        InvalidInput,
        "no address",
    ),
    "no number": (
        lambda desk: contacts.add_contact(desk, 1, {"name": "x", "phone": "ask"}),
        InvalidInput,
        "no number",
    ),
    "back before it goes": (
        lambda desk: loaners.lend(desk, 1, 1, due_back_at=desk.clock.now()),
        InvalidInput,
        "due_back_at",
    ),
    "a delay that reaches nobody": (lambda desk: delays.add_delay(desk, "road", {}), InvalidInput, "no call"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_refused_with_the_reason(desk: Desk, name: str) -> None:
    act, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        act(desk)


ACTS: dict[str, Callable[[Desk], object]] = {
    "note_customer": lambda desk: dealings.add_note(desk, 1, "plan", "x"),
    "gone_wrong": lambda desk: dealings.record_gone_wrong(desk, 1, "x"),
    "book_trust": lambda desk: dealings.book_trust(desk, 1, 5, "x"),
    "answer_checklist": lambda desk: checklists.answer(desk, "onboarding", "units", True, customer_id=1),
    "edit_contact": lambda desk: contacts.add_contact(desk, 1, {"name": "x"}),
    "lend": lambda desk: loaners.lend(desk, 1, 1),
    "add_news": lambda desk: model_news.add_news(desk, 1, "x"),
}


@pytest.mark.parametrize("act", ACTS)
def test_who_may_only_look_writes_nothing(desk: Desk, act: str) -> None:
    with pytest.raises(NotAllowed):
        ACTS[act](as_role(desk, "viewer"))
    assert ACTS[act](as_role(desk, "dispatcher"))


def test_what_went_wrong_is_made_good_with_its_cost(desk: Desk, clock: FixedClock) -> None:
    wrong = dealings.record_gone_wrong(desk, 1, "The wrong seal")
    clock.advance(HOUR)
    dealings.make_good(desk, wrong, "apology", "called them")
    dealings.make_good(desk, wrong, "credit", "a free visit", cost_minor=9_950)
    with pytest.raises(InvalidInput, match="before what went wrong"):
        dealings.make_good(desk, wrong, "credit", happened_at=clock.now() - 2 * HOUR)
    with pytest.raises(InvalidInput, match="below nothing"):
        dealings.make_good(desk, wrong, "credit", cost_minor=-1)
    with desk.store.read() as connection:
        (found,) = customers.gone_wrong(connection, 1)
    assert [(one.kind, one.cost_minor, one.currency) for one in found.amends] == [
        ("apology", None, ""),
        ("credit", 9_950, "EUR"),
    ]


def test_a_contacts_wishes(desk: Desk) -> None:
    ann = contacts.add_contact(desk, 1, {"name": "Ann", "way_order": "Email, mobile", "mobile": "0170"})
    assert stored(desk, "contact", ann)["way_order"] == "email mobile"
    assert contacts.change_contact(desk, ann, 1, {"best_time": "before ten"}) == 2
    assert contacts.change_contact(desk, ann, 2, {"best_time": "before ten"}) == 2
    with pytest.raises(Conflict):
        contacts.change_contact(desk, ann, 1, {"best_time": "after ten"})
    record = customer_record(desk, 1)
    assert record.reach.words == "Ann · mobile 0170 · best time: before ten"


def test_a_unit_is_lent_once_and_comes_back(desk: Desk, clock: FixedClock) -> None:
    loan = loaners.lend(desk, 1, 1, due_back_at=clock.now() + DAY)
    with pytest.raises(InvalidInput, match="lent out already"):
        loaners.lend(desk, 1, 1)
    clock.advance(2 * DAY)
    with pytest.raises(InvalidInput, match="before it went out"):
        loaners.give_back(desk, loan, happened_at=clock.now() - 3 * DAY)
    loaners.give_back(desk, loan, 1)
    with pytest.raises(InvalidInput, match="back already"):
        loaners.give_back(desk, loan)
    assert loaners.lend(desk, 1, 1) == loan + 1


def test_news_of_a_model_and_who_has_it(desk: Desk) -> None:
    news = model_news.add_news(desk, 1, "Fan recall", recall=True, public_at=desk.clock.now() + DAY)
    assert (stored(desk, "model_news", news)["recall"], stored(desk, "model_news", news)["what"]) == (
        1,
        "Fan recall",
    )
    with desk.store.read() as connection:
        assert model_news.owners(connection, 1) == [1]
        assert model_news.owners(connection, 2) == []


def test_a_delay_reaches_calls_with_what_they_were_promised(desk: Desk, clock: FixedClock) -> None:
    one = calls.open_call(desk, title="Leak", unit_id=1).call
    other = calls.open_call(desk, title="Noise", unit_id=1).call
    start = clock.now() + 2 * HOUR
    visits.plan_visit(desk, one.id, 1, start, start + HOUR)
    late = clock.now() + 8 * HOUR
    delay = delays.add_delay(desk, "The road is shut", {one.id: late, other.id: late})
    reach = tables.delay_reach.c
    with desk.store.read() as connection:
        rows = connection.execute(sa.select(reach.call_id, reach.promised_at).order_by(reach.call_id)).all()
        due = connection.scalar(sa.select(tables.call.c.due_at).where(tables.call.c.id == other.id))
    assert rows == [(one.id, start + HOUR), (other.id, due)]
    delays.end_delay(desk, delay)
    clock.advance(HOUR)
    delays.end_delay(desk, delay)
    assert stored(desk, "delay", delay)["over_at"] == clock.now() - HOUR


def test_a_delay_reaches_no_call_that_is_over(desk: Desk) -> None:
    one = calls.open_call(desk, title="Leak", unit_id=1).call
    calls.cancel(desk, one.id, "not needed")
    with pytest.raises(IllegalTransition):
        delays.add_delay(desk, "road", {one.id: desk.clock.now()})
    with desk.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.delay)) == 0


@pytest.mark.parametrize(("others", "shown"), [(FEWEST - 1, 0), (FEWEST, 1)])
def test_what_others_do_is_told_only_where_nobody_can_be_told_apart(
    desk: Desk, others: int, shown: int
) -> None:
    now = desk.clock.now()
    with desk.store.write() as connection:
        for number in range(2, others + 2):
            connection.execute(sa.insert(tables.customer).values(id=number, name=f"Other {number}"))
            connection.execute(
                sa.insert(tables.unit).values(id=number, customer_id=number, model_id=1, serial=f"S{number}")
            )
        connection.execute(sa.insert(tables.agreement).values(customer_id=2, name="Gold"))
        connection.execute(sa.insert(tables.agreement).values(customer_id=3, name="Over", ends_at=now))
        connection.execute(
            sa.insert(tables.recommendation).values(
                unit_id=4, made_at=now, inputs_json="{}", result_json="{}", decided="replace"
            )
        )
        found = examples(connection, 1, now, now - 365 * DAY)
    assert len(found) == shown
    for one in found:
        assert (one.others, one.under_agreement, one.serviced, one.repaired, one.replaced) == (
            *(others, 1, 0),
            *(0, 1),
        )


def test_a_customer_of_whom_nothing_is_known(desk: Desk) -> None:
    with desk.act("import") as writer:
        nobody = writer.insert("customer", {"name": "Nobody yet"}, act="import")
    record = customer_record(desk, nobody)
    assert (record.health.state, record.ledger.buffer, record.cadence.streak) == ("good", 30.0, 0)
    assert record.cadence.due_at > desk.clock.now()
    assert record.reach.problem == "no contact on record: ask who speaks for them"
    with pytest.raises(NotFound, match="customer 99"):
        customer_record(desk, 99)
