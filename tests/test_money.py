"""Money in the decimals of its currency."""

from __future__ import annotations

import pytest

from dispatch_tui.text import amount, digits_of, money, whole_money


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("", 2), ("XYZ", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4)]
)
def test_a_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert digits_of(currency) == digits


@pytest.mark.parametrize(
    ("minor", "currency", "words", "bare", "whole"),
    [
        (123_456, "EUR", "1,234.56 EUR", "1,234.56", "1,235 EUR"),
        (50_000, "JPY", "50,000 JPY", "50,000", "50,000 JPY"),
        (-1_234_567, "KWD", "-1,234.567 KWD", "-1,234.567", "-1,235 KWD"),
    ],
)
def test_money_is_written_with_them(minor: int, currency: str, words: str, bare: str, whole: str) -> None:
    assert money(minor, currency) == words
    assert amount(minor, currency) == bare
    assert whole_money(minor, currency) == whole
