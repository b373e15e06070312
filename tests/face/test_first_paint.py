"""What the first picture may import, and that it shows calls. Measured in a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

from dispatch_tui.clock import FixedClock
from dispatch_tui.desk.desk import Desk
from dispatch_tui.desk.prompting import refresh

HEAVY = ("sqlalchemy", "alembic", "pydantic", "numpy", "plotext", "psycopg", "tomlkit", "tomllib", "openpyxl")
"""Left for later: together they cost more than all the rest of the start."""

PROGRAM = """
import json, sys
from dispatch_tui.app import FIRST_ROWS, WorkbenchApp
from dispatch_tui.desk.account import account
from dispatch_tui.store.first import first_picture
from dispatch_tui.store.location import locate

class Stopped(WorkbenchApp):
    def painted(self):
        listing = self.queue_screen.calls
        shown = [listing.render_line(y).text for y in range(4)]
        print(json.dumps({"modules": sorted(sys.modules), "shown": shown}), file=sys.__stdout__)
        self.exit()

location = locate(sys.argv[1])
app = Stopped(location, first=first_picture(location, account(), FIRST_ROWS))
app.run(headless=True, size=(120, 40))
"""


def test_first_picture_shows_calls_and_imports_nothing_heavy(board: Desk, clock: FixedClock) -> None:
    path = str(board.store.location.path)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, path], capture_output=True, text=True, timeout=60, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert "Cell 3 is at" in "".join(found["shown"])
    loaded = {name.partition(".")[0] for name in found["modules"]}
    assert not loaded & set(HEAVY)
    assert "textual" in loaded


RULES = "dispatch_tui.care.rules"
ONLOOKER = """
import asyncio, json, sys
from dispatch_tui.app import WorkbenchApp
from dispatch_tui.store.location import locate

async def main():
    app = WorkbenchApp(locate(sys.argv[1]))
    async with app.run_test(size=(120, 40)) as pilot:
        await app.session_ready()
        while not app.queue_screen.counts or not app.live.at_rest:
            await asyncio.sleep(0.02)
        looked = sorted(sys.modules)
        await app.work_ready()
        print(json.dumps({"looked": looked, "acted": sorted(sys.modules)}), file=sys.__stdout__)

asyncio.run(main())
"""


def test_a_session_that_looks_on_does_without_the_rules(board: Desk) -> None:
    """With pydantic they are a fifth of its memory; who acts loads them with the first act."""
    refresh(board)
    done = subprocess.run(
        [sys.executable, "-c", ONLOOKER, str(board.store.location.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert "dispatch_tui.screens.session" in found["looked"]
    assert RULES in found["acted"]
    assert RULES not in found["looked"]
    assert "pydantic" not in found["looked"]
    assert not [name for name in found["looked"] if name.startswith("dispatch_tui.sla")]


OF_MONEY = ("breakdown", "fleet", "recommendation", "roi", "scenarios")
"""What the pages' names begin with that rest on the engine of repair or replace, and so on numpy."""
PAGES = """
import importlib, json, pkgutil, sys
import dispatch_tui.screens as screens

names = [one.name for one in pkgutil.iter_modules(screens.__path__)]
for name in names:
    if not name.startswith(tuple(sys.argv[1:])):
        importlib.import_module(f"dispatch_tui.screens.{name}")
print(json.dumps({"names": names, "modules": sorted(sys.modules)}))
"""


def test_only_the_pages_of_money_load_the_engine() -> None:
    """It takes a quarter of a second and 13 MB: who calls a customer does not wait for it."""
    done = subprocess.run(
        [sys.executable, "-c", PAGES, *OF_MONEY], capture_output=True, text=True, timeout=60, check=True
    )
    found = json.loads(done.stdout)
    assert {"call_first", "unit", "roi"} <= set(found["names"])
    loaded = {name.partition(".")[0] for name in found["modules"]}
    assert not loaded & {"numpy", "plotext", "openpyxl", "alembic", "tomlkit", "holidays", "icalendar"}
