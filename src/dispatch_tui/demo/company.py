"""The invented company: whom it serves, with what, and who does it. Drawn once from a seed, then frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple, TypeVar

from dispatch_tui.demo import names
from dispatch_tui.demo.levels import BRONZE, GOLD, HOUSE, HOUSE_TZ, SILVER, Level
from dispatch_tui.demo.places import REGIONS, City
from dispatch_tui.demo.trades import Family, Model, trades
from dispatch_tui.records import Ref

_Item = TypeVar("_Item")

SOURCE = "demo"
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
YEAR_US = int(365.25 * DAY_US)
RECORD_YEARS = 5
"""How far back the company's records go; units are older."""
AGREED_YEARS = 2
"""For how long it has sold agreements; calls before that had none."""


def ref(kind: str, name: object) -> Ref:
    """A record of the demo company."""
    return Ref(kind, f"{SOURCE}:{name}")


class Operator(NamedTuple):
    """Somebody with a login. ``technician``: index of the technician they are, -1 for none."""

    account: str
    name: str
    role: str
    technician: int = -1


OPERATORS: tuple[Operator, ...] = (
    Operator("mona", "Mona Farrow", "manager"),
    Operator("dana", "Dana Okonel", "dispatcher"),
    Operator("dirk", "Dirk Salander", "dispatcher"),
    Operator("tom", "Tom Ashlund", "technician", 0),
    Operator("tess", "Tess Garlund", "technician", 1),
    Operator("vera", "Vera Normont", "viewer"),
)


class Technician(NamedTuple):
    """One of the field staff; ``team`` is the index of a region, ``account`` their login, mostly none."""

    ref: Ref
    name: str
    team: int
    city: City
    phone: str
    skills: tuple[str, ...]
    account: str


class Contact(NamedTuple):
    ref: Ref
    name: str
    phone: str
    mobile: str
    email: str


class Customer(NamedTuple):
    """``level`` is the customer-wide agreement, ``None`` for those who pay by the hour."""

    ref: Ref
    name: str
    tier: str
    level: Level | None
    tz: str


class Site(NamedTuple):
    """A place with units. ``level`` is the site's own agreement where it has one."""

    ref: Ref
    name: str
    customer: Customer
    contact: Contact
    region: int
    city: City
    address: str
    latitude: float
    longitude: float
    access_notes: str
    level: Level | None


class Unit(NamedTuple):
    """One installed piece. ``weak``: how much sooner than its model this one fails (1 is usual)."""

    ref: Ref
    serial: str
    site: Site
    family: Family
    model: Model
    installed_us: int
    weak: float
    usage_per_year: int
    own: Level | None = None
    """The agreement for this unit alone, where it has one."""
    named: Level | None = None
    """The customer's agreement that names this unit among others."""

    def meter_at(self, at_us: int) -> int:
        """What its meter shows: it is used evenly."""
        return max(0, self.usage_per_year * (at_us - self.installed_us) // YEAR_US)

    @property
    def level(self) -> Level:
        """The agreement that covers it: its own, one that names it, the site's, the customer's, the house's."""
        return self.own or self.named or self.site.level or self.site.customer.level or HOUSE

    @property
    def agreed_tz(self) -> str:
        """In which zone the hours of that agreement are."""
        return HOUSE_TZ if self.level is HOUSE else self.site.customer.tz


@dataclass(frozen=True, slots=True)
class Company:
    """Everything that stands before the first call."""

    now_us: int
    technicians: tuple[Technician, ...]
    customers: tuple[Customer, ...]
    sites: tuple[Site, ...]
    units: tuple[Unit, ...]

    @property
    def records_from_us(self) -> int:
        """Since when calls are on record."""
        return self.now_us - RECORD_YEARS * YEAR_US

    @property
    def agreed_from_us(self) -> int:
        """Since when calls are covered by agreements."""
        return self.now_us - AGREED_YEARS * YEAR_US


_ACCESS = (
    "",
    "Report at the gate house, wear a vest.",
    "Side entrance, ring twice; no deliveries at noon.",
    "Goods lift is out of order, use the ramp.",
    "Badge from reception, photo document needed.",
    "Clean area: overshoes and hairnet.",
    "Loading bay 3, call ahead from the road.",
)
_PLACES = (
    "Main works",
    "North hall",
    "Depot",
    "Plant 2",
    "City branch",
    "Warehouse",
    "East wing",
    "Service yard",
)
_LEVEL_SHARES = ((GOLD, 0.22), (SILVER, 0.60), (BRONZE, 0.84))
_OLDEST_YEARS = 14.0


def draw_company(seed: int, now_us: int, *, units: int, live: int) -> Company:
    """The company of a seed: ``units`` pieces of equipment, and staff enough for ``live`` open calls."""
    rng = Random(f"company/{seed}")
    technicians = _technicians(rng, max(3 * len(REGIONS), min(live // 5, 2000 + live // 20)))
    customers: list[Customer] = []
    sites: list[Site] = []
    taken: set[str] = set()
    while len(sites) * 3 < units or not sites:
        customer = _customer(rng, len(customers) + 1, taken)
        region = _region_of(customer)
        customers.append(customer)
        for number in range(1 + int(rng.random() * 3)):
            sites.append(_site(rng, len(sites) + 1, customer, region, number))
    drawn = tuple(_unit(rng, index, sites, now_us) for index in range(units))
    return Company(now_us, technicians, tuple(customers), tuple(sites), drawn)


def _technicians(rng: Random, count: int) -> tuple[Technician, ...]:
    skills = [family.skill for family in trades().families]
    staff = []
    for index in range(count):
        team = index % len(REGIONS)
        city = _any(rng, REGIONS[team].cities)
        first = 2 * (index // len(REGIONS))  # each team knows every trade as soon as it is three strong
        known = {skills[first % len(skills)], skills[(first + 1) % len(skills)], _any(rng, skills)}
        login = next((one for one in OPERATORS if one.technician == index), None)
        name = login.name if login else names.person(rng)
        phone = names.phone(rng, city.dial)
        account = login.account if login else ""
        known_as = ref("technician", f"T-{index + 1}")
        staff.append(Technician(known_as, name, team, city, phone, tuple(sorted(known)), account))
    return tuple(staff)


def _customer(rng: Random, number: int, taken: set[str]) -> Customer:
    draw = rng.random()
    level = next((level for level, share in _LEVEL_SHARES if draw < share), None)
    region = REGIONS[int(rng.random() * len(REGIONS))]
    tz = _any(rng, region.cities).tz
    name = names.customer(rng, taken)
    return Customer(ref("customer", f"K-{number}"), name, level.tier if level else "", level, tz)


def _region_of(customer: Customer) -> int:
    return next(
        index for index, region in enumerate(REGIONS) if any(city.tz == customer.tz for city in region.cities)
    )


def _site(rng: Random, number: int, customer: Customer, region: int, nth: int) -> Site:
    city = _any(rng, REGIONS[region].cities)
    person = names.person(rng)
    contact = Contact(
        ref("contact", f"P-{number}"),
        person,
        names.phone(rng, city.dial),
        names.phone(rng, city.dial),
        names.email(person, customer.name),
    )
    # Some customers pay more for the one place that must not stop.
    own = GOLD if customer.level in (SILVER, BRONZE) and rng.random() < 0.08 else None
    return Site(
        ref("site", f"S-{number}"),
        f"{city.name}, {_PLACES[nth] if nth == 0 else _any(rng, _PLACES)}",
        customer,
        contact,
        region,
        city,
        names.address(rng),
        round(city.latitude + rng.uniform(-0.15, 0.15), 5),
        round(city.longitude + rng.uniform(-0.2, 0.2), 5),
        _any(rng, _ACCESS),
        own,
    )


def _unit(rng: Random, index: int, sites: list[Site], now_us: int) -> Unit:
    families = trades().families
    family = families[int(rng.random() * len(families))]
    model_index = int(rng.random() * len(family.models))
    age_years = 0.4 + rng.random() * (_OLDEST_YEARS - 0.4)
    installed_us = now_us - int(age_years * YEAR_US)
    installed_us -= installed_us % DAY_US
    serial = f"{family.code}{model_index + 1}-{100_000 + index}"
    site = sites[index % len(sites)] if index < len(sites) else _any(rng, sites)
    return Unit(
        ref("unit", serial),
        serial,
        site,
        family,
        family.models[model_index],
        installed_us,
        rng.gammavariate(4.0, 0.25),
        int(family.usage_per_year * rng.uniform(0.6, 1.1)),
        *_of_its_own(index, site.customer),
    )


def _of_its_own(index: int, customer: Customer) -> tuple[Level | None, Level | None]:
    """The better agreement that a unit has alone, and the one that names it: a few, where the customer's is not
    the best already."""
    if customer.level not in (SILVER, BRONZE):
        return None, None
    number = int(customer.ref.external_id.rpartition("-")[2])
    return GOLD if index % 23 == 5 else None, GOLD if number % 5 == 2 and index % 3 == 0 else None


def _any(rng: Random, items: Sequence[_Item]) -> _Item:
    return items[int(rng.random() * len(items))]
