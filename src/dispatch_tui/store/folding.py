"""Names found whatever the case of their letters, on both databases.

SQLite's own ``lower`` knows ASCII letters only. It is enough for a text of ASCII, which no other letter matches; for
any other text SQLite asks a function of ours, row by row. PostgreSQL's ``lower`` knows all letters.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

FUNCTION = "folded"
"""What :func:`fold` is called in SQLite."""

_WILD = re.compile(r"([%_/])")


class _Folded(sa.sql.functions.FunctionElement[str]):
    type = sa.String()
    name = FUNCTION
    inherit_cache = True


@compiles(_Folded)
def _lower(element: _Folded, compiler: Any, **how: Any) -> str:
    return f"lower({compiler.process(element.clauses, **how)})"


@compiles(_Folded, "sqlite")
def _ours(element: _Folded, compiler: Any, **how: Any) -> str:
    return f"{FUNCTION}({compiler.process(element.clauses, **how)})"


def fold(value: object) -> object:
    """A text in lower case, a letter always the same wherever it stands; any other value as it is."""
    return value.lower().replace("ς", "σ") if isinstance(value, str) else value


def same(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Whether the column is just this text, any case."""
    name, wanted = _both(column, text)
    return name == wanted


def contains(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Whether the text stands somewhere in the column, any case; no character of it stands for others."""
    return _like(column, f"%{_escaped(text)}%")


def begins(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Whether the column begins with the text, any case; no character of it stands for others."""
    return _like(column, f"{_escaped(text)}%")


def _escaped(text: str) -> str:
    return _WILD.sub(r"/\1", text)


def _like(column: Any, pattern: str) -> sa.ColumnElement[bool]:
    name, wanted = _both(column, pattern)
    return name.like(wanted, escape="/")


def _both(column: Any, text: str) -> tuple[sa.ColumnElement[str], sa.ColumnElement[str]]:
    sought = sa.literal(text)
    if text.isascii():
        return sa.func.lower(column), sa.func.lower(sought)
    return _Folded(column), _Folded(sought)
