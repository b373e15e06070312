"""The rules of the customer side as this database has them: the defaults, with what the firm has set differently."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.engine import Connection

from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.rules_file import default_rules, rules_from_text
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.house_rules import keep_rule, rule_row, rule_text
from dispatch_tui.store import stale

CARE = "care"
"""Name of the rule of the house that holds the firm's own file: ``{"toml": text}``."""


def care_rules(connection: Connection) -> CareRules:
    """The rules that hold now. Raises ``InvalidInput`` where the stored file is not valid."""
    stored = rule_text(connection, CARE)
    return default_rules() if stored is None else _read(stored)


@lru_cache(maxsize=4)
def _read(stored: str) -> CareRules:
    return rules_from_text(json.loads(stored)["toml"])


class KeptRules(NamedTuple):
    """The firm's own file (empty: the defaults hold), and the version of its record (0: nobody has set it)."""

    text: str
    version: int


def kept_rules(connection: Connection) -> KeptRules:
    """What the firm has set differently, as it was written."""
    row = rule_row(connection, CARE)
    return (
        KeptRules("", 0) if row is None else KeptRules(json.loads(row["value_json"])["toml"], row["version"])
    )


def set_care_rules(desk: Desk, text: str, *, version: int | None = None) -> int:
    """Make a file the firm's own rules, for everybody; the record's version after it. Every reason to call is told
    anew by whoever reads the list next.

    ``version`` is the one that was seen (``None``: as it is now, 0: nobody has set any). Raises ``InvalidInput`` with
    the field, ``Conflict``, ``NotAllowed``.
    """
    rules_from_text(text)
    with desk.act("set_care_rules") as writer:
        row = rule_row(writer.connection, CARE, to_change=True)
        if version is not None and row is not None and row["version"] != version:
            raise writer.conflict("house_rule", row, version)
        found = keep_rule(writer, CARE, {"toml": text}, act="set_care_rules")
        if row is None or found != row["version"]:
            stale.mark_everybody(writer.connection)
        return found
