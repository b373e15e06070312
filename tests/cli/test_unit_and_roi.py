"""``unit`` and ``roi``: one unit's record, and whether to repair it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock, to_us
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.history import record_history
from dispatch_tui.records import Fact, Ref, SourceRow
from dispatch_tui.store import tables as t
from tests.cli.conftest import Ran, Run
from tests.support.fleet import pay_in

DAY = 86_400_000_000


@pytest.fixture
def repaired(desk: Desk, clock: FixedClock) -> Desk:
    """A unit of four years with a repair a year for 400.25 EUR, and a model that could replace it."""
    now = to_us(clock.now())
    unit = Ref("unit", "t:sn1")
    facts = [
        Fact("unit", "t:sn1", "update", now, {"installed_at": now - 4 * 365 * DAY, "currency": "EUR"}),
        Fact("model", "t:x200", "update", now, {"family": "cold"}),
        Fact(
            "model",
            "t:x300",
            "import",
            now,
            {
                "name": "X300",
                "maker": "Nordfrost",
                "family": "cold",
                "price_minor": 300_000,
                "currency": "EUR",
                "rated_life_years": 10.0,
            },
        ),
    ]
    for year in range(1, 5):
        at = now - year * 300 * DAY
        values = {"title": "Warm", "status": "closed", "unit_id": unit}
        facts.append(Fact("call", f"t:W{year}", "open", at, values))
        facts.append(
            Fact(
                "visit",
                f"t:V{year}",
                "finish_visit",
                at,
                {
                    "call_id": Ref("call", f"t:W{year}"),
                    "unit_id": unit,
                    "status": "done",
                    "kind": "repair",
                    "problem": "Compressor",
                    "done_at": at,
                    "cost_minor": 40_025,
                    "currency": "EUR",
                },
            )
        )
    (outcome,) = record_history(desk, "test", [SourceRow(1, "repairs", b"r" * 16, tuple(facts))])
    assert outcome.outcome == "imported", outcome
    return desk


def test_unit_json_sums_to_the_cent(run: Run, repaired: Desk, db_url: str) -> None:
    answer = run("unit", "sn-1", "--db", db_url, "--json").json
    assert answer["unit"]["serial"] == "SN-1"
    assert sum(year["total_minor"] for year in answer["years"]) == 4 * 40_025
    assert [one["cost_minor"] for one in answer["visits"]] == [40_025] * 4
    assert [one["number"] for one in answer["calls"]] == ["W1", "W2", "W3", "W4"]


def test_unit_text(run: Run, repaired: Desk, db_url: str) -> None:
    out = run("unit", "SN-1", "--db", db_url).out
    assert out.startswith("SN-1\n")
    assert "Nordfrost X200" in out
    assert "Costs by year, EUR" in out
    assert "400.25 EUR" in out


@pytest.mark.parametrize("command", [("unit", "NO-1"), ("roi", "NO-1", "--quote", "1")])
def test_an_unknown_unit(run: Run, repaired: Desk, db_url: str, command: tuple[str, ...]) -> None:
    ran = run(*command, "--db", db_url)
    assert ran.code == 3
    assert "NO-1" in ran.err


def test_roi_takes_what_is_typed_and_says_where_the_rest_is_from(
    run: Run, repaired: Desk, db_url: str
) -> None:
    options = ("--quote", "1250.50", "--years", "7", "--rate", "0.05", "--model", "x300")
    answer = run("roi", "SN-1", "--db", db_url, "--json", *options).json
    inputs = {one["key"]: one for one in answer["inputs"]}
    assert (answer["challenger"], answer["currency"]) == ("X300", "EUR")
    assert inputs["quote"]["value"] == 125_050
    assert (inputs["horizon"]["value"], inputs["rate"]["value"]) == (7, 0.05)
    assert {inputs[key]["origin"]["source"] for key in ("quote", "horizon", "rate")} == {"operator"}
    assert inputs["challenger.price"]["origin"]["source"] == "catalogue"
    assert answer["verdict"]["answer"] in ("repair", "replace", "depends")
    assert answer["probability"]["standard_error"] < 0.01
    assert answer["probability"]["futures"] == 10_000
    quote = next(bar for bar in answer["tornado"] if bar["key"] == "quote")
    limit = next(one["value"] for one in answer["results"] if one["key"] == "breakeven")
    assert quote["turns_at"] is None or abs(quote["turns_at"] - limit) < 1
    assert any(line.startswith("We expect ") for line in answer["talk"])


def test_the_break_even_quote_is_where_the_saving_is_nothing(run: Run, repaired: Desk, db_url: str) -> None:
    def results(quote: str) -> dict[str, float]:
        found = run("roi", "SN-1", "--db", db_url, "--json", "--quote", quote).json["results"]
        return {one["key"]: one["value"] for one in found}

    limit = results("100")["breakeven"]
    assert abs(results(str(Decimal(round(limit)) / 100))["saving"]) <= 1
    assert results("100")["probability"] < results("9000")["probability"]


def test_roi_text_opens_with_the_verdict(run: Run, repaired: Desk, db_url: str) -> None:
    lines = run("roi", "SN-1", "--db", db_url, "--quote", "100").out.splitlines()
    assert lines[0] == "SN-1: repair it, or replace it by X300?"
    assert "100.00 EUR  (operator)" in "\n".join(lines)


def test_without_a_quote_the_limit_is_the_answer(run: Run, repaired: Desk, db_url: str) -> None:
    found = run("roi", "SN-1", "--db", db_url, "--json").json
    assert found["verdict"]["answer"] == "depends"
    assert found["verdict"]["sentence"].startswith("It depends on the quote: a repair is worth at most ")
    assert next(one for one in found["inputs"] if one["key"] == "quote")["value"] is None


def test_a_model_that_is_not_there(run: Run, repaired: Desk, db_url: str) -> None:
    assert run("roi", "SN-1", "--db", db_url, "--quote", "1", "--model", "none such").code == 3


@pytest.mark.parametrize("wrong", [("--rate", "8"), ("--quote", "-1"), ("--quote", "nan"), ("--years", "0")])
def test_numbers_that_cannot_be(run: Run, wrong: tuple[str, str]) -> None:
    ran = run("roi", "SN-1", *wrong)
    assert ran.code == 2
    assert wrong[0] in ran.err


def test_any_input_may_be_stated_by_its_name(run: Run, repaired: Desk, db_url: str) -> None:
    stated = ("--set", "price=4100", "--set", "tax=25 %", "--set", "downtime_price=80")
    answer = run("roi", "SN-1", "--db", db_url, "--json", "--quote", "900", *stated).json
    inputs = {one["name"]: one for one in answer["inputs"]}
    assert [inputs[name]["value"] for name in ("price", "tax", "downtime_price")] == [410_000, 0.25, 8_000]
    assert inputs["tax"]["origin"]["source"] == "operator"
    assert [one["year"] for one in answer["years"]] == list(range(11))
    assert answer["forecast"][0]["low"] <= answer["forecast"][0]["mean"] <= answer["forecast"][0]["high"]
    best = min(answer["keeping"], key=lambda one: one["more"])
    assert best["years"] == next(one["value"] for one in answer["results"] if one["key"] == "years")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [("prize=4", "prize"), ("price", "price"), ("price=12,5", "Price"), ("tax=0.3", "Tax")],
)
def test_an_input_that_is_none(run: Run, repaired: Desk, db_url: str, wrong: str, named: str) -> None:
    ran = run("roi", "SN-1", "--db", db_url, "--set", wrong)
    assert ran.code == 2
    assert named in ran.err


def test_a_missing_input_names_the_option_that_states_it(run: Run, repaired: Desk, db_url: str) -> None:
    ran = run("roi", "SN-1", "--db", db_url, "--set", "life=4", "--set", "tax=100 %")
    assert (ran.code, ran.out) == (2, "")
    assert "--set tax=..." in ran.err


def test_a_recommendation_is_kept_listed_decided_and_reopened(run: Run, repaired: Desk, db_url: str) -> None:
    def roi(*words: str) -> Ran:
        return run("roi", *words, "--db", db_url)

    assert roi("list", "SN-1").out.startswith("No recommendation is kept for this unit")
    made = run(
        "roi", "save", "SN-1", "--quote", "1250", "--presented", "By phone", "--db", db_url, "--json"
    ).json
    number = str(made["id"])
    assert made["unit"] == "SN-1"
    decided = roi("decide", number, "wait", "--reason", "New budget in May")
    assert decided.out == f"Recommendation {number}: the customer decided to wait.\n"
    listed = run("roi", "list", "SN-1", "--db", db_url, "--json").json["recommendations"]
    assert [(one["id"], one["presented"], one["decided"], one["reason"]) for one in listed] == [
        (made["id"], "By phone", "wait", "New budget in May")
    ]
    again = run("roi", "reopen", number, "--db", db_url, "--json").json
    assert again["inputs"] == []
    assert again["today"]["sentence"] == made["sentence"]
    text = roi("reopen", number).out
    assert "Decided: wait. New budget in May" in text
    assert "Inputs that have changed\n  None." in text
    assert roi("reopen", "77").code == 3
    assert roi("decide", number, "repair", "--reason", " ").code == 2


def test_a_page_is_printed(run: Run, repaired: Desk, db_url: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    ran = run(
        "roi", "report", "SN-1", "--db", db_url, "--quote", "400", "-o", str(file), "--valid-days", "10"
    )
    assert (ran.code, ran.out) == (0, f"Page: {file}\n")
    text = file.read_text(encoding="utf-8")
    assert "Replace by X300" in text
    assert "prices valid until 14 March 2026" in text


def test_a_page_needs_a_name_that_says_what_it_is(run: Run, repaired: Desk, db_url: str) -> None:
    ran = run("roi", "report", "SN-1", "--db", db_url, "-o", "page.doc")
    assert (ran.code, ran.err.splitlines()[-1]) == (2, "  Name it page.pdf or page.html.")


def test_the_template_can_be_taken_out_and_used(
    run: Run, repaired: Desk, db_url: str, tmp_path: Path
) -> None:
    template, page = tmp_path / "ours.typ", tmp_path / "page.pdf"
    assert run("roi", "report", "--template-to", str(template)).code == 0
    ran = run("roi", "report", "SN-1", "--db", db_url, "-o", str(page), "--template", str(template))
    assert ran.code == 0, ran.err
    assert page.read_bytes().startswith(b"%PDF-")


def test_the_fleet_is_ranked(run: Run, repaired: Desk, db_url: str, tmp_path: Path) -> None:
    answer = run("roi", "fleet", "--db", db_url, "--json", "--budget", "5000", "--years", "2").json
    assert [one["unit"] for one in answer["units"]] == ["SN-1"]
    assert answer["units"][0]["challenger"] == "X300"
    assert answer["units"][0]["outlay_minor"] == 300_000
    bought = [one["unit"] for one in answer["plan"]]
    assert bought == (["SN-1"] if answer["units"][0]["replace"] else [])
    file = tmp_path / "fleet.csv"
    assert run("roi", "fleet", "--db", db_url, "-o", str(file)).code == 0
    assert file.read_text("utf-8-sig").splitlines()[1].startswith("SN-1,X300,EUR,")
    assert run("roi", "fleet", "--db", db_url, "--customer", "nobody").code == 3


def test_a_budget_in_yen_is_spent_in_yen(run: Run, repaired: Desk, db_url: str) -> None:
    pay_in(repaired, "JPY")
    with repaired.store.write() as connection:
        connection.execute(sa.update(t.unit).values(currency="JPY"))
        dear = sa.update(t.visit).values(cost_minor=10 * t.visit.c.cost_minor)  # so that replacing pays
        connection.execute(dear)
    answer = run("roi", "fleet", "--db", db_url, "--json", "--budget", "400000", "--years", "1").json
    assert answer["currency"] == "JPY"
    assert [(one["outlay_minor"], one["left_minor"]) for one in answer["plan"]] == [(300_000, 100_000)]
    assert "With 400,000 JPY a year" in run("roi", "fleet", "--db", db_url, "--budget", "400000").out


@pytest.fixture
def two_models(repaired: Desk) -> Desk:
    """A second model that could replace it, and a part used on two of its four repairs."""
    with repaired.store.write() as connection:
        connection.execute(
            sa.insert(t.model).values(
                name="X400", family="cold", price_minor=380_000, currency="EUR", rated_life_years=12.0
            )
        )
        for visit in connection.scalars(sa.select(t.visit.c.id).order_by(t.visit.c.id).limit(2)).all():
            connection.execute(sa.insert(t.part_use).values(visit_id=visit, name="Start relay", quantity=1))
    return repaired


def test_several_models_and_a_component_at_once(run: Run, two_models: Desk, db_url: str) -> None:
    asked = ("roi", "SN-1", "--db", db_url, "--quote", "900", "--model", "X400", "--model", "x300")
    found = run(*asked, "--component", "start relay", "--json").json
    assert [one["name"] for one in found["challengers"]] == ["X400", "X300"]
    assert {one["key"] for one in found["ways"]} == {"keep", "component", "new:X400", "new:X300"}
    assert [one["more"] for one in found["ways"]] == sorted(one["more"] for one in found["ways"])
    assert found["ways"][0]["more"] == 0
    named = {one["name"]: one for one in found["inputs"]}
    assert named["component"]["value"] == 40_025  # what both visits with it cost
    assert (named["component_name"]["value"], named["component_share"]["value"]) == ("Start relay", 0.5)
    assert found["components"] == [{"name": "Start relay", "price_minor": 40_025, "share": 0.5}]
    (part,) = found["parts"]
    assert (part["here"], part["visits_here"], part["cost"]) == (2, 4, 40_025)
    text = run(*asked).out
    assert "All ways forward, the cheapest first" in text
    assert "Replace it: X400" in text
    assert "Start relay" in text
    wrong = run(*asked, "--component", "no such")
    assert (wrong.code, "Known: Start relay." in wrong.err) == (3, True)


def test_the_clock_is_told(run: Run, repaired: Desk, db_url: str) -> None:
    clock = run("roi", "SN-1", "--db", db_url, "--json").json["clock"]
    assert clock == {
        "ages": "years",
        "why": "Ages are years: this unit has no meter readings in hours that tell them.",
    }


def test_payments_and_write_offs_are_stated_by_name(run: Run, repaired: Desk, db_url: str) -> None:
    lease = (
        "paying=lease",
        "finance_years=5",
        "lease=700",
        "write_off=macrs 5",
        "tax=25 %",
        "repair_tax=straight 3",
    )
    options = [word for one in lease for word in ("--set", one)]
    found = run("roi", "SN-1", "--db", db_url, "--json", "--quote", "900", *options).json
    assert "lease_term" in {one["code"] for one in found["flags"]}
    named = {one["name"]: one for one in found["inputs"]}
    assert named["paying"] == {
        "key": "challenger.paying",
        "name": "paying",
        "label": "Paid by",
        "kind": "cash, loan or lease",
        "value": "lease",
        "origin": {"source": "operator", "note": ""},
    }
    assert named["bonus"]["origin"]["source"] == "law"
    refused = run("roi", "SN-1", "--db", db_url, "--set", "paying=loan")
    assert (refused.code, "--set finance_years=" in refused.err) == (2, True)


def test_several_models_are_kept_and_asked_again(run: Run, two_models: Desk, db_url: str) -> None:
    both = ("--model", "X300", "--model", "X400", "--set", "price=2900")
    number = run("roi", "save", "SN-1", "--quote", "900", *both, "--db", db_url, "--json").json["id"]
    with two_models.store.write() as connection:
        connection.execute(sa.update(t.model).where(t.model.c.name == "X400").values(price_minor=390_000))
    again = run("roi", "reopen", str(number), "--db", db_url, "--json").json
    assert {(one["name"], one["was"], one["now"]) for one in again["inputs"]} >= {("price", 380_000, 390_000)}
    assert "X400" in run("roi", "reopen", str(number), "--db", db_url).out


def test_the_firms_own_template_is_set_once(
    run: Run, repaired: Desk, db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template, page = tmp_path / "own.html", tmp_path / "page.html"
    template.write_text("<p>Ours: {{ title }}</p>")
    monkeypatch.setenv("DISPATCH_TUI_ROI_TEMPLATE", str(template))
    asked = ("roi", "report", "SN-1", "--db", db_url, "--quote", "400")
    assert run(*asked, "-o", str(page)).code == 0
    assert page.read_text().startswith("<p>Ours: ")
    assert run(*asked, "-o", str(tmp_path / "page.pdf")).code == 0  # of a PDF it says nothing: ours
    monkeypatch.setenv("DISPATCH_TUI_ROI_TEMPLATE", str(tmp_path / "absent.html"))
    assert run(*asked, "-o", str(page)).code == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", "-1 %"), ("expected_usage", "0"), ("life", "0"), ("component_share", "nan"), ("price", "-5")],
)
def test_bad_input_never_becomes_an_answer(
    run: Run, repaired: Desk, db_url: str, name: str, value: str
) -> None:
    ran = run("roi", "SN-1", "--db", db_url, "--json", "--set", "component=5", "--set", f"{name}={value}")
    assert ran.code == 2
    assert "nan" not in ran.out.lower()
    assert ran.err.strip()


@pytest.mark.parametrize("serial", ["", " "])
def test_an_empty_serial_number_is_said(run: Run, repaired: Desk, db_url: str, serial: str) -> None:
    ran = run("unit", serial, "--db", db_url)
    assert ran.code == 2
    assert "the serial number is empty" in ran.err
