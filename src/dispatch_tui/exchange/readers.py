"""CSV and JSON Lines as a heading and numbered rows of text, one at a time.

Every reader yields ``(line, fields)``: ``line`` is where the row starts in the file (1-based, the
heading is line 1 of a CSV), ``fields`` one text per heading. What is not such a row goes to
``reject``; nothing is dropped and nothing is guessed. Blank lines are not rows.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import IO, Any, NamedTuple

from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange import sheets
from dispatch_tui.exchange.opening import BROKEN_WRAPPING, Opened, opened

Line = tuple[int, list[str]]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNTOUCHED = "Nothing is recorded. Fetch the file again."
"""What to do about a file that turns out to be damaged before its first row is recorded."""
_DELIMITERS = ",;\t|"
_LONGEST_MARK = 4
_LONGEST_FIELD = 1 << 24
"""Characters in one field, at most."""
_LONGEST_LINE = 1 << 24
"""Characters that no line has: a file without line breaks is not read into memory as a whole."""
_LOOKED_ON = 1_000_000
"""Lines after a field that is longer, in which its closing quotation mark is looked for."""


class TooLong(Exception):
    """A line that no file of rows has."""


BROKEN = (*BROKEN_WRAPPING, UnicodeError, TooLong)
"""What going through the rows of a damaged file raises."""


class Reject(NamedTuple):
    """A row that was not taken: where it starts, the column at fault (may be empty), why, and the row."""

    line: int
    column: str
    reason: str
    raw: str


Refuse = Callable[[Reject], None]


@dataclass(frozen=True)
class Notation:
    """What the user states about the file's notation; empty means: see for yourself."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Rows:
    """A file as its heading and its rows, which can be gone through once."""

    headings: tuple[str, ...]
    lines: Iterator[Line]


def rows(source: Opened, notation: Notation, reject: Refuse) -> Rows:
    """The rows of an opened file. Raises :class:`ImportProblem` where it has no heading, no such notation,
    or is damaged before its first row."""
    try:
        return _begun(source, notation, reject)
    except BROKEN as error:
        raise ImportProblem(f"{source.path} is damaged: {error}.", UNTOUCHED) from None


def _begun(source: Opened, notation: Notation, reject: Refuse) -> Rows:
    if source.kind == "xlsx":
        headings, lines = sheets.rows(source.path, source.raw, notation.sheet)
        return Rows(headings, _fitted(lines, headings, reject))
    text = _decoded(source, notation.encoding)
    start = _first_line(text, source)
    if _LIST.match(start[1]):
        raise _no_json_lines(source, "it is one list")
    if start[1].lstrip().startswith("{") or source.name.lower().endswith(_JSON_NAMES):
        return _json_lines(chain([start], text), notation, reject, source)
    return _csv(chain([start], text), start, notation.delimiter, reject, source)


def as_csv(fields: Iterable[str]) -> str:
    """Fields as one CSV row, without the line break: how a rejected row is shown."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(fields)
    return out.getvalue()


# -- text --------------------------------------------------------------------------------------


def _decoded(source: Opened, encoding: str) -> Iterator[tuple[int, str]]:
    """Numbered lines. Bytes that the encoding does not know come through as lone surrogates, so that
    the one row which holds them can be rejected by name; everything else is taken."""
    head = _peek(source.stream)
    if not encoding:
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "utf-8")
    elif encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        encoding = "utf-8-sig"
    try:
        stream = io.TextIOWrapper(source.stream, encoding, errors="surrogateescape", newline="")
    except LookupError:
        raise ImportProblem(
            f"There is no encoding {encoding!r}.", "Usual ones: utf-8, cp1252, latin-1, utf-16."
        ) from None
    return _numbered(stream, source)


def _numbered(stream: io.TextIOWrapper, source: Opened) -> Iterator[tuple[int, str]]:
    try:
        for numbered in enumerate(iter(partial(stream.readline, _LONGEST_LINE), ""), 1):
            if len(numbered[1]) >= _LONGEST_LINE:
                long = f"line {numbered[0]} is longer than {_LONGEST_LINE:,} characters"
                raise TooLong(f"{long}: this is neither CSV nor JSON Lines")
            yield numbered
    finally:
        if not source.raw.closed:
            stream.detach()  # the file is closed by who opened it


def _peek(stream: IO[bytes]) -> bytes:
    peek: Callable[[int], bytes] = getattr(stream, "peek")  # noqa: B009  (every stream of ours is buffered)
    return peek(_LONGEST_MARK)[:_LONGEST_MARK]


def _first_line(text: Iterator[tuple[int, str]], source: Opened) -> tuple[int, str]:
    try:
        for number, line in text:
            if line.strip():
                if "\0" in line:
                    raise ImportProblem(
                        f"{source.name} is not a text file.", "CSV, XLSX and JSON Lines can be imported."
                    )
                return number, line
    except UnicodeError as error:
        raise ImportProblem(
            f"{source.name} cannot be decoded: {error}.", "State it with --encoding."
        ) from None
    raise ImportProblem(f"{source.name} is empty.", "Export it again.")


# -- CSV ---------------------------------------------------------------------------------------


def _csv(
    text: Iterator[tuple[int, str]],
    start: tuple[int, str],
    delimiter: str,
    reject: Refuse,
    source: Opened,
) -> Rows:
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter) or _likeliest(start[1])
    if len(delimiter) != 1:
        raise ImportProblem(
            f"{delimiter!r} cannot part columns.", "State one character, or tab, with --delimiter."
        )
    taken: list[str] = []
    numbers = [0]

    def lines() -> Iterator[str]:
        for numbers[0], line in text:
            taken.append(line)
            yield line

    physical = lines()
    # Strict, since two stray quotation marks would make one field of all rows between them.
    reader = csv.reader(physical, delimiter=delimiter, strict=True)
    try:
        headings = tuple(next(reader))
    except csv.Error as error:
        raise ImportProblem(
            f"The heading of {source.name} cannot be read: {error}.", "Export it again."
        ) from None
    taken.clear()
    return Rows(headings, _csv_rows(reader, physical, taken, numbers, headings, delimiter, reject))


def _likeliest(heading: str) -> str:
    """The delimiter that makes the most columns of the heading line."""
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([heading], delimiter=mark))))


def _csv_rows(
    reader: Any,
    physical: Iterator[str],
    taken: list[str],
    numbers: list[int],
    headings: tuple[str, ...],
    delimiter: str,
    reject: Refuse,
) -> Iterator[Line]:
    """``taken`` are the physical lines since the last row: usually one, more where a field holds line breaks."""
    width = len(headings)
    while True:
        try:
            for row in reader:
                if len(row) == width and len(taken) == 1:
                    yield numbers[0], row
                elif row:
                    yield from _unusual(row, taken, numbers[0], headings, delimiter, reject)
                taken.clear()
        except csv.Error as error:
            first = numbers[0] - len(taken) + 1
            if "field larger" in str(error) and _to_its_end(taken, physical, delimiter):
                why = f"a field has more than {_LONGEST_FIELD:,} characters"
                reject(Reject(first, "", why, "".join(taken).rstrip("\r\n")))
            else:
                yield from _recovered(taken, numbers[0], headings, delimiter, reject, "")
            taken.clear()
        else:
            return


def _to_its_end(taken: list[str], physical: Iterator[str], delimiter: str) -> bool:
    """Go on to the line in which a quoted field over several ends; whether there is one and it ends as one does.
    Else a stray quotation mark had opened it."""
    last = taken[-1:] if len(taken) > 1 else []
    if not last and taken[0].count('"') % 2 == 0:
        return False
    for line in chain(last, islice(physical, _LOOKED_ON)):
        if '"' not in line:
            continue
        try:
            next(csv.reader(['"' + line], delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                continue  # its marks are doubled ones, or the next field has several lines too
            return False
        return True
    return False


def _unusual(
    row: list[str], taken: list[str], last: int, headings: tuple[str, ...], delimiter: str, reject: Refuse
) -> Iterator[Line]:
    """A row over several lines, or with too few or too many fields."""
    unclosed = len(taken) > 1 and sum(line.count('"') for line in taken) % 2 == 1
    line = last - len(taken) + 1
    fitted = _fit(row, headings)
    if isinstance(fitted, list) and not unclosed:
        yield line, fitted
        return
    reason = "a quotation mark is never closed" if unclosed else ""
    if len(taken) > 1:
        yield from _recovered(taken, last, headings, delimiter, reject, reason)
    elif not isinstance(fitted, list):
        reject(Reject(line, fitted[0], fitted[1], as_csv(row)))


def _recovered(
    taken: list[str], last: int, headings: tuple[str, ...], delimiter: str, reject: Refuse, reason: str
) -> Iterator[Line]:
    """One stray quotation mark may have swallowed good rows: read each physical line by itself.

    Where none but the first makes a row, the lines belong together and are one reject; one line that
    makes a row if its marks are not taken strictly is that row.
    """
    first = last - len(taken) + 1
    alone = [_alone(line, headings, delimiter) for line in taken]
    if len(taken) > 1 and not any(isinstance(one, list) for one in alone[1:]):
        joined = "".join(taken).rstrip("\r\n")
        reject(Reject(first, "", reason or _misfit_reason(alone[0]), joined))
        return
    for number, (line, one) in enumerate(zip(taken, alone, strict=True), first):
        if isinstance(one, list):
            yield number, one
        elif line.strip():
            why = reason if number == first and reason else _misfit_reason(one)
            reject(Reject(number, one[0], why, line.rstrip("\r\n")))


def _alone(line: str, headings: tuple[str, ...], delimiter: str) -> list[str] | tuple[str, str]:
    if line.count('"') % 2:
        return "", "a quotation mark is never closed"
    try:
        row = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        return "", f"not CSV: {error}"
    return _fit(row, headings)


def _misfit_reason(one: list[str] | tuple[str, str]) -> str:
    return one[1] if isinstance(one, tuple) else "it does not end where a row ends"


def _fit(row: list[str], headings: tuple[str, ...]) -> list[str] | tuple[str, str]:
    """The row if it has one field per heading (empty ones too many are let go), else column and reason."""
    width = len(headings)
    if len(row) > width and not any(row[width:]):
        return row[:width]
    if len(row) == width:
        return row
    if len(row) > width:
        return (
            f"field {width + 1}",
            f"{len(row)} fields where the heading has {width}: an unquoted delimiter?",
        )
    return headings[len(row)], f"{len(row)} fields where the heading has {width}: the row is cut short?"


def _fitted(lines: Iterator[Line], headings: tuple[str, ...], reject: Refuse) -> Iterator[Line]:
    for number, row in lines:
        fitted = _fit(row, headings)
        if isinstance(fitted, list):
            yield number, fitted
        else:
            reject(Reject(number, fitted[0], fitted[1], as_csv(row)))


# -- JSON Lines --------------------------------------------------------------------------------


def _json_lines(text: Iterator[tuple[int, str]], notation: Notation, reject: Refuse, source: Opened) -> Rows:
    """One JSON object per line; keys of nested objects are joined by a full stop (``caller.name``).

    The headings are the keys of all objects: the file is gone through for them before the first row, since
    a key that first comes late (a call's closing) would else have no place.
    """
    why = "no object has a key"

    def refused(reject: Reject) -> None:
        nonlocal why
        why = f"line {reject.line}: {reject.reason}"

    with opened(source.path, source.name) as again:
        objects = _json_objects(_decoded(again, notation.encoding), refused)
        headings = tuple(dict.fromkeys(key for _, one in objects for key in one))
    if not headings:
        raise _no_json_lines(source, why)
    return Rows(
        headings,
        ((number, [one.get(key, "") for key in headings]) for number, one in _json_objects(text, reject)),
    )


_JSON_NAMES = (".jsonl", ".ndjson")
_LIST = re.compile(r'\s*\[\s*([\[{"]|$)')
"""How a list in JSON begins; a heading may be in brackets, too."""


def _no_json_lines(source: Opened, why: str) -> ImportProblem:
    return ImportProblem(
        f"{source.name} cannot be read as JSON Lines: {why}.", "Export it with one object on each line."
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dictionary. Raises ``ValueError`` where it would lose one."""
    one = dict(pairs)
    if len(one) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice!r} is there twice")
    return one


_JSON = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=_once)
"""Numbers stay as they were written: 12.10 must not pass through binary fractions."""


def _json_objects(text: Iterator[tuple[int, str]], reject: Refuse) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in text:
        if not line.strip():
            continue
        try:
            one = _JSON.decode(line)
            flat = _once(list(_flat(one, ""))) if isinstance(one, dict) else None
        except (ValueError, RecursionError) as error:
            why = f"not JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
            reject(Reject(number, "", why, line.rstrip("\r\n")))
            continue
        if flat is not None:
            yield number, flat
        else:
            reject(Reject(number, "", "not a JSON object", line.rstrip("\r\n")))


def _flat(one: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in one.items():
        name = prefix + key
        if isinstance(value, dict):
            yield from _flat(value, name + ".")
        elif isinstance(value, str):
            yield name, value
        elif value is None:
            yield name, ""
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, json.dumps(value)
