"""Repair or replace, put together for one unit: what the records say becomes the inputs of the comparison.

Reads only. Every input tells where it came from; what nobody knows stays open, for the operator to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from dispatch_tui.desk.challengers import against, hours_a_year
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.failing import (
    NOTHING,
    ModelRecord,
    meter,
    model_record,
    new_failing,
    rating,
    unit_failing,
)
from dispatch_tui.desk.prefilled import Facts, prefilled, recorded
from dispatch_tui.desk.unit_record import READINGS
from dispatch_tui.dispatch.parts import PartClue, likely_parts
from dispatch_tui.errors import NotFound
from dispatch_tui.roi.failures.forecast import flags as forecast_flags
from dispatch_tui.roi.failures.records import AgeClock
from dispatch_tui.roi.history import FAILURE_KINDS, History
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.marks import ASSUMED, Flag, Origin, Source
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import fleet, unit_history, units
from dispatch_tui.store.fleet import CatalogueModel
from dispatch_tui.store.part_counts import part_counts
from dispatch_tui.store.units import UnitCard
from dispatch_tui.text import plain

_CHALLENGERS = 500
_ON_RECORD = 8
"""For how many challengers of the unit's family their own units on record are read."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the comparison of one unit starts from; ``challengers`` are the models that could replace it, ``records``
    what is on record of some of them, by their id; ``history`` is the unit's own."""

    card: UnitCard
    inputs: Inputs
    history: History | None
    challengers: tuple[CatalogueModel, ...]
    records: Mapping[int, ModelRecord] = field(default_factory=dict)
    parts: tuple[PartClue, ...] = ()
    """Parts likely needed on the next visit; those with a cost can be replaced alone."""

    def against(self, inputs: Inputs, model: CatalogueModel) -> Inputs:
        """The inputs with another challenger, and what is on record of it."""
        return against(inputs, model, self.records.get(model.id, NOTHING))

    def named(self, inputs: Inputs, challenger: str) -> Inputs:
        """The inputs with the challenger of that name; as they are where the catalogue has none such."""
        model = next((one for one in self.challengers if one.name == challenger), None)
        return inputs if model is None else self.against(inputs, model)

    @property
    def components(self) -> tuple[PartClue, ...]:
        """The parts that can be replaced alone: it is known what a visit with them costs."""
        return tuple(one for one in self.parts if one.cost is not None and one.share > 0)

    def with_component(self, inputs: Inputs, part: PartClue) -> Inputs:
        """The inputs with a way to keep the unit by replacing that part instead of the quoted repair.

        Its price is the mean of the visits on which it was used, its share of the failures that of these visits.
        """
        assert part.cost is not None
        source = Source.HISTORY if part.here else Source.FLEET
        note = f"{part.here + part.elsewhere} visits"
        said = {key: Origin(source, note) for key in ("component.price", "component.name", "component.share")}
        return replace(
            inputs,
            component=round(part.cost),
            component_name=plain(part.name),
            component_share=part.share,
            origins={**inputs.origins, **said},
        )


def suggest(desk: Desk, unit_id: int, settings: RoiSettings) -> Suggestion:
    """Prefill the comparison for a unit, with the first challenger of its family where the catalogue has one.

    Raises ``NotFound`` for an unknown unit.
    """
    now = desk.clock.now()
    with desk.store.read() as connection:
        card = units.unit_card(connection, unit_id)
        inputs, history = _known(connection, card, settings, now)
        hours = inputs.failing is not None and inputs.failing.fit.clock is AgeClock.HOURS
        challengers = tuple(
            one for one in fleet.catalogue(connection, card.family, _CHALLENGERS) if one.id != card.model_id
        )
        family = [one for one in challengers if one.family and one.family == card.family]
        records = {
            one.id: model_record(connection, one.id, inputs.currency, now, hours=hours)
            for one in family[:_ON_RECORD]
        }
        used = part_counts(connection, card, inputs.currency, failure_kinds=FAILURE_KINDS)
    suggestion = Suggestion(card, inputs, history, challengers, records, likely_parts(*used))
    if family:
        suggestion = replace(suggestion, inputs=suggestion.against(inputs, family[0]))
    return suggestion


def _known(
    connection: Connection, card: UnitCard, settings: RoiSettings, now: datetime
) -> tuple[Inputs, History | None]:
    """What the records say of the unit itself."""
    facts = Facts(
        unit_history.all_done_visits(connection, card.id),
        unit_history.readings(connection, card.id, READINGS),
        units.covers(connection, card),
        fleet.latest_quote(connection, card.id),
    )
    said = recorded(card, facts, settings, now)
    hours = card.meter_unit.casefold().startswith("h")
    model = model_record(connection, card.model_id, said.currency, now, without=card.id, hours=hours)
    rated = rating(card.rated_mtbf_hours, hours_a_year(card.meter_unit, said.meter or card.usage_per_year))
    own = [(one.read_at, one.value) for one in facts.readings] if hours else []
    failing = unit_failing(
        said.history,
        card.installed_at,
        model,
        rated,
        now,
        meter(own, card.installed_at) if card.installed_at else (),
    )
    fresh = new_failing(failing, NOTHING, None)
    cautions = _cautions(failing, settings.horizon_years)
    inputs = prefilled(card, facts, said, failing, fresh, settings, now, cautions)
    origins = {**inputs.origins, "defender.failures": _failures_origin(failing, model)}
    stated = replace(inputs, failures=failing.yearly, new_failures=fresh.yearly, origins=origins)
    return stated, said.history


def _failures_origin(failing: Failing, model: ModelRecord) -> Origin:
    own = failing.unit.count
    if own:
        note = f"{own} of its own, {model.failures} of its fleet's" if model.failures else f"{own} on record"
        return Origin(Source.HISTORY, note)
    if model.failures:
        return Origin(Source.FLEET, f"{len(model.units)} units on record")
    return ASSUMED if failing.fit.prior.nobody_said else Origin(Source.CATALOGUE, "rated")


def _cautions(failing: Failing, years: int) -> list[Flag]:
    """What a reader must know of the forecast over the years compared, and of the cost of one repair."""
    until = failing.age + years * failing.use
    return [*forecast_flags(failing.fit, failing.unit, until), *failing.costs.flags]


def challenger_named(suggestion: Suggestion, name: str) -> CatalogueModel:
    """The challenger of that name, upper and lower case alike. Raises ``NotFound``."""
    for one in suggestion.challengers:
        if one.name.casefold() == name.strip().casefold():
            return one
    raise NotFound("challenger", name, "Only models with a price can replace a unit.")
