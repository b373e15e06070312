"""How units of the same model do at other customers, without saying at whose."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.failing import model_record
from dispatch_tui.store import comparison
from dispatch_tui.store.units import UnitCard

FEWEST = 5
"""So many other customers must stand behind a comparison, that nobody can tell whose units are meant."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Units of the model at other customers: how many, of how many customers, and their failures a year."""

    units: int
    customers: int
    failures: float


def elsewhere(desk: Desk, card: UnitCard) -> Elsewhere | None:
    """Units of the same model at other customers; ``None`` with fewer than :data:`FEWEST` other customers.

    Units without a customer do not count: nobody knows whose they are. For a unit without a customer any other
    customer is another one.
    """
    if card.model_id is None:
        return None
    with desk.store.read() as connection:
        owned = comparison.owners(connection, card.model_id)
        record = model_record(connection, card.model_id, card.currency, desk.clock.now(), without=card.id)
    others = [one for one in record.units if owned.get(int(one.unit), card.customer_id) != card.customer_id]
    customers = {owned[int(one.unit)] for one in others}
    years = sum(window.end - window.start for one in others for window in one.windows)
    if len(customers) < FEWEST or not years:
        return None
    return Elsewhere(len(others), len(customers), sum(one.count for one in others) / years)
