"""Amounts and dates as the customer's page writes them."""

from __future__ import annotations

from datetime import date

from dispatch_tui.roi.decision import Decision
from dispatch_tui.text import plain, whole_money


def whole(minor: float, decision: Decision) -> str:
    """Whole currency units: cents would claim a certainty that is not there."""
    return plain(whole_money(minor, decision.case.currency))


def day_text(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
