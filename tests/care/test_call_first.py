"""The list and the sheet for a call: rank with its parts, whom to reach and how, what to say."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care.call_first import call_first, call_sheet
from dispatch_tui.care.contacts import Contact, whom_to_reach
from dispatch_tui.care.prompts import OpenFacts, Prompt, joined, prompts
from dispatch_tui.care.ranking import rank
from dispatch_tui.care.rules_file import rules_from_text
from dispatch_tui.care.sources.promised import OpenPromise
from dispatch_tui.care.sources.slips import ForecastSlip
from dispatch_tui.care.standing import CallStanding, LastWord, Standing
from dispatch_tui.care.talk import on_wall
from tests.care.scene import HOSTILE, NOW, PLAIN_HOSTILE, RULES, at, reason

WEIGHTS = RULES.ranking


def _prompt(**changes: object) -> Prompt:
    (found,) = joined([reason(**changes)], NOW)  # type: ignore[arg-type]
    return found


_TWO_CALLS = {7: CallStanding(4), 8: CallStanding(2), 9: CallStanding(1)}
"""The third is another matter."""


@pytest.mark.parametrize(
    ("part", "prompt", "standing", "minutes"),
    [
        ("slip", _prompt(slip=timedelta(minutes=90)), Standing(), 90),
        ("slip", _prompt(slip=timedelta(minutes=240)), Standing(), 240),
        ("slip", _prompt(slip=timedelta(minutes=241)), Standing(), 240),
        ("silence", _prompt(), Standing(last_talk_at=at(-10)), 30),
        ("silence", _prompt(), Standing(last_talk_at=at(-81)), 240),
        ("silence", _prompt(), Standing(last_talk_at=at(5)), 0),
        ("silence", _prompt(), Standing(), 0),
        ("promises", _prompt(kind="promise"), Standing(broken=1), 105),
        ("promises", _prompt(), Standing(broken=5), 240),
        ("impact", _prompt(), Standing(calls={7: CallStanding(1)}), 240),
        ("impact", _prompt(), Standing(calls={7: CallStanding(5)}, tier="gold"), 60),
        ("impact", joined([reason(), reason("promise", call=8)], NOW)[0], Standing(calls=_TWO_CALLS), 120),
        ("impact", _prompt(call=None), Standing(calls={7: CallStanding(1)}), 0),
        ("trust", _prompt(), Standing(buffer=40.0), 0),
        ("trust", _prompt(), Standing(buffer=30.0), 60),
        ("trust", _prompt(), Standing(buffer=-5.0), 240),
        ("trust", _prompt(), Standing(), 0),
        ("kind", _prompt(kind="cadence"), Standing(), -1_051_200),
        # a conversation about a slip today is not pushed up by small talk that is months late, nor set back by it
        (
            "kind",
            joined([reason("finish_slip"), reason("cadence", until=-2000.0, prompt=-2100.0)], NOW)[0],
            Standing(),
            -120_060,
        ),
        ("kind", _prompt(kind="promise"), Standing(), 0),
    ],
)
def test_each_part_of_the_rank(part: str, prompt: Prompt, standing: Standing, minutes: int) -> None:
    found = {one.name: one for one in rank(prompt, standing, WEIGHTS).parts}
    assert len(found) == 6
    assert found[part].minutes == minutes  # type: ignore[index]


def test_joined_with_what_cannot_wait_it_does_not_wait() -> None:
    (prompt,) = joined([reason("cadence", call=None, prompt=-1), reason("next_update")], NOW)
    assert {one.name: one.minutes for one in rank(prompt, None, WEIGHTS).parts}["kind"] == 0


def test_the_list_puts_the_greater_need_first() -> None:
    facts = OpenFacts(
        slips=[
            ForecastSlip(1, 1, 1, "finish", at(1), at(1.5), NOW),
            ForecastSlip(2, 2, 2, "finish", at(1), at(4), NOW),
            ForecastSlip(3, 3, 3, "finish", at(9), at(10), at(1)),
        ],
        promises=[OpenPromise(1, 4, 4, "x", at(-9), at(0.1))],
    )
    standings = {4: Standing(buffer=60.0), 1: Standing(buffer=60.0), 2: Standing(buffer=60.0)}
    listed = call_first(prompts(NOW, facts, RULES), standings, RULES, NOW)
    assert [one.prompt.customer_id for one in listed] == [2, 4, 1]
    assert listed[0].rank.rank_at == at(1) - timedelta(minutes=180)
    # a customer near the edge of trust comes before the greater slip
    near = {**standings, 1: Standing(buffer=0.0)}
    assert [one.prompt.customer_id for one in call_first(prompts(NOW, facts, RULES), near, RULES, NOW)] == [
        1,
        2,
        4,
    ]
    # the third has its time later
    later = call_first(prompts(at(1), facts, RULES), standings, RULES, at(1))
    assert [one.prompt.customer_id for one in later] == [2, 4, 1, 3]


def test_what_can_wait_does_not_hide_what_slips() -> None:
    found = joined(
        [reason("aftercare", customer=1, prompt=-30, until=-24), reason("finish_slip", customer=2)], NOW
    )
    assert [one.prompt.customer_id for one in call_first(found, {}, RULES, NOW)] == [2, 1]


_STANDINGS = st.builds(
    lambda buffer, broken, priority, talked: Standing(
        buffer=buffer, broken=broken, calls={7: CallStanding(priority)}, last_talk_at=at(-talked)
    ),
    st.one_of(st.none(), st.floats(-100, 200)),
    st.integers(0, 9),
    st.integers(1, 5),
    st.integers(0, 400),
)


@given(
    st.lists(st.tuples(st.integers(-50, 0), st.integers(0, 300), _STANDINGS), max_size=8),
    st.randoms(use_true_random=False),
)
def test_parts_sum_to_the_score_and_order_does_not_matter(
    told: list[tuple[int, int, Standing]], rng: Random
) -> None:
    found = list(
        joined(
            [
                reason(
                    "finish_slip",
                    customer=who,
                    prompt=float(hours),
                    until=hours + 1.0,
                    slip=timedelta(minutes=slip),
                )
                for who, (hours, slip, _) in enumerate(told, 1)
            ],
            NOW,
        )
    )
    standings = {who: standing for who, (_, _, standing) in enumerate(told, 1)}
    listed = call_first(found, standings, RULES, NOW)
    for entry in listed:
        assert entry.rank.score == sum(part.minutes for part in entry.rank.parts)
        assert entry.rank.rank_at == entry.prompt.useful_until - timedelta(minutes=entry.rank.score)
    assert [one.rank.rank_at for one in listed] == sorted(one.rank.rank_at for one in listed)
    rng.shuffle(found)
    assert call_first(found, standings, RULES, NOW) == listed


# -- whom and how ------------------------------------------------------------------------------

ANN = Contact(
    1,
    "Ann Berg",
    "Annie",
    "0170 1",
    "030 1",
    "ann@example.com",
    ("phone",),
    "before ten",
    "figures",
    "call my cell on arrival",
)
BO = Contact(2, "Bo Dahl", mobile="0170 2")
MAIL_ONLY = Contact(3, "Cy Ek", email="cy@example.com")
NOBODY = Contact(4, "Di Falk")


@pytest.mark.parametrize(
    ("contacts", "preferred", "who", "ways", "problem"),
    [
        ((BO, ANN), None, 1, ("phone", "mobile", "email"), ""),
        ((BO, ANN), 2, 2, ("mobile",), ""),
        ((ANN, MAIL_ONLY), 3, 1, ("phone", "mobile", "email"), "Cy Ek has no number on record"),
        ((MAIL_ONLY, NOBODY), None, 3, ("email",), "no number on record: ask for one by e-mail"),
        ((NOBODY,), None, 4, (), "neither number nor address on record: find one"),
        ((), None, None, (), "no contact on record: ask who speaks for them"),
    ],
)
def test_whom_to_reach(
    contacts: tuple[Contact, ...], preferred: int | None, who: int | None, ways: tuple[str, ...], problem: str
) -> None:
    found = whom_to_reach(contacts, preferred)
    assert (found.contact.id if found.contact else None) == who
    assert tuple(step.way for step in found.steps) == ways
    assert found.problem == problem


def test_preferences_are_told_in_one_line() -> None:
    assert whom_to_reach([ANN]).words == (
        "Annie · phone 030 1 · mobile 0170 1 · email ann@example.com · best time: before ten · detail: figures"
        " · call my cell on arrival"
    )
    hostile = Contact(5, HOSTILE, mobile=HOSTILE, best_time=HOSTILE, note=HOSTILE)
    assert whom_to_reach([hostile]).words.count(PLAIN_HOSTILE) == 4
    assert whom_to_reach([hostile]).words.isprintable()


# -- what to say -------------------------------------------------------------------------------


def test_the_sheet_tells_all_that_the_call_needs() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    facts = OpenFacts(
        slips=[ForecastSlip(1, 7, 5, "finish", at(2), at(3), NOW)],
        promises=[OpenPromise(1, 1, 7, "a loaner", at(-9), at(1))],
    )
    (prompt,) = prompts(NOW, facts, RULES)
    said = LastWord(at(-3), True, "phone", "done by noon")
    standing = Standing(
        "Berg AG",
        berlin,
        contacts=(ANN, BO),
        calls={7: CallStanding(2, "press", "line 3 stands", 2)},
        last_word=said,
    )
    sheet = call_sheet(prompt, standing, RULES)
    assert sheet.reach.contact == BO
    assert sheet.last_word == said
    assert sheet.talk.lines[:3] == (
        ("Impact", "line 3 stands"),
        ("Apology", "I am sorry: it will not be ready at 12:00 as we said."),
        ("What happened", "The work takes longer than we expected."),
    )
    assert ("Plan", "We promised: a loaner. Say how it stands, before they ask.") in sheet.talk.lines
    assert ("Plan", "We expect to be done at 13:00.") in sheet.talk.lines
    assert sheet.talk.options[0] == "a loaner until it is done"
    titles = [title for title, _ in sheet.talk.lines]
    assert sorted(set(titles), key=titles.index) == [
        "Impact",
        "Apology",
        "What happened",
        "Plan",
        "Next update",
        "Options",
    ]


def test_a_line_is_said_once_and_foreign_text_stays_plain() -> None:
    facts = OpenFacts(promises=[OpenPromise(n, 1, 7, HOSTILE, at(-9), at(1)) for n in (1, 2)])
    (prompt,) = prompts(NOW, facts, RULES)
    talk = call_sheet(prompt, None, RULES).talk
    assert talk.plan == (f"We promised: {PLAIN_HOSTILE}. Say how it stands, before they ask.",)
    assert talk.impact == ""


def test_a_firm_can_name_the_matter() -> None:
    rules = rules_from_text(
        '[talk.next_update]\nplan = "About $subject ($impact), $name: due $promised, late $slip."'
    )
    standing = Standing("Berg AG", calls={7: CallStanding(2, HOSTILE, "line 3 stands")})
    (prompt,) = joined([reason(until=1.0)._replace(promised_at=at(1))], NOW)
    assert call_sheet(prompt, standing, rules).talk.plan == (
        f"About {PLAIN_HOSTILE} (line 3 stands), Berg AG: due 10:00, late 0s.",
    )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "10:00"),
        (14.99, "23:59"),
        (15, "Thursday 00:00"),
        (143, "Tuesday 08:00"),
        (144, "10 March 2026"),
        (-9, "00:00"),
        (-9.01, "Tuesday 23:59"),
    ],
)
def test_instants_as_one_says_them(hours: float, words: str) -> None:
    assert on_wall(at(hours), ZoneInfo("UTC"), NOW) == words
