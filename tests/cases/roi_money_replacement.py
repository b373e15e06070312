"""Answers to the area of replacement: defender against challenger, marginal costs, increments, schedules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dispatch_tui.roi import economic_life as life_of
from dispatch_tui.roi import finance, schedule
from tests.cases.published import Question
from tests.cases.roi_money_ways import Way, lengths, way
from tests.cases.spellings import Given, read

_YEARLY_COST = ("aec", "eac", "euac")

_COMMON = {
    "rate": r"rate|i|marr|(interest|discount)_rate",
    "years": r"years|n|horizon|study_period|(common_)?life",
    "rival": r"(best_)?challenger_\w*(euac|aec|eac)",
    "their_life": r"challenger_(economic_)?life",  # at its best yearly cost for ever its life has no effect
}
_MARGINAL = _COMMON | {
    "defender": r"(defender_)?marginal_costs?(_by_year)?",
    "challenger": r"challenger_marginal_costs?(_by_year)?",
    "in_marginal": r"(defender_)?market_value\w*",
}
_INCREMENT = _COMMON | {
    "price": "incremental_first_cost",
    "saving": r"(annual_|yearly_)?(savings?)(_by_year)?",
    "new_salvage": r"challenger_salvage(_value)?",
    "old_salvage": r"defender_salvage(_value)?",
    "more_salvage": r"incremental_salvage(_value)?",
}
_SCHEDULE = {
    "rate": _COMMON["rate"],
    "price": "price",
    "horizon": "horizon",
    "age": r"age|start_age|age_now|initial_age",
    "fetches": "market_value_now",
    "trade_in": r"(trade_?in|salvage|resale|market)\w*_by_(age|year)",
    "upkeep": r"(maintenance|om|operating|upkeep|cost|running|repair)\w*_by_(age|year)",
}


def replacement(question: Question) -> dict[str, Any]:
    given, wanted = question.given, question.wanted
    if "horizon" in given and "price" in given:
        return _schedule(given)
    if any(re.fullmatch(_MARGINAL["defender"], name) for name in given):
        return _marginal(given)
    if "incremental_first_cost" in given:
        return _increment(given)
    if not any(isinstance(value, dict) for value in given.values()):
        given = _sides(given)
    if ways := {name: value for name, value in given.items() if isinstance(value, dict)}:
        return _ways(ways, {name: given[name] for name in given if name not in ways}, wanted)
    common = {
        name: value
        for name, value in given.items()
        if re.fullmatch(f"{_COMMON['rate']}|{_COMMON['rival']}|{_COMMON['their_life']}", name)
    }
    return _ways({"": {name: given[name] for name in given if name not in common}}, common, wanted)


def _sides(given: Given) -> Given:
    """Defender and challenger gathered, where ``defender_om`` and its like state them side by side."""
    if not any(name.startswith("defender_") for name in given):
        return given
    gathered: dict[str, Any] = {}
    for name, value in given.items():
        if side := re.match(r"(defender|challenger)_", name):
            gathered.setdefault(side[1], {})[name[side.end() :]] = value
        else:
            gathered[name] = value
    return gathered


def _ways(stated: Mapping[str, Given], common: Given, wanted: Given) -> dict[str, Any]:
    """Ways forward with costs of their own, over their own or the common years; one without a name is the only one.

    Where what it fetches and costs is known by year, a way is priced for every number of years.
    """
    about = read(common, _COMMON)
    ways = {name: way(each, about.get("years")) for name, each in stated.items()}
    if "rate" not in about:
        raise LookupError("no rate is given")
    rate = about["rate"]
    known = {name: each.known for name, each in ways.items() if each.known is not None}
    priced = {
        name: lengths(rate, each)
        for name, each in ways.items()
        if name not in known and (each.open_ended or _asks_for_best(name, wanted))
    }
    flows = {name: each.flow() for name, each in ways.items() if name not in known and each.years}
    present = {name: finance.npv(rate, flow) for name, flow in flows.items()}
    yearly = {name: finance.equivalent_annual(rate, len(flows[name]) - 1, present[name]) for name in flows}
    if bare := [name for name in ways if name not in {*known, *priced, *flows}]:
        raise LookupError(f"{', '.join(bare)}: for how many years is not given")

    costs = yearly | {name: each["min_euac"] for name, each in priced.items()} | known
    found: dict[str, Any] = {}
    if len(ways) > 1:
        found["better"] = found["best"] = found["choice"] = min(costs, key=lambda name: costs[name])
    if {"defender", "challenger"} <= ways.keys():
        found |= _viewpoints(rate, ways["defender"], flows, costs)
    found |= _verdict(rate, about.get("rival"), priced, costs)
    for name in ways:
        words = _names(name, alone=len(ways) == 1)
        if name in flows:
            found |= {form.format(word): present[name] for form in words for word in ("pw", "npv")}
        for form in (form.format(word) for form in words for word in _YEARLY_COST):
            if name in priced and (isinstance(wanted.get(form), list) or name not in flows):
                found[form] = priced[name]["euac"]
            elif name in yearly:
                found[form] = yearly[name]
        found |= {
            form.format(key): value
            for form in words
            for key, value in priced.get(name, {}).items()
            if key not in _YEARLY_COST
        }
    return found


def _names(name: str, *, alone: bool) -> list[str]:
    """How the answers about one way are called: ``A_eac``, ``eac_A``, just ``eac`` where there is no other."""
    return [*(["{}"] if alone else []), *([f"{name}_{{}}", f"{{}}_{name}"] if name else [])]


def _asks_for_best(name: str, wanted: Given) -> bool:
    asked = ("economic_life", "min_euac", "min_aec", "min_eac", "marginal_cost")
    forms = _names(name, alone=not name)
    return any(form.format(key) in wanted for form in forms for key in asked) or any(
        isinstance(wanted.get(form.format(key)), list) for form in forms for key in _YEARLY_COST
    )


def _verdict(
    rate: float, rival: float | None, priced: Mapping[str, Given], costs: Mapping[str, float]
) -> dict[str, Any]:
    """The defender (or the only way) against the cheapest other, or the yearly cost that is given for one."""
    old = "defender" if "defender" in costs else next(iter(costs))
    if old != "defender" and len(costs) > 1:
        return {}
    rivals = [cost for name, cost in costs.items() if name != old] + ([] if rival is None else [rival])
    if old in priced:
        return _against(rate, priced[old]["marginal_cost"], min(rivals, default=None))
    if not rivals:
        return {}
    more = costs[old] - min(rivals)
    return {"difference": more, "euac_diff": -more, "replace_now": more > 0}


def _against(rate: float, marginal: list[float], rival: float | None) -> dict[str, Any]:
    yearly = life_of.yearly_from_marginal(rate, marginal)
    best = life_of.economic_life(yearly)
    found: dict[str, Any] = {
        "defender_euac": yearly.tolist(),
        "defender_min_euac_year": best.years,
        "defender_economic_life": best.years,
        "defender_min_euac": best.yearly_cost,
    }
    if rival is not None:
        keeping = life_of.keep_or_replace(rate, marginal, rival)
        found |= {
            "replace_now": keeping.replace_now,
            "keep_years": keeping.keep_years,
            "replace_after_years": keeping.keep_years,
        }
        if rate > 0:
            found["pw_by_keep_years"] = life_of.keep_then_for_ever(rate, marginal, rival).tolist()
    return found


def _marginal(given: Given) -> dict[str, Any]:
    about = read(given, _MARGINAL)
    rate, rival = about.get("rate", 0.0), about.get("rival")
    found: dict[str, Any] = {}
    if "challenger" in about:
        theirs = life_of.economic_life(life_of.yearly_from_marginal(rate, about["challenger"]))
        found |= {"challenger_min_euac": theirs.yearly_cost, "challenger_economic_life": theirs.years}
        rival = theirs.yearly_cost if rival is None else rival
    return found | _against(rate, about["defender"], rival)


def _viewpoints(
    rate: float, defender: Way, flows: Mapping[str, list[float]], costs: Mapping[str, float]
) -> dict[str, Any]:
    """Insider: the trade-in lowers the challenger's price; outsider: keeping forgoes it."""
    found: dict[str, Any] = {
        "outsider_defender_aec": costs["defender"],
        "outsider_challenger_aec": costs["challenger"],
        "difference": costs["defender"] - costs["challenger"],
        "euac_diff": costs["challenger"] - costs["defender"],
    }
    if not {"defender", "challenger"} <= flows.keys():
        return found
    old, new = flows["defender"], flows["challenger"]
    for name, flow in (("defender", old), ("challenger", new)):
        inside = finance.npv(rate, [flow[0] - defender.fetches, *flow[1:]])
        found[f"insider_{name}_aec"] = finance.equivalent_annual(rate, len(flow) - 1, inside)
    if len(old) == len(new):
        more = life_of.replacing_flow(old, new).tolist()
        found |= {"incremental_flow": more, "incremental_npv": finance.npv(rate, more)}
        if min(more) < 0 < max(more):
            found["incremental_irr"] = finance.irr(more)
    return found


def _increment(given: Given) -> dict[str, Any]:
    """The challenger's extra price against what it saves each year and fetches more at the end."""
    about = read(given, _INCREMENT)
    saving = about["saving"]
    each = list(saving) if isinstance(saving, list) else [float(saving)] * int(about["years"])
    if about.get("years", len(each)) != len(each):
        raise LookupError(f"{len(each)} savings for {about['years']} years")
    rate, flow = about["rate"], [-about["price"], *each]
    flow[-1] += about.get("more_salvage", about.get("new_salvage", 0.0) - about.get("old_salvage", 0.0))
    gain = finance.npv(rate, flow)
    return {
        "euac_diff": -finance.equivalent_annual(rate, len(each), gain),
        "incremental_flow": flow,
        "incremental_npv": gain,
        "incremental_irr": finance.irr(flow),
        "replace_now": gain > 0,
    }


def _schedule(given: Given) -> dict[str, Any]:
    about = read(given, _SCHEDULE, several=("upkeep",))
    if not {"upkeep", "trade_in"} <= about.keys():
        raise LookupError("a schedule needs the upkeep and the trade-in value of every age")
    equipment = schedule.Equipment(
        price=about["price"],
        upkeep=[sum(parts) for parts in zip(*about["upkeep"], strict=True)],
        trade_in=about["trade_in"],
    )
    age = about.get("age") or None
    fetches = about.get("fetches", equipment.trade_in[age - 1] if age else 0.0)
    best = schedule.cheapest(
        equipment, about["horizon"], about.get("rate", 0.0), age, fetches if age else 0.0
    )
    return {
        "min_cost": best.cost,
        "purchases": list(best.purchases),
        "replace_years": [year for year in best.purchases if year],
    }
