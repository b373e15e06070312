"""What the doctor says: one finding a line."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from dispatch_tui.errors import DatabaseNewer, DispatchError
from dispatch_tui.store.revision import HEAD, judge
from dispatch_tui.text import age

Level = Literal["ok", "warn", "bad"]

SKEW = timedelta(seconds=5)


class Finding(NamedTuple):
    """``level`` is ok, warn (it works, but) or bad (it does not); ``remedy`` is empty where all is well."""

    level: Level
    subject: str
    finding: str
    remedy: str = ""


def of_error(subject: str, error: DispatchError) -> Finding:
    """An error as a finding; its remedy does not send to the doctor, who is asked already."""
    return Finding("bad", subject, error.message, _ELSEWHERE.sub(_what_is_left, error.remedy))


_ELSEWHERE = re.compile(r"^Run 'dispatch-tui doctor'(?:, then (.))?")


def _what_is_left(found: re.Match[str]) -> str:
    return (found[1] or "").upper()


def about_revision(
    revision: str | None, tables: Collection[str], wanted: Collection[str], name: str
) -> Finding:
    """Whether the schema is this program's: ``tables`` are there, ``wanted`` should be."""
    try:
        current = judge(revision, name)
    except DatabaseNewer as error:
        return of_error("schema", error)
    go_back = "Go back to a copy, or make a new database and import again."
    if revision is None:
        if not tables:
            return Finding("ok", "schema", "empty: it is made at the next start")
        if set(tables) & set(wanted) and "alembic_version" in tables:
            return Finding("bad", "schema", "half made: tables are there, but no revision", go_back)
        return Finding("bad", "schema", "it belongs to another program", "Give another database with --db.")
    if not current:
        return Finding("ok", "schema", f"revision {revision}: it is brought to {HEAD} at the next start")
    if missing := sorted(set(wanted) - set(tables)):
        return Finding("bad", "schema", f"revision {revision}, but without: {', '.join(missing)}", go_back)
    return Finding("ok", "schema", f"revision {revision}")


def about_skew(theirs: datetime, now: datetime, whose: str) -> Finding:
    """Whether two clocks agree well enough."""
    off = theirs - now
    if abs(off) <= SKEW:
        return Finding("ok", "clock", f"{whose} and this machine's clock agree")
    side = "ahead of" if off > timedelta(0) else "behind"
    return Finding(
        "warn",
        "clock",
        f"{whose} is {age(abs(off))} {side} this machine's clock",
        "Let both take their time from the network; due times are only as right as the clocks.",
    )
