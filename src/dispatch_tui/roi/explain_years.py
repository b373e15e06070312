"""What the numbers of the panel's tables are made of: a year, a length of keeping, a bar of the tornado."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dispatch_tui.roi.coming import coming
from dispatch_tui.roi.costs import REPAIRS
from dispatch_tui.roi.decision import Decision
from dispatch_tui.roi.explain import Tree, when
from dispatch_tui.roi.fields import FIELDS, Kind
from dispatch_tui.roi.figures import Figure, Unit
from dispatch_tui.roi.history import History
from dispatch_tui.roi.ledger import Ledger, keep_ledger
from dispatch_tui.roi.marks import Origin
from dispatch_tui.roi.outlook import Failing
from dispatch_tui.roi.reasons import CHALLENGER, DEFENDER, running_inputs
from dispatch_tui.roi.sensitivity import Bar
from dispatch_tui.text import years_long

_UNITS: Mapping[Kind, Unit] = {
    Kind.MONEY: Unit.MONEY,
    Kind.MONEY_A_YEAR: Unit.MONEY_A_YEAR,
    Kind.HOURS: Unit.HOURS,
    Kind.DAYS: Unit.COUNT,
    Kind.TIMES_A_YEAR: Unit.PER_YEAR,
    Kind.AMOUNT_A_YEAR: Unit.COUNT,
    Kind.YEARS: Unit.YEARS,
    Kind.WHOLE_YEARS: Unit.YEARS,
    Kind.RATE: Unit.RATE,
}
_KIND = {field.key: field.kind for field in FIELDS}


def explain_year(
    decision: Decision, year: int, *, ways: Mapping[str, Failing], record: History | None
) -> Figure:
    """What falls due in a year of both ways (0 is now), kind by kind."""
    tree = Tree(decision, ways, record)
    case = decision.case
    challenger = case.challenger(decision.replaced.name)
    sides = (
        ("keep", f"Keep {case.defender.name}", decision.kept_on, case.defender.running),
        ("replace", f"Replace by {challenger.name}", decision.replaced, challenger.running),
    )
    parts = [
        _of_year(tree.ledger(key, label, ledger, running), ledger, year)
        for key, label, ledger, running in sides
    ]
    return Figure(
        f"year.{year}",
        f"{when(year)}: keeping costs more by",
        decision.extra_flow[year],
        Unit.MONEY,
        "what falls due if the unit is kept on, less what falls due if it is replaced now",
        inputs=tuple(parts),
    )


def _of_year(whole: Figure, ledger: Ledger, year: int) -> Figure:
    """One way's lines as they fall due in that year, each with what it rests on."""
    lines = tuple(
        replace(
            figure,
            key=f"{figure.key}.{year}",
            value=float(line.by_year[year]),
            formula=f"as it falls due: {when(year).lower()}",
            inputs=tuple(one for one in figure.inputs if not one.key.startswith(f"{figure.key}.")),
        )
        for line, figure in zip(ledger.lines, whole.inputs, strict=True)
        if line.by_year[year]
    )
    label = whole.label if year == 0 else f"{whole.label}, {when(year).lower()}"
    return replace(
        whole, label=label, value=float(ledger.by_year[year]), formula="the sum of its parts", inputs=lines
    )


def explain_kept(
    decision: Decision, years: int, *, ways: Mapping[str, Failing], record: History | None
) -> Figure:
    """What keeping the unit so many years more costs beyond replacing it now."""
    case, plan = decision.case, decision.standing.plan
    ledger = keep_ledger(case, decision.futures.means[plan.way], years, plan.way)
    label = f"Keep {case.defender.name} so long: cost in today's money"
    keeping = Tree(decision, ways, record).ledger("keep", label, ledger, case.defender.running)
    more = float(plan.gap[years - 1])
    replacing = Figure(
        "replace.now",
        "Replace now: the same years, in today's money",
        ledger.present - more,
        Unit.MONEY,
        "the challenger's lowest cost a year times the annuity factor, and what is paid once",
    )
    long = years_long(years)
    return Figure(
        f"gap.{years}",
        f"Kept {long}: costs more by",
        more,
        Unit.MONEY,
        "keeping so long, then the best challenger, less replacing now",
        inputs=(keeping, replacing),
    )


def explain_coming(
    decision: Decision, year: int, *, ways: Mapping[str, Failing], record: History | None
) -> Figure:
    """The unit's failures in a coming year, with what the forecast rests on, down to the visits."""
    standing = decision.standing
    case = decision.case.told_of(standing.best.name)
    one = coming(decision)[year - 1]
    challenger = case.challenger(standing.best.name)
    sides = (
        (DEFENDER, case.defender.running, standing.plan.way, record),
        (CHALLENGER, challenger.running, standing.best.name, None),
    )
    rests: list[Figure] = []
    for side, running, way, own in sides:
        yearly = float(decision.futures.means[way].failures[: case.horizon].mean())
        failures = running_inputs(case, side, REPAIRS, running, yearly, ways.get(way), own)[0]
        name = case.defender.name if side == DEFENDER else challenger.name
        rests.append(replace(failures, label=f"{name}: {failures.label[:1].lower()}{failures.label[1:]}"))
    return Figure(
        f"coming.{year}",
        f"Failures of {case.defender.name} in year {year}",
        one.mean,
        Unit.PER_YEAR,
        f"mean of {decision.futures.paths:,} futures; in 8 of 10 between the two below",
        inputs=(
            Figure("coming.low", "P10", one.low, Unit.COUNT),
            Figure("coming.high", "P90", one.high, Unit.COUNT),
            *rests,
        ),
    )


def explain_bar(bar: Bar, decision: Decision) -> Figure:
    """One bar of the tornado: the input's range, what the answer is at either end, and where it turns."""
    unit = _UNITS[_KIND.get(bar.key, Kind.MONEY)] if bar.key in _KIND else _guess(bar.key)
    origin = _origin(bar.key, decision)
    value = Figure(bar.key, f"{bar.label}: as it stands", bar.value, unit)
    turn = "no value within ten times of it turns the verdict"
    if bar.turns_at is not None:
        turn = "the nearest value at which the verdict turns"
    return Figure(
        f"bar.{bar.key}",
        f"{bar.label}: moves the yearly saving by",
        bar.swing,
        Unit.MONEY_A_YEAR,
        "the saving at either end of what the input may be (P10 and P90), all others as they stand",
        inputs=(
            value if origin is None else replace(value, origin=origin),
            Figure("bar.low", "Low (P10)", bar.low, unit),
            Figure("bar.saving_low", "Yearly saving there", bar.saving_low, Unit.MONEY_A_YEAR),
            Figure("bar.high", "High (P90)", bar.high, unit),
            Figure("bar.saving_high", "Yearly saving there", bar.saving_high, Unit.MONEY_A_YEAR),
            Figure("bar.turns_at", "Turns at", bar.turns_at, unit, turn),
        ),
    )


def _origin(key: str, decision: Decision) -> Origin | None:
    """Who gave the input; of several challengers it has the challenger's name in its key."""
    case = decision.case
    if key in case.origins:
        return case.origins[key]
    side, _, rest = key.partition(".")
    name, _, last = rest.rpartition(".")
    return case.told_of(name).origins.get(f"{side}.{last}")


def _guess(key: str) -> Unit:
    """The unit of an input of one of several challengers, by the last part of its name."""
    last = f"challenger.{key.rpartition('.')[2]}"
    return _UNITS[_KIND.get(last, Kind.MONEY)]
