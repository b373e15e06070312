"""Matching: hard rules say why not, the cost splits into stated parts, and the order follows from both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.dispatch import Candidate, Job, Place, margin, suggest, trip
from dispatch_tui.dispatch.travel import great_circle_m

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = Place(52.37, 4.90)
NEAR = Place(52.38, 4.90)
FAR = Place(52.60, 4.90)


def _parts(job: Job, who: Candidate) -> dict[str, int]:
    (only,) = suggest(job, [who], NOW)
    return {part.kind: part.minor for part in only.parts}


# -- travel -------------------------------------------------------------------------------------


def test_great_circle_against_known_distances() -> None:
    assert great_circle_m(Place(0, 0), Place(0, 1)) == pytest.approx(111_194.93, abs=0.01)
    assert great_circle_m(Place(90, 0), Place(-90, 0)) == pytest.approx(20_015_086.8, abs=0.1)
    # Paris to London, 343.6 km on the sphere
    assert great_circle_m(Place(48.8566, 2.3522), Place(51.5074, -0.1278)) == pytest.approx(343_556, abs=50)


def test_a_drive_is_slow_in_town_and_faster_further_out() -> None:
    assert trip(SITE, SITE) == (0.0, timedelta(0))
    town = trip(SITE, NEAR)  # 1,111.95 m * 1.35 = 1.501 km at 28 km/h, and 2 minutes to park
    assert town.km == pytest.approx(1.501, abs=0.001)
    assert town.time == timedelta(seconds=193) + timedelta(minutes=2)
    out = trip(SITE, FAR)  # 34.526 km: 5 at 28, 10 at 45, 19.526 at 75 km/h
    assert out.km == pytest.approx(34.526, abs=0.001)
    assert out.time == timedelta(seconds=round(5 / 28 * 3600 + 10 / 45 * 3600 + 19.526 / 75 * 3600) + 120)


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_there_and_back_is_the_same(a: float, b: float, c: float, d: float) -> None:
    there, back = trip(Place(a, b), Place(c, d)), trip(Place(c, d), Place(a, b))
    assert there.km == pytest.approx(back.km)
    assert there.km <= 20_016 * 1.35


# -- hard rules ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "why_not"),
    [
        (Candidate(1, "Ann", {"gas": None, "lift": None}), ()),
        (Candidate(1, "Ann", {"gas": None}), ("lacks lift",)),
        (Candidate(1, "Ann"), ("lacks gas", "lacks lift")),
        (Candidate(1, "Ann", {"gas": NOW - HOUR, "lift": None}), ("certificate for gas ended 2026-03-04",)),
        (Candidate(1, "Ann", {"gas": NOW + HOUR, "lift": None}), ()),
        (Candidate(1, "Ann", {"gas": None, "lift": None}, active=False), ("no longer active",)),
    ],
)
def test_skills_and_certificates(who: Candidate, why_not: tuple[str, ...]) -> None:
    (only,) = suggest(Job(1, frozenset({"gas", "lift"})), [who], NOW)
    assert only.why_not == why_not
    assert only.fits is (not why_not)


@pytest.mark.parametrize(("ends", "fits"), [(0, True), (-1, False), (60, True)])
def test_overtime_has_a_limit(ends: int, fits: bool) -> None:
    job = Job(3, place=SITE, duration=HOUR)
    end = NOW + HOUR - timedelta(hours=2) + timedelta(minutes=ends)  # exactly two hours over at 0
    (only,) = suggest(job, [Candidate(1, "Ann", place=SITE, shift=(NOW - 8 * HOUR, end))], NOW)
    assert only.fits is fits
    if not fits:
        assert only.why_not == ("would be done 2h 01m after the shift",)


def test_a_certificate_must_hold_on_arrival() -> None:
    who = Candidate(1, "Ann", {"gas": NOW + HOUR}, free_at=NOW + 2 * HOUR)
    (only,) = suggest(Job(1, frozenset({"gas"})), [who], NOW)
    assert not only.fits


# -- cost ---------------------------------------------------------------------------------------


def test_travel_costs_distance_and_time() -> None:
    drive = trip(NEAR, SITE)
    assert _parts(Job(1, place=SITE), Candidate(1, "Ann", place=NEAR)) == {
        "travel": round(drive.km * 35) + round(drive.time.total_seconds() / 3600 * 2500)
    }


@pytest.mark.parametrize(
    ("priority", "tier", "late", "cents"),
    [
        (1, 1, 0, 0),
        (1, 1, 30, 6_000),
        (1, 1, 60, 12_000),
        (1, 1, 90, 24_000),
        (2, 2, 30, 6_000),
        (4, 1.3, 10, 195),
        (5, 1, 10, 150),
    ],
)
def test_lateness_by_priority_and_tier_steeper_after_an_hour(
    priority: int, tier: float, late: int, cents: int
) -> None:
    job = Job(priority, place=SITE, due_at=NOW - timedelta(minutes=late), tier=tier)
    assert _parts(job, Candidate(1, "Ann", place=SITE)).get("lateness", 0) == cents


def test_work_at_hand_and_the_shift_delay_the_start() -> None:
    job = Job(1, place=SITE, due_at=NOW)
    busy = Candidate(1, "Ann", place=SITE, free_at=NOW + HOUR)
    later = Candidate(2, "Bo", place=SITE, shift=(NOW + 2 * HOUR, NOW + 10 * HOUR))
    first, second = suggest(job, [later, busy], NOW)
    assert (first.candidate, first.late) == (busy, HOUR)
    assert (second.candidate, second.arrives_at) == (later, NOW + 2 * HOUR)


def test_overtime_and_continuity() -> None:
    job = Job(3, place=SITE, duration=HOUR, preferred_id=9)
    who = Candidate(1, "Ann", place=SITE, shift=(NOW - HOUR, NOW + HOUR / 2))
    assert _parts(job, who) == {"travel": 0, "overtime": 2_250, "continuity": 1_500}


def test_a_position_that_is_not_known_is_no_advantage() -> None:
    unknown, near = Candidate(1, "Ann"), Candidate(2, "Bo", place=NEAR)
    first, second = suggest(Job(3, place=SITE), [unknown, near], NOW)
    assert first.candidate is near
    assert second.words == "position not known: 20.0 km, 35m on the road assumed"


# -- order --------------------------------------------------------------------------------------


def test_who_fits_comes_first_even_where_dearer() -> None:
    job = Job(1, frozenset({"gas"}), SITE)
    found = suggest(job, [Candidate(1, "Ann", place=SITE), Candidate(2, "Bo", {"gas": None}, FAR)], NOW)
    assert [one.candidate.name for one in found] == ["Bo", "Ann"]
    assert margin(found) is None


def test_equal_cost_goes_to_the_lighter_load_then_by_name() -> None:
    people = [Candidate(1, "Cy", open_calls=1), Candidate(2, "Bo"), Candidate(3, "Ann")]
    assert [one.candidate.name for one in suggest(Job(3), people, NOW)] == ["Ann", "Bo", "Cy"]


def test_the_margin_is_the_price_of_choosing_the_next() -> None:
    found = suggest(Job(3, place=SITE), [Candidate(1, "Ann", place=NEAR), Candidate(2, "Bo", place=FAR)], NOW)
    assert margin(found) == found[1].minor - found[0].minor
    assert found[0].words == "1.5 km, 5m on the road"


_PLACES = st.one_of(st.none(), st.builds(Place, st.floats(52, 53), st.floats(4, 5)))
_PEOPLE = st.builds(
    Candidate,
    st.integers(1, 99),
    st.text(max_size=3),
    st.dictionaries(st.sampled_from(["gas", "lift"]), st.none()),
    _PLACES,
    st.one_of(st.none(), st.integers(0, 9).map(lambda hours: NOW + hours * HOUR)),
    st.integers(0, 3),
)


@given(st.lists(_PEOPLE, max_size=6), _PLACES, st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_asking(
    people: list[Candidate], place: Place | None, priority: int, random: Random
) -> None:
    job = Job(priority, frozenset({"gas"}), place, NOW + HOUR)
    found = suggest(job, people, NOW)
    random.shuffle(people)
    again = suggest(job, people, NOW)
    assert [(one.candidate.id, one.minor, one.why_not) for one in again] == [
        (one.candidate.id, one.minor, one.why_not) for one in found
    ]
    costs = [one.minor for one in found if one.fits]
    assert costs == sorted(costs)
    assert all(part.minor >= 0 and part.words for one in found for part in one.parts)
