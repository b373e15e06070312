"""The comparison of one unit as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dispatch_tui.desk.replacement import Suggestion
from dispatch_tui.roi.answer import Answer
from dispatch_tui.roi.coming import coming, kept
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.fields import FIELDS, NEW, Field
from dispatch_tui.roi.figures import Figure
from dispatch_tui.roi.inputs import Inputs
from dispatch_tui.roi.sensitivity import Bar, tornado
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.roi.verdict import Verdict
from dispatch_tui.roi.ways import ways


def shape(suggestion: Suggestion, found: Answer, said: Verdict) -> dict[str, Any]:
    """The answer as docs/json.md has it."""
    inputs, decision = found.inputs, found.decision
    return {
        "unit": suggestion.card.serial,
        "challenger": inputs.challenger,
        "currency": inputs.currency,
        "verdict": {"answer": said.answer, "sentence": said.sentence, "reason": said.reason},
        "probability": {
            "replacing_is_cheaper": decision.probability,
            "standard_error": decision.error,
            "futures": decision.futures.paths,
            "seed": decision.futures.seed,
        },
        "inputs": [_input_shape(inputs, one) for one in FIELDS],
        "results": [
            _figure_shape(one)
            for one in explain(decision, ways=found.ways, record=suggestion.history).values()
        ],
        "years": [
            {"year": year, "keep": keep, "replace": new}
            for year, (keep, new) in enumerate(
                zip(decision.kept_on.by_year.tolist(), decision.replaced.by_year.tolist(), strict=True)
            )
        ],
        "forecast": [asdict(one) for one in coming(decision)],
        "keeping": [asdict(one) for one in kept(decision)],
        "tornado": [_bar_shape(one) for one in tornado(decision)],
        "turns_at_years": list(decision.turns),
        "ways": [asdict(one) for one in ways(decision)],
        "challengers": [_challenger_shape(one) for one in (inputs, *found.rivals)],
        "clock": {
            "ages": None if inputs.failing is None else inputs.failing.fit.clock.value,
            "why": "" if inputs.failing is None else inputs.failing.why,
        },
        "parts": [asdict(one) for one in suggestion.parts],
        "components": [
            {"name": one.name, "price_minor": round(one.cost or 0), "share": one.share}
            for one in suggestion.components
        ],
        "talk": list(talk_track(decision)),
        "flags": [{"code": one.code, "text": one.text} for one in decision.flags],
    }


def _input_shape(inputs: Inputs, of: Field) -> dict[str, Any]:
    origin = inputs.origin(of)
    return {
        "key": of.key,
        "name": of.name,
        "label": of.label,
        "kind": of.kind.value,
        "value": inputs.value(of),
        "origin": {"source": origin.source.value, "note": origin.note},
    }


def _challenger_shape(inputs: Inputs) -> dict[str, Any]:
    own = [one for one in FIELDS if one.group == NEW]
    return {"name": inputs.challenger, "inputs": [_input_shape(inputs, one) for one in own]}


def _bar_shape(bar: Bar) -> dict[str, Any]:
    return {
        "key": bar.key,
        "label": bar.label,
        "value": bar.value,
        "low": bar.low,
        "high": bar.high,
        "saving_low": bar.saving_low,
        "saving_high": bar.saving_high,
        "turns_at": bar.turns_at,
        "flips": bar.flips,
    }


def _figure_shape(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit.value,
        "formula": figure.formula,
        "origin": {"source": figure.origin.source.value, "note": figure.origin.note},
        "ref": figure.ref,
        "inputs": [_figure_shape(one) for one in figure.inputs],
    }
