"""The settings as one declared model: the file, the environment and the help are all read off it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

ENV_PREFIX = "DISPATCH_TUI_"
_ENV_NAMES = {"database": "DISPATCH_TUI_DB"}


def _option(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    pattern: str = "",
    says: str = "",
    example: str = "",
) -> Any:
    """A declared setting (``dict`` for a table of the user's own names).

    ``low`` and ``high`` bound a number (both included), ``pattern`` is what a text must match (``says`` puts
    that in words).
    """
    limits = {
        "low": low,
        "high": high,
        "pattern": pattern,
        "says": says,
        "example": example,
    }
    metadata = {"help": help, **limits}
    if default is dict:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class RoiSettings:
    """What a repair-or-replace comparison starts from."""

    rate: float = _option(0.08, "yearly interest rate: 0.08 is 8 %", low=0, high=1)
    horizon_years: int = _option(10, "how many years are compared", low=1, high=50)
    currency: str = _option(
        "EUR", "currency code", pattern="[A-Z]{3}", says="three capital letters, such as EUR"
    )
    downtime_cost_per_hour: Decimal = _option(  # noqa: RUF009 - it declares a field
        Decimal(0),
        "what an hour out of service costs a customer, in that currency",
        low=0,
        high=1_000_000_000,
    )
    template: str = _option("", "your own template of the customer's page: a .typ or .html file; empty: ours")


@dataclass(frozen=True)
class Settings:
    """Everything that may be set. ``sources`` gives, for each key that is not as by default, the file or variable
    that it came from."""

    database: str = _option("", "path, sqlite:///PATH or postgresql://USER@HOST/NAME; empty: your own file")
    theme: str = _option("dark", "colours of the screen")
    mouse: bool = _option(True, "whether the mouse may be used")
    ascii: bool = _option(False, "draw with plain ASCII even where the terminal knows more")
    slow_poll_seconds: float = _option(
        5.0, "how often to look for changes that nobody announced", low=0.2, high=3600
    )
    default_queue: str = _option("all", "id of the queue to open with")
    keys: Mapping[str, tuple[str, ...]] = _option(
        dict, "own keys: action = key, or a list of keys", example='take = ["t", "ctrl+t"]'
    )
    queues: Mapping[str, str] = _option(
        dict, "own saved queues: name = filter", example='"Acme today" = "cust:acme due:today"'
    )
    roi: RoiSettings = RoiSettings()
    path: Path | None = None
    """The file that was read; ``None`` where there is none."""
    sources: Mapping[str, str] = field(default_factory=dict)


class Option(NamedTuple):
    """One setting, flattened: ``path`` is its place in the file."""

    path: tuple[str, ...]
    default: Any
    help: str
    low: float | None
    high: float | None
    pattern: str
    says: str
    example: str

    @property
    def key(self) -> str:
        """As it is written with dots: ``roi.rate``."""
        return ".".join(self.path)

    @property
    def is_table(self) -> bool:
        """Whether its names are the user's own (``[keys]``, ``[queues]``)."""
        return isinstance(self.default, Mapping)

    @property
    def env(self) -> str:
        """The variable that overrides it; empty for a table, which is set by the file alone."""
        return "" if self.is_table else _ENV_NAMES.get(self.key, ENV_PREFIX + "_".join(self.path).upper())

    def refuse(self, value: Any) -> str:
        """Why ``value``, already of the right type, may not stand here; empty where it may."""
        if self.low is not None and self.high is not None and not self.low <= value <= self.high:
            return f"must lie between {self.low} and {self.high}, not {value}"  # NaN is wrong too
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"must be {self.says}"
        return ""


def _sections() -> dict[str, type[Any]]:
    return {one.name: type(one.default) for one in fields(Settings) if is_dataclass(one.default)}


SECTIONS: Mapping[str, type[Any]] = _sections()
"""The tables of the file whose names are ours, with their models."""


def _flat() -> Iterator[Option]:
    for one in fields(Settings):
        if one.name in SECTIONS:
            for inner in fields(SECTIONS[one.name]):
                yield Option((one.name, inner.name), inner.default, **inner.metadata)
        elif one.metadata:
            default = {} if one.default_factory is dict else one.default
            yield Option((one.name,), default, **one.metadata)


OPTIONS: Mapping[str, Option] = {option.key: option for option in _flat()}
"""Every setting by its key, in the order of the file."""
