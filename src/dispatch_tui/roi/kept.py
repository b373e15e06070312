"""A recommendation as it is kept, and what has changed since: inputs and result as plain values, then and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dispatch_tui.roi.capital import annuity
from dispatch_tui.roi.decision import Band, Decision
from dispatch_tui.roi.fields import FIELDS, NEW, Field, Kind, Value
from dispatch_tui.roi.figures import Unit
from dispatch_tui.roi.inputs import Inputs, by_law
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.verdict import verdict

Kept = Mapping[str, Any]
"""What :func:`inputs_kept` or :func:`result_kept` gives, also after a way through JSON."""

RESULTS: Mapping[str, tuple[str, Unit]] = {
    "saving": ("Yearly saving by replacing", Unit.MONEY_A_YEAR),
    "probability": ("Replacing is cheaper", Unit.SHARE),
    "limit": ("Repair worth at most", Unit.MONEY),
    "years": ("If kept, best for", Unit.YEARS),
    "keep_yearly": ("Keep: cost a year", Unit.MONEY_A_YEAR),
    "new_yearly": ("Replace: cost a year", Unit.MONEY_A_YEAR),
    "downtime": ("Downtime avoided", Unit.HOURS_A_YEAR),
    "evpi": ("Knowing more is worth", Unit.MONEY),
}
"""The results that are set side by side, then and now, with how they are called and what they count."""

_PLACES: Mapping[Kind, int] = {
    Kind.MONEY: 0,
    Kind.MONEY_A_YEAR: 0,
    Kind.HOURS: 1,
    Kind.DAYS: 1,
    Kind.TIMES_A_YEAR: 2,
    Kind.AMOUNT_A_YEAR: 0,
    Kind.YEARS: 1,
    Kind.WHOLE_YEARS: 0,
    Kind.RATE: 4,
}
"""Decimals that people read of an input: what differs beyond them drifts with every second, and is no news."""


def inputs_kept(inputs: Inputs, *rivals: Inputs) -> dict[str, Any]:
    """Every input with who said so; money in minor units. Of ``rivals`` what is the challenger's own."""
    kept = {
        "unit": inputs.unit,
        "challenger": inputs.challenger,
        "currency": inputs.currency,
        "digits": inputs.digits,
        "fields": {one.name: _field_kept(inputs, one) for one in FIELDS},
    }
    if rivals:
        own = [one for one in FIELDS if one.group == NEW]
        kept["rivals"] = [
            {"challenger": rival.challenger, "fields": {one.name: _field_kept(rival, one) for one in own}}
            for rival in rivals
        ]
    return kept


def _field_kept(inputs: Inputs, of: Field) -> dict[str, Any]:
    origin = inputs.origin(of)
    return {"value": inputs.value(of), "source": origin.source.value, "note": origin.note}


def result_kept(decision: Decision) -> dict[str, Any]:
    """The verdict in words and the results as numbers, with their band where they have one."""
    said, standing = verdict(decision), decision.standing
    case = decision.case
    return {
        "answer": said.answer,
        "sentence": said.sentence,
        "reason": said.reason,
        "error": decision.error,
        "futures": decision.futures.paths,
        "seed": decision.futures.seed,
        "flags": [flag.code for flag in decision.flags],
        "saving": decision.saving.mean,
        "saving_band": _band(decision.saving),
        "probability": decision.probability,
        "limit": decision.limit.mean,
        "limit_band": _band(decision.limit),
        "years": decision.years,
        "keep_yearly": decision.keep.present / float(annuity(case.real_rate, decision.years)[-1]),
        "new_yearly": standing.best.cost,
        "downtime": decision.downtime.mean,
        "evpi": decision.evpi,
    }


def _band(band: Band) -> list[float]:
    return [band.low, band.high]


def restated(today: Inputs, kept: Kept) -> Inputs:
    """Today's inputs with what was typed in then: that was somebody's word, and stands until he takes it back."""
    typed = {
        one: kept["fields"][one.name]["value"]
        for one in FIELDS
        if kept["fields"].get(one.name, {}).get("source") == Source.OPERATOR.value
    }
    origins = {**today.origins, **{one.key: Origin(Source.OPERATOR) for one in typed}}
    changed: dict[str, Any] = {one.name: value for one, value in typed.items()}
    return by_law(replace(today, **changed, origins=origins))


@dataclass(frozen=True, slots=True)
class InputChange:
    """An input that is another today; either may be ``None`` (not known). ``challenger`` names one of several."""

    field: Field
    was: Value
    now: Value
    origin: Origin
    challenger: str = ""


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A result then and now; ``None`` where there is none."""

    key: str
    label: str
    unit: Unit
    was: float | None
    now: float | None


def input_changes(kept: Kept, today: Inputs, *rivals: Inputs) -> tuple[InputChange, ...]:
    """The inputs that differ from those kept, in the panel's order, by as much as people can see.

    An input that was not asked for then has not changed.
    """
    found = list(_changes(kept, today, ""))
    then = {one["challenger"]: one for one in kept.get("rivals", ())}
    for rival in rivals:
        if rival.challenger in then:
            found += _changes(then[rival.challenger], rival, rival.challenger)
    return tuple(found)


def _changes(kept: Kept, today: Inputs, challenger: str) -> Iterator[InputChange]:
    for one in FIELDS:
        if one.name not in kept["fields"]:
            continue
        was, now = kept["fields"][one.name]["value"], today.value(one)
        if _read(one, was) != _read(one, now):
            yield InputChange(one, was, now, today.origin(one), challenger)


def result_changes(kept: Kept, today: Kept | None) -> tuple[ResultChange, ...]:
    """Every result then and now; ``today`` is ``None`` where there is no answer any more."""
    return tuple(
        ResultChange(key, label, unit, kept.get(key), None if today is None else today.get(key))
        for key, (label, unit) in RESULTS.items()
    )


def _read(field: Field, value: Value) -> Value:
    return value if value is None or isinstance(value, str) else round(value, _PLACES[field.kind])
