"""The rules: defaults that are valid, a firm's own file over them, and refusals that name the field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from dispatch_tui.care.prompts import OpenFacts, reasons_of
from dispatch_tui.care.reasons import KINDS
from dispatch_tui.care.rule_effects import effect_between
from dispatch_tui.care.rules import list_for
from dispatch_tui.care.rules_file import RuleChange, changes_between, default_rules, rules_from_text
from dispatch_tui.care.sources.messages import Inbound
from dispatch_tui.care.sources.repeats import UnitCall
from dispatch_tui.care.sources.updates import NextUpdate
from dispatch_tui.care.sources.visits import VisitEnded
from dispatch_tui.errors import InvalidInput
from tests.care.scene import NOW, OFFICE, at


def test_a_firm_states_only_what_differs() -> None:
    rules = rules_from_text('[cadence.tier_days]\ngold = 14\n[voicemail]\nretries = ["90m", "1h 30m"]')
    assert rules.cadence.tier_days == {"gold": 14, "silver": 60, "bronze": 90}
    assert rules.voicemail.retries == (timedelta(minutes=90), timedelta(minutes=90))
    assert rules.voicemail.grace == default_rules().voicemail.grace
    assert rules_from_text("") == default_rules()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[slip]\narrival_chance = 1.0", "slip.arrival_chance"),
        ("[slip]\narrival_chance = 0.0", "slip.arrival_chance"),
        ("[slip]\nsoon = 1", "slip.soon"),
        ('[voicemail]\nretries = ["1h", "soon"]', "voicemail.retries.1"),
        ('[voicemail]\nretries = ["-1h"]', "voicemail.retries.0"),
        ("[voicemail]\ngrace = 30", "voicemail.grace"),
        ('[voicemail]\nmail_body = "Dear $nobody"', "voicemail.mail_body"),
        ('[talk.promise]\nplan = "costs 5 $"', "talk.promise.plan"),
        ('[talk.gossip]\nplan = "x"', "talk"),
        ("[ranking.kinds]\ngossip = 1", "ranking"),
        ("[ranking]\nimpact = { 6 = 1 }", "ranking"),
        ("[ranking]\nslip_per_minute = nan", "ranking.slip_per_minute"),
        ("[aftercare]\ngood_until = 0", "aftercare"),
        ("[aftercare]\nbad_until = 3", "aftercare"),
        ("[aftercare]\nbad_from = 2", "aftercare"),
        ("[contract]\nlatest_days = 91", "contract"),
        ('[forecast]\nwork_safe = "59m"', "forecast"),
        ('[forecast]\nwork = "0m"', "forecast"),
        ("[repeat]\ncalls = 1", "repeat.calls"),
        ('[[wording]]\nphrase = "x"\nkind = "blame"', "wording.0.phrase"),
        ('readiness.repair = [{ key = "access", text = "Twice" }]', "readiness"),
        ('readiness.repair = [{ key = "Not A Key", text = "x" }]', "readiness.repair.0.key"),
        ("not toml", "rules"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_name(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_from_text(text)
    assert refused.value.field == field


def test_at_the_edge_a_rule_stands() -> None:
    rules = rules_from_text(
        "[aftercare]\nbad_until = 2\n[contract]\nlatest_days = 90\n"
        '[forecast]\nwork_safe = "1h"\n[talk.promise]\nplan = "$name: $$5"'
    )
    assert rules.aftercare.bad_until == rules.aftercare.good_until
    assert rules.contract.latest_days == rules.contract.ahead_days
    assert rules.forecast.work_safe == rules.forecast.work
    assert rules.talk["promise"].plan == "$name: $$5"


def test_rules_are_frozen() -> None:
    with pytest.raises(ValidationError):
        default_rules().slip.arrival_chance = 0.9  # type: ignore[misc]


def test_what_a_change_would_change() -> None:
    now = rules_from_text('[slip]\nagain = "1h"\n[cadence.tier_days]\nplatinum = 7')
    assert changes_between(default_rules(), now) == (
        RuleChange("slip.again", "30m", "1h"),
        RuleChange("cadence.tier_days.platinum", "", "7"),
    )
    assert changes_between(now, now) == ()


def test_every_kind_of_reason_has_something_to_say() -> None:
    talk = default_rules().talk
    assert set(talk) == set(KINDS)
    for kind, said in talk.items():
        assert said.plan, kind
        assert said.next_update, kind


def test_lists_put_what_belongs_to_all_first() -> None:
    readiness = default_rules().readiness
    assert [item.key for item in list_for(readiness, "repair")] == ["access", "parking", "symptom", "parts"]
    assert [item.key for item in list_for(readiness, "polishing")] == ["access", "parking"]
    assert [item.key for item in list_for(readiness, "any")] == ["access", "parking"]


def test_what_a_change_would_do_to_the_list_of_today() -> None:
    facts = OpenFacts(
        updates=[NextUpdate(1, 7, at(1)), NextUpdate(2, 8, at(2), warn_at=at(1))],
        inbound=[Inbound(3, 9, NOW)],
        unit_calls=[UnitCall(4, 5, 6, "belt", at(-24)), UnitCall(4, 10, 6, "belt", NOW)],
        ended=[VisitEnded(5, 1, 7, "good", NOW, OFFICE)],
    )
    was = default_rules()
    sooner = rules_from_text('[update]\nlead = "1h"\n[repeat]\ncalls = 3\n[aftercare]\ngood_from = 2')
    found = effect_between(reasons_of(facts, was), reasons_of(facts, sooner), NOW)
    assert found.new == ()
    assert [one.kind for one in found.gone] == ["repeat"]
    assert [(one.kind, one.call_id, one.prompt_at) for one in found.earlier] == [("next_update", 7, NOW)]
    assert [(one.kind, one.prompt_at) for one in found.later] == [("aftercare", at(48))]
    assert (found.asked_was, found.asked_now) == (2, 2)
    back = effect_between(reasons_of(facts, sooner), reasons_of(facts, was), NOW)
    assert (back.new, len(back.later), len(back.earlier)) == (found.gone, 1, 1)
