"""The story of a day, from the first call to the customer's rating: after each step, what the workbench makes of it.

The acts stand in ``demo/story/acts.py``; nothing there says when to call, what it costs in trust or how it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from dispatch_tui.care.escalation import Escalation
from dispatch_tui.demo.story import Story, begin
from dispatch_tui.demo.story.scene import ZONE, clock_at
from dispatch_tui.desk import visits
from dispatch_tui.desk.care_rules import care_rules
from dispatch_tui.desk.conversations import Logged
from dispatch_tui.desk.looking_back import look_back, stretch_of
from dispatch_tui.desk.sheets import sheet_for
from dispatch_tui.desk.trust import ledgers_for
from dispatch_tui.errors import InvalidInput
from dispatch_tui.store import tables as t
from dispatch_tui.store.customer_timeline import timeline
from dispatch_tui.store.escalations import room
from dispatch_tui.store.looking_back import Whom
from dispatch_tui.store.prompts import PromptRow, window


class Walk:
    """The story, and what can be seen of it after each step."""

    def __init__(self, story: Story) -> None:
        self.story, self.cast, self.kept = story, story.cast, story.kept

    def to(self, title: str) -> None:
        """The next step, which must have this title."""
        assert self.story.steps[self.story.done].title == title
        self.story.forward()

    def list(self) -> list[PromptRow]:
        """The call-first list as it stands."""
        with self.cast.dana.store.read() as connection:
            return list(window(connection, self.cast.clock.now(), limit=50))

    def asked(self) -> dict[str, datetime]:
        """What the list asks for now: each kind of reason with its last useful minute, on the wall."""
        return {one.kind: one.useful_until.astimezone(ZONE) for row in self.list() for one in row.reasons}

    def call(self) -> sa.RowMapping:
        with self.cast.dana.store.read() as connection:
            query = sa.select(t.call).where(t.call.c.id == self.kept["call"])
            return connection.execute(query).mappings().one()

    def visit(self, name: str) -> sa.RowMapping:
        with self.cast.dana.store.read() as connection:
            query = sa.select(t.visit).where(t.visit.c.id == self.kept[name])
            return connection.execute(query).mappings().one()

    def promises(self) -> list[str]:
        with self.cast.dana.store.read() as connection:
            query = sa.select(t.promise.c.outcome).order_by(t.promise.c.made_at)
            return list(connection.scalars(query))

    def matter(self) -> Escalation:
        with self.cast.dana.store.read() as connection:
            return room(connection, self.kept["matter"], self.cast.clock.now()).matter

    def last_said(self) -> sa.RowMapping:
        with self.cast.dana.store.read() as connection:
            query = sa.select(t.interaction).order_by(t.interaction.c.happened_at.desc()).limit(1)
            return connection.execute(query).mappings().one()


@pytest.fixture
def walk(new_db_url: str) -> Iterator[Walk]:
    story = begin(new_db_url)
    with story.cast.dana.store:
        yield Walk(story)


def test_a_day_from_the_first_call_to_the_rating(walk: Walk) -> None:
    assert walk.list() == []

    walk.to("The press stands")
    assert (walk.call()["status"], walk.call()["priority"]) == ("assigned", 2)
    assert walk.asked() == {}  # she was answered as she called
    walk.to("A promise")
    assert (walk.visit("first")["status"], walk.promises()) == ("confirmed", ["open"])
    assert walk.asked() == {}

    with pytest.raises(InvalidInput, match="acknowledged"):
        visits.start_travel(walk.cast.kim, walk.kept["first"], happened_at=walk.cast.clock.now())
    walk.to("Kim sets out")
    assert walk.visit("first")["status"] == "en_route"
    walk.to("On site")
    assert (walk.visit("first")["status"], walk.call()["status"]) == ("on_site", "in_progress")
    assert walk.asked() == {}

    # A part is missing: the finish slips, and the list says so an hour and a half before the promise breaks.
    breaks = clock_at(0, 11, 30)
    walk.to("A part is missing")
    assert (walk.call()["status"], walk.call()["held_until"]) == ("on_hold", clock_at(0, 12))
    assert walk.asked()["finish_slip"] == breaks
    walk.to("The finish slips")
    (row,) = walk.list()
    assert row.prompt_at < walk.cast.clock.now() == breaks - timedelta(minutes=90)
    assert (row.customer, row.useful_until, row.bad_news) == ("Berg Print", breaks, True)
    assert "the finish is expected 1h 43m later than promised" in row.words
    with walk.cast.dana.store.read() as connection:
        sheet = sheet_for(connection, row, walk.cast.clock.now(), care_rules(connection))
    assert sheet.reach.words == "Annie · mobile +49 170 10 · email ann@berg.example · best time: before noon"
    assert sheet.last_word is not None
    assert sheet.last_word.said.startswith("Kim comes at nine")
    assert {line[0] for line in sheet.talk.lines} >= {"Impact", "Apology", "Plan", "Next update"}

    # Voicemail: the e-mail is drafted, and the next try booked for half of what is left, not for the ladder's hour.
    walk.to("Nobody answers")
    tried = walk.kept["tried"]
    assert isinstance(tried, Logged)
    assert tried.mail is not None
    assert tried.retry is not None
    assert tried.retry.at == clock_at(0, 10, 46) == clock_at(0, 10, 2) + (breaks - clock_at(0, 10, 2)) / 2
    assert (tried.mail.to, "10:46" in tried.mail.body) == ("ann@berg.example", True)
    assert walk.asked() == {}

    walk.cast.clock.set(tried.retry.at)
    assert {"voicemail", "finish_slip"} <= walk.asked().keys()
    walk.to("The conversation")
    assert walk.asked() == {}
    said = walk.last_said()
    assert (said["bad_news"], said["two_way"], said["next_update_at"]) == (1, 1, clock_at(0, 13))
    assert walk.promises() == ["partly", "open"]

    walk.to("Not done yet")
    assert (walk.visit("first")["outcome"], walk.visit("second")["status"]) == ("incomplete", "planned")
    assert {"incomplete_visit", "next_update"} <= walk.asked().keys()
    walk.to("As promised")
    assert walk.asked() == {}

    # The second visit is late: it is told before its window ends.
    walk.to("Stuck on the road")
    assert walk.asked()["arrival_slip"] == clock_at(0, 14, 30)
    walk.to("Told before")
    assert walk.cast.clock.now() < clock_at(0, 14, 30)
    assert (walk.asked(), walk.promises()) == ({}, ["partly", "broken", "open"])
    walk.to("Ola arrives")
    assert walk.visit("second")["on_site_at"] == clock_at(0, 15, 5)

    # It ends bad: a call the same day, with options; then the escalation.
    walk.to("A bad outcome")
    assert walk.visit("second")["outcome"] == "bad"
    (row,) = walk.list()
    assert walk.asked()["bad_visit"] == clock_at(0, 20, 20)
    with walk.cast.dana.store.read() as connection:
        talk = sheet_for(connection, row, walk.cast.clock.now(), care_rules(connection)).talk
    assert talk.options != ()
    walk.to("The same day, with options")
    said = walk.last_said()
    assert (said["mood"], said["believes"], said["truth"]) == (
        "angry",
        "nobody looked at the motor in the morning",
        "the motor burnt when it ran against the torn belt",
    )
    assert (walk.asked(), walk.promises()) == ({}, ["partly", "broken", "broken", "open"])

    walk.to("Escalated")
    matter = walk.matter()
    assert (matter.status, matter.owner_id) == ("working", walk.cast.max.operator.id)
    assert (matter.ours, matter.theirs) == ({walk.cast.dana.operator.id}, {walk.cast.contact})
    assert [(one.what, one.chosen) for one in matter.options] == [
        ("a motor over night", True),
        ("a loaner feeder", False),
        ("another press", False),
    ]
    assert [one.text for one in matter.log] == ["Annie: two jobs must be out by noon tomorrow."]

    walk.to("The morning")
    assert [one.done_at is not None for one in walk.matter().actions] == [True]
    assert len(walk.matter().log) == 2
    walk.to("On site again")
    assert walk.asked() == {}
    walk.to("Fixed")
    assert (walk.call()["status"], walk.matter().status) == ("resolved", "fixed")
    assert walk.promises() == ["partly", "broken", "broken", "kept"]
    walk.to("Checked")
    assert (walk.matter().status, [one.passed for one in walk.matter().checks]) == ("checked", [True])
    walk.to("Report-back")
    assert walk.matter().status == "closed"
    walk.to("Closed")
    assert (walk.call()["status"], walk.asked()) == ("closed", {})

    # The next business day: aftercare is owed, and had; the customer rates.
    walk.cast.clock.set(clock_at(2, 10))
    assert walk.asked().keys() == {"aftercare"}
    walk.to("Aftercare")
    assert walk.asked() == {}
    assert walk.story.shown.next == ""

    _timeline_tells_it(walk)
    _ledger_books_it(walk)
    _measures_count_it(walk)


def _timeline_tells_it(walk: Walk) -> None:
    with walk.cast.dana.store.read() as connection:
        page = timeline(connection, walk.cast.customer, 500)
    since = clock_at(0, 0)
    told = [one.kind for one in reversed(page.entries) if one.at >= since]
    assert {kind: told.count(kind) for kind in sorted(set(told))} == {
        "call": 1,
        "escalation": 1,
        "interaction": 10,
        "promise": 4,
        "rating": 1,
        "visit": 3,
    }
    assert sum(one.at >= since for one in page.entries) == len(told) == 20


def _ledger_books_it(walk: Walk) -> None:
    now = walk.cast.clock.now()
    with walk.cast.dana.store.read() as connection:
        ledger = ledgers_for(connection, [walk.cast.customer], now, care_rules(connection))[
            walk.cast.customer
        ]
    booked = [
        (one.event.at.astimezone(ZONE).strftime("%a %H:%M"), one.event.kind, one.points)
        for one in reversed(ledger.entries)
        if one.event is not None and one.event.at >= clock_at(0, 0)
    ]
    assert sorted(booked) == sorted(
        [
            ("Tue 10:46", "called_first", 3),
            ("Tue 10:46", "promise_partly", -2),
            ("Tue 12:40", "visit_incomplete", -4),
            ("Tue 14:20", "called_first", 3),
            ("Tue 14:20", "promise_broken", -8),
            ("Tue 16:20", "visit_bad", -8),
            ("Tue 16:40", "called_first", 3),
            ("Tue 16:40", "promise_broken", -8),
            ("Tue 16:50", "escalated", -6),
            ("Wed 09:50", "promise_kept", 4),
            ("Wed 09:50", "visit_good", 4),
            ("Wed 11:15", "reported_back", 5),
            ("Thu 10:00", "rated_well", 6),
        ]
    )
    assert not ledger.at_risk
    assert ledger.buffer == pytest.approx(sum(one.weight for one in ledger.entries) - ledger.at_risk_below)


def _measures_count_it(walk: Walk) -> None:
    three_days = stretch_of(date(2026, 3, 10), date(2026, 3, 12), ZONE.key)
    looked = look_back(walk.cast.max, Whom(customer_id=walk.cast.customer), [three_days])
    assert looked is not None
    (figures,) = looked
    assert {
        key: (figures.named(key).value, figures.named(key).of)
        for key in ("called_first", "promises_kept", "responded_in_target", "attained", "fixed_first_time")
    } == {
        "called_first": (1.0, 3),
        "promises_kept": (0.375, 4),  # one kept, one in part, two broken
        "responded_in_target": (1.0, 1),
        "attained": (1.0, 1),
        "fixed_first_time": (0.0, 1),
    }
    assert figures.named("time_to_resolve").value == 26.0  # from ten to eight to ten to ten on the next day
    assert figures.named("time_between_failures").value == 72.0  # three days, one failure, three visits
