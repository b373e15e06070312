"""The unit's page and the comparison on real excavators, against sums made here from the file alone."""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import suggest
from dispatch_tui.desk.unit_record import unit_record
from dispatch_tui.exchange.run import import_file
from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.fields import FIELDS
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.inputs import edit
from dispatch_tui.roi.verdict import verdict
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store.units import unit_by_serial
from tests.conftest import Shared
from tests.face.units import on, press, text_of

pytestmark = pytest.mark.xdist_group("real-units")  # what its fixtures read is read once

NOW = FixedClock(datetime(2013, 1, 7, 9, 0, tzinfo=UTC))
FILE = "data/excavators/excavators-cleaned.csv.gz"


@pytest.fixture(scope="module")
def excavators(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = shared / FILE
    folder = tmp_path_factory.mktemp("excavators")
    desk = open_desk(f"sqlite:///{folder / 'calls.sqlite'}", clock=NOW)
    import_file(desk, "work-orders", path, rejects=folder / "rejects.csv")
    yield desk
    desk.store.close()


def cents_by_year(path: Path) -> dict[str, dict[int, int]]:
    """Asset to year to cost in cents, added up from the file; the row that is shifted by a comma is left out."""
    text = gzip.decompress(path.read_bytes()).decode()
    sums: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in csv.DictReader(io.StringIO(text, newline="")):
        try:
            cents = Decimal(row["Cost"]) * 100
        except InvalidOperation:
            continue
        assert cents == int(cents)
        sums[row["Asset"]][int(row["BscStartDate"][:4])] += int(cents)
    return sums


def unit_id(desk: Desk, serial: str) -> int:
    with desk.store.read() as connection:
        return unit_by_serial(connection, serial)


def test_cost_by_year_equals_an_independent_sum_to_the_cent(excavators: Desk, shared: Shared) -> None:
    sums = cents_by_year(shared / FILE)
    assert sorted(sums) == ["A", "B", "C", "D", "E"]
    for asset, years in sums.items():
        record = unit_record(excavators, unit_id(excavators, asset), "EUR")
        assert record.history is not None
        assert record.currency == "AUD"
        assert {year.year: year.total for year in record.history.years if year.events} == years
        assert record.history.left_out == ()


@pytest.mark.parametrize("asset", ["A", "B", "C", "D", "E"])
def test_a_stated_price_gives_a_verdict_with_its_flags(excavators: Desk, asset: str) -> None:
    inputs = suggest(excavators, unit_id(excavators, asset), RoiSettings()).inputs
    field = {one.name: one for one in FIELDS}
    stated = {"quote": "180000", "price": "4500000", "life": "12", "new_failures": "20", "new_repair": "9000"}
    for name, text in stated.items():
        inputs = edit(inputs, field[name], text)
    found = answer(inputs, seed=1)
    decision = found.decision
    assert {"records_assumed", "age_unknown"} <= {flag.code for flag in decision.flags}
    assert decision.limit.mean == pytest.approx(18_000_000 - decision.standing.plan.least)
    assert decision.error < 0.01
    said = verdict(decision)
    assert said.answer in {"repair", "replace", "depends"}
    assert "the quote of 180,000 AUD" in said.reason or decision.limit.mean < 0
    figures = [one for top in explain(decision, ways=found.ways).values() for one in walk(top)]
    assert all(one.value is None or math.isfinite(one.value) for one in figures)


async def test_the_panel_opens_on_a_real_excavator(excavators: Desk) -> None:
    stated = {"quote": "180000", "price": "4500000", "life": "12", "new_failures": "20", "new_repair": "9000"}
    async with on(excavators, NOW, "F", "A", "enter", "$", size=(120, 40)) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, RoiScreen)
        assert "No answer yet" in text_of(app, "#verdict")
        for name, text in stated.items():
            assert screen.inputs_pane.put(f"input:{name}")
            await press(pilot, "enter", "ctrl+u", *text, "enter")
        said = text_of(app, "#verdict")
        assert re.search(r"in \d+ of 100 futures|Even a repair for nothing|how long a unit is needed", said)
        assert "No answer yet" not in said
        flags = " ".join(text_of(app, "#results").split())
        for words in ("Records are taken to run from", "No install date: the unit's age plays no part."):
            await press(pilot, "6")
            assert words in " ".join(text_of(app, "#detail").split()) or words in flags
        for tab in "234567":
            await press(pilot, tab)
            assert text_of(app, "#detail").strip()
            assert "nan" not in text_of(app, "#detail").casefold()


async def test_the_pages_open_on_a_real_excavator(excavators: Desk, shared: Shared) -> None:
    async with on(excavators, NOW, "F", "A", "enter", "2", size=(120, 40)) as (app, pilot):
        table = text_of(app, "#rows")
        for year, cents in cents_by_year(shared / FILE)["A"].items():
            line = next(line for line in table.splitlines() if line.startswith(f" {year} "))
            assert line.split()[3] == f"{Decimal(cents) / 100:,.2f}"
        await pilot.press("1")
        await pilot.pause()
        assert "more below" in text_of(app, "#rows")
