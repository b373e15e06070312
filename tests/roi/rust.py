"""Harold Zurcher's bus engines (Rust 1987): the nine files as buses with their monthly odometers and engines.

A file is a matrix in one column, a bus after the other. Of a bus: number, month and year bought; month, year
and odometer of the first engine replacement and of the second (zeros: none); month and year at which the
odometer begins; then its reading each month.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROWS = {
    "g870": 36,
    "rt50": 60,
    "t8h203": 81,
    "a530875": 128,
    "a530874": 137,
    "a452374": 137,
    "a530872": 137,
    "a452372": 137,
}
"""Readings and heads per bus, in the order of the paper's groups 1 to 8 (the Davidson buses are not among them)."""

HEAD = 11


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine of a bus, in miles of that engine: ``replaced`` at that month, ``None`` where it ran on."""

    bus: int
    group: int
    number: int
    odometer: int
    """Of the bus, when the engine was put in."""
    replaced: int | None
    """Month (years times twelve plus month less one)."""
    miles: int
    """At replacement, or at the last reading."""


@dataclass(frozen=True, slots=True)
class Bus:
    """``replacements`` are (month, odometer); ``readings`` the odometer at the end of each month from ``first``."""

    bus: int
    group: int
    bought: int
    replacements: tuple[tuple[int, int], ...]
    first: int
    readings: tuple[int, ...]

    @property
    def last(self) -> int:
        """Month of the last reading."""
        return self.first + len(self.readings) - 1

    def odometer(self, month: int) -> int:
        return self.readings[month - self.first]

    @property
    def engines(self) -> tuple[Engine, ...]:
        made = []
        start = 0
        for number, (month, odometer) in enumerate(self.replacements):
            made.append(Engine(self.bus, self.group, number, start, month, odometer - start))
            start = odometer
        rest = self.readings[-1] - start
        return (*made, Engine(self.bus, self.group, len(made), start, None, rest))


def month(year: int, of_year: int) -> int:
    """Months since the year 0; two-digit years are of the twentieth century."""
    return (year + 1900 if year < 100 else year) * 12 + of_year - 1


def buses(folder: Path) -> list[Bus]:
    """All buses of groups 1 to 8."""
    return [
        bus for group, name in enumerate(ROWS, 1) for bus in _file(folder / f"{name}.asc", ROWS[name], group)
    ]


def _file(path: Path, rows: int, group: int) -> list[Bus]:
    numbers = [round(float(line)) for line in path.read_text(encoding="ascii").split()]
    assert len(numbers) % rows == 0, f"{path.name} is no matrix of {rows} rows"
    return [_bus(numbers[at : at + rows], group) for at in range(0, len(numbers), rows)]


def _bus(column: list[int], group: int) -> Bus:
    number, bought_month, bought_year, *rest = column[:HEAD]
    done = [(rest[0], rest[1], rest[2]), (rest[3], rest[4], rest[5])]
    return Bus(
        bus=number,
        group=group,
        bought=month(bought_year, bought_month),
        replacements=tuple((month(year, of_year), miles) for of_year, year, miles in done if miles),
        first=month(rest[7], rest[6]),
        readings=tuple(column[HEAD:]),
    )
