"""Foreign text made safe, and the few ways we write instants, spans and money.

Customers' notes, imported files and other people's forms may hold escape codes, bidirectional
overrides or line breaks. Everything from outside passes :func:`plain` (one line) or
:func:`plain_block` (several) at the door and again before the screen.
"""

from __future__ import annotations

import re
from datetime import timedelta

# C0 and C1 controls, DEL; bidi embeddings, overrides, isolates and marks; invisible separators,
# tags, interlinear marks and the byte-order mark. Zero-width joiners stay: scripts need them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSAFE_BLOCK = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_ESCAPES = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]"  # CSI
    "|\x1b[\\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"  # OSC, DCS, SOS, PM, APC
    "|\x9b[0-?]*[ -/]*[@-~]"
    "|[\x90\x98\x9d-\x9f][^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]?"
)
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# With the blanks of other widths and those that do not break: in names they are typed for plain ones.
_SPACE = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")


def plain(value: object) -> str:
    """``value`` as one printable line: escape sequences and control or bidi characters removed,
    runs of white space one blank. ``None`` is the empty string."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    # Blanks twice: what is removed may have stood between two.
    return _SPACE.sub(" ", _UNSAFE.sub("", _SPACE.sub(" ", _ESCAPES.sub("", text)))).strip()


def plain_block(value: object) -> str:
    """As :func:`plain`, but line breaks are kept (as ``\\n``)."""
    if value is None:
        return ""
    text = _LINE_BREAK.sub("\n", str(value))
    text = _ESCAPES.sub("", text).replace("\t", "    ")
    return _UNSAFE_BLOCK.sub("", text).strip("\n ")


def span(seconds: float) -> str:
    """A length of time in at most two units, floored: ``45s``, ``12m``, ``3h 05m``, ``2d 4h``, ``5w 3d``."""
    whole = int(abs(seconds))
    sign = "-" if seconds < 0 and whole else ""
    if whole < 60:
        return f"{sign}{whole}s"
    minutes = whole // 60
    if minutes < 60:
        return f"{sign}{minutes}m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{sign}{hours}h {minutes:02d}m"
    days, hours = divmod(hours, 24)
    if days < 21:
        return f"{sign}{days}d {hours}h"
    weeks, days = divmod(days, 7)
    return f"{sign}{weeks}w {days}d"


def age(delta: timedelta) -> str:
    """As :func:`span` for a difference of instants."""
    return span(delta.total_seconds())


def years_long(years: int) -> str:
    """``1 year``, ``10 years``."""
    return "1 year" if years == 1 else f"{years} years"


_DECIMALS = {
    code: digits
    for digits, codes in (
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    )
    for code in codes.split()
}


def digits_of(currency: str) -> int:
    """Decimals of a currency by its code (ISO 4217); 2 for one that is not known."""
    return _DECIMALS.get(currency, 2)


def money(minor: int, currency: str, digits: int | None = None) -> str:
    """Integer minor units as text: ``money(123456, "EUR")`` is ``"1,234.56 EUR"``. ``digits``: as the currency has."""
    digits = digits_of(currency) if digits is None else digits
    sign = "-" if minor < 0 else ""
    major, rest = divmod(abs(minor), 10**digits)
    return f"{sign}{major:,}.{rest:0{digits}d} {currency}" if digits else f"{sign}{major:,} {currency}"


def amount(minor: int, currency: str) -> str:
    """As :func:`money`, for where the currency is named already: ``"1,234.56"``."""
    return money(minor, "", digits_of(currency)).strip()


def whole_money(minor: float, currency: str) -> str:
    """As :func:`money`, rounded to whole units of the currency: ``"1,235 EUR"``."""
    return money(round(minor / 10 ** digits_of(currency)), currency, 0)
