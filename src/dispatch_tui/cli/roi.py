"""``dispatch-tui roi``: repair a unit, or replace it? The verdict, and every number with its reasons."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.clock import Clock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import Suggestion, challenger_named, suggest
from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.figures import Figure, shown
from dispatch_tui.roi.inputs import FIELDS, Inputs, Kind
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.sensitivity import Bar, tornado
from dispatch_tui.roi.talk import talk_track
from dispatch_tui.roi.verdict import Verdict, verdict
from dispatch_tui.settings import RoiSettings, load
from dispatch_tui.store.units import unit_by_serial
from dispatch_tui.text import money, plain

_TYPED = Origin(Source.OPERATOR)


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Compare; 0. Raises :class:`NotFound`, or :class:`InvalidInput` naming what is not known."""
    with desk_for(args, clock) as desk:
        suggestion, found = compared(desk, args, load().roi)
    said = verdict(found.decision)
    if args.json:
        out.json(_shape(suggestion, found, said))
    else:
        _show(out, suggestion, found, said)
    return 0


def compared(desk: Desk, args: Namespace, settings: RoiSettings) -> tuple[Suggestion, Answer]:
    """The comparison that the options ask for. Raises as :func:`run` does."""
    with desk.store.read() as connection:
        unit_id = unit_by_serial(connection, args.unit)
    suggestion = suggest(desk, unit_id, settings)
    try:
        return suggestion, answer(_stated(suggestion, args), seed=suggestion.card.id)
    except InvalidInput as error:
        raise InvalidInput(error.field, error.reason, _remedy(error)) from error


def _remedy(error: InvalidInput) -> str:
    options = {
        "rate": "--rate",
        "horizon": "--years",
        "challenger": "--model NAME",
    }
    option = options.get(error.field.partition(".")[0])
    return f"Give it with {option}." if option else error.remedy


def _stated(suggestion: Suggestion, args: Namespace) -> Inputs:
    """What the records say, with what was typed in its place."""
    inputs = suggestion.inputs
    if args.model:
        inputs = suggestion.against(inputs, challenger_named(suggestion, args.model))
    typed: dict[str, Any] = {}
    if args.quote is not None:
        typed["quote"] = round(args.quote.scaleb(inputs.digits))
    if args.years is not None:
        typed["horizon"] = args.years
    if args.rate is not None:
        typed["rate"] = args.rate
    origins = {**inputs.origins, **dict.fromkeys(typed, _TYPED)}
    return replace(inputs, **typed, origins=origins)


def _shape(suggestion: Suggestion, found: Answer, said: Verdict) -> dict[str, Any]:
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
        "inputs": [
            {
                "key": one.key,
                "label": one.label,
                "kind": one.kind.value,
                "value": inputs.value(one),
                "origin": {"source": inputs.origin(one).source.value, "note": inputs.origin(one).note},
            }
            for one in FIELDS
        ],
        "results": [
            _figure_shape(one)
            for one in explain(decision, ways=found.ways, record=suggestion.history).values()
        ],
        "tornado": [_bar_shape(one) for one in tornado(decision)],
        "turns_at_years": list(decision.turns),
        "talk": list(talk_track(decision)),
        "flags": [{"code": one.code, "text": one.text} for one in decision.flags],
    }


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


def _show(out: Output, suggestion: Suggestion, found: Answer, said: Verdict) -> None:
    card, inputs, decision = suggestion.card, found.inputs, found.decision
    out.line(
        out.styled(f"{plain(card.serial)}: repair it, or replace it by {plain(inputs.challenger)}?", "bold")
    )
    wrapped(out, f"{plain(said.sentence)}\n{plain(said.reason)}")
    for flag in decision.flags:
        wrapped(out, f"! {plain(flag.text)}")
    results = list(explain(decision).values())
    heading(out, "Results")
    width = max(len(one.label) for one in results)
    values = {plain(one.label): shown(one, inputs.currency, inputs.digits) for one in results}
    chance = next(one for one in results if one.key == "probability")
    values[chance.label] += f" ± {decision.error * 100:.1f}"
    facts(out, values, width=width)
    groups = dict.fromkeys(one.group for one in FIELDS)
    width = max(len(one.label) for one in FIELDS)
    for group in groups:
        heading(out, group)
        values = {
            one.label: f"{_input_words(inputs, one.kind, inputs.value(one))}  ({_origin_words(inputs.origin(one))})"
            for one in FIELDS
            if one.group == group
        }
        facts(out, values, width=width)


def _input_words(inputs: Inputs, kind: Kind, value: float | None) -> str:
    if value is None:
        return "not known"
    if kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return money(round(value), inputs.currency, inputs.digits)
    if kind is Kind.RATE:
        return f"{value:.1%}".replace("%", " %")
    if kind is Kind.TIMES_A_YEAR:
        return f"{value:,.2f}"
    return f"{value:,.0f}" if kind is Kind.WHOLE_YEARS else f"{value:,.1f}"


def _origin_words(origin: Origin) -> str:
    return f"{origin.source.value}: {plain(origin.note)}" if origin.note else origin.source.value
