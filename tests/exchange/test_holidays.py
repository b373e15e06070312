"""Days off that a country has, and merging what a source proposes into a calendar's list."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from dispatch_tui.errors import InvalidInput, MissingExtra
from dispatch_tui.exchange.holidays import countries
from dispatch_tui.exchange.holidays.proposals import HolidayProposal, merge, one_a_date


def proposal(day: str, name: str = "Day", *, source: str = "feed", observed: bool = True) -> HolidayProposal:
    return HolidayProposal(date.fromisoformat(day), name, source, observed)


def dates(proposals: tuple[HolidayProposal, ...]) -> list[str]:
    return [one.date.isoformat() for one in proposals]


class TestCountries:
    def test_a_region_has_its_own_days(self) -> None:
        bavaria = countries.proposals("DE", [2026], "BY")
        berlin = countries.proposals("de", [2026], "be")
        off = {one.date.isoformat()[5:]: one.name for one in bavaria if one.observed}
        assert off["06-04"] == "Corpus Christi"
        assert len(off) == 12
        assert "2026-03-08" in dates(berlin), "Women's Day"
        assert {one.source for one in bavaria} == {"holidays DE-BY"}

    def test_what_is_a_day_off_only_for_some_comes_switched_off(self) -> None:
        found = {one.date.isoformat(): one for one in countries.proposals("DE", [2026], "BY")}
        assert found["2026-08-15"].name == "Assumption Day (catholic)"
        assert not found["2026-08-15"].observed
        america = {one.date.isoformat(): one for one in countries.proposals("US", [2026])}
        assert (america["2026-10-31"].name, america["2026-10-31"].observed) == (
            "Halloween (unofficial)",
            False,
        )
        assert america["2026-07-03"].observed, "4 July falls on a Saturday and is kept the day before"

    def test_school_breaks_are_left_out(self) -> None:
        assert len(countries.proposals("DE", [2026], "BY")) < 20

    def test_years_are_all_told_once_in_order(self) -> None:
        found = dates(countries.proposals("GB", [2027, 2026, 2027], "ENG"))
        assert found == sorted(set(found))
        assert {day[:4] for day in found} == {"2026", "2027"}

    @pytest.mark.parametrize("language", ["de_DE.UTF-8", "ja_JP.UTF-8", "C"])
    def test_names_do_not_hang_on_this_machines_language(
        self, monkeypatch: pytest.MonkeyPatch, language: str
    ) -> None:
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv("LC_ALL", language)
        assert countries.proposals("DE", [2026])[0].name == "New Year's Day"

    @pytest.mark.parametrize(
        ("country", "region", "years", "field", "says"),
        [
            ("XX", "", [2026], "country", "'XX'"),
            ("", "", [2026], "country", "ISO 3166"),
            ("[/x]\x1b[31m", "", [2026], "country", "'[/x]'"),
            ("DE", "XY", [2026], "region", "BB, BE, BW, BY"),
            ("JP", "13", [2026], "region", "leave the region out"),
            ("DE", "", [], "years", "1900 and 2299"),
            ("DE", "", [1800], "years", "1900 and 2299"),
            ("DE", "", [2000, 2031], "years", "30 years"),
            ("DE", "", [1950], "years", "1950 to 1950"),
        ],
    )
    def test_what_is_not_known_is_refused_by_its_field(
        self, country: str, region: str, years: list[int], field: str, says: str
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            countries.proposals(country, years, region)
        assert refused.value.field == field
        assert says in str(refused.value)
        assert "\x1b" not in str(refused.value)

    def test_without_the_library_the_remedy_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "holidays", None)
        with pytest.raises(MissingExtra, match=r"dispatch-tui\[holidays\]"):
            countries.proposals("DE", [2026])


class TestMerge:
    def test_into_an_empty_list(self) -> None:
        merged = merge((), [proposal("2026-12-26", "Boxing Day"), proposal("2026-12-25", observed=False)])
        assert merged.holidays == (
            {"date": "2026-12-25", "name": "Day", "observed": False, "source": "feed"},
            {"date": "2026-12-26", "name": "Boxing Day", "observed": True, "source": "feed"},
        )
        assert (dates(merged.added), merged.kept, merged.gone) == (["2026-12-25", "2026-12-26"], (), ())

    def test_a_switched_date_stays_as_it_was_switched(self) -> None:
        off = {"date": "2026-12-24", "name": "Eve", "observed": False, "source": "feed"}
        on = {"date": "2026-10-31", "name": "Halloween", "observed": True, "source": "feed"}
        merged = merge([off, on], [proposal("2026-12-24"), proposal("2026-10-31", observed=False)])
        assert merged.holidays == (on, off)
        assert (merged.added, len(merged.kept)) == ((), 2)

    @pytest.mark.parametrize(
        "entry",
        [
            "2026-12-25",
            "12-25",
            "--12-25",
            "12-24/01-02",
            "2026-12-20/2026-12-31",
            {"date": "12-25", "name": "Christmas", "observed": False},
        ],
    )
    def test_a_date_that_is_named_in_any_way_is_not_named_again(self, entry: object) -> None:
        merged = merge([entry], [proposal("2026-12-25")])
        assert merged.holidays == (entry,)
        assert dates(merged.kept) == ["2026-12-25"]

    def test_twice_changes_nothing(self) -> None:
        proposals = countries.proposals("DE", [2026, 2027], "BY")
        once = merge(["12-24"], proposals)
        again = merge(once.holidays, proposals)
        assert again.holidays == once.holidays
        assert again.added == ()

    def test_what_a_source_names_no_more_is_told_and_stays(self) -> None:
        had = merge((), [proposal("2026-05-01"), proposal("2026-06-01"), proposal("2025-01-01")]).holidays
        other = {"date": "2026-07-01", "name": "Fair", "source": "somebody"}
        merged = merge([*had, other], [proposal("2026-05-01"), proposal("2026-06-02")])
        assert merged.gone == ("2026-06-01",), "other years and other sources were not asked"
        assert len(merged.holidays) == 5

    def test_the_order_is_by_date_behind_what_recurs(self) -> None:
        merged = merge(["2027-01-06", "12-24"], [proposal("2026-05-01")])
        assert [e if isinstance(e, str) else e["date"] for e in merged.holidays] == [  # type: ignore[index]
            "12-24",
            "2026-05-01",
            "2027-01-06",
        ]

    def test_a_list_that_cannot_be_read_is_refused(self) -> None:
        with pytest.raises(InvalidInput, match=r"holidays\[1\]"):
            merge(["12-24", "tomorrow"], [proposal("2026-05-01")])


def test_one_a_date_prefers_the_day_off() -> None:
    found = one_a_date(
        [proposal("2026-05-01", "Spring", observed=False), proposal("2026-05-01", "Labour Day")]
    )
    assert [(one.name, one.observed) for one in found] == [("Labour Day", True)]
