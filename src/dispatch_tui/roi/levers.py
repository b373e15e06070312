"""The inputs that a case turns on, each as a handle: the same case with that input so much higher or lower.

The Monte Carlo run, the tornado and the switching values all pull the same handles, so that they speak of the same
inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.case import Case, Challenger, Defender
from dispatch_tui.roi.costs import Running, Stream

Pull = Callable[[Case, float], Case]

RATE, ESCALATOR, HORIZON = "rate", "escalator", "horizon"


@dataclass(frozen=True, slots=True)
class Lever:
    """``key`` names the input (as in ``Case.spread`` and ``Case.origins``), ``value`` is what the case has for it;
    ``pull`` gives the case with that value times a factor. ``straight``: each way's cost moves in proportion."""

    key: str
    label: str
    value: float
    pull: Pull
    straight: bool = True
    whole: bool = False
    """Only whole numbers make sense."""


def levers(case: Case) -> Iterator[Lever]:
    """Every input of the case that is not zero, apart from how often the ways fail."""
    for lever in (*_both(case), *_defender(case.defender), *_challengers(case)):
        if lever.value:
            yield lever


def _both(case: Case) -> Iterator[Lever]:
    yield Lever(RATE, "Interest a year", case.rate, _rate, straight=False)
    yield Lever(ESCALATOR, "Prices rise by", case.inflation, _inflation, straight=False)
    yield Lever("defender.downtime.price", "An hour down", case.defender.running.hour_price, _hour_price)


def _defender(unit: Defender) -> Iterator[Lever]:
    yield Lever("quote", "Repair quote", unit.quote, _of_unit("quote"))
    yield Lever("defender.loaner", "Loaner while it is repaired", unit.loaner, _of_unit("loaner"))
    yield Lever("defender.market_value", "Fetches today", unit.resale.today, _market)
    yield Lever("defender.repair", "Cost of one repair", unit.running.repair, _repair)
    yield Lever("defender.hours_down", "Hours down a failure", unit.running.hours_down, _hours_down)
    for stream in unit.running.streams:
        yield Lever(
            f"defender.{stream.name}", f"Unit: {stream.name}", stream.per_year, _unit_stream(stream.name)
        )
    if unit.component is not None:
        yield Lever("component.price", unit.component.name, unit.component.price, _component)


def _challengers(case: Case) -> Iterator[Lever]:
    several = len(case.challengers) > 1
    for one in case.challengers:
        key = f"challenger.{one.name}" if several else "challenger"
        name = one.name if several else "New unit"
        owning, changeover = one.owning, one.owning.changeover
        yield Lever(f"{key}.price", f"{name}: price", owning.price, _on(one.name, _price))
        yield Lever(f"{key}.once", f"{name}: loaner until then", one.once, _on(one.name, _once))
        yield Lever(f"{key}.changeover", f"{name}: changeover", changeover.total, _on(one.name, _changeover))
        yield Lever(
            f"{key}.repair", f"{name}: cost of one repair", one.running.repair, _on(one.name, _new_repair)
        )
        # what is leased goes back at the end of its term
        if owning.payments is None or owning.payments.owned:
            yield Lever(
                f"{key}.life", f"{name}: life", one.life, _on(one.name, _life), straight=False, whole=True
            )
        for stream in one.running.streams:
            yield Lever(
                f"{key}.{stream.name}",
                f"{name}: {stream.name}",
                stream.per_year,
                _on(one.name, _new_stream(stream.name)),
            )


def _rate(case: Case, by: float) -> Case:
    return replace(case, rate=case.rate * by)


def _inflation(case: Case, by: float) -> Case:
    """The general rise in prices, and with it every stream that rises as fast."""
    old, new = case.inflation, case.inflation * by

    def risen(running: Running) -> Running:
        streams = tuple(
            replace(one, escalator=new) if one.escalator == old else one for one in running.streams
        )
        rise = new if running.escalator == old else running.escalator
        return replace(running, escalator=rise, streams=streams)

    return replace(
        case,
        inflation=new,
        defender=replace(case.defender, running=risen(case.defender.running)),
        challengers=tuple(replace(one, running=risen(one.running)) for one in case.challengers),
    )


def _hour_price(case: Case, by: float) -> Case:
    def dearer(running: Running) -> Running:
        return replace(running, hour_price=running.hour_price * by)

    return replace(
        case,
        defender=replace(case.defender, running=dearer(case.defender.running)),
        challengers=tuple(replace(one, running=dearer(one.running)) for one in case.challengers),
    )


def _of_unit(field: str) -> Pull:
    def pull(case: Case, by: float) -> Case:
        changed = {field: getattr(case.defender, field) * by}
        return replace(case, defender=replace(case.defender, **changed))

    return pull


def _market(case: Case, by: float) -> Case:
    resale = replace(case.defender.resale, today=case.defender.resale.today * by)
    return replace(case, defender=replace(case.defender, resale=resale))


def _component(case: Case, by: float) -> Case:
    component = case.defender.component
    if component is None:
        return case
    return replace(
        case, defender=replace(case.defender, component=replace(component, price=component.price * by))
    )


def _running(case: Case, running: Running) -> Case:
    return replace(case, defender=replace(case.defender, running=running))


def _repair(case: Case, by: float) -> Case:
    running = case.defender.running
    return _running(case, replace(running, repair=running.repair * by))


def _hours_down(case: Case, by: float) -> Case:
    running = case.defender.running
    return _running(case, replace(running, hours_down=running.hours_down * by))


def _unit_stream(name: str) -> Pull:
    def pull(case: Case, by: float) -> Case:
        return _running(case, _streamed(case.defender.running, name, by))

    return pull


def _streamed(running: Running, name: str, by: float) -> Running:
    def changed(one: Stream) -> Stream:
        return replace(one, per_year=one.per_year * by) if one.name == name else one

    return replace(running, streams=tuple(changed(one) for one in running.streams))


def _on(name: str, change: Callable[[Challenger, float], Challenger]) -> Pull:
    def pull(case: Case, by: float) -> Case:
        changed = tuple(change(one, by) if one.name == name else one for one in case.challengers)
        return replace(case, challengers=changed)

    return pull


def _price(one: Challenger, by: float) -> Challenger:
    """The price, and what it determines: resale, and the payments where it is not paid at once."""
    owning = one.owning
    resale = replace(owning.resale, today=owning.resale.today * by, scrap=owning.resale.scrap * by)
    payments = owning.payments
    if payments is not None:
        payments = replace(
            payments,
            now=payments.now * by,
            by_year=tuple(amount * by for amount in payments.by_year),
            deductible=tuple(amount * by for amount in payments.deductible),
            owed=tuple(amount * by for amount in payments.owed),
        )
    return replace(one, owning=replace(owning, price=owning.price * by, resale=resale, payments=payments))


def _once(one: Challenger, by: float) -> Challenger:
    return replace(one, once=one.once * by)


def _changeover(one: Challenger, by: float) -> Challenger:
    total = one.owning.changeover.total
    overrun = (1 + one.owning.changeover.overrun) * by - 1 if total else 0.0
    return replace(
        one, owning=replace(one.owning, changeover=replace(one.owning.changeover, overrun=overrun))
    )


def _new_repair(one: Challenger, by: float) -> Challenger:
    return replace(one, running=replace(one.running, repair=one.running.repair * by))


def _life(one: Challenger, by: float) -> Challenger:
    life = round(one.life * by)
    if life < 1:
        raise InvalidInput("challenger.life", "must be 1 year or more")
    return replace(one, life=life)


def _new_stream(name: str) -> Callable[[Challenger, float], Challenger]:
    def change(one: Challenger, by: float) -> Challenger:
        return replace(one, running=_streamed(one.running, name, by))

    return change
