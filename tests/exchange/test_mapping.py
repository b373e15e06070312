"""Mappings: checked as a whole, with the line and key at fault; columns found among headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_tui.errors import ImportProblem, SettingsError
from dispatch_tui.exchange import columns, presets
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.mapping_files import parse_mapping, read_mapping
from dispatch_tui.exchange.stamps import Stamps

GOOD = """\
title = "Tickets"
source = "tickets"

[columns]
id = { headings = ["Ticket", "No."], filled = true }
at = { headings = ["Opened"], type = "instant" }
note = { headings = ["Note"], optional = true }

[words.state]
"*" = "new"

[row]
key = "{id}"

[[records]]
kind = "call"
id = "{id}"
values.title = "{note}"

[[records]]
kind = "visit"
id = "{id}"
[records.values]
call_id = { ref = "call", id = "{id}" }
[[records.steps]]
act = "arrive"
at = "at"
"""


@pytest.mark.parametrize("name", [*presets.names(), presets.TEMPLATE])
def test_what_is_shipped_is_good(name: str) -> None:
    assert parse_mapping(presets.text_of(name), name).title


def test_the_shipped_presets_are_these() -> None:
    assert presets.names() == ("cad-calls", "servicenow-incidents", "work-orders")
    assert all(presets.load(name).about for name in presets.names())
    with pytest.raises(ImportProblem, match=r"no preset 'jira'.*cad-calls"):
        presets.load("jira")


@pytest.mark.parametrize(
    ("good", "bad", "line", "key", "says"),
    [
        ('source = "tickets"', 'source = "Tickets!"', 2, "source", "'Tickets!' is no prefix: small letters"),
        ("filled = true", "filed = true", 5, "columns.id.filed", "not permitted"),
        ('type = "instant"', 'type = "moment"', 6, "columns.at.type", "'instant'"),
        ('key = "{id}"', 'key = "{ident}"', 0, "", "row names 'ident'"),
        ('kind = "visit"', 'kind = "attendance"', 21, "records.1.kind", "'visit'"),
        ('at = "at"', 'at = "note"', 0, "", "must be of type instant"),
        ('at = "at"', "at = 5", 27, "records.1.steps.0.at", "string"),
        ('{ ref = "call", id = "{id}" }', '{ ref = "call" }', 24, "records.1.values.call_id", "go together"),
        ("[words.state]", "[words.state", 9, "", "not TOML"),
        (
            "[columns]",
            'currency = "JPY"\nminor_digits = 2\n[columns]',
            5,
            "minor_digits",
            "JPY has 0 decimals",
        ),
        ("[columns]", "minor_digits = 0\n[columns]", 4, "minor_digits", "leave minor_digits out"),
    ],
)
def test_a_wrong_mapping_names_line_and_key(good: str, bad: str, line: int, key: str, says: str) -> None:
    assert good in GOOD
    parse_mapping(GOOD, "mine.toml")
    with pytest.raises(SettingsError) as caught:
        parse_mapping(GOOD.replace(good, bad), "mine.toml")
    assert (caught.value.path, caught.value.line, caught.value.key) == ("mine.toml", line, key)
    assert says in str(caught.value)


def test_a_mapping_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        presets.load(tmp_path / "latin.toml")


@pytest.fixture
def mapping() -> Mapping:
    return parse_mapping(GOOD, "mine.toml")


def test_headings_are_compared_without_case_blanks_and_punctuation(mapping: Mapping) -> None:
    found = columns.find(mapping, ["OPENED ", "no", "Other"], "a.csv")
    assert found == {"id": 1, "at": 0, "note": columns.ABSENT}


def test_a_missing_column_is_named_with_what_the_file_has(mapping: Mapping) -> None:
    with pytest.raises(ImportProblem) as caught:
        columns.find(mapping, ["Tickets", "Note"], "a.csv")
    assert "a.csv lacks 'Ticket', 'Opened'; it has: 'Tickets', 'Note'." in str(caught.value)
    assert "Is 'Ticket' called 'Tickets' there?" in str(caught.value)


def test_long_headings_and_many_are_cut_in_the_message(mapping: Mapping) -> None:
    with pytest.raises(ImportProblem) as caught:
        columns.find(mapping, ["[" * 100_000, *(f"h{n}" for n in range(2_000))], "a.csv")
    said = caught.value.message
    assert f"it has: '{'[' * 59}…', 'h0', " in said
    assert said.endswith("'h10', and 1,989 more.")


def test_a_needed_column_that_is_there_twice_is_refused(mapping: Mapping) -> None:
    with pytest.raises(ImportProblem, match="2 columns 'Opened'"):
        columns.find(mapping, ["Ticket", "Opened", "opened"], "a.csv")


@pytest.mark.parametrize(
    ("cell", "decimal", "minor"),
    [
        ("407.4", ".", 40740),
        ("0", ".", 0),
        ("-339.81", ".", -33981),
        ("(339.81)", ".", -33981),
        ("1,026,684.20", ".", 102668420),
        ("1.026.684,20", ",", 102668420),
        ("€ 5", ".", 500),
        ("12.30 EUR", ".", 1230),
        ("$-5.00", ".", -500),
        ("8.100", ".", 810),
        ("50,000", ".", 5000000),
        ("$1,234", ".", 123400),
        ("(1,234)", ".", -123400),
        ("12,345,678", ".", 1234567800),
        ("1.234", ",", 123400),
        ("1.234 EUR", ",", 123400),
        ("12,5", ",", 1250),
        ("1 234,5", ",", 123450),
        ("90071992547409.93", ".", 9007199254740993),
    ],
)
def test_amounts_are_exact(cell: str, decimal: str, minor: int) -> None:
    assert columns.minor_units(cell, decimal) == minor


@pytest.mark.parametrize(
    ("stated", "cell", "minor"),
    [("EUR", "407.4", 40_740), ("JPY", "50000", 50_000), ("JPY", "50000.00", 50_000), ("KWD", "1.5", 1_500)],
)
def test_amounts_are_read_in_the_decimals_of_the_currency(stated: str, cell: str, minor: int) -> None:
    top = f'currency = "{stated}"\n\n[columns]\ncost = {{ headings = ["Cost"], type = "money" }}'
    mapping = parse_mapping(GOOD.replace("[columns]", top), "mine.toml")
    read = columns.reader_of(mapping.columns["cost"], mapping, Stamps("d/m/yyyy", "UTC"))
    assert read(cell) == minor
    with pytest.raises(ValueError, match="decimals"):
        read("1.00001")


@pytest.mark.parametrize(
    "cell", ["PM01", "1,2,3", "1.234.5", "", "-", "nan", "1e5", "5.001", "(5", "1,5", "12 34"]
)
def test_what_is_no_amount_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number|decimals"):
        columns.minor_units(cell)


def test_another_decimal_mark_says_where_it_is_stated() -> None:
    with pytest.raises(ValueError, match=r"decimal mark '\.' \(the mapping's decimal states .*--template"):
        columns.minor_units("1.234,50")


@pytest.mark.parametrize(
    ("cell", "decimal"),
    [("1,23", "."), ("1,2345", "."), ("1234,567", "."), ("0,123", "."), ("1,234,5", "."), ("1.23", ",")],
)
def test_another_mark_than_the_stated_one_only_groups_thousands(cell: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        columns.minor_units(cell, decimal)


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ("(37.73217458500619, -122.42779351441527)", (37.73217458500619, -122.42779351441527)),
        ("POINT (-122.4 37.7)", (37.7, -122.4)),
        ("37.7;-122.4", (37.7, -122.4)),
    ],
)
def test_positions(mapping: Mapping, cell: str, where: tuple[float, float]) -> None:
    from dispatch_tui.exchange.mapping import Column
    from dispatch_tui.exchange.stamps import Stamps

    column = Column(headings=("Location",), type="position")
    read = columns.reader_of(column, mapping, Stamps("", "UTC"))
    assert read(cell) == where
    with pytest.raises(ValueError, match="no place on Earth"):
        read("(137.7, 5)")
