"""The question that a person's inputs state: the case, and how each way forward fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.buying import book_write_off, bought, repair_write_off
from dispatch_tui.roi.capital import Resale
from dispatch_tui.roi.case import COMPONENT, KEEP, Case, Challenger, Component, Defender
from dispatch_tui.roi.costs import CONTRACT, ENERGY, OTHER_WORK, Running, Stream
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.inputs import OF_A_CHALLENGER, Inputs
from dispatch_tui.roi.marks import ASSUMED, Flag, Source
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.usage import usage_ratio

SPREAD: Mapping[Source, float] = {
    Source.HISTORY: 0.10,
    Source.FLEET: 0.20,
    Source.CATALOGUE: 0.10,
    Source.QUOTE: 0.05,
    Source.ASSUMED: 0.25,
}
"""How far an amount may be off, by who says so: the standard deviation of its logarithm. What was typed in or agreed
is taken as known. How often units fail and what one repair costs has its uncertainty from the records."""


def case_from(inputs: Inputs, *rivals: Inputs) -> Case:
    """The case that :func:`.decision.decide` answers; ``rivals`` are the same unit against other challengers.

    What is not the challenger's own must be the same in all of them (:func:`.inputs.sharing`).
    Expected over recorded use scales energy and supplies of both ways. Raises ``InvalidInput`` naming the field
    that nobody has filled in.
    """
    use, flags = usage_ratio(inputs.recorded_usage, inputs.expected_usage)
    if inputs.failures is None:
        raise InvalidInput("failures", "nobody knows how often it fails", "Enter its failures a year.")
    unit = Defender(
        name=inputs.unit,
        running=_unit_running(inputs, use),
        quote=inputs.quote or 0,
        loaner=inputs.loaner,
        refund=inputs.refund,
        resale=Resale(inputs.market_value, inputs.value_loss),
        age_years=inputs.age_years,
        rated_life=inputs.rated_life,
        component=_component(inputs),
        capitalised=repair_write_off(inputs),
        book=inputs.book,
        write_off=book_write_off(inputs),
    )
    challengers, cautions = [], list(flags)
    for one in (inputs, *rivals):
        challenger, more = _challenger(one, use)
        challengers.append(challenger)
        cautions += [*_of_rival(one, inputs), *more]
    return Case(
        currency=inputs.currency,
        rate=inputs.rate,
        inflation=inputs.escalator,
        tax=inputs.tax,
        horizon=inputs.horizon,
        quoted=inputs.quote is not None,
        defender=unit,
        challengers=tuple(challengers),
        spread=_spread(inputs, rivals),
        origins=inputs.origins,
        said_of={_name(one): one.origins for one in rivals},
        flags=(*_still_true(inputs), *cautions),
    )


def _of_rival(rival: Inputs, inputs: Inputs) -> tuple[Flag, ...]:
    """What must be known of another challenger."""
    return () if rival is inputs else tuple(flag for flag in rival.flags if flag.code in OF_A_CHALLENGER)


_CAUTIONS: Mapping[str, frozenset[str]] = {
    "defender.failures": frozenset(
        {
            "prior_only",
            "fleet_only",
            "thin_fleet",
            "rating_off",
            "poor_fit",
            "scheduled_service",
            "beyond_oldest_age",
            "no_history",
        }
    ),
    "defender.repair": frozenset({"cost_assumed", "few_costs", "cost_misfit"}),
}
"""The cautions on an estimate, by the input that it gives."""


def _still_true(inputs: Inputs) -> tuple[Flag, ...]:
    """The cautions without those on an estimate that somebody has replaced by his own figure."""
    stated = (
        codes
        for key, codes in _CAUTIONS.items()
        if inputs.origins.get(key, ASSUMED).source is Source.OPERATOR
    )
    gone = frozenset().union(*stated)
    return tuple(flag for flag in inputs.flags if flag.code not in gone)


def ways_from(inputs: Inputs, *rivals: Inputs) -> dict[str, Failing]:
    """How each way forward fails, for :func:`.outlook.futures`. Raises ``InvalidInput`` as :func:`case_from` does.

    More use than on record brings more failures: by the hours clock a year then has more hours, by the calendar
    the rate rises in proportion.
    """
    ways = {KEEP: _stated(inputs, inputs.failing, inputs.failures, "failures")}
    if inputs.component is not None:
        ways[COMPONENT] = replace(ways[KEEP], renewed=inputs.component_share)
    for one in (inputs, *rivals):
        ways[_name(one)] = _stated(one, one.new_failing, one.new_failures, "challenger.failures")
    return ways


NEW_COMPONENT = "new component"
"""What a component is called that has no name."""


def _component(inputs: Inputs) -> Component | None:
    if inputs.component is None:
        return None
    return Component(
        name=inputs.component_name or NEW_COMPONENT, price=inputs.component, share=inputs.component_share
    )


def _name(inputs: Inputs) -> str:
    """The challenger's name; where only a price was typed in, what it is."""
    return inputs.challenger or "a new unit"


def _stated(inputs: Inputs, failing: Failing | None, yearly: float | None, name: str) -> Failing:
    if failing is None or yearly is None:
        raise InvalidInput(name, "nobody knows how often it fails", "Enter its failures a year.")
    used = failing.used(inputs.recorded_usage, inputs.expected_usage)
    likely = failing.yearly
    return replace(used, scale=used.scale * yearly / likely) if likely else used


def _unit_running(inputs: Inputs, use: float) -> Running:
    if inputs.repair is None:
        raise InvalidInput(
            "repair", "nobody knows what a repair of it costs", "Enter the cost of one repair."
        )
    rise = inputs.escalator
    return Running(
        repair=inputs.repair,
        hours_down=inputs.hours_down,
        hour_price=inputs.downtime_price,
        covered_years=inputs.covered,
        escalator=rise,
        streams=(
            Stream(OTHER_WORK, inputs.other_work, rise),
            Stream(ENERGY, inputs.energy * use, rise),
            Stream(CONTRACT, inputs.contract, rise),
        ),
    )


def _challenger(inputs: Inputs, use: float) -> tuple[Challenger, tuple[Flag, ...]]:
    name = _name(inputs)
    if inputs.new_failures is None:
        raise InvalidInput(
            "challenger.failures", f"nobody knows how often {name} fails", "Enter failures a year."
        )
    owning, life, flags = bought(inputs, name)
    if inputs.new_repair is None:
        raise InvalidInput(
            "challenger.repair", f"nobody knows what a repair of {name} costs", "Enter the cost of one."
        )
    rise = inputs.escalator
    challenger = Challenger(
        name=name,
        owning=owning,
        life=life,
        once=inputs.new_loaner,
        trade_in=inputs.trade_in,
        running=Running(
            repair=inputs.new_repair,
            hours_down=inputs.hours_down,
            hour_price=inputs.downtime_price,
            covered_years=inputs.warranty,
            escalator=rise,
            streams=(
                Stream(OTHER_WORK, inputs.new_other_work, rise),
                Stream(ENERGY, inputs.new_energy * use, rise),
                Stream(CONTRACT, inputs.new_contract, rise),
            ),
        ),
    )
    return challenger, flags


_KNOWN_BY_THE_RECORDS = {"defender.repair", "challenger.repair"}


def _spread(inputs: Inputs, rivals: tuple[Inputs, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in (inputs, *rivals):
        for of in FIELDS:
            sigma = SPREAD.get(one.origin(of).source)
            if sigma is None or of.key in _KNOWN_BY_THE_RECORDS:
                continue
            side, _, rest = of.key.partition(".")
            key = f"challenger.{_name(one)}.{rest}" if side == "challenger" and rivals else of.key
            found[key] = sigma
    return found
