"""How long work takes, when visits are reached and done, and from when on one is likely late."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.care.forecast import (
    Expected,
    Lengths,
    OpenVisit,
    TypicalLength,
    WorkDone,
    forecast_day,
    late_from,
    lengths_of,
)
from tests.care.scene import NOW, at

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WORK = Lengths(TypicalLength(HOUR, 2 * HOUR, 0), {"quick": TypicalLength(20 * MINUTE, 30 * MINUTE, 5)})
TRAVEL = Lengths(TypicalLength(30 * MINUTE, 45 * MINUTE, 0))


def _near(found: timedelta, wanted: timedelta) -> bool:
    return abs(found - wanted) < timedelta(seconds=1)


def test_with_nothing_on_record_the_rule_stands() -> None:
    lengths = lengths_of([], HOUR, 2 * HOUR, 10)
    assert lengths.of("repair") == TypicalLength(HOUR, 2 * HOUR, 0)


def test_a_kind_is_shrunk_to_all_and_all_to_the_rule() -> None:
    done = [WorkDone("swap", 20 * MINUTE)] * 10 + [WorkDone("rebuild", 180 * MINUTE)] * 10
    lengths = lengths_of(done, HOUR, 2 * HOUR, 10)
    # all: the median of twenty on the log scale is the geometric mean of 20 and 180: 60; as the rule says
    assert _near(lengths.overall.median, HOUR)
    # its 80 % quantile is 180, shrunk with the rule's 120: 20 to 10
    overall_safe = math.exp((20 * math.log(180) + 10 * math.log(120)) / 30)
    assert _near(lengths.overall.safe, overall_safe * MINUTE)
    # ten of a kind count as much as all: the geometric mean of 20 and 60
    assert _near(lengths.of("swap").median, math.sqrt(20 * 60) * MINUTE)
    assert _near(lengths.of("swap").safe, math.sqrt(20 * overall_safe) * MINUTE)
    assert lengths.of("swap").visits == 10
    assert lengths.of("never done") == lengths.overall


def test_lengths_of_nothing_or_less_are_left_out() -> None:
    odd = [WorkDone("swap", timedelta(0)), WorkDone("swap", -HOUR)]
    assert lengths_of(odd, HOUR, 2 * HOUR, 10).of("swap").visits == 0


@pytest.mark.parametrize(
    ("share", "elapsed", "minutes"),
    [
        (0.5, 0, 60),
        (0.8, 0, 120),
        (0.5, 1, 60),
        (
            0.5,
            60,
            95,
        ),  # of those longer than the median, half end by the 75 % quantile: 60 * 2 ** (0.6745 / 0.8416)
        (0.6, 60, 120),  # and six of ten by the 80 % quantile
    ],
)
def test_what_is_left_given_what_has_passed(share: float, elapsed: int, minutes: float) -> None:
    wanted = 60 * 2 ** (0.67449 / 0.84162) if minutes == 95 else minutes
    found = TypicalLength(HOUR, 2 * HOUR, 0).reached(share, elapsed * MINUTE)
    assert found / MINUTE == pytest.approx(wanted, rel=1e-3)


def test_work_that_lasts_for_days_is_still_expected_to_last() -> None:
    length = TypicalLength(HOUR, HOUR, 0)  # no spread at all on record
    assert length.reached(0.5, timedelta(days=9)) >= timedelta(days=9)


def test_a_day_of_visits_follows_from_those_before() -> None:
    visits = [
        OpenVisit(1, on_site_at=NOW),
        OpenVisit(2, "quick", planned_at=at(1)),
        OpenVisit(3, planned_at=at(6)),
    ]
    first, second, third = forecast_day(visits, NOW, WORK, TRAVEL)
    assert first.arrival is None
    assert first.finish == (at(1), at(2))
    # planned for ten, but the first takes until then and the journey half an hour
    assert second.arrival is not None
    assert second.arrival.expected_at == at(1.5)
    assert (second.arrival.safe_at - at(1.5)) / MINUTE == pytest.approx(math.hypot(60, 15))
    assert second.finish.expected_at == at(1.5) + 20 * MINUTE
    assert (second.finish.safe_at - second.finish.expected_at) / MINUTE == pytest.approx(
        math.hypot(60, 15, 10)
    )
    # who would come before the planned time waits for it
    assert third.arrival == Expected(at(6), at(6))


def test_a_journey_under_way_and_one_better_known() -> None:
    travelling = OpenVisit(1, en_route_at=at(-0.25))
    (found,) = forecast_day([travelling], NOW, WORK, TRAVEL)
    assert found.arrival is not None
    assert NOW < found.arrival.expected_at < at(0.5)
    far = OpenVisit(1, travel=TypicalLength(2 * HOUR, 3 * HOUR, 9))
    (found,) = forecast_day([far], NOW, WORK, TRAVEL)
    assert found.arrival == Expected(at(2), at(3))


@pytest.mark.parametrize(("share", "wanted"), [(0.5, at(1)), (0.8, at(2)), (0.2, at(0))])
def test_chances_between_and_beyond(share: float, wanted: object) -> None:
    found = Expected(at(1), at(2)).at(share)
    assert abs(found - wanted) < timedelta(seconds=1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("promised", "low", "high"),
    [
        (0.99, 0.0, 0.0),  # expected at one: late at once
        (-1.0, 0.0, 0.0),  # long late
        (1.01, 0.0, 1.0),  # some time before it: what lasts longer than usual lasts on
        (3.0, 0.5, 3.0),
    ],
)
def test_late_is_seen_before_it_is_late(promised: float, low: float, high: float) -> None:
    visit = OpenVisit(1, on_site_at=NOW)
    moment = late_from(
        lambda when: forecast_day([visit], when, WORK, TRAVEL)[0].finish, at(promised), NOW, 0.5
    )
    assert at(low) <= moment <= at(high)
    if promised > 1:
        assert moment < at(promised)
        before = (
            forecast_day([visit], moment - 2 * MINUTE, WORK, TRAVEL)[0].finish if moment > at(0.1) else None
        )
        assert before is None or before.expected_at <= at(promised)
        assert forecast_day([visit], moment, WORK, TRAVEL)[0].finish.expected_at > at(promised)


def test_a_visit_that_nobody_starts_is_late_a_journey_before() -> None:
    visit = OpenVisit(1, planned_at=at(2))

    def arrival(when: object) -> Expected:
        found = forecast_day([visit], when, WORK, TRAVEL)[0].arrival  # type: ignore[arg-type]
        assert found is not None
        return found

    moment = late_from(arrival, at(3), NOW, 0.5)
    assert abs(moment - at(2.5)) <= MINUTE
    # to be four in five sure, call when the slow journey would be late
    assert abs(late_from(arrival, at(3), NOW, 0.2) - at(2.25)) <= MINUTE


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 500)), max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_order_of_visits_on_record_has_no_effect(done: list[tuple[str, int]], rng: object) -> None:
    work = [WorkDone(kind, minutes * MINUTE) for kind, minutes in done]
    turned = list(work)
    rng.shuffle(turned)  # type: ignore[attr-defined]
    found = lengths_of(work, HOUR, 2 * HOUR, 10)
    assert lengths_of(turned, HOUR, 2 * HOUR, 10) == found
    assert all(one.median <= one.safe for one in (found.overall, *found.kinds.values()))


@given(st.integers(0, 600), st.integers(0, 600), st.integers(1, 600))
def test_doing_nothing_never_makes_it_earlier(first: int, more: int, planned: int) -> None:
    visits = [OpenVisit(1, on_site_at=NOW), OpenVisit(2, planned_at=NOW + planned * MINUTE)]
    early = forecast_day(visits, NOW + first * MINUTE, WORK, TRAVEL)
    late = forecast_day(visits, NOW + (first + more) * MINUTE, WORK, TRAVEL)
    for one, other in zip(early, late, strict=True):
        assert other.finish.expected_at >= one.finish.expected_at
        assert other.finish.expected_at >= NOW + (first + more) * MINUTE
