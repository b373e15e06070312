"""Bring in a file: choose how it reads, try it without writing to the database, then bring it in."""

from __future__ import annotations

import asyncio
import shlex
import textwrap
import threading
from dataclasses import fields
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import getters
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from dispatch_tui.actions import IMPORT, bindings_for
from dispatch_tui.desk.desk import Desk
from dispatch_tui.errors import InvalidInput
from dispatch_tui.exchange import presets
from dispatch_tui.exchange.run import ImportResult, Progress, import_file
from dispatch_tui.exchange.source import Stated
from dispatch_tui.screens.page import Page
from dispatch_tui.text import plain
from dispatch_tui.themes import Look
from dispatch_tui.widgets.lines import Lines
from dispatch_tui.widgets.pieces import Line, Piece, fit
from dispatch_tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from dispatch_tui.app import WorkbenchApp

OWN = "mapping"
"""The word by which a mapping of one's own is stated: ``mapping=mine.toml``."""
_STATED = tuple(field.name for field in fields(Stated))
_REPAINT_SECONDS = 0.25


class Wanted(NamedTuple):
    """What is to be imported, and how."""

    preset: str
    file: Path
    stated: Stated


class ImportScreen(Page):
    """A file, a preset, what the user states of it; Enter tries it, Enter again brings it in."""

    kind = IMPORT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(IMPORT)]
    DEFAULT_CSS = """
    ImportScreen #title { height: 2; }
    ImportScreen Horizontal { height: 1; }
    ImportScreen #rows { margin: 1 0 0 0; }
    ImportScreen Static { width: 9; padding: 0 0 0 1; }
    ImportScreen Input { height: 1; width: 1fr; border: none; padding: 0 1; }
    ImportScreen #told { height: 6; }
    """

    file = getters.query_one("#file", Input)
    stated = getters.query_one("#stated", Input)
    told = getters.query_one("#told", Lines)

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__(look)
        self.desk = desk
        self.running = False
        self._titles = presets.titles()
        self._preset = next(iter(self._titles))
        self._tried: Wanted | None = None
        self._stop = threading.Event()
        self._words: list[Line] = []
        self._painted = 0.0

    def compose(self) -> ComposeResult:
        yield Lines(self.look, id="title")
        for name, label, hint in (
            ("file", "File", "CSV, XLSX or JSON Lines; also gzip or zip"),
            (
                "stated",
                "Stated",
                "dates=d/m/yyyy zone=Europe/Berlin currency=EUR … where the preset is not right",
            ),
        ):
            text = Input(placeholder=hint, compact=True, select_on_focus=False, id=name)
            text.cursor_blink = False
            yield Horizontal(Static(Content(label)), text)
        yield Rows(self.look, id="rows")
        yield Lines(self.look, id="told")
        yield Lines(self.look, fill="bar", id="keys")

    @property
    def rows(self) -> Rows:
        return self.query_one("#rows", Rows)

    def on_mount(self) -> None:
        self.file.focus()

    def on_unmount(self) -> None:
        self._stop.set()

    def paint(self) -> None:
        width = self.size.width
        rows = [Row((Piece(" How it reads", "dim"),))]
        rows += [Row(self._preset_line(name, width), name) for name in self._titles]
        rows.append(Row(self._preset_line(OWN, width), OWN))
        rows += [Row((Piece(f" {words}", "dim"),)) for words in self._about(width)]
        self.rows.show_rows(rows)
        self.rows.put(self._preset)
        self.told.show(self._words)
        self.query_one("#title", Lines).show([(Piece(" Bring in a file", "bold"),)])
        self.paint_keys()

    def _preset_line(self, name: str, width: int) -> Line:
        title = self._titles.get(name, "a mapping of your own: say mapping=FILE.toml beside Stated")
        return (Piece(f" {name:<21} "), Piece(fit(title, max(1, width - 24), self.look), "dim"))

    def _about(self, width: int) -> list[str]:
        if self._preset == OWN:
            about = "`dispatch-tui import --template` prints a mapping to start from; every key is explained in it."
        else:
            about = presets.load(self._preset).about.strip()
        lines = [""]
        for paragraph in about.split("\n\n"):
            lines += [*textwrap.wrap(plain(paragraph), max(20, min(width - 2, 110))), ""]
        return lines

    # -- keys ----------------------------------------------------------------------------------

    def action_do_preset_down(self) -> None:
        self.action_do_down()

    def action_do_preset_up(self) -> None:
        self.action_do_up()

    def action_do_next_field(self) -> None:
        (self.stated if self.file.has_focus else self.file).focus()

    def action_do_leave_import(self) -> None:
        """Stop what runs; else leave."""
        if self.running:
            self._stop.set()
            self.say("Stopping after the rows at hand.")
        else:
            self.action_do_leave()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_do_bring_in()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        event.stop()
        if event.key and event.key != self._preset:
            self._preset = event.key
            self.paint()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()

    def action_do_bring_in(self) -> None:
        """The first time without writing to the database; once more brings it in."""
        if not self.running:
            self.start(self._bring_in, "import")

    # -- the import ----------------------------------------------------------------------------

    async def _bring_in(self) -> None:
        wanted = self._wanted()
        dry = wanted != self._tried
        self.running, self._tried = True, None
        self._stop.clear()
        self.say("Trying it: nothing goes into the database." if dry else "Bringing it in. Esc stops.")
        try:
            result = await asyncio.to_thread(self._import, wanted, dry, asyncio.get_running_loop())
        finally:
            self.running = False
        if dry and not result.stopped:
            self._tried = wanted
        self._tell(result)

    def _import(self, wanted: Wanted, dry: bool, loop: asyncio.AbstractEventLoop) -> ImportResult:
        def hear(progress: Progress) -> None:
            now = perf_counter()
            if now - self._painted >= _REPAINT_SECONDS and not self._stop.is_set():
                self._painted = now
                loop.call_soon_threadsafe(self._tell_progress, progress)

        return import_file(
            self.desk,
            wanted.preset,
            wanted.file,
            stated=wanted.stated,
            dry_run=dry,
            progress=hear,
            stop=self._stop.is_set,
        )

    def _wanted(self) -> Wanted:
        """What the fields say. Raises :class:`InvalidInput`."""
        file = self.file.value.strip()
        if not file:
            raise InvalidInput("file", "it is missing", "Write its path.")
        said = read_stated(self.stated.value)
        preset = said.pop(OWN, "") if self._preset == OWN else self._preset
        if not preset:
            raise InvalidInput(OWN, "it is missing", "Write mapping=FILE.toml beside Stated.")
        said.pop(OWN, None)
        return Wanted(preset, Path(file).expanduser(), Stated(**said))

    def _tell_progress(self, progress: Progress) -> None:
        if self.running and self.is_mounted:
            width = max(10, min(self.size.width - 50, 60))
            full = round(progress.share * width)
            bar = self.look.glyphs.thumb * full + self.look.glyphs.none * (width - full)
            words = f" {progress.rows:>11,} rows  {progress.rate:>9,.0f} a second  "
            self._show([(Piece(words), Piece(bar, "accent"), Piece(f" {progress.share:.0%}"))])

    def _tell(self, result: ImportResult) -> None:
        would = " would be" if result.dry_run else ""
        where = f": {plain(result.rejects_file)}" if result.rejects_file else ""
        lines = [
            f"{result.read:>11,} rows read, {result.rows_per_second:,.0f} a second",
            f"{result.imported:>11,}{would} imported",
            f"{result.updated:>11,}{would} updated, {result.unchanged:,} unchanged",
            f"{result.rejected:>11,} rejected{where}",
        ]
        if result.flagged:
            lines.append(f"{result.flagged:>11,} of those taken are flagged as irregular")
        self._show([(Piece(f" {line}"),) for line in lines])
        if result.stopped:
            self.say(
                "Stopped." if result.dry_run else "Stopped: the rows so far are in, Enter twice goes on."
            )
        elif result.dry_run:
            rejects = "; the rejects file is written" if result.rejects_file else ""
            self.say(f"Nothing is in the database yet{rejects}. Enter brings it in.")
        else:
            self.say("It is in.")

    def _show(self, lines: list[Line]) -> None:
        self._words = lines
        self.told.show(lines)


def read_stated(text: str) -> dict[str, str]:
    """``dates=d/m/yyyy zone=Europe/Berlin`` as a dictionary. Raises :class:`InvalidInput` for another word."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise InvalidInput("stated", "a quotation mark is never closed") from None
    said: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or name not in (*_STATED, OWN):
            known = ", ".join((*_STATED, OWN))
            raise InvalidInput("stated", f"{word!r} is not name=value", f"Names: {known}.")
        said[name] = value
    return said


async def open_import(app: WorkbenchApp) -> None:
    """The screen over the queue, once the database is open."""
    session = await app.session_ready()
    app.push_screen(ImportScreen(session.desk, app.look))
