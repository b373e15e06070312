"""What a mapping says: which columns a file has, how its cells read, and which records a row makes.

A mapping is a TOML file; ``presets/template.toml`` shows and explains every key. It is checked as a
whole before a row is read: a wrong key, a name that is not there or a pattern that is none is a
:class:`SettingsError` with file, line and key.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from dispatch_tui.exchange.stamps import ORDERS, zone_of
from dispatch_tui.exchange.templates import names_in
from dispatch_tui.text import digits_of

CellType = Literal["text", "block", "integer", "number", "money", "instant", "yes_no", "position"]
Kind = Literal[
    "customer",
    "site",
    "contact",
    "model",
    "unit",
    "reading",
    "part",
    "team",
    "technician",
    "call",
    "visit",
    "part_use",
    "interaction",
]

ROW = "row"
"""In a template ``{row}`` is the row's own identity."""
CONSTANTS = ("currency", "zone")
"""Names that a template may use besides columns: what the mapping (or the user) states."""


def _listed(value: Any) -> Any:
    """``"Heading"`` and ``["Heading", "Other"]`` are short for a column of text."""
    if isinstance(value, str | list):
        return {"headings": [value] if isinstance(value, str) else value}
    return value


def _spelled(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _a_pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


def _an_order(value: str) -> str:
    if value and value not in ORDERS:
        raise ValueError(f"{value!r} is not an order of dates; one of: {', '.join(ORDERS)}")
    return value


def _a_zone(value: str) -> str:
    zone_of(value)
    return value


def _a_currency(value: str) -> str:
    if re.fullmatch(r"([A-Z]{3})?", value) is None:
        raise ValueError(f"{value!r} is no currency code: three capitals such as EUR")
    return value


def _a_source(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", value) is None:
        raise ValueError(f"{value!r} is no prefix: small letters, digits and . _ - such as old-tickets")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Column(_Strict):
    """One column of the file, under the name that the rest of the mapping uses."""

    headings: Annotated[tuple[str, ...], Field(min_length=1)]
    """Headings it may have, compared without case, blanks and punctuation."""
    type: CellType = "text"
    optional: bool = False
    """The file may lack the column."""
    filled: bool = False
    """An empty cell is a fault of the row."""
    faults: Literal["reject", "flag"] = "reject"
    """What becomes of a row whose cell cannot be read; ``flag`` keeps it without the cell."""
    pattern: Annotated[str, AfterValidator(_a_pattern)] = ""
    """A regular expression that a filled cell must match as a whole; else the row is rejected."""
    says: str = ""
    """What the pattern means, for the reason in the rejects."""
    empty: tuple[str, ...] = ()
    """Cells that mean nothing in this column, besides those of the mapping."""


class Value(_Strict):
    """Where a value of a record comes from: exactly one of ``text``, ``column`` and ``ref``."""

    text: str = ""
    """A template: ``{name}`` is a column's cell; empty where all its columns are."""
    column: str = ""
    """The cell as its column's type reads it."""
    ref: Kind | None = None
    """Another record: its kind, with ``id`` as the template of its identity."""
    id: str = ""
    words: str = ""
    """Name of the ``[words.…]`` table that turns a column's cell into our word."""
    part: Literal["", "latitude", "longitude"] = ""
    """Which half of a ``position``."""

    @model_validator(mode="after")
    def _one_source(self) -> Value:
        if bool(self.text) + bool(self.column) + bool(self.ref) != 1:
            raise ValueError("say one of: a text, column = …, ref = …")
        if bool(self.ref) != bool(self.id):
            raise ValueError("ref and id go together")
        return self


Values = dict[str, Annotated[Value, BeforeValidator(_spelled)]]


class Step(_Strict):
    """A thing that happened to a record at the instant of a column."""

    act: str
    at: str
    """Name of the instant column; no step where it is empty."""
    of: Literal["first", "last"] = "first"
    """In a group: at the earliest or the latest of its rows' instants."""
    when: str = ""
    """Only where this column is filled (in a group: in any row)."""
    unless: str = ""
    """Only where this column is empty (in a group: in all rows)."""
    values: Values = Field(default_factory=dict)


class Record(_Strict):
    """A record that a row (or a group of rows) makes."""

    kind: Kind
    id: str
    """Template of its identity; no record where all its columns are empty."""
    per: Literal["row", "group"] = "row"
    once: bool = False
    """Told only when first met in a run (sites, teams, technicians)."""
    when: str = ""
    """Only where this column is filled."""
    unless: str = ""
    """Only where this column is empty."""
    act: str = "import"
    at: tuple[str, ...] = ()
    """Instant columns of which the first that is filled says when; without any, the row's first instant."""
    values: Values = Field(default_factory=dict)
    keep: tuple[str, ...] = ()
    """Columns whose cells are kept as they are beside the record (calls only)."""
    steps: tuple[Step, ...] = ()

    def all_values(self) -> list[Value]:
        """Its own values and those of its steps."""
        return [*self.values.values(), *(value for step in self.steps for value in step.values.values())]


class Flag(_Strict):
    """A row that is kept but marked: a column's cell is of a suspicious kind."""

    column: str
    says: str
    below: float | None = None
    empty: bool = False
    matches: Annotated[str, AfterValidator(_a_pattern)] = ""

    @model_validator(mode="after")
    def _one_test(self) -> Flag:
        if (self.below is not None) + self.empty + bool(self.matches) != 1:
            raise ValueError("say one of: below, empty, matches")
        return self


class Group(_Strict):
    """Rows that tell of one thing together."""

    by: str
    within: Annotated[int, Field(ge=0, le=100_000)] = 0
    """How many other rows may stand between two of one group (they are kept in memory)."""


class Identity(_Strict):
    """What makes a row this row when the file comes again."""

    key: str = ""
    """Template over columns that are different in every row."""
    content: tuple[str, ...] = ()
    """Or: the columns whose content is the row, told apart by occurrence where they repeat."""

    @model_validator(mode="after")
    def _one_way(self) -> Identity:
        if bool(self.key) == bool(self.content):
            raise ValueError("say one of: key, content")
        return self


class Log(_Strict):
    """How a log of states is folded: each row is one call as it was at one instant. Names are columns."""

    key: str
    """What names the call. Its rows stand together, or the last row of each call is remembered."""
    state: str
    """Read through ``[words.state]``; a state that is not there leaves the status as it was, flagged."""
    opened: str
    updated: str
    """When the row came to be; where it is empty or absent, the call's opening."""
    sequence: str
    """A count that orders rows within one instant."""
    created: str
    resolved: str
    closed: str
    """Stamps that later rows know: used at the change of status they belong to."""
    held: str
    """Why a call waits; where it is empty or absent, the state's own words are the reason."""
    title: tuple[str, ...]
    """Templates; the first that is not empty is the call's title."""
    resolution: str
    """Template of what is kept at resolving and closing."""
    values: Values
    """What else a call has; each from one column. Its changes are the call's history."""
    keep: tuple[str, ...] = ()
    """Columns kept as they are beside the call."""
    verdict: tuple[str, ...] = ()
    """Columns kept only from a closing row, being unsettled before."""

    def columns(self) -> list[str]:
        roles = [self.key, self.state, self.opened, self.updated, self.sequence, self.created]
        return [*roles, self.resolved, self.closed, self.held, *self.keep, *self.verdict]


class Mapping(_Strict):
    """A whole mapping. ``shape`` names how rows become facts: a table of records, or a log of states."""

    title: str
    about: str = ""
    source: Annotated[str, AfterValidator(_a_source)]
    """Prefix of every external id; ``--source`` changes it where two exports must stay apart."""
    shape: Literal["table", "state-log"] = "table"
    dates: Annotated[str, AfterValidator(_an_order)] = ""
    zone: Annotated[str, AfterValidator(_a_zone)] = "UTC"
    currency: Annotated[str, AfterValidator(_a_currency)] = ""
    minor_digits: int | None = None
    """As the currency has them; to state others is refused."""
    decimal: Literal[".", ","] = "."
    empty: tuple[str, ...] = ("",)
    columns: dict[str, Annotated[Column, BeforeValidator(_listed)]]
    words: dict[str, dict[str, str | int]] = Field(default_factory=dict)
    row: Identity | None = None
    group: Group | None = None
    log: Log | None = None
    order: tuple[str, ...] = ()
    """Instant columns in the order in which they should come; what breaks it is flagged."""
    flags: tuple[Flag, ...] = ()
    records: tuple[Record, ...] = ()

    @field_validator("minor_digits")
    @classmethod
    def _the_currencys(cls, value: int | None, info: ValidationInfo) -> int | None:
        currency = info.data.get("currency", "")
        if value is not None and value != digits_of(currency):
            raise ValueError(
                f"{currency or 'money without a currency'} has {digits_of(currency)} decimals: "
                "leave minor_digits out, and state the currency"
            )
        return value

    @model_validator(mode="after")
    def _whole(self) -> Mapping:
        if self.shape == "table" and (not self.records or self.row is None):
            raise ValueError("a table needs [row] and at least one [[records]]")
        if (self.shape == "state-log") != (self.log is not None):
            raise ValueError("a state-log, and only that, has a [log]")
        if self.log and "state" not in self.words:
            raise ValueError("a state-log needs [words.state]")
        if taken := {ROW, *CONSTANTS} & self.columns.keys():
            raise ValueError(f"a column cannot be called {taken.pop()}")
        if any(record.per == "group" for record in self.records) and self.group is None:
            raise ValueError("records per group need a [group]")
        for where, name in self._named():
            if name not in self.columns:
                raise ValueError(f"{where} names {name!r}, which is not in [columns]")
        for name in (*self.order, *(step.at for record in self.records for step in record.steps)):
            if self.columns[name].type != "instant":
                raise ValueError(f"{name!r} must be of type instant")
        if self.log:
            for name in (
                self.log.opened,
                self.log.updated,
                self.log.created,
                self.log.resolved,
                self.log.closed,
            ):
                if self.columns[name].type != "instant":
                    raise ValueError(f"{name!r} must be of type instant")
            for name, value in self.log.values.items():
                if len(_columns_of(value)) != 1:
                    raise ValueError(f"log.values.{name} must come from one column")
        for value in self.log.values.values() if self.log else ():
            if value.words and value.words not in self.words:
                raise ValueError(f"there is no [words.{value.words}]")
        for record in self.records:
            if record.keep and record.kind != "call":
                raise ValueError("keep is for calls")
            for value in record.all_values():
                if value.words and value.words not in self.words:
                    raise ValueError(f"there is no [words.{value.words}]")
        return self

    def _named(self) -> list[tuple[str, str]]:
        """Every mention of a column: where, and its name."""
        named = [("order", name) for name in self.order] + [("flags", flag.column) for flag in self.flags]
        if self.group:
            named.append(("group", self.group.by))
        if self.row:
            named += [("row", name) for name in (*self.row.content, *names_in(self.row.key))]
        if self.log:
            templates = [*self.log.title, self.log.resolution]
            mentioned = self.log.columns() + [name for text in templates for name in names_in(text)]
            mentioned += [name for value in self.log.values.values() for name in _columns_of(value)]
            named += [("log", name) for name in mentioned]
        for record in self.records:
            where = f"the {record.kind} record"
            mentioned = [
                *record.at,
                *record.keep,
                *filter(None, (record.when, record.unless)),
                *names_in(record.id),
            ]
            for step in record.steps:
                mentioned += [step.at, *filter(None, (step.when, step.unless))]
            for value in record.all_values():
                mentioned += _columns_of(value)
            named += [(where, name) for name in mentioned if name != ROW and name not in CONSTANTS]
        return named


def _columns_of(value: Value) -> list[str]:
    return [*filter(None, (value.column,)), *names_in(value.text), *names_in(value.id)]
