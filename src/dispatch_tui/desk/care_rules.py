"""The rules of the customer side as this database has them: the defaults, with what the firm has set differently."""

from __future__ import annotations

import json
from functools import lru_cache

from sqlalchemy.engine import Connection

from dispatch_tui.care.rules import CareRules
from dispatch_tui.care.rules_file import default_rules, rules_from_text
from dispatch_tui.desk.house_rules import rule_text

CARE = "care"
"""Name of the rule of the house that holds the firm's own file: ``{"toml": text}``."""


def care_rules(connection: Connection) -> CareRules:
    """The rules that hold now. Raises ``InvalidInput`` where the stored file is not valid."""
    stored = rule_text(connection, CARE)
    return default_rules() if stored is None else _read(stored)


@lru_cache(maxsize=4)
def _read(stored: str) -> CareRules:
    return rules_from_text(json.loads(stored)["toml"])
