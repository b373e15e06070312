"""Answers to the area of replacement: economic life, defender against challenger, schedules."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from dispatch_tui.roi import economic_life as life_of
from dispatch_tui.roi import finance, schedule
from tests.cases.published import Question

Given = Mapping[str, Any]

_FIRST = re.compile(
    r"(\w+_)?(first_cost|initial_cost|purchase_cost|capital_cost|price|opportunity_cost|installation|investment)"
    r"|\w+_now|market_value|cost"
)
_SOLD = re.compile(r"(salvage|market_value|resale|trade_?in)(_value)?(_end|_by_year|_by_age)?")
_INCOME = re.compile(r"(annual_|yearly_)?(savings?|revenues?|income|benefits?)(_by_year)?")
_YEARLY = re.compile(
    r"(annual_|yearly_)?(om\w*|o_m|costs?|maintenance|operating|operating_costs?|expenses|energy|downtime|repairs?)"
    r"(_by_year|_by_age)?|year_costs|annual|(annual|yearly)_\w+"
)
_KNOWN = re.compile(r"(min_)?(euac|aec|eac)")
_YEARS = ("years", "life_years", "life", "n", "horizon", "study_period")


def replacement(question: Question) -> dict[str, Any]:
    given = question.given
    rate = given.get("rate", 0.0)
    if "horizon" in given and "price" in given:
        return _schedule(given)
    if marginal := given.get("defender_marginal_cost") or given.get("marginal_cost"):
        return _against(rate, marginal, given)
    if any(isinstance(value, dict) for value in given.values()):
        return _ways(given)
    if "incremental_first_cost" in given:
        return _increment(given)
    if _by_year(given):
        return _one_asset(given)
    if any(_FIRST.fullmatch(name) for name in given):
        return _ways({"rate": rate, "": {name: value for name, value in given.items() if name != "rate"}})
    return {}


def _by_year(given: Given) -> bool:
    """What is sold at the end of every year is known, so that every length of keeping can be priced."""
    return any(name.endswith("_by_year") and isinstance(given[name], list) for name in given)


def _one_asset(given: Given) -> dict[str, Any]:
    rate, first = given["rate"], _first_cost(given)
    lists = {name: values for name, values in given.items() if isinstance(values, list)}
    years = min(map(len, lists.values()))
    sold = [values for name, values in lists.items() if _SOLD.fullmatch(name)]
    spent = [values for name, values in lists.items() if not _SOLD.fullmatch(name)]
    market = sold[0][:years] if sold else [0.0] * years
    costs = [math.fsum(values[k] for values in spent) for k in range(years)]
    yearly = life_of.yearly_costs(rate, first, costs, market)
    best = life_of.economic_life(yearly)
    found: dict[str, Any] = {"euac": yearly.tolist(), "aec": yearly.tolist()}
    found |= {"economic_life": best.years, "min_euac": best.yearly_cost, "min_aec": best.yearly_cost}
    marginal = life_of.marginal_costs(rate, first, costs, market)
    return found | _against(rate, marginal.tolist(), given) | {"marginal_cost": marginal.tolist()}


def _against(rate: float, marginal: list[float], given: Given) -> dict[str, Any]:
    yearly = life_of.yearly_from_marginal(rate, marginal)
    best = life_of.economic_life(yearly)
    found: dict[str, Any] = {
        "defender_euac": yearly.tolist(),
        "defender_min_euac_year": best.years,
        "defender_economic_life": best.years,
        "defender_min_euac": best.yearly_cost,
    }
    rival = next((given[name] for name in given if re.fullmatch(r"challenger_\w*(euac|aec|eac)", name)), None)
    if rival is None and "challenger_marginal_cost" in given:
        theirs = life_of.economic_life(life_of.yearly_from_marginal(rate, given["challenger_marginal_cost"]))
        found |= {"challenger_min_euac": theirs.yearly_cost, "challenger_economic_life": theirs.years}
        rival = theirs.yearly_cost
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


def _ways(given: Given) -> dict[str, Any]:
    """Each dict of the inputs is a way forward with costs of its own, over its own or the common years."""
    rate = given["rate"]
    ways = {name: value for name, value in given.items() if isinstance(value, dict)}
    known = {name: value for name, way in ways.items() for key, value in way.items() if _KNOWN.fullmatch(key)}
    if known or all(map(_by_year, ways.values())):
        return _every_length(given, ways, known)
    flows = {name: _flow(way, given) for name, way in ways.items()}
    present = {name: finance.npv(rate, flow) for name, flow in flows.items()}
    yearly = {name: finance.equivalent_annual(rate, len(flows[name]) - 1, present[name]) for name in ways}
    found: dict[str, Any] = {}
    for name in ways:
        found |= dict.fromkeys((f"{name}_pw", f"pw_{name}", f"{name}_npv", f"npv_{name}"), present[name])
        names = [form for word in ("aec", "eac", "euac") for form in (f"{name}_{word}", f"{word}_{name}")]
        found |= dict.fromkeys(names, yearly[name])
    if len(ways) == 1:
        (only,) = ways
        found |= dict.fromkeys(("aec", "eac", "euac"), yearly[only]) | {"pw": present[only]}
    found["better"] = found["best"] = found["choice"] = min(yearly, key=lambda name: yearly[name])
    if {"defender", "challenger"} <= ways.keys():
        found |= _viewpoints(given, flows, yearly)
    return found


def _every_length(given: Given, ways: Mapping[str, Given], known: Mapping[str, float]) -> dict[str, Any]:
    """Each way priced for every number of years, under its own name; the defender against its challenger's best."""
    assets = {
        name: _one_asset({"rate": given["rate"], **way}) for name, way in ways.items() if name not in known
    }
    found = {f"{name}_{key}": value for name, asset in assets.items() for key, value in asset.items()}
    rivals = [
        known[name] if name in known else assets[name]["min_euac"] for name in ways if name != "defender"
    ]
    if "defender" in assets and rivals:
        marginal = assets["defender"]["marginal_cost"]
        found |= _against(given["rate"], marginal, {"challenger_min_euac": min(rivals)})
    return found


def _viewpoints(given: Given, flows: dict[str, list[float]], yearly: dict[str, float]) -> dict[str, Any]:
    """Insider: the trade-in lowers the challenger's price; outsider: keeping forgoes it."""
    rate, old, new = given["rate"], flows["defender"], flows["challenger"]
    trade_in = given["defender"].get("market_value_now", 0.0)
    found: dict[str, Any] = {
        "outsider_defender_aec": yearly["defender"],
        "outsider_challenger_aec": yearly["challenger"],
        "difference": yearly["defender"] - yearly["challenger"],
        "euac_diff": yearly["challenger"] - yearly["defender"],
        "replace_now": yearly["challenger"] < yearly["defender"],
    }
    for name, flow in (("defender", old), ("challenger", new)):
        inside = finance.npv(rate, [flow[0] - trade_in, *flow[1:]])
        found[f"insider_{name}_aec"] = finance.equivalent_annual(rate, len(flow) - 1, inside)
    if len(old) == len(new):
        more = life_of.replacing_flow(old, new).tolist()
        found |= {"incremental_flow": more, "incremental_npv": finance.npv(rate, more)}
        if min(more) < 0 < max(more):
            found["incremental_irr"] = finance.irr(more)
    return found


def _flow(way: Given, common: Given) -> list[float]:
    """Costs by year, now first; what the way brings in at its end is negative."""
    years = _years(way, common)
    flow = [_first_cost(way), *[0.0] * years]
    for name, value in way.items():
        if _FIRST.fullmatch(name) and not isinstance(value, list):
            continue
        sign = -1 if _INCOME.fullmatch(name) else 1 if _YEARLY.fullmatch(name) else 0
        if sign:
            for k in range(years):
                flow[k + 1] += sign * (value[k] if isinstance(value, list) else value)
        elif _SOLD.fullmatch(name):
            flow[-1] -= value[years - 1] if isinstance(value, list) else value
        elif name not in _YEARS and not isinstance(value, str):
            raise LookupError(f"{name} is not understood")
    return flow


def _years(way: Given, common: Given) -> int:
    for given in (way, common):
        for name in _YEARS:
            if name in given:
                return int(given[name])
    return max(len(value) for value in way.values() if isinstance(value, list))


def _first_cost(given: Given) -> float:
    return math.fsum(
        value for name, value in given.items() if _FIRST.fullmatch(name) and not isinstance(value, list)
    )


def _increment(given: Given) -> dict[str, Any]:
    """The challenger's extra price against what it saves each year and fetches more at the end."""
    rate, years = given["rate"], int(given["years"])
    worth = given.get("challenger_salvage", 0.0) - given.get("defender_salvage", 0.0)
    flow = [-given["incremental_first_cost"], *[float(given["annual_saving"])] * years]
    flow[-1] += given.get("incremental_salvage", worth)
    gain = finance.npv(rate, flow)
    return {
        "euac_diff": -finance.equivalent_annual(rate, years, gain),
        "incremental_flow": flow,
        "incremental_npv": gain,
        "incremental_irr": finance.irr(flow),
        "replace_now": gain > 0,
    }


def _schedule(given: Given) -> dict[str, Any]:
    def by_age(form: str) -> list[float]:
        return next(value for name, value in given.items() if re.fullmatch(form, name))

    equipment = schedule.Equipment(
        price=given["price"],
        upkeep=by_age(r"(maintenance|om|operating|upkeep|cost)\w*_by_(age|year)"),
        trade_in=by_age(r"(trade_?in|salvage|resale|market)\w*_by_(age|year)"),
    )
    age = next(
        (given[name] for name in ("age", "start_age", "age_now", "initial_age") if name in given), None
    )
    fetches = given.get("market_value_now", equipment.trade_in[age - 1] if age else 0.0)
    best = schedule.cheapest(
        equipment, given["horizon"], given.get("rate", 0.0), age or None, fetches if age else 0.0
    )
    return {
        "min_cost": best.cost,
        "purchases": list(best.purchases),
        "replace_years": [year for year in best.purchases if year],
    }
