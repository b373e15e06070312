"""Dates as people and programs wrote them, read in a stated order and zone; never guessed silently.

An *order* says which figure is which: ``d/m/yyyy``, ``m/d/yyyy``, ``yyyy/m/d`` (or ``d/m/yy``,
``m/d/yy``; ``/``, ``-`` and ``.`` are the same). A time of day may follow, as ``13:05``,
``13:05:59.25`` or ``1:05:59 PM``. Needing no order, and always understood: ISO 8601
(``2016-03-05T13:05:59Z``) and dates that spell the month (``5 Mar 2016``, ``2020 Apr 07``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dispatch_tui.clock import to_us
from dispatch_tui.errors import ImportProblem, InvalidInput

ORDERS = ("d/m/yyyy", "m/d/yyyy", "yyyy/m/d", "d/m/yy", "m/d/yy")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_TIME = (
    r"(?:[T ]\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"  # hour, minute, second, fraction
    r"(?:\s*([AaPp])\.?[Mm]\.?)?(?:\s*(Z|[+-]\d\d:?\d\d))?)?"  # half of the day, offset
)
_SIGN = r"[/.-]"
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)" + _TIME)
_SPELT = (
    re.compile(r"(?P<d>\d{1,2})[ -](?P<m>[A-Za-z]{3})[a-z]*\.?,?[ -](?P<y>\d{4})" + _TIME),
    re.compile(r"(?P<m>[A-Za-z]{3})[a-z]*\.? (?P<d>\d{1,2}),? (?P<y>\d{4})" + _TIME),
    re.compile(r"(?P<y>\d{4})[ -](?P<m>[A-Za-z]{3})[a-z]*[ -](?P<d>\d{1,2})" + _TIME),
)
_REMEMBERED = 100_000
_SPAN = range(to_us(datetime(1900, 1, 1, tzinfo=UTC)), to_us(datetime(2200, 1, 1, tzinfo=UTC)))
"""Instants that service can have; others ("31/12/9999") are a program's word for none, and cannot be reckoned with."""
_DAY = 86_400_000_000
_PIVOT = 70
"""Two-digit years below it are of this century, the others of the last (the POSIX rule is 69)."""


class Moment(NamedTuple):
    """One reading of a stamp: microseconds since 1970 UTC, and what is odd about it."""

    us: int
    again_us: int
    """The second time that the wall clock showed it, where it was put back; else the same as ``us``."""
    note: str = ""


_NO_MOMENT = Moment(_SPAN.stop, _SPAN.stop)


class Stamps:
    """Reads stamps of one order (empty: only what needs none) in one zone, remembering what it has read.

    A wall time that comes twice (clocks put back) is read as its first coming and tells the second;
    one that never was (clocks put forward) is read with the offset before the change. Both carry a note.
    """

    def __init__(self, order: str, zone: str) -> None:
        self.order = order
        self._zone: tzinfo = UTC if zone == "UTC" else zone_of(zone)
        self._patterns = (*_ordered(order), _ISO, *_SPELT)
        self.known: dict[str, Moment] = {}
        # In UTC a stamp is its day plus its time of day, and both come again and again.
        self._days: dict[str, int] = {}
        self._times: dict[str, int] = {}

    def read(self, stamp: str) -> Moment:
        """The instant of a stamp. Raises ``ValueError`` with the reason, fit to be shown."""
        known = self.known.get(stamp)
        if known is None:
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            known = self.known[stamp] = self._fresh(stamp)
        return known

    def _fresh(self, stamp: str) -> Moment:
        wanted = stamp.strip()
        day, _, hour = wanted.partition(" ")
        if day in self._days and hour in self._times:
            us = self._days[day] + self._times[hour]
            return Moment(us, us)
        for pattern in self._patterns:
            match = pattern.fullmatch(wanted)
            if match:
                return self._moment(match, stamp)
        stated = f"{self.order} or ISO 8601" if self.order else "ISO 8601"
        raise ValueError(f"{stamp!r} is not a date ({stated})")

    def _moment(self, match: re.Match[str], stamp: str) -> Moment:
        hour, minute, second, fraction, half, offset = match.groups()[-6:]
        try:
            day = _day(match)
            local = datetime.combine(day, time.min) + _since_midnight(hour, minute, second, fraction, half)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{stamp!r} is no date that exists ({error})") from None
        try:
            moment = in_zone(local, _offset(offset) if offset else self._zone)
        except OverflowError:
            moment = _NO_MOMENT
        if moment.us not in _SPAN:
            raise ValueError(
                f"{stamp!r} is not in the years 1900 to 2199 (if it stands for no date, the mapping can say so: empty)"
            )
        if self._zone is UTC and not offset:
            self._remember_parts(stamp.strip(), moment.us)
        return moment

    def _remember_parts(self, stamp: str, us: int) -> None:
        day, _, hour = stamp.partition(" ")
        if ":" in day or (hour and ":" not in hour.partition(" ")[0]):
            return  # not a day and a time with a blank between them
        if len(self._days) >= _REMEMBERED:
            self._days.clear()
        if len(self._times) >= _REMEMBERED:
            self._times.clear()
        since_midnight = us % _DAY
        self._days[day] = us - since_midnight
        self._times[hour] = since_midnight


def in_zone(local: datetime, zone: tzinfo) -> Moment:
    """The instant at which a zone's wall clock shows ``local`` (naive)."""
    first = local.replace(tzinfo=zone)
    us = to_us(first)
    if zone is UTC:
        return Moment(us, us)
    again = to_us(first.replace(fold=1))
    if again > us:
        return Moment(us, again, "a wall time that came twice")
    if again < us:  # PEP 495: inside a gap the two readings change places
        return Moment(us, us, "a wall time that never was")
    return Moment(us, us)


def zone_of(name: str) -> ZoneInfo:
    """An IANA zone; an unknown name is :class:`InvalidInput`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidInput("zone", f"there is no time zone {name!r}", "Name one as Europe/Berlin.") from None


def _ordered(order: str) -> tuple[re.Pattern[str], ...]:
    if not order:
        return ()
    figures = {"d": r"(?P<d>\d{1,2})", "m": r"(?P<m>\d{1,2})", "yyyy": r"(?P<y>\d{4})", "yy": r"(?P<y>\d\d)"}
    return (re.compile(_SIGN.join(figures[part] for part in order.split("/")) + _TIME),)


def _day(match: re.Match[str]) -> date:
    year, month = match["y"], match["m"]
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    return date(_century(year), number, int(match["d"]))


def _century(year: str) -> int:
    """A year of four figures as it is, one of two in the century that it means."""
    whole = int(year)
    return whole if len(year) == 4 else whole + (2000 if whole < _PIVOT else 1900)


def _since_midnight(
    hour: str | None, minute: str | None, second: str | None, fraction: str | None, half: str | None
) -> timedelta:
    if hour is None:
        return timedelta(0)
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    if half:
        if not 1 <= h <= 12:
            raise ValueError(f"hour {h} with AM or PM")
        h = h % 12 + (12 if half in "Pp" else 0)
    if h > 23 or m > 59 or s > 59:
        raise ValueError("no such time of day")
    return timedelta(hours=h, minutes=m, seconds=s, microseconds=int((fraction or "0").ljust(6, "0")[:6]))


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


# -- which order is it? ------------------------------------------------------------------------

_EITHER = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}}|\d\d)(?![\d/.-]).*", re.DOTALL)
_YEAR_FIRST = re.compile(rf"\d{{4}}{_SIGN}\d{{1,2}}{_SIGN}\d{{1,2}}(?!\d).*", re.DOTALL)


class Seen(NamedTuple):
    """A stamp that was looked at, and where: for messages."""

    line: int
    column: str
    stamp: str


def settle(stated: str, sample: Iterable[Seen], later: Iterable[Seen] = ()) -> str:
    """The order to read a file by: the stated one, unless the file itself proves it wrong; where none
    is stated, the one that the file proves and nowhere disproves. A stated order is looked for in ``sample`` only
    until it is proven, and in ``later``, the rest of the file, to the first proof only where ``sample`` leaves doubt
    and has none. With none stated, ``later`` is gone through for its opposite wherever day or month is first.

    Raises :class:`ImportProblem` with both readings where neither is proven or both are, or where the stated
    order cannot be: reading the rest by it would put days for months without anyone noticing.
    """
    if stated and stated not in ORDERS:
        raise InvalidInput("dates", f"{stated!r} is not an order of dates", f"One of: {', '.join(ORDERS)}.")
    doubtful: Seen | None = None
    year_first = False
    proofs: dict[str, tuple[Seen, str]] = {}  # by which figure is first: d or m
    for one, order in _evidence(sample):
        if order == "yyyy/m/d":
            year_first = True
        elif not order:
            if doubtful is None or _weight(one.stamp) > _weight(doubtful.stamp):
                doubtful = one
        elif stated and order[0] == stated[0]:
            return stated
        else:
            proofs.setdefault(order[0], (one, order))
    if (doubtful is not None and not proofs) or (not stated and len(proofs) == 1):
        for one, order in _evidence(later):
            if order[:1] in ("d", "m"):
                proofs.setdefault(order[0], (one, order))
                if stated or len(proofs) > 1:
                    break
    if not stated:
        return _proven(doubtful, proofs) or ("yyyy/m/d" if year_first else "")
    if stated[0] in "dm" and stated[0] not in proofs and proofs:
        ((against, _),) = proofs.values()
        raise ImportProblem(
            f"Dates are stated as {stated}, but line {against.line}, {against.column}, says {against.stamp!r}.",
            f"If it means {_reading(against.stamp, stated[0] == 'm')}, state --dates {_other(stated)}.",
        )
    return stated


def _proven(doubtful: Seen | None, proofs: dict[str, tuple[Seen, str]]) -> str:
    """The one order with day or month first that is proven; empty where there is nothing to prove."""
    if len(proofs) > 1:
        (by_day, days), (by_month, months) = proofs["d"], proofs["m"]
        raise ImportProblem(
            f"{_where(by_day)} can only be {_reading(by_day.stamp, True)}, but {_where(by_month)} only "
            f"{_reading(by_month.stamp, False)}.",
            f"Correct the dates, or state which holds: --dates {days} or --dates {months} (the others are rejected).",
        )
    for _, order in proofs.values():
        return order
    if doubtful is None:
        return ""
    where = _where(doubtful)
    if year_first_too := _with_year_first(doubtful.stamp):
        raise ImportProblem(
            f"{where} may be {_reading(doubtful.stamp, True)} or {year_first_too:%-d %B %Y}.",
            "Export the years with four figures, or state --dates d/m/yy if the day is first.",
        )
    day, month = (_reading(doubtful.stamp, day_first) for day_first in (True, False))
    year = _years(doubtful.stamp)
    raise ImportProblem(
        f"{where} may be {day} or {month}.", f"State which: --dates d/m/{year} or --dates m/d/{year}."
    )


def _where(one: Seen) -> str:
    return f"{one.stamp!r} (line {one.line}, {one.column})"


def _evidence(sample: Iterable[Seen]) -> Iterator[tuple[Seen, str]]:
    """Each stamp with the order that it proves; empty for one that can be read in two ways."""
    for one in sample:
        stamp = one.stamp.strip()
        match = _EITHER.fullmatch(stamp)
        if match:
            first, second = int(match[1]), int(match[2])
            years = _years(stamp)
            if years == "yy" and _with_year_first(stamp):
                yield one, ""
            elif first > 12 >= second:
                yield one, f"d/m/{years}"
            elif second > 12 >= first:
                yield one, f"m/d/{years}"
            elif max(first, second) <= 12:
                yield one, ""
        elif _YEAR_FIRST.fullmatch(stamp):
            yield one, "yyyy/m/d"


def _weight(stamp: str) -> int:
    """How much the readings of a doubtful stamp differ: 0 where day and month are alike, most with the year first."""
    match = _EITHER.fullmatch(stamp.strip())
    if match is None or int(match[1]) == int(match[2]):
        return 0
    return 2 if _with_year_first(stamp) else 1


def _with_year_first(stamp: str) -> date | None:
    """The date of a stamp such as ``20-03-13`` if its year is first; only where its month cannot be."""
    match = _EITHER.fullmatch(stamp.strip())
    if match is None or len(match[1]) + len(match[3]) != 4 or int(match[1]) <= 12:
        return None
    try:
        return date(_century(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _years(stamp: str) -> str:
    match = _EITHER.fullmatch(stamp.strip())
    return "yyyy" if match and len(match[3]) == 4 else "yy"


def _reading(stamp: str, day_first: bool) -> str:
    """``5 March 2016``: a doubtful stamp's date, one way."""
    match = _EITHER.fullmatch(stamp.strip())
    if match is None:
        return stamp
    day, month = (int(match[1]), int(match[2])) if day_first else (int(match[2]), int(match[1]))
    try:
        return f"{date(_century(match[3]), month, day):%-d %B %Y}"
    except ValueError:
        return f"day {day} of month {month}"


def _other(order: str) -> str:
    return ("m/d" if order[0] == "d" else "d/m") + order[3:]
