"""The rules section by section: a firm's values in place, only what differs kept, and the line at fault."""

from __future__ import annotations

import pytest

from dispatch_tui.care.rules_file import default_rules, rules_from_text
from dispatch_tui.care.rules_sections import (
    changed_in,
    fault_in,
    fault_of,
    line_of,
    section_named,
    section_text,
    sections,
    with_section,
    without_section,
)
from dispatch_tui.errors import InvalidInput


def test_every_rule_belongs_to_a_section_with_a_word_on_it() -> None:
    assert [one.key for one in sections()] == list(default_rules().model_dump())
    for one in sections():
        assert one.about, one.key
    assert rules_from_text("\n".join(one.text for one in sections())) == default_rules()


@pytest.mark.parametrize("key", [one.key for one in sections()])
def test_a_section_left_as_it_is_sets_nothing(key: str) -> None:
    assert with_section("", key, section_text("", key)).strip() == ""


def edited(own: str, key: str, was: str, now: str) -> str:
    text = section_text(own, key)
    assert was in text
    return with_section(own, key, text.replace(was, now, 1))


def test_only_what_differs_is_kept_and_the_words_stay() -> None:
    own = edited("", "slip", "0.5 ", "0.4 ")
    own = edited(own, "cadence", "gold = 30", "gold = 14")
    assert changed_in(own) == {"slip": 1, "cadence": 1}
    rules = rules_from_text(own)
    assert (rules.slip.arrival_chance, rules.slip.finish_chance) == (0.4, 0.5)
    assert dict(rules.cadence.tier_days) == {"gold": 14, "silver": 60, "bronze": 90}
    text = section_text(own, "slip")
    assert "arrival_chance = 0.4" in text
    assert "# call when a late arrival is at least this likely" in text
    assert "gold = 14, silver = 60" in section_text(own, "cadence")


def test_an_edit_leaves_the_words_that_a_firm_wrote_elsewhere() -> None:
    own = '# as agreed in May\n[news]\nwithin = "3d"  # Ida wants it sooner\n'
    changed = edited(own, "slip", "0.5 ", "0.4 ")
    assert "# as agreed in May" in changed
    assert "# Ida wants it sooner" in changed


def test_lists_are_kept_whole() -> None:
    own = with_section(
        "", "wording", section_text("", "wording") + '\n[[wording]]\nphrase = "calm down"\nkind = "blame"\n'
    )
    assert len(rules_from_text(own).wording) == len(default_rules().wording) + 1
    assert section_text(own, "wording").rstrip().endswith('kind = "blame"')
    own = edited(own, "readiness", "Where to park and unload", "Where to park")
    assert rules_from_text(own).readiness["any"][1].text == "Where to park"
    assert changed_in(own)["readiness"] == 1


def test_back_to_the_default() -> None:
    own = edited(edited("", "slip", "0.5 ", "0.4 "), "news", '"7d"', '"3d"')
    assert changed_in(without_section(own, "slip")) == {"news": 1}
    assert section_text(without_section(own, "slip"), "slip") == section_named("slip").text


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("slip", "[slip]\narrival_chance = 0.99\n", ""),
        ("slip", "[slip]\narrival_chance = 1\n", "line 2, slip.arrival_chance: it should be less than 1"),
        (
            "slip",
            "[slip]\nagain = '30m'\narival_chance = 0.2\n",
            "line 3, slip.arival_chance: there is no such rule",
        ),
        ("slip", "[slip]\narrival_chance = \n", "line 2: Invalid value"),
        ("slip", "[news]\nwithin = '1d'\n", "line 1, news: belongs to another section than slip"),
        (
            "voicemail",
            "[voicemail]\ngrace = '30m'\nretries = ['1h', '4 hours']\n",
            "line 3, voicemail.retries.1: is not a length of time; write it as 45m, 2h, 1h 30m or 3d",
        ),
        (
            "talk",
            "[talk.repeat]\nplan = 'x'\n\n[talk.news]\nplan = '$wat'\n",
            "line 5, talk.news.plan: knows no field $wat; there are $expected, $happened",
        ),
        (
            "ledger",
            "[ledger.points]\ncalled_first = 1001\n",
            "line 2, ledger.points.called_first: it should be less",
        ),
    ],
)
def test_a_fault_names_its_line_and_rule(key: str, text: str, words: str) -> None:
    found = fault_in("", key, text)
    if not words:
        assert found is None
    else:
        assert found is not None
        assert found.words.startswith(words.split("$happened")[0].rstrip(", "))
        with pytest.raises(InvalidInput):
            with_section("", key, text)


def test_a_fault_of_a_whole_file() -> None:
    text = '[news]\nwithin = "3d"\n\n[contract]\nlatest_days = 100\n'
    with pytest.raises(InvalidInput) as refused:
        rules_from_text(text)
    fault = fault_of(refused.value, text)
    assert (fault.line, fault.field) == (4, "contract")
    assert line_of(text, "news.within") == 2
    assert line_of(text, "news.nothing") == 1
    assert line_of(text, "slip.again") == 0
