"""Files as headings and rows: wrappings, notations, and rows that are none."""

from __future__ import annotations

import gzip
import os
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange import readers
from dispatch_tui.exchange.opening import opened
from dispatch_tui.exchange.readers import Line, Notation, Reject, rows
from dispatch_tui.exchange.source import Stated, open_source

TEXT = "number,state\nC1,New\nC2,Closed\n"
LINES = [(2, ["C1", "New"]), (3, ["C2", "Closed"])]


def read(
    path: Path, notation: Notation | None = None, member: str = ""
) -> tuple[tuple[str, ...], list[Line], list[Reject]]:
    rejects: list[Reject] = []
    with opened(path, member) as source:
        found = rows(source, notation or Notation(), rejects.append)
        return found.headings, list(found.lines), rejects


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("wrap", ["plain", "gzip", "zip"])
def test_the_same_rows_come_out_of_every_wrapping(tmp_path: Path, wrap: str) -> None:
    path = tmp_path / "calls.any"
    if wrap == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("calls.csv", TEXT)
            archive.writestr("__MACOSX/._calls.csv", "x")
    else:
        path.write_bytes(gzip.compress(TEXT.encode()) if wrap == "gzip" else TEXT.encode())
    assert read(path) == (("number", "state"), LINES, [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    content = ("\ufeff" + TEXT).encode(encoding) if encoding == "utf-16-be" else TEXT.encode(encoding)
    assert read(written(tmp_path / "a.csv", content)) == (("number", "state"), LINES, [])


def test_a_stated_encoding_is_used(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "name\nMüller\n".encode("cp1252"))
    assert read(path, Notation(encoding="cp1252"))[1] == [(2, ["Müller"])]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_the_heading_tells_the_delimiter(tmp_path: Path, mark: str) -> None:
    path = written(tmp_path / "a.csv", TEXT.replace(",", mark))
    assert read(path) == (("number", "state"), LINES, [])


def test_a_stated_delimiter_goes_before_what_the_heading_looks_like(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a;b,c\n1;2,3\n")
    assert read(path, Notation(delimiter=","))[:2] == (("a;b", "c"), [(2, ["1;2", "3"])])
    with pytest.raises(ImportProblem, match="cannot part columns"):
        read(path, Notation(delimiter=";;"))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'a,b\n\n1,"two\nlines"\n3,4\n')
    assert read(path)[1] == [(3, ["1", "two\nlines"]), (5, ["3", "4"])]


def test_rows_cut_short_or_too_long_are_rejected_by_column(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n7,8,9\n")
    _, lines, rejects = read(path)
    assert lines == [(4, ["1", "2", "3"]), (5, ["7", "8", "9"])]
    assert [(one.line, one.column, one.raw) for one in rejects] == [
        (2, "c", "1,2"),
        (3, "field 4", "1,2,3,4"),
    ]
    assert "unquoted delimiter" in rejects[1].reason


def test_a_stray_quotation_mark_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    body = 'a,b\n1,2\n3,"four\n5,6\n7,"8"\n9,10\n'
    _, lines, rejects = read(written(tmp_path / "a.csv", body))
    assert lines == [(2, ["1", "2"]), (4, ["5", "6"]), (5, ["7", "8"]), (6, ["9", "10"])]
    assert [(one.line, one.raw) for one in rejects] == [(3, '3,"four')]
    assert "never closed" in rejects[0].reason


def test_a_stray_quotation_mark_in_a_huge_file_costs_one_row(tmp_path: Path) -> None:
    """The csv module gives up after 131,072 characters in one field; nothing before or after may be lost."""
    body = 'a,b\n"x,1\n' + "".join(f"{n},{n}\n" for n in range(30_000))
    _, lines, rejects = read(written(tmp_path / "a.csv", body))
    assert [(one.line, one.raw) for one in rejects] == [(2, '"x,1')]
    assert lines == [(n + 3, [str(n), str(n)]) for n in range(30_000)]


def test_two_stray_quotation_marks_cost_two_rows_and_none_between_them(tmp_path: Path) -> None:
    body = 'a,b,c\n1,"urgent,x\n2,fine,x\n3,fine,x\n4,"seal,x\n5,ok,x\n'
    _, lines, rejects = read(written(tmp_path / "a.csv", body))
    assert lines == [(3, ["2", "fine", "x"]), (4, ["3", "fine", "x"]), (6, ["5", "ok", "x"])]
    assert [(one.line, one.raw) for one in rejects] == [(2, '1,"urgent,x'), (5, '4,"seal,x')]


def test_a_row_cut_within_its_last_field_is_a_reject(tmp_path: Path) -> None:
    _, lines, rejects = read(written(tmp_path / "a.csv", 'a,b\n1,"10"\n2,"20'))
    assert lines == [(2, ["1", "10"])]
    assert [(one.line, one.reason) for one in rejects] == [(3, "a quotation mark is never closed")]


def test_quotation_marks_within_one_line_are_taken_as_they_stand(tmp_path: Path) -> None:
    body = 'a,b\n1,"the "big" one"\n2,"two\nlines, ""quoted"""\n3,5" pipe\n'
    _, lines, rejects = read(written(tmp_path / "a.csv", body))
    assert lines == [
        (2, ["1", 'the big" one"']),
        (3, ["2", 'two\nlines, "quoted"']),
        (5, ["3", '5" pipe']),
    ]
    assert rejects == []


def test_a_long_text_in_a_field_is_one_row(tmp_path: Path) -> None:
    text = "9,pasted\n" * 20_000
    _, lines, rejects = read(written(tmp_path / "a.csv", f'a,b\n1,"{text}"\n2,x\n'))
    assert [(line, len(row[1])) for line, row in lines] == [(2, len(text)), (20_003, 1)]
    assert rejects == []


def test_a_field_longer_than_can_be_read_is_one_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_LONGEST_FIELD", 20)
    long = "9,pasted\n" * 3 + '""9"",pasted\n' + "9,pasted\n"
    _, lines, rejects = read(written(tmp_path / "a.csv", f'a,b\n1,"{long}"\n2,x\n'))
    assert lines == [(8, ["2", "x"])]
    assert [(one.line, one.raw) for one in rejects] == [(2, f'1,"{long}"')]
    assert "more than 20 characters" in rejects[0].reason


def test_a_long_field_that_ends_where_it_is_too_long_is_one_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_LONGEST_FIELD", 20)
    body = f'a,b\n1,"9,pasted\n9,pasted\n9,pasted"\n2,{"y" * 21}\n3,"{"z" * 21}"\n4,x\n'
    _, lines, rejects = read(written(tmp_path / "a.csv", body))
    assert lines == [(7, ["4", "x"])]
    assert [one.line for one in rejects] == [2, 5, 6]


@pytest.mark.parametrize("after", ["", '7,"8"\n'])
def test_a_stray_mark_before_more_than_a_field_can_hold_costs_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    monkeypatch.setattr(readers, "_LONGEST_FIELD", 20)
    _, lines, rejects = read(written(tmp_path / "a.csv", 'a,b\n1,"x\n' + "9,pasted\n" * 5 + after))
    assert [row for _, row in lines] == [["9", "pasted"]] * 5 + [["7", "8"]] * bool(after)
    assert [(one.line, one.raw) for one in rejects] == [(2, '1,"x')]


def test_a_key_that_first_comes_late_has_its_place(tmp_path: Path) -> None:
    body = '{"id": 1}\n' * 300 + '{"id": 2, "closed": "2024-02-01"}\n'
    headings, lines, _ = read(written(tmp_path / "a.jsonl", body))
    assert headings == ("id", "closed")
    assert [lines[0], lines[-1]] == [(1, ["1", ""]), (301, ["2", "2024-02-01"])]


@pytest.mark.parametrize("member", ["one.jsonl", "two.jsonl"])
def test_the_keys_are_those_of_the_file_that_is_meant(tmp_path: Path, member: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.jsonl", '{"one.jsonl": 1}\n')
        archive.writestr("two.jsonl", '{"two.jsonl": 1}\n')
    assert read(path, member=member)[:2] == ((member,), [(1, ["1"])])


def test_json_lines_keep_numbers_as_written(tmp_path: Path) -> None:
    body = '{"id": 1, "cost": 12.10, "who": {"name": "Ann"}, "ok": true}\n\n{"id": 2, "cost": null}\nnot json\n[1]\n'
    headings, lines, rejects = read(written(tmp_path / "a.jsonl", body))
    assert headings == ("id", "cost", "who.name", "ok")
    assert lines == [(1, ["1", "12.10", "Ann", "true"]), (3, ["2", "", "", ""])]
    assert [(one.line, one.raw) for one in rejects] == [(4, "not json"), (5, "[1]")]


def test_a_key_that_is_there_twice_is_a_reject(tmp_path: Path) -> None:
    rest = ['{"a": 1, "a": 1}', '{"w": {"b": 1, "b": 2}}', '{"w": {"n": 1}, "w.n": 2}']
    headings, lines, rejects = read(written(tmp_path / "a.jsonl", "\n".join(['{"a": 1, "b": 2}', *rest])))
    assert (headings, lines) == (("a", "b"), [(1, ["1", "2"])])
    assert [(one.line, one.reason, one.raw) for one in rejects] == [
        (number, f"the key {name!r} is there twice", raw)
        for number, (name, raw) in enumerate(zip(("a", "b", "w.n"), rest, strict=True), 2)
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", '{"a": 1', "line 1: not JSON: "),
        ("a.jsonl", "[" * 100_000, "it is one list"),
        ("a.json", '[{"a": 1},\n{"a": 2}]', "it is one list"),
        ("a.json", "[\n", "it is one list"),
        ("a.ndjson", "a,b\n1,2\n", "line 2: not JSON: Extra data"),
        ("a.jsonl", "{}", "no object has a key"),
        ("a.jsonl", '{"a":' * 9000 + "1" + "}" * 9000, "line 1: maximum recursion"),
    ],
    ids=["cut", "brackets", "list", "list over lines", "csv", "empty", "deep"],
)
def test_json_lines_that_cannot_be_read_are_called_that(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    with pytest.raises(ImportProblem, match=f"{name} cannot be read as JSON Lines: {says}"):
        read(written(tmp_path / name, content))


def test_headings_in_brackets_are_no_json(tmp_path: Path) -> None:
    assert read(written(tmp_path / "a.csv", "[a],[b]\n1,2\n"))[:2] == (("[a]", "[b]"), [(2, ["1", "2"])])


@pytest.mark.parametrize(
    ("name", "says"),
    [("a.xlsx", "no workbook"), ("a.ZIP", "no zip archive"), ("a.csv.gz", "no gzip file")],
)
def test_what_is_not_what_its_name_says_is_told_so(tmp_path: Path, name: str, says: str) -> None:
    for noise in (b"PV\x03\n\x99\xfe", b"PV\n\xff\xfe", b"PV\nab\x01"):
        with pytest.raises(ImportProblem, match=says):
            read(written(tmp_path / name, noise))
    unpacked = written(tmp_path / name, TEXT.replace("New", "Néw" * 9000))
    assert read(unpacked)[0] == ("number", "state")


def test_a_workbook_reads_like_a_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["number", "opened", "cost", "day"])
    page.append(["C1", datetime(2016, 3, 5, 12, 30), 12.5, date(2016, 3, 5)])  # noqa: DTZ001 (cells have no zone)
    page.append([None, None, None, None])
    page.append(["C2", None, 3.0, None])
    book.create_sheet("other").append(["x"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    headings, lines, rejects = read(path)
    assert headings == ("number", "opened", "cost", "day")
    assert lines == [
        (2, ["C1", "2016-03-05 12:30:00", "12.5", "2016-03-05 00:00:00"]),
        (4, ["C2", "", "3", ""]),
    ]
    assert rejects == []
    assert read(path, Notation(sheet="other"))[0] == ("x",)
    with pytest.raises(ImportProblem, match="no sheet 'none'"):
        read(path, Notation(sheet="none"))


def test_a_damaged_workbook_says_where(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for number in range(50):
        page.append([f"heading {number}", "b"])
    whole = tmp_path / "whole.xlsx"
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if "sheet1.xml" in name else content)
    with pytest.raises(ImportProblem, match=r"damaged after row \d+"):
        read(tmp_path / "bad.xlsx")
    (tmp_path / "none.xlsx").write_bytes(whole.read_bytes()[:500])
    with pytest.raises(ImportProblem, match="damaged zip"):
        read(tmp_path / "none.xlsx")


def noise(rows: int) -> bytes:
    """Rows that cannot be packed small."""
    return b"a,b\n" + b"".join(b"%d,%x\n" % (n, pow(3, n + 500, 2**400)) for n in range(rows))


def test_a_gzip_cut_before_its_first_row_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(noise(50))
    with pytest.raises(ImportProblem, match=r"is damaged: .*Nothing is recorded\."):
        read(written(tmp_path / "a.csv.gz", packed[: len(packed) // 2]))


def test_a_damaged_file_in_a_zip_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", noise(50))
    packed = bytearray(path.read_bytes())
    packed[200:300] = b"\xff" * 100
    with pytest.raises(ImportProblem, match=r"a\.zip is damaged: .*Nothing is recorded\."):
        read(written(path, bytes(packed)))


def test_a_workbook_whose_packed_sheet_is_damaged_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for number in range(500):
        page.append([number, pow(3, number, 2**50)])
    path = tmp_path / "a.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        begins = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    packed = bytearray(path.read_bytes())
    packed[begins + 60 : begins + 160] = b"\xff" * 100
    with pytest.raises(ImportProblem, match=r"a\.xlsx cannot be read as a workbook: .*decompressing"):
        read(written(path, bytes(packed)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04 and no more", "damaged zip"),
        (b"a\0b\n", "not a text file"),
    ],
)
def test_what_is_no_such_file_says_so(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(ImportProblem, match=says):
        read(written(tmp_path / "a.csv", content))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="no file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ImportProblem, match="is a folder"):
        read(tmp_path)


def test_a_pipe_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # opening it would wait for who writes
    with pytest.raises(ImportProblem, match=r"pipe is not a regular file.*Save"):
        read(tmp_path / "pipe")
    with pytest.raises(ImportProblem, match="not a regular file"):
        read(Path("/dev/null"))


@pytest.mark.parametrize("start", ["", "a,b\n1,2\n", '{"a": 1}\n'])
def test_a_line_without_an_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setattr(readers, "_LONGEST_LINE", 50)
    path = written(tmp_path / "a.csv", start + "0" * 49 + "\n")
    whole = written(tmp_path / "whole.csv", start + "0" * 48 + "\n")
    says = rf"line {start.count(chr(10)) + 1} is longer than 50 characters.*Nothing is recorded"
    with (
        pytest.raises(ImportProblem, match=says),
        open_source("work-orders", path, Stated(), lambda _: None),
    ):
        pass
    read(whole)


def test_a_zip_with_several_files_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", TEXT)
        archive.writestr("two.csv", "x\n1\n")
    with pytest.raises(ImportProblem, match=r"2 files.*one\.csv, two\.csv"):
        read(path)
    assert read(path, member="two.csv")[0] == ("x",)


def test_how_much_is_behind_us_goes_from_nothing_to_all(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "a\n" + "x" * 50 + "\n" * 1 + ("y" * 99 + "\n") * 20_000)
    with opened(path) as source:
        found = rows(source, Notation(), lambda reject: None)
        next(found.lines)
        early = source.share()
        for _ in found.lines:
            pass
        assert early < 0.3
        assert source.share() == 1.0
