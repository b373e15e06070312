"""Ways from a call to its unit: the service history, repair or replace, and the search for any unit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dispatch_tui.errors import NotFound
from dispatch_tui.store.units import unit_of_call

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp
    from dispatch_tui.store.rows import QueueRow


async def show_unit(app: WorkbenchApp, row: QueueRow) -> None:
    """The service history of the call's unit. Raises ``NotFound`` where the call has none."""
    from dispatch_tui.screens.unit import UnitScreen

    session = await app.session_ready()
    app.push_screen(UnitScreen(session.desk, await _unit_of(app, row), app.look))


async def show_replacement(app: WorkbenchApp, row: QueueRow) -> None:
    """Repair or replace for the call's unit. Raises ``NotFound`` where the call has none."""
    from dispatch_tui.screens.roi import RoiScreen  # with the engine behind it

    session = await app.session_ready()
    app.push_screen(RoiScreen(session.desk, await _unit_of(app, row), app.look, call_id=row.id))


async def find_unit(app: WorkbenchApp) -> None:
    """The search for a unit."""
    from dispatch_tui.screens.search import SearchScreen

    session = await app.session_ready()
    app.push_screen(SearchScreen(session.desk, app.look))


async def _unit_of(app: WorkbenchApp, row: QueueRow) -> int:
    session = await app.session_ready()

    def read() -> int | None:
        with session.desk.store.read() as connection:
            return unit_of_call(connection, row.id)

    unit_id = await asyncio.to_thread(read)
    if unit_id is None:
        raise NotFound("unit on call", row.number, "F finds a unit by its serial, model, customer or site.")
    return unit_id
