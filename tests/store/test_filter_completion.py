"""What the filter bar offers at the cursor."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.store.filters import FIELDS, Field, complete, parse


def _names(field: str, typed: str) -> Iterable[str]:
    known = {"cust": ["Acme", "Acme North", "Baker, Sons"], "tech": ["Nora"]}
    return [name for name in known.get(field, []) if name.lower().startswith(typed.lower())]


def _after(line: str) -> list[str]:
    """The lines that each completion at ``|`` would make."""
    cursor = line.index("|")
    text = line.replace("|", "")
    return [one.applied(text)[0] for one in complete(text, cursor, _names)]


@pytest.mark.parametrize(
    ("line", "results"),
    [
        ("cu|", ["cust:"]),
        ("-cu|", ["-cust:"]),
        ("pri:1 cu| x", ["pri:1 cust: x"]),
        ("priority|", ["pri:"]),
        ("ho|", ["status:hold"]),
        ("bre|", ["clock:breached"]),
        ("zzz|", []),
        ("status:h|", ["status:hold"]),
        ("status:hold,re|", ["status:hold,resolved"]),
        ("status:h|,new", ["status:hold,new"]),
        ("pri:|", ["pri:1", "pri:2", "pri:3", "pri:4", "pri:5"]),
        ("pri:1,|", ["pri:1,2", "pri:1,3", "pri:1,4", "pri:1,5"]),
        ("cust:ac|", ["cust:Acme", 'cust:"Acme North"']),
        ('cust:"acme n|', ['cust:"Acme North"']),
        ('cust:"acme n|" pump', ['cust:"Acme North" pump']),
        ("cust:ba|", ['cust:"Baker, Sons"']),
        ("tech:n|", ["tech:none", "tech:Nora"]),
        ("due<t|", ["due<today", "due<tomorrow"]),
        ("due<no|", ["due<now"]),
        ("due:no|", ["due:none"]),
        ("opened<t|", ["opened<today"]),
        ("opened<2|", []),
        ("status<n|", []),
        ("nosuch:x|", []),
    ],
)
def test_offers(line: str, results: list[str]) -> None:
    assert _after(line) == results


def test_an_empty_place_offers_every_field() -> None:
    assert [one.text for one in complete("pri:1 ", 6)] == [f"{name}:" for name in FIELDS]


def test_the_cursor_ends_behind_what_was_put_in() -> None:
    (only,) = complete("status:h pump", 8)
    assert only.applied("status:h pump") == ("status:hold pump", 11)
    assert only.hint == "status hold"


@given(st.text(), st.integers(-2, 80))
def test_never_fails_and_stays_inside_the_line(text: str, cursor: int) -> None:
    for one in complete(text, cursor, _names):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.applied(text)[0].startswith(text[: one.start])


@given(
    st.sampled_from(["", "pri:1 ", "-pump "]),
    st.sampled_from([f for f in FIELDS.values() if f.words or f.hints]),
)
def test_offered_values_are_values(before: str, field: Field) -> None:
    line = f"{before}{field.name}:"
    offers = complete(line, len(line))
    assert offers
    for one in offers:
        parse(one.applied(line)[0])  # a FilterError here is an offer that leads nowhere
