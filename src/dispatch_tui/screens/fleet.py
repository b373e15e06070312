"""Fleet: every unit ranked by what replacing it would save, and a yearly budget spent on them."""

from __future__ import annotations

import asyncio
import threading
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType

from dispatch_tui.actions import FLEET, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.fleetwide import Fleet, whole_fleet
from dispatch_tui.errors import InvalidInput
from dispatch_tui.report.fleet_file import fleet_file, rows
from dispatch_tui.roi.budget import Purchase, plan
from dispatch_tui.screens.dialogs import TextDialog
from dispatch_tui.screens.page import Page
from dispatch_tui.screens.roi import RoiScreen
from dispatch_tui.store.customers import customer_named
from dispatch_tui.store.naming import name_of
from dispatch_tui.text import digits_of
from dispatch_tui.themes import Look
from dispatch_tui.widgets.fleet_lines import head_lines, progress_line, unit_rows
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Piece
from dispatch_tui.widgets.rows import Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

PLAN_YEARS: Final = 5
MOST_PLAN_YEARS: Final = 30
_REPAINT_SECONDS: Final = 0.1
_EVERYBODY: Final = "all customers"


class FleetScreen(Page):
    """Compares in processes of their own; what was found before stays meanwhile, below a bar of progress."""

    kind = FLEET
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(FLEET)]
    DEFAULT_CSS = """
    FleetScreen #title { height: 1; }
    FleetScreen #head { height: 3; }
    FleetScreen #rows { margin: 1 0 0 0; }
    """

    title_bar = getters.query_one("#title", Lines)
    head = getters.query_one("#head", Lines)

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(look)
        self.desk = desk
        self.whose = _EVERYBODY
        self.customer: int | None = None
        self.budget: Decimal | None = None
        self.years = PLAN_YEARS
        self.found: Fleet | None = None
        self.bought: tuple[Purchase, ...] = ()
        self._told: tuple[int, int] | None = None
        self._stop = threading.Event()

    def compose(self) -> ComposeResult:
        yield Lines(self.look, fill="bar", id="title")
        yield Lines(self.look, id="head")
        yield Rows(self.look, id="rows")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.rows.focus()
        self.compare()

    def on_unmount(self) -> None:
        self._stop.set()

    # Comparing

    def compare(self) -> None:
        """Compare anew; a comparison that still runs is stopped."""
        self._stop.set()
        self._stop = threading.Event()
        self._told, self._message = (0, 0), ("", "bar")
        self.paint()
        self.start(partial(self._compare, self.customer, self._stop), "read")

    async def _compare(self, customer: int | None, stop: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        last = 0.0

        def hear(done: int, total: int) -> None:
            nonlocal last
            now = perf_counter()
            if now - last >= _REPAINT_SECONDS and not stop.is_set():
                last = now
                loop.call_soon_threadsafe(self._tell, stop, done, total)

        found = await asyncio.to_thread(
            whole_fleet, self.desk, self.app.settings.roi, customer, progress=hear, stop=stop.is_set
        )
        if stop is self._stop:
            self._told = None
            self.found = found or self.found
            self._spend()
            self.paint()

    def _tell(self, stop: threading.Event, done: int, total: int) -> None:
        if stop is self._stop and self._told is not None and self.is_mounted:
            self._told = (done, total)
            self._paint_head()

    def _spend(self) -> None:
        self.bought = ()
        if self.budget is not None and self.found is not None:
            minor = round(self.budget.scaleb(digits_of(self.found.currency)))
            self.bought = plan(self.found.outcomes, self.found.currency, minor, self.years)

    # Painting

    def paint(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        self.title_bar.show([self._title()])
        self._paint_head()
        self.paint_keys()
        if self.found is not None:
            years = {one.outcome.unit_id: one.year for one in self.bought}
            self.rows.show_rows(
                unit_rows(self.found, years, self.rows.size.width, self.look, everybody=self.customer is None)
            )

    def _title(self) -> tuple[Piece, ...]:
        return (Piece(" Fleet ", "title"), Piece(" what replacing each unit would save", "bar"))

    def _paint_head(self) -> None:
        width = self.size.width
        if self._told is not None:
            self.head.show([progress_line(*self._told, width, self.look), ()])
        elif self.found is not None:
            self.head.show(
                head_lines(self.found, self.whose, self.budget, self.years, self.bought, width, self.look)
            )
        else:
            self.head.show([(Piece(" Stopped. r compares again.", "text"),), ()])

    # Keys

    def action_do_look_into(self) -> None:
        kind, _, key = self.rows.key.partition(":")
        if kind == "unit":
            self.app.push_screen(RoiScreen(self.desk, int(key), self.look))

    def action_do_compare_again(self) -> None:
        self.compare()

    def action_do_stop_comparing(self) -> None:
        if self._told is None:
            self.say("Nothing is being compared.")
            return
        self._stop.set()
        self.say("Stopped: what is shown is as it was before." if self.found else "Stopped.")

    def action_do_budget(self) -> None:
        self.start(self._ask_budget, "act")

    async def _ask_budget(self) -> None:
        hint = f"What may be spent each year, for {self.years} years, in whole units of currency. Empty: no budget."
        value = "" if self.budget is None else str(int(self.budget))
        check = partial(_budget_fault, self.found.currency if self.found else "")
        dialog = TextDialog("Budget a year", hint, value=value, check=check, verb="plan it")
        typed = await self.app.push_screen_wait(dialog)
        if typed is not None:
            self.budget = _budget(typed) if typed else None
            self._spend()
            self.paint()

    def action_do_budget_years(self) -> None:
        self.start(self._ask_years, "act")

    async def _ask_years(self) -> None:
        dialog = TextDialog(
            "Years of the budget",
            f"Over how many years it is spent, 1 to {MOST_PLAN_YEARS}.",
            value=str(self.years),
            check=_years_fault,
            verb="plan it",
        )
        typed = await self.app.push_screen_wait(dialog)
        if typed is not None:
            self.years = int(typed)
            self._spend()
            self.paint()
            if self.budget is None:
                self.say("b says what may be spent a year.")

    def action_do_whose(self) -> None:
        self.start(self._ask_whose, "act")

    async def _ask_whose(self) -> None:
        dialog = TextDialog(
            "Whose units",
            "A customer's name or number. Empty: all customers.",
            check=lambda _: "",
            verb="compare",
        )
        typed = await self.app.push_screen_wait(dialog)
        if typed is None:
            return
        self.customer, self.whose = (
            await asyncio.to_thread(self._customer, typed) if typed else (None, _EVERYBODY)
        )
        self.found = None
        self.compare()

    def _customer(self, text: str) -> tuple[int, str]:
        with self.desk.store.read() as connection:
            customer_id = customer_named(connection, text)
            return customer_id, name_of(connection, "customer", customer_id)

    def action_do_save_table(self) -> None:
        if self.found is None:
            self.say("There is nothing to save yet.")
        else:
            self.start(partial(self._save, self.found), "act")

    async def _save(self, found: Fleet) -> None:
        dialog = TextDialog(
            "Save the table", "A file: fleet.csv or fleet.xlsx.", value="fleet.csv", verb="save"
        )
        typed = await self.app.push_screen_wait(dialog)
        if typed is None:
            return
        file = Path(typed).expanduser()
        table = rows(found.outcomes, self.bought, found.at)
        content = await asyncio.to_thread(fleet_file, file, table)
        try:
            await asyncio.to_thread(file.write_bytes, content)
        except OSError as error:
            raise InvalidInput("file", f"cannot write {file}: {error.strerror}") from error
        self.say(f"Saved {len(table):,} units to {file}.")

    # Messages

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_do_look_into()


def _budget_fault(currency: str, text: str) -> str:
    try:
        least = Decimal(1).scaleb(-digits_of(currency))
        return "" if not text.strip() or _budget(text) >= least else "It must be above 0."
    except InvalidOperation:
        return "Write digits only, such as 50000."


def _years_fault(text: str) -> str:
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= MOST_PLAN_YEARS:
        return ""
    return f"Write whole years, 1 to {MOST_PLAN_YEARS}."


def _budget(text: str) -> Decimal:
    """Whole units of currency. Raises ``InvalidOperation`` for what is no number."""
    amount = Decimal(text.strip().replace(",", "").replace(" ", ""))
    if not amount.is_finite():
        raise InvalidOperation
    return amount


async def show_fleet(app: WorkbenchApp) -> None:
    """The page over the queue, once the database is open."""
    app.push_screen(FleetScreen((await app.session_ready()).desk, app.look))
