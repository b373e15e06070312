"""One matter from its first slip to its report-back, by the rules alone: how the pieces fit together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch_tui.care.call_first import call_first, call_sheet
from dispatch_tui.care.contacts import Contact
from dispatch_tui.care.decisions import Decision, done, retime
from dispatch_tui.care.escalation import Check, Escalation, LogEntry, move, written
from dispatch_tui.care.followups import after_visit
from dispatch_tui.care.forecast import OpenVisit, forecast_day, late_from, travel_lengths, work_lengths
from dispatch_tui.care.health import HealthFacts, health_of
from dispatch_tui.care.interactions import Interaction, checked, who_was_first
from dispatch_tui.care.ledger import TrustEvent, ledger_of
from dispatch_tui.care.measures import NewsMatter, Scope, Whose, called_first
from dispatch_tui.care.promises import Promise, record_of, settled
from dispatch_tui.care.prompts import OpenFacts, prompts
from dispatch_tui.care.sources.slips import ForecastSlip
from dispatch_tui.care.sources.visits import OwedFollowUp
from dispatch_tui.care.sources.voicemails import Unreached
from dispatch_tui.care.standing import CallStanding, Standing
from dispatch_tui.care.voicemail import next_try
from tests.care.scene import NOW, OFFICE, RULES, at

MINUTE = timedelta(minutes=1)
ANN = Contact(1, "Ann Berg", "Annie", "0170 1")
WHO = Standing(
    "Berg AG", contacts=(ANN,), calls={7: CallStanding(2, "the press", "line 3 stands", 1)}, buffer=30.0
)


def _slip(visit: OpenVisit, promised: float, seen: float) -> ForecastSlip:
    """What the desk makes of a visit's forecast as seen at an instant."""
    work, travel = work_lengths([], RULES.forecast), travel_lengths([], RULES.forecast)
    late = late_from(
        lambda when: forecast_day([visit], when, work, travel)[0].finish,
        at(promised),
        at(seen),
        RULES.slip.finish_chance,
    )
    finish = forecast_day([visit], at(seen), work, travel)[0].finish
    return ForecastSlip(1, 7, visit.visit_id, "finish", at(promised), finish.expected_at, late)


def test_a_matter_from_its_first_slip_to_its_report_back() -> None:
    # On site at nine, promised for half past ten; an hour is usual, and at first nothing seems to slip.
    promise = Promise("the press runs", at(-1), at(1.5), to=1)
    slip = _slip(OpenVisit(5, on_site_at=NOW), 1.5, 0)
    facts = OpenFacts(slips=[slip])
    (prompt,) = prompts(NOW, facts, RULES)
    assert prompt.state_at(NOW) == "ahead"
    # Nothing happens: well before the breach the list asks for the call.
    asked = prompt.prompt_at
    assert NOW < asked < at(1.5) - 15 * MINUTE
    (entry,) = call_first(prompts(asked, facts, RULES), {1: WHO}, RULES, asked)
    sheet = call_sheet(entry.prompt, WHO, RULES)
    assert sheet.reach.words == "Annie · mobile 0170 1"
    assert sheet.talk.lines[0] == ("Impact", "line 3 stands")

    # Nobody answers. A rung of the ladder is an hour, too long for this promise: half of what is left.
    again = next_try([asked], RULES.voicemail, entry.prompt.useful_until)
    assert again is not None
    soon = again.at
    assert soon == asked + (at(1.5) - asked) / 2
    decisions: list[Decision] = [retime(entry.prompt.reasons[0], asked, soon)]
    tried = replace(facts, unreached=[Unreached(1, 7, (asked,), "the press", at(1.5))])
    (second,) = prompts(asked, tried, RULES, decisions)
    assert (second.prompt_at, second.state_at(asked)) == (soon, "ahead")
    assert {one.kind for one in second.reasons} == {"finish_slip", "voicemail"}

    # The second call reaches her, with a plan and the next update.
    talk = Interaction(
        "out",
        "phone",
        soon,
        two_way=True,
        contact_id=1,
        mood="worried",
        bad_news=True,
        plan="A new part comes at two",
        next_update_at=at(4),
        promises=(Promise("the part is fitted", soon, at(6)),),
    )
    talk = checked(talk, soon)
    decisions += [done(one, soon) for one in second.reasons]
    assert prompts(soon, facts, RULES, decisions) == ()
    promise = settled(promise, "partly", soon, "told of the new time before the old one")

    # The second visit ends bad: the same day with the solution, and care sooner than after a good one.
    owed = after_visit("bad", at(6), OFFICE, RULES, "part does not fit")
    assert [one.kind for one in owed] == ["bad_visit", "aftercare"]
    saved = [OwedFollowUp(number, 1, 7, 6, one) for number, one in enumerate(owed, 1)]
    found = prompts(at(6), OpenFacts(follow_ups=saved), RULES)
    (bad,) = call_first(found, {1: WHO}, RULES, at(6))
    assert bad.prompt.useful_until == at(10)
    assert "a replacement" in call_sheet(bad.prompt, WHO, RULES).talk.options

    # Escalated, fixed, checked; only a conversation closes it.
    matter = Escalation(
        "press down since morning", at(6.5), owner_id=2, checks=(Check("runs an hour", None),)
    )
    matter = written(matter, LogEntry(at(6.6), 2, "part from the other depot is on its way"))
    matter = move(move(matter, "take", at(6.6)), "fix", at(8))
    matter = move(replace(matter, checks=(Check("runs an hour", True),)), "check", at(9))
    report = checked(Interaction("out", "phone", at(9.5), two_way=True, contact_id=1, mood="calm"), at(9.5))
    assert move(matter, "report_back", at(9.5), report).status == "closed"

    # Looking back: we were first, the promise half kept, trust dented but above at risk, the customer watched.
    assert who_was_first(slip.late_from, [talk, report]) == "us"
    scope = Scope(at(-1), at(24))
    assert called_first([NewsMatter(slip.late_from, Whose(1), "us")], scope).value == 1.0
    assert (
        record_of([promise, settled(talk.promises[0], "broken", at(6), "it did not fit")], at(9)).share_kept
        == 0.25
    )
    ledger = ledger_of(
        [
            TrustEvent("called_first", 1, soon),
            TrustEvent("promise_partly", 1, soon),
            TrustEvent("promise_broken", 2, at(6)),
            TrustEvent("visit_bad", 6, at(6)),
            TrustEvent("reported_back", 1, at(9.5)),
        ],
        RULES.ledger,
        at(9.5),
    )
    # 50 + 3 + 5 - 2 * (2 + 8 + 8) = 22, two above at risk; a few hours take next to nothing off
    assert round(ledger.buffer, 1) == 2.0
    health = health_of(
        HealthFacts(last_outcome="bad", buffer=ledger.buffer, watched_until=at(30 * 24)), RULES, at(9.5)
    )
    assert health.state == "watch"
