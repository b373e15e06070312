"""The bench judges rightly, and its generated log is what an importer expects."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.figures import Figure, Limit, Line, one, stats_of
from bench.incidents import generated
from bench.table import as_json, broken, render
from bench.terminal import line_with

PROMISED = Line(
    "x", "a thing of {many:,}", "ms", goals=(Limit("p50", most=2),), promises=(Limit("p95", most=10),)
)


def test_statistics_interpolate_between_ranks() -> None:
    stats = stats_of(range(101))
    assert (stats["p50"], stats["p95"], stats["max"], stats["n"]) == (50, 95, 100, 101)
    assert stats_of([1, 2])["p50"] == 1.5


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        stats_of([])


@pytest.mark.parametrize(
    ("values", "verdict"), [([1, 1], "met"), ([3, 3], "goal missed"), ([1, 1, 1, 50], "PROMISE BROKEN")]
)
def test_verdicts(values: list[float], verdict: str) -> None:
    assert Figure(PROMISED, stats_of(values)).verdict == verdict


def test_a_lower_bound_is_broken_from_below() -> None:
    line = Line("rate", "rows a second", "1/s", promises=(Limit("value", least=30_000),))
    slow, quick = Figure(line, one(29_999)), Figure(line, one(30_000))
    assert broken([slow, quick]) == [line]
    assert slow.verdict == "PROMISE BROKEN"


def test_table_shows_figures_and_what_was_left_out() -> None:
    figure = Figure(PROMISED, stats_of([1.25]), stats_of([0.5]), "a note")
    text = render([figure], {"another of {many:,}": "no terminal"}, {"many": 1_000_000})
    assert "a thing of 1,000,000" in text
    assert "1.25 / 1.25 / 1.25 ms" in text
    assert "p95 ≤ 10" in text
    assert "another of 1,000,000: no terminal" in text
    assert "a note" in text


@pytest.mark.parametrize(("options", "status"), [(["--check"], 1), ([], 0)])
def test_a_promise_that_nobody_could_measure_is_not_kept(
    options: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISPATCH_TUI_SHARED", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))  # the bench sets its own: put back afterwards
    assert bench.main(["start", *options]) == status
    printed = capsys.readouterr().out
    assert "ptybench.py of the shared folder is absent" in printed
    assert ("Promises that were not measured" in printed) == bool(status)


def test_json_has_each_figure_by_key() -> None:
    report = as_json([Figure(PROMISED, stats_of([4]))], {}, {"cores": 2})
    assert report["figures"]["x"]["stats"]["p95"] == 4
    assert report["figures"]["x"]["verdict"] == "goal missed"


def test_a_call_is_found_by_its_whole_number() -> None:
    lines = ["  C-12 pump", "  C-1 fan", ""]
    assert line_with("C-1", lines) == "  C-1 fan"
    assert line_with("C-9", lines) == ""


def test_generated_log_has_the_real_shape(tmp_path: Path) -> None:
    with generated(tmp_path / "log.csv", incidents=5).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    assert len(rows[0]) == 36
    assert {row["incident_state"] for row in rows if row["sys_mod_count"] == "5"} == {"Closed"}
    stamps = [datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M") for row in rows[:6]]  # noqa: DTZ007
    assert stamps == sorted(stamps)
    assert rows[0]["cmdb_ci"] == "?"
