"""What stands before the first call, as rows of history: staff, catalogue, customers, units, parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dispatch_tui.clock import from_us
from dispatch_tui.demo.company import DAY_US, OPERATORS, SOURCE, YEAR_US, Company, Customer, Site, Unit, ref
from dispatch_tui.demo.levels import (
    HOUSE,
    HOUSE_TZ,
    Level,
    calendar_mapping,
    calendar_name,
    terms_mapping,
)
from dispatch_tui.demo.places import REGIONS
from dispatch_tui.demo.trades import CURRENCY, Problem, trades
from dispatch_tui.desk.agreements import NewAgreement
from dispatch_tui.desk.calendars import NewCalendar
from dispatch_tui.records import Fact, Ref, SourceRow

Identify = Callable[[Ref], int]
_EVERYBODY = ref("customer", "everybody")
LOANERS = 3
"""Units that stand in the depot to be lent out."""


def row(key: str, digest: bytes, facts: Iterable[Fact]) -> SourceRow:
    """One entry of the company's books."""
    return SourceRow(0, key, digest, tuple(facts))


def founding_rows(company: Company, digest: bytes, *, taken: str) -> Iterator[SourceRow]:
    """Everything but agreements and skills, those first to which others refer. ``taken``: the account
    of who builds this; should one of the demo's people have the same, theirs gets another name."""
    since = company.records_from_us

    def one(what: Ref, values: dict[str, Any], at: int = since) -> SourceRow:
        fact = Fact(what.kind, what.external_id, "add", at, values)
        return row(f"{what.kind} {what.external_id}", digest, (fact,))

    for index, region in enumerate(REGIONS):
        note = f"Depot in {region.cities[0].name}"
        yield one(team_ref(index), {"name": region.name, "note": note})
    for person in company.technicians:
        yield one(person.ref, _technician_values(person))
    for login in OPERATORS:
        account = login.account if login.account != taken else f"{login.account}-demo"
        yield one(ref("operator", login.account), _operator_values(login, company) | {"account": account})
    for family in trades().families:
        for model in family.models:
            values = model._asdict() | {"family": family.name, "currency": CURRENCY, "warranty_months": 24}
            yield one(model_ref(model.name), values)
        for problem in (*family.problems, trades().maintenance):
            if problem.part:
                yield one(part_ref(problem), _part_values(problem))
    yield from _stock(company, one)
    for customer in company.customers:
        values = {"name": customer.name, "currency": CURRENCY, "tier": customer.tier, "opening_trust": 50}
        yield one(customer.ref, values)
    for site in company.sites:
        yield _site_row(site, since, digest)
    for unit in (*company.units, *_loaners(company)):
        yield _unit_row(unit, company, digest)


def new_calendars(company: Company) -> Iterator[NewCalendar]:
    """The hours that agreements share: for each kind of them, one calendar a zone."""
    held = [(HOUSE, HOUSE_TZ)]
    held += [(one.level, one.tz) for one in company.customers if one.level is not None]
    held += [(one.level, one.customer.tz) for one in company.sites if one.level is not None]
    for unit in company.units:
        held += [(level, unit.site.customer.tz) for level in (unit.own, unit.named) if level is not None]
    wanted = {(level.hours, tz): level for level, tz in held}
    for (_, tz), level in wanted.items():
        name = calendar_name(level, tz)
        yield NewCalendar(name, calendar_mapping(level, tz), calendar_ref(level, tz).external_id)


def new_agreements(company: Company, ids: Identify) -> Iterator[NewAgreement]:
    """The agreement for everybody, those of customers, sites and single units, and those that name some units of a
    customer; ``ids`` tells a record's row id."""
    starts, ends = from_us(company.agreed_from_us), from_us(company.now_us + YEAR_US)

    def agreed(holder: Ref, level: Level, tz: str, customer: Ref | None = None) -> NewAgreement:
        return NewAgreement(
            None if customer is None else ids(customer),
            level.name,
            terms_mapping(level),
            starts,
            ends,
            external_id=agreement_ref(holder).external_id,
            calendar_id=ids(calendar_ref(level, tz)),
        )

    yield agreed(_EVERYBODY, HOUSE, HOUSE_TZ)
    for customer in company.customers:
        if customer.level is not None:
            yield agreed(customer.ref, customer.level, customer.tz, customer.ref)
    for site in company.sites:
        if site.level is not None:
            one = agreed(site.ref, site.level, site.customer.tz, site.customer.ref)
            yield one._replace(site_id=ids(site.ref))
    named: dict[Customer, list[Unit]] = {}
    for unit in company.units:
        customer = unit.site.customer
        if unit.own is not None:
            one = agreed(unit.ref, unit.own, customer.tz, customer.ref)
            yield one._replace(unit_id=ids(unit.ref))
        if unit.named is not None:
            named.setdefault(customer, []).append(unit)
    for customer, units in named.items():
        assert units[0].named is not None
        one = agreed(_contract(customer), units[0].named, customer.tz, customer.ref)
        yield one._replace(unit_ids=[ids(unit.ref) for unit in units])


def agreement_of(unit: Unit) -> tuple[Ref, str]:
    """The agreement that covers a unit, as the desk would choose it, and why."""
    customer = unit.site.customer
    for level, holder, whose in (
        (unit.own, unit.ref, "the unit's own agreement"),
        (unit.named, _contract(customer), "the agreement that names the unit"),
        (unit.site.level, unit.site.ref, "the site's own agreement"),
        (customer.level, customer.ref, "the customer's own agreement"),
    ):
        if level is not None:
            return agreement_ref(holder), f"{whose}, {level.name}"
    return agreement_ref(_EVERYBODY), f"the agreement for everybody, {HOUSE.name}"


def _contract(customer: Customer) -> Ref:
    """Who holds the agreement that names some of a customer's units."""
    return Ref("customer", f"{customer.ref.external_id}/units")


def calendar_ref(level: Level, tz: str) -> Ref:
    return ref("calendar", calendar_name(level, tz))


def agreement_ref(holder: Ref) -> Ref:
    return Ref("agreement", f"{SOURCE}:A-{holder.external_id.partition(':')[2]}")


def team_ref(region: int) -> Ref:
    return ref("team", REGIONS[region].name)


def model_ref(name: str) -> Ref:
    return ref("model", name)


def part_ref(problem: Problem) -> Ref:
    return ref("part", problem.part)


def loaner_ref(number: int) -> Ref:
    return ref("unit", f"LN-{number}")


# -- values ------------------------------------------------------------------------------------


def _technician_values(person: Any) -> dict[str, Any]:
    return {
        "name": person.name,
        "team_id": team_ref(person.team),
        "phone": person.phone,
        "home_latitude": person.city.latitude,
        "home_longitude": person.city.longitude,
        "tz": person.city.tz,
        "shift": "Mon-Fri 07:30-16:30",
    }


def _operator_values(login: Any, company: Company) -> dict[str, Any]:
    values: dict[str, Any] = {"name": login.name, "role": login.role}
    if login.technician >= 0:
        person = company.technicians[login.technician]
        values |= {"technician_id": person.ref, "team_id": team_ref(person.team)}
    return values


def _part_values(problem: Problem) -> dict[str, Any]:
    # Stable numbers of their own: parts are known by them on every van.
    number = sum(position * ord(letter) for position, letter in enumerate(problem.part, 1))
    return {
        "number": f"P{number:06d}",
        "name": problem.part,
        "price_minor": problem.part_minor,
        "currency": CURRENCY,
    }


def _stock(company: Company, one: Callable[[Ref, dict[str, Any]], SourceRow]) -> Iterator[SourceRow]:
    """A few of the usual parts on each van, more in the depots."""
    for person in company.technicians:
        for family in trades().families:
            if family.skill not in person.skills:
                continue
            for problem in family.problems[:3]:
                if problem.part:
                    name = f"{person.ref.external_id.partition(':')[2]}/{problem.part}"
                    values = {"part_id": part_ref(problem), "technician_id": person.ref, "quantity": 1}
                    yield one(ref("part_stock", name), values)
    for region in REGIONS:
        for family in trades().families:
            for place, problem in enumerate(family.problems):
                if problem.part:
                    depot = f"{region.name} depot"
                    values = {"part_id": part_ref(problem), "depot": depot, "quantity": 2 + 3 * place}
                    yield one(ref("part_stock", f"{region.name}/{problem.part}"), values)


def _site_row(site: Site, since: int, digest: bytes) -> SourceRow:
    contact = site.contact
    place = {
        "customer_id": site.customer.ref,
        "name": site.name,
        "tz": site.city.tz,
        "address": site.address,
        "city": site.city.name,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "access_notes": site.access_notes,
    }
    person = {
        "customer_id": site.customer.ref,
        "site_id": site.ref,
        "name": contact.name,
        "goes_by": contact.name.partition(" ")[0],
        "phone": contact.phone,
        "mobile": contact.mobile,
        "email": contact.email,
    }
    facts = (
        Fact("site", site.ref.external_id, "add", since, place),
        Fact("contact", contact.ref.external_id, "add", since, person),
    )
    return row(f"site {site.ref.external_id}", digest, facts)


def _loaners(company: Company) -> Iterator[Unit]:
    """Spare units of our own: no customer has them."""
    for number in range(1, LOANERS + 1):
        like = company.units[number % len(company.units)]
        yield like._replace(ref=loaner_ref(number), serial=f"LN-{number}")


def _unit_row(unit: Unit, company: Company, digest: bytes) -> SourceRow:
    since = max(unit.installed_us, company.records_from_us)
    lent = unit.ref.external_id.startswith(f"{SOURCE}:LN-")
    values: dict[str, Any] = {
        "model_id": model_ref(unit.model.name),
        "serial": unit.serial,
        "name": f"{unit.family.name.capitalize()}, {unit.model.name}",
        "installed_at": unit.installed_us,
        "records_from": since,
        "warranty_until": unit.installed_us + 2 * YEAR_US,
        "price_minor": unit.model.price_minor,
        "currency": CURRENCY,
        "meter_unit": unit.family.meter_unit,
        "usage_per_year": float(unit.usage_per_year),
    }
    if lent:
        values["note"] = "Loaner, kept in the depot"
    else:
        values |= {"customer_id": unit.site.customer.ref, "site_id": unit.site.ref}
    name = unit.ref.external_id
    facts = [Fact("unit", name, "add", since, values)]
    for number, at in enumerate((since, company.now_us - 20 * DAY_US)):
        reading = {
            "unit_id": unit.ref,
            "read_at": at,
            "value": float(unit.meter_at(at)),
            "meter_unit": unit.family.meter_unit,
        }
        facts.append(Fact("reading", f"{name}/r{number}", "read", at, reading))
    return row(f"unit {name}", digest, facts)
