"""The filter grammar: what it reads, where it points when it cannot, and that it prints what it means."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch_tui.clock import to_us
from dispatch_tui.errors import FilterError
from dispatch_tui.store.filters import (
    ALL_STATUSES,
    FIELDS,
    GRAMMAR,
    LIVE_STATUSES,
    Day,
    Filter,
    Moment,
    Span,
    Special,
    Term,
    describe,
    parse,
    quoted,
    ranges,
)
from dispatch_tui.store.filters.reading import MAX_LENGTH, MAX_TERMS
from dispatch_tui.store.rows import NEVER

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("pri:1", (Term("pri", ":", (1,)),)),
        ("PRI=2,1", (Term("pri", ":", (1, 2)),)),
        ("pri<=2", (Term("pri", "<=", (2,)),)),
        ("priority!3", (Term("pri", ":", (3,), True),)),
        ("-pri!3", (Term("pri", ":", (3,)),)),
        ("status:hold", (Term("status", ":", ("on_hold",)),)),
        ("status:in_progress,new", (Term("status", ":", ("new", "in_progress")),)),
        ("status:open", (Term("status", ":", LIVE_STATUSES),)),
        ("status:all", (Term("status", ":", ALL_STATUSES),)),
        ("cust:acme", (Term("cust", ":", ("acme",)),)),
        ('customer:"acme, inc",foo', (Term("cust", ":", ("acme, inc", "foo")),)),
        ('cust="a \\"b\\" \\\\"', (Term("cust", "=", ('a "b" \\',)),)),
        ("cust!=acme", (Term("cust", "=", ("acme",), True),)),
        ("tech:none", (Term("tech", ":", (Special.NONE,)),)),
        ('tech:"none"', (Term("tech", ":", ("none",)),)),
        ("tech=none,bo", (Term("tech", "=", (Special.NONE, "bo")),)),
        ("flag:any", (Term("flag", ":", (Special.NONE,), True),)),
        ("-flag:any", (Term("flag", ":", (Special.NONE,)),)),
        ("mine:yes", (Term("owner", ":", (Special.ME,)),)),
        ("owner:me,bo", (Term("owner", ":", (Special.ME, "bo")),)),
        ("clock:breached,warning", (Term("clock", ":", ("warning", "breached")),)),
        ("due<2h", (Term("due", "<", (Span(7200),)),)),
        ("due>=-90M", (Term("due", ">=", (Span(-5400),)),)),
        ("due<now", (Term("due", "<", (Span(0),)),)),
        ("due=2h", (Term("due", ":", (Span(7200),)),)),
        ("due:none", (Term("due", ":", (Special.NONE,)),)),
        ("due:today,tomorrow", (Term("due", ":", (Day(0), Day(1))),)),
        ("opened>=2026-02-28", (Term("opened", ">=", (Day(date(2026, 2, 28)),)),)),
        ("opened<2026-02-28t14:30", (Term("opened", "<", (Moment(datetime(2026, 2, 28, 14, 30)),)),)),  # noqa: DTZ001
        ("age>3d", (Term("age", ">", (Span(259_200),)),)),
        ("pump", (Term("text", ":", ("pump",)),)),
        ('-"gas leak" pump', (Term("text", ":", ("gas leak",), True), Term("text", ":", ("pump",)))),
        ("10:30 a,b", (Term("text", ":", ("10:30",)), Term("text", ":", ("a,b",)))),
        ("text:pump,valve", (Term("text", ":", ("pump", "valve")),)),
    ],
)
def test_reads(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text) == Filter(terms)


@pytest.mark.parametrize(
    ("text", "fault", "says"),
    [
        ("new prio:1", "prio", "did you mean pri?"),
        ("statu:new", "statu", "did you mean status?"),
        ("http://x", "http", "as text"),
        ("pri:6", "6", "Known: 1 2 3 4 5"),
        ("pri:1,,2", ",", "after the comma"),
        ("pri:", ":", "needs a value"),
        ("pri: 1", ":", "needs a value"),
        ("status:hodl", "hodl", "did you mean hold?"),
        ("status<new", "<", "it knows : = !"),
        ("cust>acme", ">", "it knows : = !"),
        ("pri<1,2", "2", "one value"),
        ('cust:"acme', '"acme', "closing quote"),
        ('cust:"acme"x', "x", "A blank belongs"),
        ('cust:""', '""', "nothing here"),
        ("pump -", "-", "something to leave out"),
        ("due<soon", "soon", "today"),
        ("due<none", "none", "cannot read"),
        ("due:now", "now", "due<now"),
        ("due=now", "now", "due<now"),
        ("due:2026-02-30", "2026-02-30", "calendar"),
        ("due:0001-01-01", "0001-01-01", "year"),
        ("opened<2h", "2h", "age<2h"),
        ("opened:-2h", "-2h", "above nothing"),
        ("age:today", "today", "opened:today"),
        ("age>0h", "0h", "above nothing"),
        ("owner:any,bo pri:9", "9", "Known"),
        ("cust:" + "x" * (MAX_LENGTH + 1), "x" * (MAX_LENGTH + 1), "longer"),
    ],
)
def test_points_at_the_fault(text: str, fault: str, says: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == fault
    assert says in str(caught.value)


def test_bounds_are_refused() -> None:
    assert len(parse(" ".join(["x"] * MAX_TERMS)).terms) == MAX_TERMS
    with pytest.raises(FilterError, match="terms"):
        parse(" ".join(["x"] * (MAX_TERMS + 1)))
    with pytest.raises(FilterError, match="values"):
        parse("cust:" + ",".join("x" * 1000))


def test_values_cannot_carry_control_characters() -> None:
    assert parse('cust:"a\x00b\x1b[31mc"').terms[0].values == ("abc",)
    with pytest.raises(FilterError):
        parse('cust:"\x1b[31m"')


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("", True),
        ("status:open", True),
        ("status:new,hold pump", True),
        ("status:closed", False),
        ("status:all", False),
        ("status:new,cancelled", False),
        ("-status:closed", True),
        ("-status:open", False),
        ("-status:new", True),
    ],
)
def test_ended_calls_only_when_asked_for(text: str, live: bool) -> None:
    assert parse(text).live_only is live


def test_also_keeps_each_term_once() -> None:
    assert parse("pri:1 pump").also(parse("pump cust:x")) == parse("pri:1 pump cust:x")


# -- printing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("status:closed,resolved,hold,progress,assigned,ack,new", "status:open,closed"),
        ("flag:any", "-flag:none"),
        ("due<120m due>86400s", "due<2h due>1d"),
        ('cust:"acme" "gas leak"', 'cust:acme "gas leak"'),
        ("mine:me", "owner:me"),
        ('text:"a:b"', '"a:b"'),
        ("text=pump", "text=pump"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert str(parse(text)) == normal


_ALPHABET = st.sampled_from(
    [*'abcpri:=<>!-,"\\ 0129hdm/._’é\u202e\n\t٣', "due", "none", "me", "2h", "today", "status:"]
)


def _read(text: str) -> Filter | FilterError:
    try:
        return parse(text)
    except FilterError as fault:
        return fault


@settings(max_examples=500)
@given(st.one_of(st.text(), st.lists(_ALPHABET).map("".join)))
@example("due=now")
@example("--x")
@example('"a",b')
@example('"a  \x01  b"')
@example("age>٣h")
@example("due<" + "9" * 5000 + "h")
def test_any_text_is_a_filter_or_a_filter_error_and_filters_round_trip(text: str) -> None:
    read = _read(text)
    if isinstance(read, FilterError):
        assert 0 <= read.start <= read.end <= len(text)
        assert read.message
    else:
        assert parse(str(read)) == read
        assert describe(read)


_NAMES = st.text(min_size=1, max_size=20).map(lambda name: " ".join(name.split())).filter(str.isalnum)
_TIMES = st.sampled_from(["2h", "-30m", "now", "today", "yesterday", "2026-03-01", "2026-03-01T14:30", "1w"])


@st.composite
def _terms(draw: st.DrawFn) -> str:
    field = draw(st.sampled_from(list(FIELDS.values())))
    op = draw(st.sampled_from(field.ops))
    most = 3 if op in (":", "=") else 1
    if field.words:
        values: st.SearchStrategy[str] = st.sampled_from(list(field.words))
    elif field.kind == "name":
        values = st.one_of(_NAMES.map(quoted), st.sampled_from(["none", '"two words"', '"x,y"']))
    else:
        values = _TIMES
    listed = draw(st.lists(values, min_size=1, max_size=most))
    return f"{draw(st.sampled_from(['', '-']))}{field.name}{op}{','.join(listed)}"


@settings(max_examples=500)
@given(st.lists(_terms(), max_size=4))
def test_what_looks_right_round_trips(terms: list[str]) -> None:
    text = " ".join(terms)
    read = _read(text)
    if isinstance(read, FilterError):  # only a time that its field does not go with
        assert FIELDS[re.findall("[a-z]+", terms[_at(terms, read.start)])[0]].kind in ("due", "age", "day")
    else:
        assert len(read.terms) == len(terms)
        assert parse(str(read)) == read


def _at(terms: list[str], position: int) -> int:
    """Which of the terms, joined by blanks, holds a position."""
    ends = list(accumulate(len(term) + 1 for term in terms))
    return bisect_right(ends, position)


@given(st.text(min_size=1))
def test_quoted_text_reads_back_as_itself(text: str) -> None:
    name = " ".join(text.split())
    try:
        (term,) = parse(f"cust={quoted(name)}").terms
    except FilterError:
        assert not any(char.isalnum() for char in name)
        return
    if name.isprintable():
        assert term.values == (name,)


# -- time ---------------------------------------------------------------------------------------


def _holds(text: str, instant: datetime | int, zone: ZoneInfo | None = None) -> bool:
    (term,) = parse(text).terms
    us = instant if isinstance(instant, int) else to_us(instant)
    return any(one.holds(us) for one in ranges(term, NOW, zone or ZoneInfo("UTC"))) != term.negated


@pytest.mark.parametrize(
    ("text", "offset", "holds"),
    [
        ("due<2h", timedelta(hours=2), False),
        ("due<2h", timedelta(hours=2, microseconds=-1), True),
        ("due<2h", timedelta(hours=-9), True),
        ("due<=2h", timedelta(hours=2), True),
        ("due>2h", timedelta(hours=2), False),
        ("due>2h", timedelta(hours=2, microseconds=1), True),
        ("due:2h", timedelta(hours=1), True),
        ("due:2h", timedelta(microseconds=-1), False),
        ("due:-2h", timedelta(hours=-1), True),
        ("due:-2h", timedelta(hours=1), False),
        ("due<now", timedelta(seconds=-1), True),
        ("due<now", timedelta(), False),
        ("age>3d", timedelta(days=-3), False),
        ("age>3d", timedelta(days=-3, microseconds=-1), True),
        ("age>=3d", timedelta(days=-3), True),
        ("age<3d", timedelta(days=-3), False),
        ("age<=3d", timedelta(days=-3), True),
        ("age:1h", timedelta(minutes=-59), True),
        ("opened:1h", timedelta(minutes=-61), False),
        ("opened!1h", timedelta(minutes=-61), True),
    ],
)
def test_spans(text: str, offset: timedelta, holds: bool) -> None:
    assert _holds(text, NOW + offset) is holds


def test_days_begin_at_the_readers_midnight() -> None:
    auckland = ZoneInfo("Pacific/Auckland")  # 2026-03-04 22:00 there at NOW
    midnight = datetime(2026, 3, 4, tzinfo=auckland)
    assert _holds("due:today", midnight, auckland)
    assert not _holds("due:today", midnight - timedelta(microseconds=1), auckland)
    assert not _holds("due:today", midnight + timedelta(days=1), auckland)
    assert _holds("due:tomorrow", midnight + timedelta(days=1), auckland)
    assert _holds("due<=today", midnight + timedelta(hours=23), auckland)
    assert not _holds("due<today", midnight, auckland)
    assert _holds("opened>=2026-03-04", midnight, auckland)
    assert not _holds("opened>2026-03-04", midnight + timedelta(hours=23), auckland)


def test_a_day_of_a_clock_change_has_its_true_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (term,) = parse("due:2026-03-29").terms
    (day,) = ranges(term, NOW, berlin)
    assert day.high - day.low == 23 * HOUR


def test_a_call_that_is_never_due_matches_none_alone() -> None:
    assert _holds("due:none", NEVER)
    for text in ("due>2h", "due>=today", "due<2h", "due:today"):
        assert not _holds(text, NEVER)


def test_ranges_of_something_else_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="pri"):
        ranges(Term("pri", ":", (1,)), NOW, UTC)


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "all open calls"),
        ("pri:1,2 status:hold cust:acme", "priority 1 or 2, on hold, customer like “acme”"),
        ("pri<3 -pump", "priority under 3, not “pump”"),
        ("due<2h", "due before 2h 00m from now"),
        ("due:30m", "due within 30m"),
        ("due<now", "overdue"),
        ("tech:none owner:me", "no technician, owner me"),
        ("age>3d opened:2026-03-01", "age over 3d 0h, opened on 2026-03-01"),
        ("status:open,closed", "open or closed"),
        ("clock:none,paused", "clock paused or not set"),
        ("team=North due:none", "team “North”, nothing due"),
    ],
)
def test_describes(text: str, line: str) -> None:
    assert describe(parse(text)) == line


def test_the_help_names_every_field_and_its_examples_are_filters() -> None:
    lines = GRAMMAR.splitlines()
    assert max(map(len, lines)) <= 78
    for field in FIELDS.values():
        assert any(line.startswith(f"  {field.name} ") for line in lines)
        assert parse(field.example).terms[0].field == field.name
