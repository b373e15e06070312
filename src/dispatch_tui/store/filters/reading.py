"""From typed text to a :class:`Filter`, or to a :class:`FilterError` that points at the fault."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, NoReturn

from dispatch_tui.errors import FilterError
from dispatch_tui.store.filters.fields import BY_WORD, FIELDS, Field
from dispatch_tui.store.filters.terms import (
    ALL_STATUSES,
    TEXT,
    Day,
    Filter,
    Moment,
    Span,
    Special,
    Term,
    Value,
)
from dispatch_tui.text import plain

HEAD = re.compile(r"(-?)([A-Za-z]+)(<=|>=|!=|[:=<>!])")
"""The beginning of a term with a field: minus, field, operator."""

MAX_TERMS = 64
MAX_VALUES = 64
MAX_LENGTH = 200
"""Bounds that no person meets; a database's limits on statements lie beyond them."""

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_LISTED = re.compile(r"[^\s,]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPAN = re.compile(r"(-?)([0-9]{1,6})([smhdw])", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2})")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DAY_WORDS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_YEARS = range(1900, 2201)


class _Token(NamedTuple):
    text: str
    start: int
    end: int
    in_quotes: bool

    def refuse(self, reason: str, remedy: str = "") -> NoReturn:
        raise FilterError(reason, self.start, self.end, remedy)


def parse(text: str) -> Filter:
    """Read a filter. It knows no present instant: spans and ``today`` stay what they are until
    :func:`~dispatch_tui.store.filters.times.ranges` is told the time.

    Raises:
        FilterError: for any text that is not a filter, with the positions of the fault.
    """
    terms: list[Term] = []
    at = _past_space(text, 0)
    while at < len(text):
        term, end = _term(text, at)
        if len(terms) == MAX_TERMS:
            raise FilterError(f"More than {MAX_TERMS} terms.", at, end)
        terms.append(term)
        at = _past_space(text, end)
    return Filter(tuple(terms))


def _past_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _term(text: str, at: int) -> tuple[Term, int]:
    head = HEAD.match(text, at)
    if head is None:
        return _bare(text, at)
    minus, word, op = head.groups()
    field = BY_WORD.get(word.lower())
    if field is None:
        _unknown_field(word, head.start(2), head.end(2))
    shown = "!" if op == "!=" else op
    if shown not in field.ops:
        known = " ".join(field.ops)
        raise FilterError(f"{field.name} does not go with {op}; it knows {known}", head.start(3), head.end(3))
    tokens, end = _listed(text, head.end(), field)
    negated = bool(minus) != op.startswith("!")
    return _with_field(field, {"!": ":", "!=": "="}.get(op, op), tokens, negated), end


def _bare(text: str, at: int) -> tuple[Term, int]:
    negated = text[at] == "-"
    start = at + negated
    if start < len(text) and text[start] == '"':
        token = _in_quotes(text, start)
    elif match := _WORD.match(text, start):
        token = _Token(match.group(), start, match.end(), False)
    else:
        raise FilterError("A minus needs something to leave out.", at, start)
    return Term(TEXT, ":", (_text(token),), negated), token.end


def _in_quotes(text: str, start: int) -> _Token:
    match = _QUOTED.match(text, start)
    if match is None:
        raise FilterError("The closing quote is missing.", start, len(text))
    after = match.end()
    if after < len(text) and not text[after].isspace() and text[after] != ",":
        raise FilterError("A blank belongs after the closing quote.", after, after + 1)
    return _Token(_ESCAPED.sub(r"\1", match.group(1)), start, after, True)


def _listed(text: str, at: int, field: Field) -> tuple[list[_Token], int]:
    """The comma-separated values from ``at`` on, and where they end."""
    tokens: list[_Token] = []
    while True:
        if at < len(text) and text[at] == '"':
            token = _in_quotes(text, at)
        else:
            match = _LISTED.match(text, at)
            end = match.end() if match else at
            token = _Token(text[at:end], at, end, False)
            if not token.text:
                raise FilterError(
                    f"{field.name} needs a value{' after the comma' if tokens else ''}",
                    max(at - 1, 0),
                    at,
                    _known(field),
                )
        tokens.append(token)
        if len(tokens) > MAX_VALUES:
            token.refuse(f"More than {MAX_VALUES} values.")
        at = token.end
        if at >= len(text) or text[at] != ",":
            return tokens, at
        at += 1


def _with_field(field: Field, op: str, tokens: list[_Token], negated: bool) -> Term:
    if op not in (":", "=") and len(tokens) > 1:
        tokens[1].refuse(f"{op} compares with one value, not a list")
    if field.kind != "name" and op == "=":
        op = ":"  # only a name has parts, so only there do the two differ
    if len(tokens) == 1 and not tokens[0].in_quotes:
        word = tokens[0].text.lower()
        if word == "any" and "any" in field.specials and op in (":", "="):
            return Term(field.name, ":", (Special.NONE,), not negated)
    if field.kind in ("number", "choice"):
        chosen = {value for token in tokens for value in _choice(field, token)}
        ordered = [value for values in field.words.values() for value in values if value in chosen]
        return Term(field.name, op, tuple(dict.fromkeys(ordered)), negated)
    read = [_special(field, op, token) or _plain_value(field, op, token) for token in tokens]
    values = tuple(dict.fromkeys(read))
    if values == (Special.NONE,):
        op = ":"
    return Term(field.name, op, values, negated)


def _plain_value(field: Field, op: str, token: _Token) -> Value:
    return _text(token) if field.kind == "name" else _time(field, op, token)


def _choice(field: Field, token: _Token) -> Iterable[int | str]:
    word = token.text.lower()
    if word in field.words:
        return field.words[word]
    if field.name == "status" and word in ALL_STATUSES:
        return (word,)
    return token.refuse(f"No {field.title} {_shown(token.text)}{_meant(word, field.words)}", _known(field))


def _special(field: Field, op: str, token: _Token) -> Special | None:
    word = token.text.lower()
    if token.in_quotes or op not in (":", "="):
        return None
    if word == "none" and "none" in field.specials:
        return Special.NONE
    if word in ("me", "yes") and "me" in field.specials:
        return Special.ME
    return None


def _text(token: _Token) -> str:
    text = plain(token.text)
    if not text:
        token.refuse("There is nothing here to look for.")
    if len(text) > MAX_LENGTH:
        token.refuse(f"That is longer than {MAX_LENGTH} characters.")
    return text


def _time(field: Field, op: str, token: _Token) -> Value:
    word = token.text.lower()
    if word == "now":
        value: Value = Span(0)
    elif match := _SPAN.fullmatch(word):
        sign, number, unit = match.groups()
        value = Span(int(sign + number) * _SECONDS[unit])
    elif word in _DAY_WORDS:
        value = Day(_DAY_WORDS[word])
    else:
        value = _dated(field, token)
    if isinstance(value, Span):
        _check_span(field, op, token, value)
    elif field.kind == "age":
        token.refuse("age is a length of time", "Such as age>3d; for a day there is opened:today.")
    return value


def _check_span(field: Field, op: str, token: _Token, span: Span) -> None:
    if field.kind == "day" and op != ":":
        token.refuse(f"opened{op} needs a day", f"For a length of time there is age, such as age{op}{span}.")
    if field.kind in ("age", "day") and span.seconds <= 0:
        token.refuse(f"{field.name} needs a length of time above nothing", "Such as 30m, 2h or 3d.")
    if field.kind == "due" and op == ":" and span.seconds == 0:
        token.refuse("An instant alone never matches.", "due<now is what is overdue.")


def _dated(field: Field, token: _Token) -> Day | Moment:
    if not _DATE.fullmatch(token.text) and not _MINUTE.fullmatch(token.text):
        token.refuse(f"{field.name} cannot read {_shown(token.text)}", _known(field))
    day, _, clock = token.text.upper().partition("T")
    try:
        read = Moment(datetime.fromisoformat(f"{day}T{clock}")) if clock else Day(date.fromisoformat(day))
    except ValueError:
        token.refuse(f"There is no {_shown(token.text)} in the calendar.")
    if int(day[:4]) not in _YEARS:
        token.refuse(f"The year lies outside {_YEARS[0]} to {_YEARS[-1]}.")
    return read


def _unknown_field(word: str, start: int, end: int) -> NoReturn:
    raise FilterError(
        f"No field {_shown(word)}{_meant(word.lower(), BY_WORD)}",
        start,
        end,
        f"Known: {' '.join(FIELDS)}. Put it in quotes to look for it as text.",
    )


def _known(field: Field) -> str:
    if field.words:
        return f"Known: {' '.join(field.words)}."
    if field.kind == "name":
        return f"Such as {field.example}."
    days = "" if field.kind == "age" else ", today, 2026-03-01, 2026-03-01T14:30"
    return f"Known: 30m, 2h, 3d, 1w{days}."


def _meant(word: str, known: Iterable[str]) -> str:
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(text: str) -> str:
    safe = plain(text)
    return f"'{safe if len(safe) <= 30 else safe[:29] + '…'}'"
