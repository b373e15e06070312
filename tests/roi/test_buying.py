"""How the new unit is paid and written off, as people state it: against sums made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dispatch_tui.errors import InvalidInput
from dispatch_tui.roi.buying import bought, repair_write_off
from dispatch_tui.roi.capital import annuity, capital, paid, repair_share
from dispatch_tui.roi.explain import explain
from dispatch_tui.roi.fields import BY_NAME, FIELDS
from dispatch_tui.roi.figures import walk
from dispatch_tui.roi.inputs import Inputs, as_recorded, edit
from dispatch_tui.roi.levers import levers
from dispatch_tui.roi.marks import Source
from dispatch_tui.roi.sensitivity import tornado
from dispatch_tui.roi.stating import case_from
from dispatch_tui.roi.typed import LEASE, LOAN, parse
from tests.roi.test_inputs import asked, recorded


def stated(**values: str) -> Inputs:
    inputs = replace(recorded(), on=date(2024, 6, 1))
    for name, text in values.items():
        inputs = edit(inputs, BY_NAME[name], text)
    return inputs


def test_a_loan_at_the_rate_of_interest_costs_what_cash_does() -> None:
    cash = asked(recorded()).decision.standing.best
    loan = stated(paying="loan", finance_years="6", finance_rate="8 %", down="500")
    assert loan.paying == LOAN
    assert asked(loan).decision.standing.best.cost == pytest.approx(cash.cost)
    dearer = replace(loan, finance_rate=0.12)
    assert asked(dearer).decision.standing.best.cost > cash.cost + 100


def test_the_payments_of_a_loan_by_hand() -> None:
    owning = bought(stated(paying="loan", finance_years="3", finance_rate="10 %", down="600"), "N").owning
    payments = owning.payments
    assert payments is not None
    yearly = (360_000 - 60_000) / float(annuity(0.10, 3)[-1])
    assert (payments.now, payments.by_year) == (60_000, (pytest.approx(yearly),) * 3)
    assert payments.deductible[0] == pytest.approx(30_000)  # the first year's interest
    assert payments.owed[-1] == pytest.approx(0, abs=1e-6)


def test_a_leased_unit_goes_back_and_is_compared_over_its_lease() -> None:
    lease = stated(paying="lease", finance_years="5", lease="800", down="100")
    case = case_from(lease)
    assert lease.paying == LEASE
    assert case.challengers[0].life == 5
    assert "lease_term" in {flag.code for flag in case.flags}
    payments = case.challengers[0].owning.payments
    assert payments is not None
    whole = paid(payments, 0.08, 5, 0.0)
    assert whole[-1] == pytest.approx(10_000 + 80_000 * float(annuity(0.08, 5)[-1]))
    assert whole[0] == pytest.approx(10_000 + 80_000 / 1.08 + 4 * 80_000 / 1.08)  # given back after one year
    costs = explain(asked(lease).decision)
    assert "challenger.lease" in {one.key for one in walk(costs["replace.euac"])}


def test_only_what_is_owned_can_be_kept_longer() -> None:
    terms = {"finance_years": "5", "finance_rate": "8 %", "lease": "800", "down": "100"}
    for paying in ("cash", "loan"):
        assert "challenger.life" in {one.key for one in levers(case_from(stated(paying=paying, **terms)))}
    leased = asked(stated(paying="lease", **terms)).decision
    assert "challenger.life" not in {one.key for one in levers(leased.case)}
    assert "challenger.life" not in {one.key for one in tornado(leased)}


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("straight 4", (0.25, 0.25, 0.25, 0.25)),
        ("syd 4", (0.4, 0.3, 0.2, 0.1)),
        ("ddb 4", (0.5, 0.25, 0.125, 0.125)),
        ("MACRS  5", (0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576)),
        ("none", ()),
        ("at once", (1.0,)),
    ],
)
def test_methods_of_writing_off(text: str, shares: tuple[float, ...]) -> None:
    inputs = replace(stated(write_off=text), bonus=0.0)
    assert bought(inputs, "N").owning.write_off.shares == pytest.approx(shares)


def test_the_write_off_lowers_the_cost_by_its_relief() -> None:
    taxed = replace(stated(write_off="straight 4"), tax=0.25, value_loss=0.9999, rate=0.10)
    owning = bought(taxed, "N").owning
    whole = float(capital(owning, 0.10, 8, tax=0.25)[-1])
    relief = 0.25 * 360_000 / 4 * float(annuity(0.10, 4)[-1])
    assert whole == pytest.approx(360_000 - relief, abs=1)


def test_with_macrs_comes_the_bonus_of_the_day_by_law() -> None:
    macrs = stated(write_off="macrs 5")
    bonus = BY_NAME["bonus"]
    assert macrs.bonus == 0.60  # placed in service in 2024, Public Law 115-97
    assert macrs.origin(bonus).source is Source.LAW
    assert bought(macrs, "N").owning.write_off.shares[0] == pytest.approx(0.6 + 0.4 * 0.20)
    typed = edit(edit(macrs, bonus, "0"), BY_NAME["write_off"], "macrs 7")
    assert (typed.bonus, typed.origin(bonus).source) == (0.0, Source.OPERATOR)
    back = edit(macrs, BY_NAME["write_off"], "straight 5")
    assert (back.bonus, back.origin(bonus).source) == (0.0, Source.ASSUMED)
    put_back = as_recorded(macrs, recorded(), BY_NAME["write_off"])
    assert (put_back.write_off, put_back.bonus) == ("life", 0.0)
    assert edit(replace(recorded(), on=date(1999, 1, 1)), BY_NAME["write_off"], "macrs 5").bonus == 0.0


def test_section_179_comes_off_first_and_stays_within_the_law() -> None:
    inputs = edit(stated(write_off="macrs 5", expensed="1,800"), BY_NAME["bonus"], "0")
    assert bought(inputs, "N").owning.write_off.shares[0] == pytest.approx(0.5 + 0.5 * 0.20)
    dear = replace(inputs, price=200_000_000, expensed=130_000_000)
    with pytest.raises(InvalidInput) as refused:
        case_from(dear)
    assert refused.value.field == "challenger.expensed"
    assert "1,220,000" in refused.value.reason  # of 2024
    assert case_from(replace(dear, expensed=122_000_000))
    assert case_from(replace(dear, on=date(1999, 1, 1)))  # no law on file: what was entered stands


def test_a_repair_is_deducted_at_once_or_written_off() -> None:
    base = replace(recorded(), tax=0.25)
    assert repair_write_off(base) is None
    later = edit(base, BY_NAME["repair_tax"], "straight 5")
    share = float(repair_share(repair_write_off(later), 0.08, 10, 0.25)[-1])
    assert share == pytest.approx(1 - 0.25 * 0.2 * float(annuity(0.08, 5)[-1]))
    assert asked(later).decision.keep.present > asked(base).decision.keep.present
    assert "quote.write_off" in {one.key for one in walk(explain(asked(later).decision)["keep.euac"])}


def test_the_parts_of_a_changeover_add_up_and_exceed_their_plan() -> None:
    inputs = stated(
        changeover="100", delivery="50", moving_data="30", training="20", lost_days="2", day_price="40"
    )
    assert bought(replace(inputs, overrun=0.5), "N").owning.changeover.total == pytest.approx(1.5 * 28_000)


def test_a_loaner_until_delivery_is_paid_on_replacing_now_only() -> None:
    without, with_one = asked(recorded()).decision, asked(stated(new_loaner="500")).decision
    assert with_one.standing.plan.least == pytest.approx(without.standing.plan.least - 50_000)
    assert with_one.standing.best.cost == without.standing.best.cost
    assert with_one.replaced.by_year[0] == pytest.approx(without.replaced.by_year[0] + 50_000)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"paying": "loan", "finance_rate": "5"}, "challenger.finance_years"),
        ({"paying": "loan", "finance_years": "5"}, "challenger.finance_rate"),
        ({"paying": "loan", "finance_years": "5", "finance_rate": "5", "down": "9000"}, "challenger.down"),
        ({"paying": "lease", "finance_years": "5"}, "challenger.lease"),
        ({"expensed": "100"}, "challenger.expensed"),
        ({"bonus": "40 %"}, "challenger.bonus"),
        ({"write_off": "macrs 5", "expensed": "9000"}, "challenger.expensed"),
        ({"write_off": "macrs 5", "bonus": "140 %"}, "challenger.bonus"),
    ],
)
def test_what_is_missing_or_impossible_is_named(values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        case_from(stated(**values))
    assert refused.value.field == field
    assert refused.value.reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("write_off", "macrs 6"),
        ("write_off", "straight 0"),
        ("write_off", "straight 99"),
        ("write_off", "syd 5 q2"),
        ("write_off", "fast"),
        ("write_off", ""),
        ("paying", "l"),
        ("paying", "barter"),
        ("paying", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_how_to_write_it(name: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(BY_NAME[name], text)
    assert refused.value.remedy or "table" in refused.value.reason


def test_a_name_is_one_printable_line() -> None:
    name = parse(BY_NAME["component_name"], " Shaft\x1b[2J\nseal ")
    assert isinstance(name, str)
    assert name.isprintable()
    name = parse(BY_NAME["component_name"], "x" * 500 + "\x1b")
    assert isinstance(name, str)
    assert name == "x" * 60


def test_every_field_says_what_it_is_called_and_fields_of_a_fold_stand_together() -> None:
    folds = [one.fold for one in FIELDS]
    seen = [fold for k, fold in enumerate(folds) if fold and (k == 0 or folds[k - 1] != fold)]
    assert len(seen) == len(set(seen)) == 5
    assert all(one.label and one.key for one in FIELDS)
    assert len({one.key for one in FIELDS}) == len(FIELDS)
