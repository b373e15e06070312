"""Amounts and dates as the customer's page writes them."""

from __future__ import annotations

from datetime import date

from dispatch_tui.roi.decision import Decision
from dispatch_tui.text import money, plain


def whole(minor: float, decision: Decision) -> str:
    """Whole currency units: cents would claim a certainty that is not there."""
    return plain(money(round(minor / 10**decision.case.digits), decision.case.currency, 0))


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
