"""A log that cannot be: refused with the field that is wrong; one that is merely thin: flagged."""

from __future__ import annotations

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.failures.systems import cautions, from_gaps, system


@pytest.mark.parametrize(
    ("failures", "end", "start", "field", "word"),
    [
        ([5, -1], 10, 0, "failures", "-1"),
        ([0], 10, 0, "failures", "age of 0"),
        ([float("nan")], 10, 0, "failures", "nan"),
        ([410, 455, 12], 500, 0, "failures", "backwards: 12 after 455"),
        ([5, 11], 10, 0, "failures", "outside"),
        ([5], 10, 5, "failures", "outside"),
        ([], None, 0, "end", "neither"),
        ([], 3, 3, "end", "not after"),
        ([5], 10, -1, "start", "zero or more"),
        ([5], float("inf"), 0, "end", "age"),
    ],
)
def test_a_log_that_cannot_be_is_refused(
    failures: list[float], end: float | None, start: float, field: str, word: str
) -> None:
    with pytest.raises(InvalidInput, match=word) as refused:
        system(failures, end, start)
    assert refused.value.field == field


def test_without_an_end_the_last_failure_ended_it() -> None:
    one = system([3, 8, 20])
    assert (one.end, one.free, one.ended_by_failure) == (20, 2, True)
    assert system([3, 8, 20], 20).free == 3  # a window that was to end at 20 anyway


def test_spans_add_up() -> None:
    assert from_gaps([3, 5, 12]) == system([3, 8, 20])
    with pytest.raises(InvalidInput, match="-2"):
        from_gaps([3, -2])


def test_cautions() -> None:
    def codes(*ages: float) -> list[str]:
        return [flag.code for flag in cautions([system(ages, 100)])]

    assert codes() == ["thin_history"]
    assert codes(5) == ["thin_history"]
    assert codes(5, 7, 9) == []
    assert codes(5, 7, 7, 9) == ["together"]
