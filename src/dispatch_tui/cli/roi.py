"""``dispatch-tui roi``: repair a unit, or replace it? The verdict, and every number with its reasons."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from dispatch_tui.cli.opening import desk_for
from dispatch_tui.cli.output import Output
from dispatch_tui.cli.roi_json import shape
from dispatch_tui.cli.sheet import facts, heading, wrapped
from dispatch_tui.cli.table import Cell, Column, table
from dispatch_tui.clock import Clock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import Suggestion, challenger_named, suggest
from dispatch_tui.dispatch.parts import PartClue
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.roi.answer import Answer, answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.fields import FIELDS, NEW, Field, Kind, Value
from dispatch_tui.roi.figures import shown
from dispatch_tui.roi.inputs import Inputs, edit, sharing
from dispatch_tui.roi.marks import Origin, Source
from dispatch_tui.roi.verdict import Verdict, verdict
from dispatch_tui.roi.ways import ways
from dispatch_tui.settings import RoiSettings, load
from dispatch_tui.store.units import unit_by_serial
from dispatch_tui.text import money, plain, whole_money

_TYPED = Origin(Source.OPERATOR)


def run(args: Namespace, out: Output, clock: Clock) -> int:
    """Compare; 0. Raises :class:`NotFound`, or :class:`InvalidInput` naming what is not known."""
    with desk_for(args, clock) as desk:
        suggestion, found = compared(desk, args, load().roi)
    said = verdict(found.decision)
    if args.json:
        out.json(shape(suggestion, found, said))
    else:
        _show(out, suggestion, found, said)
    return 0


def compared(desk: Desk, args: Namespace, settings: RoiSettings) -> tuple[Suggestion, Answer]:
    """The comparison that the options ask for. Raises as :func:`run` does."""
    with desk.store.read() as connection:
        unit_id = unit_by_serial(connection, args.unit)
    suggestion = suggest(desk, unit_id, settings)
    try:
        stated, *rivals = _stated(suggestion, args)
        return suggestion, answer(stated, *rivals, seed=suggestion.card.id)
    except InvalidInput as error:
        raise InvalidInput(error.field, error.reason, _remedy(error)) from error


def _remedy(error: InvalidInput) -> str:
    """The option that states what is missing."""
    options = {"rate": "--rate", "horizon": "--years", "challenger": "--model NAME"}
    field = next((one for one in FIELDS if error.field in (one.key, one.name)), None)
    option = options.get(error.field) or (f"--set {field.name}=..." if field is not None else "")
    return f"{error.remedy} Give it with {option}.".strip() if option else error.remedy


def _stated(suggestion: Suggestion, args: Namespace) -> list[Inputs]:
    """What the records say against each of the models, with what was typed in its place.

    What belongs to the challenger goes for the first of them; of the others stands what is on record.
    """
    inputs = suggestion.inputs
    models = list(dict.fromkeys(challenger_named(suggestion, name) for name in args.model))
    if models:
        inputs = suggestion.against(inputs, models[0])
    if args.component:
        inputs = suggestion.with_component(inputs, _component_named(suggestion, args.component))
    typed: dict[str, Any] = {}
    if args.quote is not None:
        typed["quote"] = round(args.quote.scaleb(inputs.digits))
    if args.years is not None:
        typed["horizon"] = args.years
    if args.rate is not None:
        typed["rate"] = args.rate
    origins = {**inputs.origins, **dict.fromkeys(typed, _TYPED)}
    inputs = replace(inputs, **typed, origins=origins)
    for words in args.stated:
        inputs = _set(inputs, words)
    rivals = [suggestion.against(inputs, model) for model in models[1:]]
    return [inputs, *(sharing(one, inputs) for one in rivals)]


def _component_named(suggestion: Suggestion, name: str) -> PartClue:
    """The part of that name or number. Raises :class:`NotFound`."""
    wanted = name.strip().casefold()
    for one in suggestion.components:
        if wanted in (one.name.casefold(), one.number.casefold()):
            return one
    known = ", ".join(plain(one.name) for one in suggestion.components)
    raise NotFound("component", name, f"Known: {known}." if known else "No part is on record with its cost.")


def _set(inputs: Inputs, words: str) -> Inputs:
    """The inputs with ``name=value`` typed in. Raises :class:`InvalidInput`."""
    name, equals, value = words.partition("=")
    field = next((one for one in FIELDS if one.name == name.strip()), None)
    if field is None or not equals:
        known = ", ".join(one.name for one in FIELDS)
        raise InvalidInput("--set", f"{words!r} names no input", f"Write NAME=VALUE; names: {known}.")
    return edit(inputs, field, value)


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
    _show_ways(out, found)
    groups = dict.fromkeys(one.group for one in FIELDS)
    width = max(len(one.label) for one in FIELDS)
    for group in groups:
        heading(out, f"{group}: {plain(inputs.challenger)}" if group == NEW and found.rivals else group)
        values = {
            one.label: f"{input_words(inputs, one.kind, inputs.value(one))}  ({_origin_words(inputs.origin(one))})"
            for one in FIELDS
            if one.group == group and _matters(inputs, one)
        }
        facts(out, values, width=width)
    if suggestion.parts:
        heading(out, "Parts likely on the next visit")
        for part in suggestion.parts:
            wrapped(out, f"  {part.chance * 100:.0f} %  {plain(part.name)} {plain(part.number)}".rstrip())


def _matters(inputs: Inputs, of: Field) -> bool:
    """Whether an input that is seldom used says anything: --json has them all."""
    return not of.fold or of.key in inputs.origins


def _show_ways(out: Output, found: Answer) -> None:
    """All ways forward, where there are more than two."""
    listed = ways(found.decision)
    if len(listed) <= 2:
        return
    inputs = found.inputs
    heading(out, "All ways forward, the cheapest first")
    columns = [Column(title, right=True) for title in ("years", "to pay now", "a year", "dearer by")]
    rows = [
        [
            Cell(plain(one.name)),
            Cell(str(one.years)),
            *(
                Cell(whole_money(value, plain(inputs.currency)))
                for value in (one.outlay, one.yearly, one.more)
            ),
        ]
        for one in listed
    ]
    table(out, (Column("", least=12), *columns), rows)


def input_words(inputs: Inputs, kind: Kind, value: Value) -> str:
    """An input's value as people read it."""
    if value is None or value == "":
        return "not known"
    if isinstance(value, str):
        return plain(value)
    if kind in (Kind.MONEY, Kind.MONEY_A_YEAR):
        return money(round(value), inputs.currency)
    if kind is Kind.RATE:
        return f"{value:.1%}".replace("%", " %")
    if kind is Kind.TIMES_A_YEAR:
        return f"{value:,.2f}"
    return f"{value:,.0f}" if kind is Kind.WHOLE_YEARS else f"{value:,.1f}"


def _origin_words(origin: Origin) -> str:
    return f"{origin.source.value}: {plain(origin.note)}" if origin.note else origin.source.value
