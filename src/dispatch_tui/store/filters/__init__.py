"""The filter bar's grammar: a small language that queues, counts, windows and the command line share.

::

    pri:1 status:hold cust:acme due<2h pump

:func:`parse` reads a :class:`Filter`, :func:`ranges` says what its times mean now, :func:`describe` puts it
in words, :func:`complete` continues what is typed, and :data:`GRAMMAR` explains it. Nothing here knows
a database: the store turns the terms into conditions.
"""

from dispatch_tui.store.filters.completing import Completion, Names, complete
from dispatch_tui.store.filters.describing import describe
from dispatch_tui.store.filters.fields import FIELDS, GRAMMAR, Field
from dispatch_tui.store.filters.reading import parse
from dispatch_tui.store.filters.terms import (
    ALL_STATUSES,
    LIVE_STATUSES,
    TEXT,
    Day,
    Filter,
    Moment,
    Span,
    Special,
    Term,
    Value,
    quoted,
)
from dispatch_tui.store.filters.times import Range, ranges

__all__ = [
    "ALL_STATUSES",
    "FIELDS",
    "GRAMMAR",
    "LIVE_STATUSES",
    "TEXT",
    "Completion",
    "Day",
    "Field",
    "Filter",
    "Moment",
    "Names",
    "Range",
    "Span",
    "Special",
    "Term",
    "Value",
    "complete",
    "describe",
    "parse",
    "quoted",
    "ranges",
]
