"""Whether records look like failures of a power law: whole ages are judged as any other."""

from __future__ import annotations

from dispatch_tui.roi.failures.checks import cramer_von_mises, gap_scatter
from dispatch_tui.roi.failures.records import Span, UnitRecord

AGES = (100, 300, 450, 700, 800, 1000, 1300, 1900)


def test_ages_in_whole_hours_are_judged_as_any_other() -> None:
    whole = UnitRecord("A", (Span(0, 2000),), AGES)
    real = UnitRecord("A", (Span(0.0, 2000.0),), tuple(map(float, AGES)))
    found = cramer_von_mises([whole], 1.2)
    assert found is not None
    assert found == cramer_von_mises([real], 1.2)
    assert gap_scatter([whole] * 3, 1.2) == gap_scatter([real] * 3, 1.2)
