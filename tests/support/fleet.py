"""A small fleet for tests: one customer's compressor with eight years of history, two sisters, a catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dispatch_tui.desk.desk import Desk
from dispatch_tui.store import tables as t


def day(text: str) -> datetime:
    """Noon UTC of an ISO date."""
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


HISTORY: tuple[tuple[str, str, str, int, int, str], ...] = (
    # when, kind, what, cost in cents, minutes down, work
    ("2018-06-04", "preventive", "Yearly service", 32_000, 0, "Filters changed"),
    ("2019-02-11", "corrective", "Oil leak", 81_050, 240, "Shaft seal replaced"),
    ("2019-06-06", "preventive", "Yearly service", 33_000, 0, "Filters changed"),
    ("2020-11-30", "corrective", "Overheats", 124_000, 600, "Cooler cleaned, thermostat replaced"),
    ("2021-08-17", "corrective", "Oil leak", 96_500, 300, "Shaft seal replaced"),
    ("2022-01-20", "corrective", "Motor trips", 240_000, 1_440, "Contactor and relay replaced"),
    ("2022-12-02", "corrective", "Oil leak", 99_900, 180, "Shaft seal and gasket replaced"),
    ("2023-09-14", "corrective", "Overheats", 141_000, 480, "Fan motor replaced"),
    ("2024-05-08", "corrective", "Oil leak", 103_000, 240, "Shaft seal replaced"),
    ("2024-12-19", "corrective", "Motor trips", 310_000, 2_880, "Motor rewound"),
    ("2025-07-01", "corrective", "Overheats", 155_500, 720, "Cooler replaced"),
    ("2026-01-15", "corrective", "Oil leak", 108_000, 300, "Shaft seal replaced"),
)
"""The visits to unit 1."""


def add_fleet(desk: Desk) -> None:
    """Fill an empty database: unit 1 is ``CX-1044``, 2 and 3 are its sisters, 4 has no history at all."""
    with desk.store.write() as connection:

        def put(table: sa.Table, **values: Any) -> int:
            done = connection.execute(sa.insert(table).values(**values))
            assert done.inserted_primary_key is not None
            return int(done.inserted_primary_key[0])

        acme = put(t.customer, name="Acme Cold Store", currency="EUR")
        north = put(t.site, name="Harbour depot", customer_id=acme, tz="Europe/Berlin")
        technician = put(t.technician, name="Tess Okafor")
        model = put(
            t.model,
            name="Arctic 40",
            maker="Nordfrost",
            family="compressor",
            price_minor=2_400_000,
            currency="EUR",
            rated_life_years=12.0,
            energy_minor_per_year=610_000,
        )
        put(
            t.model,
            name="Arctic 45e",
            maker="Nordfrost",
            family="compressor",
            price_minor=2_900_000,
            install_minor=350_000,
            energy_minor_per_year=480_000,
            currency="EUR",
            rated_life_years=15.0,
            rated_mtbf_hours=9_000.0,
            warranty_months=24,
        )
        put(t.model, name="Polar 9", maker="Brr", family="freezer", price_minor=900_000, currency="USD")
        put(t.model, name="Old 1", maker="Brr", family="compressor")
        placed = {"customer_id": acme, "site_id": north, "model_id": model}
        unit = put(
            t.unit,
            serial="CX-1044",
            name="Compressor 2",
            installed_at=day("2016-03-01"),
            records_from=day("2018-03-04"),
            warranty_until=day("2018-03-01"),
            meter_unit="h",
            **placed,
        )
        sister = put(t.unit, serial="CX-1045", name="Compressor 3", installed_at=day("2016-03-04"), **placed)
        put(t.unit, serial="CX-2000", name="", installed_at=day("2021-03-04"), **placed)
        put(t.unit, serial="ZZ-1", name="Door 1")
        put(t.agreement, customer_id=acme, name="Silver", cover="parts and labour, weekdays")
        for when, value in (("2019-03-04", 9_000.0), ("2022-03-04", 21_000.0), ("2026-02-04", 36_680.0)):
            put(t.reading, unit_id=unit, read_at=day(when), value=value, meter_unit="h")
        for number, (when, kind, what, cost, down, work) in enumerate(HISTORY, 1):
            visit = _finished(put, unit, f"C-{number:04}", when, kind, what, cost, down, work, technician)
            if "seal" in work:
                put(
                    t.part_use,
                    visit_id=visit,
                    name="Shaft seal kit",
                    quantity=1,
                    cost_minor=18_500,
                    currency="EUR",
                )
        _finished(
            put, sister, "C-0101", "2023-01-09", "corrective", "oil leak", 70_000, 200, "Seal", technician
        )
        _finished(
            put, sister, "C-0102", "2024-03-09", "corrective", "Oil Leak", 90_000, 200, "Seal", technician
        )
        _finished(put, sister, "C-0103", "2025-03-09", "install", "Door fitted", 10_000, 0, "", technician)
        put(
            t.call,
            number="C-0900",
            title="Grinding noise from the motor",
            status="in_progress",
            priority=2,
            unit_id=unit,
            customer_id=acme,
            site_id=north,
            opened_at=day("2026-03-03"),
            happened_at=day("2026-03-03"),
        )
        put(
            t.quote,
            unit_id=unit,
            kind="repair",
            amount_minor=720_000,
            currency="EUR",
            quoted_at=day("2026-03-03"),
        )


def pay_in(desk: Desk, currency: str) -> None:
    """All amounts of the fleet, as they stand, are in another currency."""
    with desk.store.write() as connection:
        for table in (t.customer, t.model, t.visit, t.part_use, t.quote):
            connection.execute(sa.update(table).values(currency=currency))


def _finished(
    put: Any,
    unit: int,
    number: str,
    when: str,
    kind: str,
    what: str,
    cost: int,
    down: int,
    work: str,
    who: int,
) -> int:
    moment = day(when)
    call = put(
        t.call,
        number=number,
        title=what,
        status="closed",
        live=0,
        priority=3,
        unit_id=unit,
        opened_at=moment,
        closed_at=moment,
        happened_at=moment,
    )
    done: int = put(
        t.visit,
        call_id=call,
        unit_id=unit,
        technician_id=who,
        status="done",
        kind=kind,
        outcome="good",
        problem=what,
        work=work,
        done_at=moment,
        happened_at=moment,
        downtime_minutes=down,
        cost_minor=cost,
        currency="EUR",
    )
    return done


def total(rows: Iterable[tuple[str, str, str, int, int, str]], kind: str) -> int:
    """What the visits of a kind cost together, in cents."""
    return sum(row[3] for row in rows if row[1] == kind)
