"""A filter as one line that a person can read."""

from __future__ import annotations

from dispatch_tui.store.filters.fields import FIELDS
from dispatch_tui.store.filters.terms import LIVE_STATUSES, TEXT, Day, Filter, Span, Special, Term, Value
from dispatch_tui.text import span

_RELATION = {"<": "under", "<=": "at most", ">": "over", ">=": "at least"}


def describe(filter: Filter) -> str:
    """``pri:1,2 status:hold cust:acme`` as ``priority 1 or 2, on hold, customer like “acme”``."""
    if not filter.terms:
        return "all open calls"
    return ", ".join(("not " if term.negated else "") + _term(term) for term in filter.terms)


def _term(term: Term) -> str:
    field = FIELDS[term.field]
    if term.values == (Special.NONE,):
        return f"no {field.title}" if term.field != "due" else "nothing due"
    if field.kind == "choice":
        return _choices(term)
    if field.kind == "number":
        return f"{field.title} {_RELATION.get(term.op, '')} {_either(term)}".replace("  ", " ")
    if field.kind == "name":
        if term.field == TEXT:
            return _either(term)
        like = "" if term.op == "=" or set(term.values) <= set(Special) else " like"
        return f"{field.title}{like} {_either(term)}"
    return " or ".join(_time(term.field, term.op, value) for value in term.values)


def _choices(term: Term) -> str:
    words = [str(value).replace("_", " ") for value in term.values]
    if term.field == "clock":
        return "clock " + " or ".join("not set" if word == "none" else word for word in words)
    if set(term.values) >= set(LIVE_STATUSES):
        words = ["open", *words[len(LIVE_STATUSES) :]]
    return " or ".join(words)


def _either(term: Term) -> str:
    return " or ".join(_value(value) for value in term.values)


def _value(value: Value) -> str:
    if isinstance(value, Special):
        return "nobody" if value is Special.NONE else "me"
    return f"“{value}”" if isinstance(value, str) else str(value)


def _time(field: str, op: str, value: Value) -> str:
    if value is Special.NONE:
        return "nothing due"
    if isinstance(value, Span):
        return _span(field, op, value.seconds)
    if isinstance(value, Day) and isinstance(value.value, int):
        day = str(value)
    else:
        day = str(value).replace("T", " ")
        day = f"on {day}" if op == ":" and isinstance(value, Day) else f"at {day}" if op == ":" else day
    relation = {":": "", "<": "before ", "<=": "up to ", ">": "after ", ">=": "from "}[op]
    return f"{field} {relation}{day}{' on' if op == '>=' else ''}"


def _span(field: str, op: str, seconds: int) -> str:
    length = span(abs(seconds))
    if field == "due":
        if seconds == 0:
            return "overdue" if op in ("<", "<=") else "not yet due"
        if op == ":":
            return f"due within {length}" if seconds > 0 else f"overdue by at most {length}"
        when = f"{length} from now" if seconds > 0 else f"{length} ago"
        return f"due {'before' if op in ('<', '<=') else 'after'} {when}"
    if op == ":":
        return f"opened in the last {length}"
    return f"age {_RELATION[op]} {length}"
