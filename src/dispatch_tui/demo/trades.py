"""What the demo company services: families of equipment, their models, and how each kind fails (``trades.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

CURRENCY = "USD"
LABOUR_MINOR_PER_HOUR = 9_500


class Problem(NamedTuple):
    """One way in which a family fails: what the customer says, what was behind it, what mends it."""

    title: str
    said: str
    cause: str
    work: str
    part: str
    """What is replaced as a rule; empty for an adjustment."""
    part_minor: int
    minutes: int
    """Usual labour on site."""
    priority: int
    """How urgent it is as a rule, 1 highest."""


class Model(NamedTuple):
    """A catalogue entry; money in minor units."""

    maker: str
    name: str
    price_minor: int
    install_minor: int
    energy_minor_per_year: int
    consumables_minor_per_year: int
    contract_minor_per_year: int
    rated_life_years: float
    rated_mtbf_hours: float
    specs: str


class Family(NamedTuple):
    """Equipment of one kind. Failures of a unit arrive by a power law of its age: the mean number up to
    age t (years) is in proportion to ``t ** ageing``; above 1 they come faster as it gets older."""

    name: str
    code: str
    skill: str
    meter_unit: str
    usage_per_year: int
    ageing: float
    models: tuple[Model, ...]
    problems: tuple[Problem, ...]


class Trades(NamedTuple):
    """Everything in the file; ``maintenance`` is what a planned visit looks like in every family."""

    families: tuple[Family, ...]
    maintenance: Problem


@cache
def trades() -> Trades:
    """The shipped table."""
    text = (resources.files("dispatch_tui.demo") / "trades.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return Trades(tuple(map(_family, table["families"])), Problem(**table["maintenance"]))


def _family(entry: dict[str, Any]) -> Family:
    models = tuple(Model(**one) for one in entry["models"])
    problems = tuple(Problem(**one) for one in entry["problems"])
    return Family(**entry | {"models": models, "problems": problems})
