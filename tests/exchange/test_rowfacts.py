"""Rows of a table to facts: identities, references, groups, steps, flags and faults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from dispatch_tui.clock import to_us
from dispatch_tui.exchange.cells import Cells
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.mapping_files import parse_mapping
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.rowfacts import RowFacts, grouped
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.exchange.templates import template
from dispatch_tui.records import Fact, Ref, SourceRow

CREWS = """\
title = "Crews"
source = "cad"
order = ["received", "arrived", "left"]

[columns]
call = { headings = ["Call"], filled = true }
crew = { headings = ["Crew"], filled = true }
state = { headings = ["State"] }
received = { headings = ["Received"], type = "instant" }
arrived = { headings = ["Arrived"], type = "instant" }
left = { headings = ["Left"], type = "instant" }
cost = { headings = ["Cost"], type = "money" }

[words.end]
"dropped" = "cancelled"
"fine" = "closed"

[row]
key = "{call}-{crew}"

[group]
by = "call"
within = 2

[[flags]]
column = "left"
empty = true
says = "never left"

[[records]]
kind = "technician"
id = "{crew}"
once = true
values.name = "{crew}"

[[records]]
kind = "call"
id = "{call}"
per = "group"
act = "open"
keep = ["state"]
[records.values]
number = "{call}"
[[records.steps]]
act = "assign"
at = "arrived"
values.technician_id = { ref = "technician", id = "{crew}" }
[[records.steps]]
act = "close"
at = "left"
of = "last"
values.status = { column = "state", words = "end" }

[[records]]
kind = "visit"
id = "{call}-{crew}"
[records.values]
call_id = { ref = "call", id = "{call}" }
cost_minor = { column = "cost" }
[[records.steps]]
act = "finish_visit"
at = "left"
when = "arrived"
values.done_at = { column = "left" }
[[records.steps]]
act = "call_off"
at = "left"
unless = "arrived"
"""
HEADINGS = ("Call", "Crew", "State", "Received", "Arrived", "Left", "Cost")


def told(
    rows: Iterable[str], text: str = CREWS, headings: tuple[str, ...] = HEADINGS, zone: str = "UTC"
) -> tuple[list[SourceRow], list[Reject]]:
    """Source rows and rejects of rows given as ``a|b|c``."""
    rejects: list[Reject] = []
    mapping: Mapping = parse_mapping(text, "test")
    maker = RowFacts(mapping, headings, "test.csv", Stamps("d/m/yyyy", zone), rejects.append)
    lines = ((number, row.split("|")) for number, row in enumerate(rows, 2))
    return [row for batch in maker.batches(lines) for row in batch], rejects


def facts_of(rows: list[SourceRow], kind: str) -> list[Fact]:
    return [fact for row in rows for fact in row.facts if fact.kind == kind]


def us(hour: int, minute: int = 0, day: int = 1) -> int:
    return to_us(datetime(2024, 5, day, hour, minute, tzinfo=UTC))


ONE = "7|E1|fine|1/5/2024 08:00|1/5/2024 09:00|1/5/2024 10:00|12.50"
TWO = "7|E2|fine|1/5/2024 08:00|1/5/2024 08:30|1/5/2024 11:00|"


def test_a_group_tells_of_its_call_once_from_all_its_rows() -> None:
    rows, rejects = told([ONE, TWO])
    assert rejects == []
    assert [row.key for row in rows] == ["7-E1", "7-E2"]
    opened, assigned, closed = facts_of(rows, "call")
    assert (opened.external_id, opened.happened_us) == ("cad:7", us(8))
    assert opened.values == {"number": "7", "extra_json": '{"state":"fine"}'}
    assert (assigned.happened_us, assigned.values) == (
        us(8, 30),
        {"technician_id": Ref("technician", "cad:E2")},
    )
    assert (closed.happened_us, closed.values) == (us(11), {"status": "closed"})
    assert not [fact for fact in rows[1].facts if fact.kind == "call"]


def test_what_is_referred_to_is_told_of_before_and_only_once() -> None:
    rows, _ = told([ONE, TWO, ONE.replace("7|", "8|", 1)])
    assert [fact.external_id for fact in facts_of(rows, "technician")] == ["cad:E1", "cad:E2"]
    known: set[tuple[str, str]] = set()
    for row in rows:
        for fact in row.facts:
            refs = [value for value in fact.values.values() if isinstance(value, Ref)]
            assert known.issuperset(refs)
            known.add((fact.kind, fact.external_id))


def test_a_group_comes_together_over_a_few_other_rows_and_no_more() -> None:
    others = [ONE.replace("7|", f"{n}|", 1) for n in (8, 9, 10, 11)]
    near, _ = told([ONE, others[0], others[1], TWO])
    far, _ = told([ONE, *others, TWO])
    assert len([fact for fact in facts_of(near, "call") if fact.external_id == "cad:7"]) == 3
    assert len([fact for fact in facts_of(far, "call") if fact.external_id == "cad:7"]) == 6


def test_groups_keep_every_row_and_its_order() -> None:
    cells = [Cells(n, [], b"", {"call": name}, {}) for n, name in enumerate("abacbbada")]
    groups = list(grouped(iter(cells), lambda one: one.texts["call"], 1))
    assert sorted(one.line for group in groups for one in group) == list(range(9))
    assert all(group == sorted(group, key=lambda one: one.line) for group in groups)
    assert ["".join(one.texts["call"] for one in group) for group in groups] == [
        "b",
        "aa",
        "c",
        "bb",
        "d",
        "aa",
    ]


def test_the_first_row_answers_for_the_whole_group() -> None:
    before, _ = told([ONE, TWO])
    after, _ = told([ONE, TWO.replace("11:00", "12:00")])
    alone, _ = told([ONE])
    assert before[0].digest != after[0].digest
    assert before[0].digest != alone[0].digest
    assert told([ONE, TWO])[0] == before


def test_a_step_needs_its_instant_and_its_condition() -> None:
    rows, _ = told([ONE, TWO.replace("1/5/2024 08:30", "")])
    acts = [(fact.external_id, fact.act) for fact in facts_of(rows, "visit")]
    assert ("cad:7-E1", "finish_visit") in acts
    assert ("cad:7-E2", "call_off") in acts
    assert ("cad:7-E2", "finish_visit") not in acts


def test_stamps_out_of_order_are_kept_and_flagged_while_the_log_goes_forward() -> None:
    rows, _ = told([ONE.replace("10:00", "07:30")])
    first, done = facts_of(rows, "visit")
    assert first.flag == first.values["flag"] == "Left is before Arrived"
    assert done.happened_us == us(8)
    assert done.values["done_at"] == us(7, 30)


def test_a_wall_time_that_came_twice_is_read_so_that_the_order_holds() -> None:
    row = "7|E1|fine|3/11/2024 01:50|3/11/2024 01:10|3/11/2024 02:30|"
    rows, _ = told([row], zone="America/New_York")
    first, _ = facts_of(rows, "visit")
    assert first.flag == "Received: a wall time that came twice; Arrived: a wall time that came twice"
    (assigned,) = (fact for fact in facts_of(rows, "call") if fact.act == "assign")
    assert assigned.happened_us == to_us(datetime(2024, 11, 3, 6, 10, tzinfo=UTC))


def test_flags_mark_rows_and_do_not_reject_them() -> None:
    rows, rejects = told([ONE.replace("1/5/2024 10:00", "")])
    assert rejects == []
    assert [fact.flag for fact in facts_of(rows, "visit")] == ["never left"]


def test_a_fault_rejects_the_row_with_every_reason_and_the_group_goes_on() -> None:
    rows, rejects = told(["7||fine|1/5/2024 08:00|soon||x", TWO])
    assert [row.key for row in rows] == ["7-E2"]
    assert facts_of(rows, "call")
    (reject,) = rejects
    assert (reject.line, reject.column) == (2, "Crew")
    assert reject.reason.startswith("is empty; Arrived: 'soon' is not a date")
    assert reject.reason.endswith("; Cost: 'x' is not a number")
    assert reject.raw == "7,,fine,1/5/2024 08:00,soon,,x"


def test_a_cell_that_is_not_needed_may_be_unreadable() -> None:
    text = CREWS.replace('["Cost"], type = "money" }', '["Cost"], type = "money", faults = "flag" }')
    rows, rejects = told([ONE.replace("12.50", "dear")], text)
    assert rejects == []
    first, _ = facts_of(rows, "visit")
    assert first.flag == "Cost: 'dear' is not a number"
    assert "cost_minor" not in first.values


def test_a_word_that_is_not_known_rejects_the_row() -> None:
    rows, (reject,) = told([ONE, TWO.replace("fine", "odd")])
    assert (reject.line, reject.column) == (3, "State")
    assert reject.reason == "'odd' is not a known word (dropped, fine)"
    assert [row.key for row in rows] == ["7-E1"]
    assert facts_of(rows, "call")[-1].values == {"status": "closed"}


ORDERS = """\
title = "Orders"
source = "orders"
[columns]
day = { headings = ["Day"], type = "instant" }
text = { headings = ["Text"] }
[row]
content = ["day", "text"]
[[records]]
kind = "call"
id = "{row}"
"""


def test_rows_known_by_content_are_told_apart_by_occurrence() -> None:
    rows, _ = told(["1/5/2024|oil", "1/5/2024|oil ", "1/5/2024|oil", "1/5/2024|oil"], ORDERS, ("Day", "Text"))
    keys = [row.key for row in rows]
    assert len(set(keys)) == 4
    assert keys[2:] == [f"{keys[0]}-2", f"{keys[0]}-3"]
    assert [row.facts[0].flag for row in rows] == [
        "",
        "",
        "exact duplicate, occurrence 2",
        "exact duplicate, occurrence 3",
    ]
    again, _ = told(["1/5/2024|oil", "1/5/2024|water"], ORDERS, ("Day", "Text"))
    assert again[0].key == keys[0]


def test_bytes_that_are_not_of_the_encoding_reject_one_row_by_column() -> None:
    rows, (reject,) = told(["1/5/2024|M\udcfcller", "1/5/2024|x"], ORDERS, ("Day", "Text"))
    assert len(rows) == 1
    assert reject.column == "Text"
    assert "0xfc" in reject.reason
    assert "--encoding" in reject.reason


def test_a_row_without_an_instant_is_rejected() -> None:
    rows, (reject,) = told(["|x"], ORDERS, ("Day", "Text"))
    assert rows == []
    assert reject.reason == "nothing says when it happened"


@pytest.mark.parametrize(
    ("text", "cells", "filled"),
    [
        ("{a}, {b}", {"a": "x", "b": "y"}, "x, y"),
        ("{a}, {b}", {"a": "x", "b": ""}, "x"),
        ("{a}, {b}", {"a": "", "b": ""}, ""),
        ("{a}, {b}, {c}", {"a": "x", "b": "", "c": "z"}, "x, z"),
        ("{a}, {b}", {"a": "x,", "b": "-y-"}, "x,, -y-"),
        ("no names", {}, "no names"),
        ("{a}", {"a": "{b}"}, "{b}"),
    ],
)
def test_templates(text: str, cells: dict[str, str], filled: str) -> None:
    assert template(text)(cells) == filled
