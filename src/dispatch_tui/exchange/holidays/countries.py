"""The holidays of a country and region, from the `holidays` library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dispatch_tui.errors import InvalidInput, MissingExtra
from dispatch_tui.exchange.holidays.proposals import HolidayProposal, one_a_date
from dispatch_tui.text import plain

if TYPE_CHECKING:
    from holidays import HolidayBase

_PUBLIC = "public"
_LEFT_OUT = frozenset({"school", "weekend", "workday"})
"""Categories of the library that name no single day off: school breaks, weekends, days worked in exchange."""
_MOST_YEARS = 30


def proposals(country: str, years: Iterable[int], region: str = "") -> tuple[HolidayProposal, ...]:
    """Every date that the library names for a country (ISO 3166, such as ``DE``) and a region of it (such as
    ``BY``), in date order.

    Public holidays, those moved to a weekday included, come switched on. Dates of its other categories (bank, half
    day, optional, of one faith, unofficial) come switched off, with the category behind the name. Names are English
    where the library has them so, whatever this machine's language.

    Raises :class:`MissingExtra` without the library, :class:`InvalidInput` for a country, region or years that it
    does not know.
    """
    try:
        import holidays
    except ImportError:
        raise MissingExtra("Holidays of countries", "holidays") from None
    wanted = _years(years)
    code, part = country.strip().upper(), region.strip()
    supported = holidays.list_supported_countries(include_aliases=False)
    if code not in supported:
        raise InvalidInput(
            "country", f"no holidays are known for {plain(country)!r}", "Give an ISO 3166 code such as DE."
        )
    known = {one.upper(): one for one in supported[code]}
    if part and part.upper() not in known:
        listed = f"Known are {', '.join(known.values())}." if known else "It has none: leave the region out."
        raise InvalidInput("region", f"{code} has no region {plain(region)!r}", listed)
    subdivision = known[part.upper()] if part else None

    def of(category: str | None) -> HolidayBase:
        plain_country = holidays.country_holidays(code)
        language = "en_US" if "en_US" in plain_country.supported_languages else plain_country.default_language
        return holidays.country_holidays(
            code,
            subdiv=subdivision,
            years=wanted,
            expand=False,
            language=language,
            categories=category or plain_country.supported_categories,
        )

    categories = [one for one in of(None).supported_categories if one not in _LEFT_OUT]
    source = f"holidays {code}-{subdivision}" if subdivision else f"holidays {code}"
    found = [one for category in categories for one in _dates(of(category), category, source)]
    if not found:
        raise InvalidInput("years", f"no holidays of {code} are known for {wanted[0]} to {wanted[-1]}")
    return one_a_date(sorted(found, key=lambda one: not one.observed))


def _dates(known: HolidayBase, category: str, source: str) -> Iterator[HolidayProposal]:
    public = category == _PUBLIC
    for day, name in sorted(known.items()):
        words = plain(name)
        yield HolidayProposal(
            day, words if public else f"{words} ({category.replace('_', ' ')})", source, public
        )


def _years(years: Iterable[int]) -> list[int]:
    wanted = sorted(set(years))
    if not wanted or wanted[0] < 1900 or wanted[-1] > 2299:
        raise InvalidInput("years", "they must lie between 1900 and 2299", "Write 2026-2028.")
    if wanted[-1] - wanted[0] >= _MOST_YEARS:
        raise InvalidInput("years", f"at most {_MOST_YEARS} years at a time", "Write 2026-2028.")
    return wanted
