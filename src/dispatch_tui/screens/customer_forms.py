"""What is typed on a customer's page, read: a cost, points of trust, a day; and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from dispatch_tui.desk import dealings
from dispatch_tui.errors import InvalidInput
from dispatch_tui.text import digits_of, plain


def split_cost(currency: str, text: str) -> tuple[str, int | None]:
    """What was done, and its cost in minor units where one stands behind the last ``=``. Raises ``InvalidInput``."""
    digits = digits_of(currency)
    what, sign, amount = text.rpartition("=")
    if not sign:
        return text, None
    found = _AMOUNT.match(amount.strip())
    if found is None or len(found[2] or "") > digits:
        remedy = (
            "Write it as 120, 120.50 or 1,200.50, cents behind a point."
            if digits
            else f"Write it as 120 or 1,200: {currency} has no cents."
        )
        raise InvalidInput("cost", f"{amount.strip()!r} is no amount", remedy)
    return what.strip(), int(found[1].replace(",", "") + (found[2] or "").ljust(digits, "0"))


_AMOUNT = re.compile(r"^([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]*))?$")
"""A comma stands before three digits only: elsewhere it is meant for a point, and left out it makes it a hundred times
that."""


def split_points(text: str) -> tuple[int, str]:
    """The points of a trust entry, and why. Raises ``InvalidInput``."""
    points, _, reason = text.strip().partition(" ")
    if not re.fullmatch(r"[+-]?[0-9]{1,6}", points):
        raise InvalidInput("points", f"{points!r} is no number", "Begin with the points, such as +5.")
    dealings.check_points(int(points))
    if not plain(reason):
        raise InvalidInput("reason", "there is no reason", "Say why behind the points.")
    return int(points), reason


def fault_of(read: Callable[[str], object]) -> Callable[[str], str]:
    """What is wrong with a text that ``read`` refuses, for a dialog: what was typed stays there."""

    def fault(text: str) -> str:
        if not plain(text):
            return "Write something, or press Esc."
        try:
            read(text)
        except InvalidInput as error:
            return f"{error.reason}. {error.remedy}"
        return ""

    return fault


def day_fault(text: str) -> str:
    """What is wrong with a day that may be left out."""
    if not text.strip():
        return ""
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return "Write the day as 2026-12-01, or nothing."
    return ""
