"""What people type for an input, read."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.fields import Field, Kind
from dispatch_tui.roi.write_offs import written_off
from dispatch_tui.text import plain

CASH, LOAN, LEASE = "cash", "loan", "lease"
PAYING = (CASH, LOAN, LEASE)
LONGEST_NAME = 60


def parse(of: Field, text: str, digits: int = 2) -> float | str:
    """Read a typed value: ``35,000.50`` (money, minor units out), ``8 %`` or ``8`` (rates), ``10`` (years).

    What can be read in two ways is refused: a comma that may be a decimal point, a rate between 0 and 1
    without its sign.
    """
    if of.kind is Kind.PAYING:
        return _paying(of, text)
    if of.kind is Kind.WRITE_OFF:
        return written_off(of.label, text)
    if of.kind is Kind.NAME:
        return plain(text).strip()[:LONGEST_NAME]
    number = _number(of, text)
    if of.kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return round(number.scaleb(digits))
    if of.kind is Kind.WHOLE_YEARS:
        if number != int(number) or number < 1:
            raise InvalidInput(of.label, "must be whole years, 1 or more")
        return int(number)
    if of.kind is Kind.RATE:
        if "%" not in text and 0 < number < 1:
            both = f"{number:f} % or {number * 100:f} %"
            raise InvalidInput(of.label, f"{text.strip()!r} is not clear", f"Write {both}.")
        return float(number / 100)
    return float(number)


def _paying(of: Field, text: str) -> str:
    word = text.strip().casefold()
    found = [one for one in PAYING if word and one.startswith(word)]
    if len(found) != 1:
        raise InvalidInput(of.label, f"{text.strip()!r} is none of them", "Write cash, loan or lease.")
    return found[0]


def _number(of: Field, text: str) -> Decimal:
    bare = text.strip().removesuffix("%").replace(" ", "").replace("'", "")
    if "," in bare and not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", bare):
        raise InvalidInput(of.label, f"{text.strip()!r} is not clear", "Write the decimals after a point.")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation:
        raise InvalidInput(of.label, f"{text.strip()!r} is not a number", "Write digits only.") from None
    if not number.is_finite() or not 0 <= number <= 10**12:
        raise InvalidInput(of.label, "must be 0 or above, and not beyond a million million")
    return number
