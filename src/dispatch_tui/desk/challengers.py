"""What is known of a model that could replace a unit: the catalogue's word, and its own units on record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dispatch_tui.desk.failing import NOTHING, ModelRecord, new_failing, rating
from dispatch_tui.roi.costs import CONTRACT, ENERGY, OTHER_WORK
from dispatch_tui.roi.fields import BY_NAME
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.store.fleet import CatalogueModel

AS_TODAYS = Origin(Source.ASSUMED, "as today's model when new")


def against(inputs: Inputs, model: CatalogueModel, record: ModelRecord = NOTHING) -> Inputs:
    """The inputs with another challenger; what was typed for the last one is replaced by what is known of this one.

    A model without a record or a rating is taken to fail as today's does when new: nothing is claimed for it that
    nobody has said.
    """
    found = _new_failures(inputs, model, record)
    changed: dict[str, Any] = {name: value for name, (_, value, _) in found.items()}
    priced = catalogued(inputs, model)
    origins = {**priced.origins, **{key: said for key, _, said in found.values() if key}}
    return replace(priced, origins=origins, **changed)


_OF_ONE_OFFER = ("trade_in", "paying", "down", "finance_years", "finance_rate", "lease", "expensed")
"""What was said of one seller's offer, and holds for no other model."""
_UNSTATED = Inputs(unit="", challenger="", currency="")


def catalogued(inputs: Inputs, model: CatalogueModel) -> Inputs:
    """The inputs with what the catalogue says of a challenger; how it fails is left as it was."""
    origin = Origin(Source.CATALOGUE, model.name)
    known = model.currency in ("", inputs.currency)
    energy = (model.energy_minor or 0) + (model.consumables_minor or 0) if known else 0
    found: dict[str, tuple[str, Any, Origin]] = {
        "price": ("challenger.price", model.price_minor if known else None, origin),
        "changeover": ("challenger.changeover", (model.install_minor or 0) if known else 0, origin),
        "overrun": ("challenger.overrun", inputs.overrun, ASSUMED),
        "life": (
            "challenger.life",
            max(1, round(model.rated_life_years)) if model.rated_life_years else None,
            origin,
        ),
        "warranty": ("challenger.covered", (model.warranty_months or 0) / 12, origin),
        "new_other_work": (
            f"challenger.{OTHER_WORK}",
            inputs.other_work,
            Origin(Source.ASSUMED, "as the unit's"),
        ),
        "new_energy": (f"challenger.{ENERGY}", energy, origin),
        "new_contract": (f"challenger.{CONTRACT}", (model.contract_minor or 0) if known else 0, origin),
    }
    flags = tuple(flag for flag in inputs.flags if flag.code != "challenger_currency")
    if not known:
        words = f"{model.name} is priced in {model.currency}: enter its price in {inputs.currency}."
        flags += (Flag("challenger_currency", words),)
    changed: dict[str, Any] = {name: value for name, (_, value, _) in found.items()}
    changed |= {name: getattr(_UNSTATED, name) for name in _OF_ONE_OFFER}
    forgotten = {BY_NAME[name].key for name in _OF_ONE_OFFER}
    kept = {key: said for key, said in inputs.origins.items() if key not in forgotten}
    origins = {**kept, **{key: said for key, _, said in found.values() if key}}
    return replace(inputs, challenger=model.name, flags=flags, origins=origins, **changed)


def _new_failures(
    inputs: Inputs, model: CatalogueModel, record: ModelRecord
) -> dict[str, tuple[str, Any, Origin]]:
    if inputs.failing is None:
        return {}
    said = rating(model.rated_mtbf_hours, hours_a_year(inputs.meter_unit, inputs.recorded_usage))
    failing = new_failing(inputs.failing, record, said)
    if record.failures:
        source = Origin(Source.FLEET, f"{len(record.units)} units on record")
    else:
        source = Origin(Source.CATALOGUE, "rated") if said else AS_TODAYS
    repair: float | None = inputs.repair
    if inputs.repair is not None:
        repair = failing.costs.mean
    return {
        "new_failing": ("", failing, source),
        "new_failures": ("challenger.failures", failing.yearly, source),
        "new_repair": (
            "challenger.repair",
            repair,
            Origin(Source.FLEET, "its own units")
            if record.events
            else Origin(Source.FLEET, "as today's model"),
        ),
    }


def hours_a_year(meter_unit: str, usage: float | None) -> float | None:
    """Use a year where the meter counts hours."""
    return usage if meter_unit.casefold().startswith("h") else None
