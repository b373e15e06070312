"""The page for the customer: what is on it, what never is, and that no name can act as markup."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.access import open_desk
from dispatch_tui.desk.comparison import elsewhere
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.replacement import suggest
from dispatch_tui.errors import InvalidInput, NotFound
from dispatch_tui.report.page import Page, customer_page
from dispatch_tui.report.printing import HTML, PDF, printed, shipped_template
from dispatch_tui.roi.answer import answer
from dispatch_tui.roi.inputs import sharing
from dispatch_tui.settings import RoiSettings
from dispatch_tui.store import tables as t
from tests.support.fleet import add_fleet, day

TODAY = date(2026, 3, 4)
HOSTILE = "#panic(1) <script>alert(1)</script> & $x$ *b* \\ {{ 7*7 }} \"'`@a]["


@pytest.fixture
def desk(db_url: str, clock: FixedClock) -> Iterator[Desk]:
    opened = open_desk(db_url, clock=clock)
    add_fleet(opened)
    yield opened
    opened.store.close()


def page_of(desk: Desk) -> Page:
    suggestion = suggest(desk, 1, RoiSettings())
    found = answer(suggestion.inputs, seed=1, paths=500)
    return customer_page(suggestion, found, elsewhere(desk, suggestion.card), TODAY)


def page_with_a_component(desk: Desk) -> Page:
    """The shaft seal weighed alone, against both models of the catalogue."""
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.model)
            .where(t.model.c.family == "freezer")
            .values(
                currency="EUR",
                price_minor=2_100_000,
                rated_life_years=9.0,
                rated_mtbf_hours=7_000.0,
                energy_minor_per_year=590_000,
            )
        )
    suggestion = suggest(desk, 1, RoiSettings())
    hand = suggestion.with_component(suggestion.inputs, suggestion.components[0])
    freezer = next(one for one in suggestion.challengers if one.family == "freezer")
    found = answer(hand, sharing(suggestion.against(hand, freezer), hand), seed=1, paths=500)
    return customer_page(suggestion, found, elsewhere(desk, suggestion.card), TODAY)


def add_others(desk: Desk, count: int) -> None:
    """Units of the same model at ``count`` other customers, four years each, two failures a year each."""
    with desk.store.write() as connection:
        for number in range(count):
            customer = connection.execute(
                sa.insert(t.customer)
                .values(name=f"Rival {number}", currency="EUR")
                .returning(t.customer.c.id)
            ).scalar_one()
            unit = connection.execute(
                sa.insert(t.unit)
                .values(
                    serial=f"RV-{number}", customer_id=customer, model_id=1, installed_at=day("2022-03-04")
                )
                .returning(t.unit.c.id)
            ).scalar_one()
            for year in range(2022, 2026):
                for month in ("05", "11"):
                    call = connection.execute(
                        sa.insert(t.call)
                        .values(
                            number=f"R{number}-{year}-{month}",
                            title="Leak",
                            status="closed",
                            live=0,
                            priority=3,
                            opened_at=day(f"{year}-{month}-01"),
                            happened_at=day(f"{year}-{month}-01"),
                        )
                        .returning(t.call.c.id)
                    ).scalar_one()
                    connection.execute(
                        sa.insert(t.visit).values(
                            call_id=call,
                            unit_id=unit,
                            status="done",
                            kind="corrective",
                            done_at=day(f"{year}-{month}-01"),
                            happened_at=day(f"{year}-{month}-01"),
                            cost_minor=50_000,
                            currency="EUR",
                        )
                    )


def test_the_record_and_the_options_are_on_it(desk: Desk) -> None:
    page = page_of(desk)
    assert (page.title, page.customer) == ("Compressor 2, CX-1044", "Acme Cold Store")
    assert ("Designed for", "12 years") in page.facts
    assert [row.year for row in page.years] == ["2021", "2022", "2023", "2024", "2025", "2026 (part)"]
    assert page.years[1].failures == "2"
    assert page.years[1].cost == "3,399 EUR"  # 2,400.00 and 999.00
    assert page.options[0].label == "To pay now"
    assert page.options[0].keep == "7,200 EUR"
    assert page.options[0].new == "33,375 EUR"  # 29,000 and 3,500 with a quarter of overrun
    assert (page.day, page.valid_until) == ("4 March 2026", "3 April 2026")


def test_a_comparison_needs_five_other_customers(desk: Desk) -> None:
    add_others(desk, 4)
    assert page_of(desk).comparison == ""
    assert not [one for one in page_of(desk).assumptions if "experience" in one.source]


def test_a_comparison_names_nobody(desk: Desk) -> None:
    add_others(desk, 5)
    page = page_of(desk)
    assert "other customers (5 of them) fail 2.0 times a year" in page.comparison
    text = printed(page, HTML).decode()
    assert "Rival" not in text
    assert "RV-" not in text


def test_our_own_costs_are_not_on_it(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(
            sa.update(t.visit).values(labour_minor=7_654_321, labour_minutes=765, work="Secret")
        )
    page = page_of(desk)
    text = printed(page, HTML).decode()
    assert "One repair costs" not in text
    assert "76,543" not in text
    assert "Secret" not in text


def test_all_ways_stand_on_it_where_there_are_more_than_two(desk: Desk) -> None:
    assert page_of(desk).ways == ()
    page = page_with_a_component(desk)
    assert page.ways[0].name == "Only Shaft seal kit"
    assert {one.name for one in page.ways} >= {
        "Repair as quoted",
        "Replace by Arctic 45e",
        "Replace by Polar 9",
    }
    assert (page.ways[0].outlay, page.ways[0].more) == ("977 EUR", "the cheapest")
    assert page.headline.startswith("We recommend replacing one component only (Shaft seal kit): about ")
    assert page.keep_name == "One component only"
    assert "the component costs 977 EUR" in page.reason
    assert page.options[0].keep == "977 EUR"
    assert "All ways forward" in printed(page, HTML).decode()
    assert printed(page, PDF).startswith(b"%PDF-")


def test_a_component_priced_by_others_bills_alone_is_not_on_it(desk: Desk) -> None:
    """The seal was used on no visit of this unit: its price is that of fewer than five other customers."""
    with desk.store.write() as connection:
        connection.execute(sa.update(t.unit).where(t.unit.c.id == 2).values(customer_id=None))
        mine = sa.select(t.visit.c.id).where(t.visit.c.unit_id == 1)
        theirs = connection.scalars(sa.select(t.visit.c.id).where(t.visit.c.unit_id == 2)).all()
        connection.execute(sa.delete(t.part_use).where(t.part_use.c.visit_id.in_(mine)))
        for visit in theirs[:2]:
            connection.execute(
                sa.insert(t.part_use).values(visit_id=visit, name="Shaft seal kit", quantity=1)
            )
    page = page_with_a_component(desk)
    assert "Only Shaft seal kit" not in {one.name for one in page.ways}


@pytest.fixture
def hostile(desk: Desk) -> Page:
    with desk.store.write() as connection:
        connection.execute(sa.update(t.customer).values(name=HOSTILE))
        connection.execute(sa.update(t.model).values(name=HOSTILE, maker=HOSTILE))
        connection.execute(sa.update(t.unit).values(name=HOSTILE, meter_unit=HOSTILE))
        connection.execute(sa.update(t.part_use).values(name=HOSTILE))
        connection.execute(sa.update(t.model).where(t.model.c.family == "freezer").values(name="Polar 9"))
    return page_with_a_component(desk)


def test_names_are_text_in_html(hostile: Page) -> None:
    text = printed(hostile, HTML).decode()
    assert "<script" not in text
    assert html.unescape(text).count("<script>alert(1)</script> & $x$ *b* \\ {{ 7*7 }}") >= 4


def test_names_are_text_in_the_pdf(hostile: Page) -> None:
    assert printed(hostile, PDF).startswith(b"%PDF-")  # #panic would have ended it


def test_the_picture_is_well_formed_and_holds_no_foreign_text(hostile: Page) -> None:
    words = [
        one.text for one in ElementTree.fromstring(hostile.chart).iter() if one.text and one.text.strip()
    ]
    assert "keep" in words
    assert not [word for word in words if word and "panic" in word]


def test_an_own_template_is_used(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "own.html"
    own.write_text("<p>{{ customer }}: {{ headline }}</p>")
    page = replace(page_of(desk), customer="A & B")
    assert printed(page, HTML, own).startswith(b"<p>A &amp; B: ")
    typ = tmp_path / "own.typ"
    (tmp_path / "logo.svg").write_text(page.chart)
    typ.write_text('#image("logo.svg")\n' + shipped_template(PDF))
    assert printed(page, PDF, typ).startswith(b"%PDF-")


@pytest.mark.parametrize(("form", "text"), [(HTML, "{{ nothing }}"), (HTML, "{% if %}"), (PDF, "#panic(1)")])
def test_a_template_that_does_not_work_is_refused(desk: Desk, tmp_path: Path, form: str, text: str) -> None:
    own = tmp_path / f"own.{form}"
    own.write_text(text)
    with pytest.raises(InvalidInput, match="does not work"):
        printed(page_of(desk), form, own)
    with pytest.raises(NotFound):
        printed(page_of(desk), form, tmp_path / "absent.typ")
