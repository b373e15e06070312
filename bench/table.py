"""The table as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.figures import Figure, Limit, Line, Stats

HEADINGS = ("figure", "ours", "bare app", "goal", "promised", "")


def render(figures: Sequence[Figure], left_out: Mapping[str, str], facts: Mapping[str, int]) -> str:
    """The table; ``left_out`` maps the words of lines that were not measured to the reason, ``facts``
    fills the sizes into the lines' words."""
    rows = [HEADINGS]
    for figure in figures:
        line = figure.line
        rows.append(
            (
                line.words.format_map(facts),
                _stats(figure.stats, line.unit),
                _stats(figure.bare, line.unit) if figure.bare else "",
                _limits(line.goals),
                _limits(line.promises),
                figure.verdict if line.goals or line.promises else "",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    lines.insert(1, "-" * len(max(lines, key=len)))
    lines += ["", "Several figures in a cell are p50 / p95 / max."]
    notes = [f"{figure.line.words.format_map(facts)}: {figure.note}" for figure in figures if figure.note]
    if notes:
        lines += ["", *notes]
    if left_out:
        lines += [
            "",
            "Left out:",
            *(f"  {words.format_map(facts)}: {why}" for words, why in left_out.items()),
        ]
    return "\n".join(lines)


def as_json(
    figures: Iterable[Figure], left_out: Mapping[str, str], machine: Mapping[str, Any]
) -> dict[str, Any]:
    """``{"machine": ..., "figures": {key: {"stats", "bare", "verdict", "note"}}, "left_out": {words: reason}}``."""
    return {
        "machine": dict(machine),
        "figures": {
            figure.line.key: {
                "unit": figure.line.unit,
                "stats": {name: round(value, 4) for name, value in figure.stats.items()},
                "bare": {name: round(value, 4) for name, value in figure.bare.items()},
                "verdict": figure.verdict,
                "note": figure.note,
            }
            for figure in figures
        },
        "left_out": dict(left_out),
    }


def broken(figures: Iterable[Figure]) -> list[Line]:
    """The lines whose promise does not hold."""
    return [figure.line for figure in figures if figure.verdict == "PROMISE BROKEN"]


def _stats(stats: Stats, unit: str) -> str:
    names = ("value",) if "value" in stats else ("p50", "p95", "max")
    return (" / ".join(_number(stats[name]) for name in names) + f" {unit}").rstrip()


def _number(value: float) -> str:
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _limits(limits: Sequence[Limit]) -> str:
    return ", ".join(map(str, limits))
