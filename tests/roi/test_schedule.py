"""The cheapest schedule of purchases against every possible one."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.schedule import Equipment, cheapest

MONEY = st.integers(0, 1000).map(float)


def test_the_bicycle_of_the_textbook() -> None:
    """Price 1,000; upkeep 60, 80, 120; fetches 800, 600, 500; needed for five years."""
    equipment = Equipment(price=1000, upkeep=[60, 80, 120], trade_in=[800, 600, 500])
    best = cheapest(equipment, 5, 0.0)
    assert best.cost == 1280
    assert cost_of(equipment, 5, 0.0, best.purchases, None, 0.0) == 1280


def cost_of(
    equipment: Equipment,
    horizon: int,
    rate: float,
    purchases: tuple[int, ...],
    age: int | None,
    fetches: float,
) -> float | None:
    """Walk through the years with the purchases given; ``None`` where no unit can stand there."""
    total, at_hand = 0.0, age
    for year in range(horizon):
        v = (1 + rate) ** -year
        if year in purchases:
            back = fetches if year == 0 else equipment.trade_in[at_hand - 1] if at_hand else 0.0
            total += v * (equipment.price_in(year) - (back if at_hand else 0.0))
            at_hand = 0
        if at_hand is None or at_hand >= len(equipment.upkeep):
            return None
        total += v / (1 + rate) * equipment.upkeep[at_hand]
        at_hand += 1
    return total - (1 + rate) ** -horizon * equipment.trade_in[at_hand - 1] if at_hand else None


@given(
    data=st.data(),
    oldest=st.integers(1, 4),
    horizon=st.integers(1, 6),
    rate=st.sampled_from([0.0, 0.08, 0.5]),
)
def test_no_other_schedule_is_cheaper(data: st.DataObject, oldest: int, horizon: int, rate: float) -> None:
    each = st.lists(MONEY, min_size=oldest, max_size=oldest)
    prices = st.one_of(MONEY, st.lists(MONEY, min_size=horizon, max_size=horizon))
    equipment = Equipment(price=data.draw(prices), upkeep=data.draw(each), trade_in=data.draw(each))
    age, fetches = data.draw(st.one_of(st.none(), st.integers(1, 5))), data.draw(MONEY)
    best = cheapest(equipment, horizon, rate, age, fetches)
    every = [
        cost_of(
            equipment, horizon, rate, tuple(year for year in range(horizon) if chosen[year]), age, fetches
        )
        for chosen in product([False, True], repeat=horizon)
    ]
    assert best.cost == pytest.approx(min(cost for cost in every if cost is not None), abs=1e-6)
    assert cost_of(equipment, horizon, rate, best.purchases, age, fetches) == pytest.approx(
        best.cost, abs=1e-6
    )


def test_a_unit_at_hand_is_kept_while_that_is_cheaper() -> None:
    equipment = Equipment(price=100, upkeep=[10, 10, 10, 90], trade_in=[50, 40, 30, 0])
    assert cheapest(equipment, 2, 0.0, age=1, fetches=50).purchases == ()
    assert cheapest(equipment, 2, 0.0, age=3, fetches=30).purchases == (0,)


def test_a_price_that_falls_is_waited_for() -> None:
    equipment = Equipment(price=[500, 500, 50], upkeep=[10, 20, 30, 40], trade_in=[0, 0, 0, 0])
    assert cheapest(equipment, 3, 0.0, age=1).purchases == ()
    assert cheapest(
        Equipment(price=[500, 500, 5], upkeep=[1, 20, 30, 40], trade_in=[0] * 4), 3, 0.0, age=1
    ).purchases == (2,)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"horizon": 0}, "horizon"), ({"rate": -0.1}, "rate"), ({"age": 0}, "age")],
)
def test_impossible_questions_name_their_field(changes: dict[str, float], field: str) -> None:
    equipment = Equipment(price=100, upkeep=[1], trade_in=[1])
    with pytest.raises(InvalidInput) as refused:
        cheapest(equipment, **{"horizon": 2, "rate": 0.1, **changes})
    assert refused.value.field == field


def test_lists_must_fit() -> None:
    with pytest.raises(InvalidInput):
        Equipment(price=1, upkeep=[1, 2], trade_in=[1])
    with pytest.raises(InvalidInput) as refused:
        cheapest(Equipment(price=[1, 2], upkeep=[1], trade_in=[1]), 3, 0.0)
    assert refused.value.field == "price"
