"""Which parts to take along: the unit's own record, drawn towards its fleet's."""

from __future__ import annotations

import pytest

from dispatch_tui.dispatch.parts import PartCount, likely_parts


def test_the_units_own_visits_are_drawn_towards_the_fleets() -> None:
    seal, fan = PartCount("Seal", "S-1", 4, 10), PartCount("Fan", "", 0, 50)
    found = likely_parts([fan, seal], visits_here=6, visits_elsewhere=100)
    assert [(one.name, one.here, one.elsewhere) for one in found] == [("Seal", 4, 10), ("Fan", 0, 50)]
    assert found[0].chance == pytest.approx((4 + 4 * 0.1) / 10)
    assert found[1].chance == pytest.approx(4 * 0.5 / 10)
    assert (found[0].visits_here, found[0].visits_elsewhere) == (6, 100)


def test_a_unit_without_a_record_has_the_fleets_shares() -> None:
    (one,) = likely_parts([PartCount("Belt", "", 0, 3)], 0, 4)
    assert one.chance == pytest.approx(0.75)


def test_once_is_no_clue_and_a_lone_unit_is_not_certain() -> None:
    assert likely_parts([PartCount("Lamp", "", 1, 0)], 3, 0) == ()
    (one,) = likely_parts([PartCount("Lamp", "", 3, 0)], 3, 0)
    assert one.chance == pytest.approx(3 / 7)


def test_no_more_than_asked_for() -> None:
    many = [PartCount(f"P{k}", "", k + 2, 0) for k in range(20)]
    assert [one.name for one in likely_parts(many, 30, 0, most=2)] == ["P19", "P18"]
