"""The workbench on a terminal: how it starts, what it keeps, how it leaves.

The first picture is drawn from one plain query. SQLAlchemy and the desk are loaded once it is on screen; until then
keys move through the rows that are there, and an act waits for the desk.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.app import App
from textual.binding import BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer

from dispatch_tui.actions import APP, QUEUE, bindings_for, textual_keymap
from dispatch_tui.clock import Clock, SystemClock, to_us
from dispatch_tui.desk.account import account
from dispatch_tui.driver import WorkbenchDriver
from dispatch_tui.errors import DatabaseProblem, DispatchError, NotFound, NotWritten
from dispatch_tui.screens.queue import QueueScreen
from dispatch_tui.settings import Settings
from dispatch_tui.store.first import FirstPicture, first_picture
from dispatch_tui.store.location import Location, locate
from dispatch_tui.store.saved import find_queue, queue_to_open, saved_queues
from dispatch_tui.text import plain
from dispatch_tui.themes import THEME_CHOICES, Look, look_for, textual_themes
from dispatch_tui.widgets.background import in_background

if TYPE_CHECKING:
    from dispatch_tui.screens.leavings import Drafts
    from dispatch_tui.screens.live import Live
    from dispatch_tui.screens.session import Session
    from dispatch_tui.screens.work import Work

FIRST_ROWS = 120
IDLE_SECONDS = 0.04
"""How long after the first picture the rest is loaded: the terminal has it by then."""
RETRY_SECONDS = 3.0
LEAVE_SECONDS = 0.9
"""After a hang-up the program is gone within this time, whatever hangs."""


class WorkbenchApp(App[None], inherit_bindings=False):
    """The app. ``session`` is None until the database is open."""

    TITLE = "dispatch"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for(APP)]
    CSS = """
    Screen { background: $background; }
    ModalScreen { align: center middle; background: transparent; }
    .dialog { width: 72; max-width: 96%; height: auto; max-height: 90%; background: $panel; padding: 1 2; }
    .dialog Static { width: 1fr; height: auto; }
    .dialog .title { text-style: bold; }
    .dialog .hint, .dialog .keys { color: $dim; }
    .dialog .keys { margin: 1 0 0 0; }
    .dialog .fault { color: $error; }
    .dialog Input { margin: 1 0 0 0; }
    .dialog Lines { margin: 1 0 0 0; }
    .-sixteen .dialog { border: round $accent; }
    .-ascii .dialog { border: ascii $accent; }
    """

    def __init__(
        self,
        where: Location | str = "",
        *,
        settings: Settings | None = None,
        clock: Clock | None = None,
        as_account: str = "",
        first: FirstPicture | None = None,
        utf8: bool = True,
    ) -> None:
        """``first`` is what is drawn before the database is open; ``utf8`` says that the terminal reads it."""
        plain_colours = "NO_COLOR" in os.environ
        super().__init__(driver_class=WorkbenchDriver, ansi_color=True if plain_colours else None)
        self.settings = settings or Settings()
        self.clock = clock or SystemClock()
        self.location = locate(where) if isinstance(where, str) else where
        self.as_account = as_account
        self.account = as_account or account()
        self.session: Session | None = None
        self.live: Live | None = None
        self.user_keys: Mapping[str, Sequence[str]] = self.settings.keys
        self.animation_level = "none"
        self._first = first
        self._ascii = self.settings.ascii or not utf8
        self._theme_choice = self.settings.theme
        self._queues = saved_queues(self.settings.queues)
        self._first_queue = queue_to_open(self.settings.default_queue, self._queues) or self._queues[0]
        if self._first_queue not in self._queues:
            self._queues += (self._first_queue,)
        self._opened = asyncio.Event()
        self._opening = False
        self._retry: Timer | None = None
        self._lost: DatabaseProblem | None = None
        for theme in textual_themes():
            self.register_theme(theme)
        self.look = self._choose_look()
        self.theme = self.look.theme
        self.set_keymap(textual_keymap(self.user_keys))

    @property
    def now_us(self) -> int:
        return to_us(self.clock.now())

    # Looks

    def _choose_look(self) -> Look:
        sixteen = self.console.color_system not in ("256", "truecolor")
        return look_for(self._theme_choice, ascii_only=self._ascii, no_color=self.no_color, sixteen=sixteen)

    def action_do_theme(self) -> None:
        """On to the next theme; colourless and 16-colour terminals have only one."""
        from dispatch_tui.screens.page import Page

        at = THEME_CHOICES.index(self._theme_choice) if self._theme_choice in THEME_CHOICES else 0
        self._theme_choice = THEME_CHOICES[(at + 1) % len(THEME_CHOICES)]
        self.look = self._choose_look()
        self.theme = self.look.theme
        self._mark_terminal()
        for screen in self.screen_stack:
            if isinstance(screen, QueueScreen | Page):
                screen.restyle(self.look)

    def _mark_terminal(self) -> None:
        self.set_class(self.look.theme == "dispatch-16", "-sixteen")
        self.set_class(self._ascii, "-ascii")

    # Starting

    def get_default_screen(self) -> Screen[Any]:
        first, opening = self._first, self._first_queue
        # The first picture holds all open calls by rank: it serves where that is the queue to open with.
        rows = (
            first.rows if first is not None and not opening.filter_text and opening.sort == "rank" else None
        )
        return QueueScreen(
            self.look, self._queues, opening, rows, complete=rows is not None and len(rows) < FIRST_ROWS
        )

    @property
    def queue_screen(self) -> QueueScreen:
        screen = self.screen_stack[0]
        assert isinstance(screen, QueueScreen)
        return screen

    def on_mount(self) -> None:
        self._mark_terminal()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self.hang_up, number)
            except (NotImplementedError, RuntimeError, ValueError):
                break  # not on this system, or not in the main thread (tests)

    def painted(self) -> None:
        """The first picture is on the screen: load the rest."""
        self.set_timer(IDLE_SECONDS, self.open_database)

    def open_database(self) -> None:
        """Load the desk and open the database, in a thread."""
        if not self._opening and self.session is None:
            self._opening = True
            in_background(self, self._open_database, "open")

    async def _open_database(self) -> None:
        try:
            session, teams, skills = await asyncio.to_thread(self._load_session)
        except DatabaseProblem as problem:
            self.database_lost(problem)
            return
        except DispatchError as error:
            self.exit(return_code=error.exit_code, message=Text(plain(str(error))))
            return
        finally:
            self._opening = False
            gc.enable()
        from dispatch_tui.screens.live import Live

        self.session, self.account = session, session.account
        screen = self.queue_screen
        screen.queues = saved_queues(self.settings.queues, teams, skills)
        self.live = Live(self, screen, session, self.settings.slow_poll_seconds)
        self._opened.set()
        self.database_found()
        self._check_first_queue(screen)
        screen.reopen(keep=True)
        self.set_timer(1.0, settle_memory)

    def _check_first_queue(self, screen: QueueScreen) -> None:
        """Where the settings name a queue that is not there, all open calls are shown, and the bar says so."""
        wanted = self.settings.default_queue
        try:
            find_queue(wanted, screen.queues)
        except NotFound as error:
            if screen.queue not in screen.queues:
                screen.open_queue(screen.queues[0])
            source = self.settings.sources.get("default_queue", "the settings")
            screen.say(
                f"{error.message} All open calls are shown; correct default_queue in {source}.", "error"
            )

    def _load_session(self) -> tuple[Session, list[str], list[str]]:
        """The session, and the names of teams and skills, each of which has its queue."""
        from dispatch_tui.screens.session import open_session

        session = open_session(self.location.url, self.clock, self.as_account)
        try:
            return session, *session.team_and_skill_names()
        except BaseException:
            session.close()
            raise

    async def session_ready(self) -> Session:
        """The session, once the database is open."""
        await self._opened.wait()
        assert self.session is not None
        return self.session

    async def work_ready(self) -> Work:
        """What a person does in the session; what that needs is loaded in a thread, at the first act."""
        session = await self.session_ready()
        return await asyncio.to_thread(lambda: session.work)

    # Losing and finding the database

    def database_lost(self, problem: DatabaseProblem) -> None:
        """Say so, keep what is on the screen, and try again until it is back."""
        self._lost = problem
        self.queue_screen.trouble(problem)
        if self._retry is None:
            self._retry = self.set_interval(RETRY_SECONDS, self.read_again)

    def database_found(self) -> None:
        if self._lost is not None:
            self._lost = None
            if self._retry is not None:
                self._retry.stop()
                self._retry = None
            self.queue_screen.trouble(None)
            self.queue_screen.read_again()

    def read_again(self) -> None:
        """Read everything anew, or open the database where that has failed so far."""
        if self.session is None:
            self.open_database()
        elif self.live is not None:
            if self._lost is None:
                self.queue_screen.calls.reload()
            self.live.look_again()

    async def back_to_queue(self) -> None:
        """Close whatever lies over the queue."""
        while self.screen is not self.queue_screen:
            await self.pop_screen()

    # What the queue screen asks for

    def count_soon(self) -> None:
        if self.live is not None:
            self.live.count_soon()

    def look_again(self) -> None:
        """Look for changes and count, after an act of one's own."""
        if self.live is not None:
            self.live.look_again()

    def names(self, field: str, typed: str) -> Sequence[str]:
        """Names for the completions of the filter bar."""
        if self.session is None or not self.session.quick:
            return ()
        try:
            return self.session.names(field, typed)
        except DatabaseProblem as problem:
            self.database_lost(problem)
            return ()

    async def guarded(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a user's act: a typed error becomes a dialog, a lost database a banner and a word on the page."""
        from dispatch_tui.screens.page import Page

        try:
            await work()
        except DispatchError as error:
            if isinstance(error, DatabaseProblem) and not isinstance(error, NotWritten):
                self.database_lost(error)
                if isinstance(self.screen, Page):
                    self.screen.say(f"Not done. {error}", "error")
                return
            from dispatch_tui.screens.dialogs import AskDialog

            await self.push_screen_wait(AskDialog("Not done", f"{error.message}\n{error.remedy}"))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Messages go to the line at the bottom, as plain text."""
        words = plain(f"{title}: {message}" if title else message)
        self.queue_screen.say(words, "error" if severity == "error" else "bar")

    def announce(self, words: str) -> None:
        """Something that concerns every session: said in the bar of the page in front, and on the queue."""
        from dispatch_tui.screens.page import Page

        if not self.is_running:  # the screens are being taken down
            return
        self.queue_screen.say(words, "news")
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.say(words, "news")

    def action_do_help(self) -> None:
        from dispatch_tui.screens.help import HelpScreen, grammar_lines
        from dispatch_tui.screens.page import Page

        page = self.screen.kind if isinstance(self.screen, Page) else QUEUE
        extra = grammar_lines() if page == QUEUE else ()
        self.push_screen(HelpScreen(page, self.user_keys, self.look, extra))

    def action_do_palette(self) -> None:
        from dispatch_tui.screens.finding import find_anything
        from dispatch_tui.screens.page import Page

        work = partial(
            find_anything, self.queue_screen, self.screen if isinstance(self.screen, Page) else None
        )
        in_background(self, partial(self.guarded, work), "act")

    # Leaving

    def action_do_quit(self) -> None:
        self._keep_drafts()
        self.exit()

    def hang_up(self, number: int = signal.SIGHUP) -> None:
        """The terminal is gone or somebody asks us to end: keep what was being written and leave, even if something
        hangs."""
        watchdog = threading.Timer(LEAVE_SECONDS, os._exit, (128 + number,))
        watchdog.daemon = True
        watchdog.start()
        from dispatch_tui.screens.dialogs import TextDialog

        for screen in self.screen_stack:
            if isinstance(screen, TextDialog):
                screen.keep()
        self._keep_drafts()
        self.exit(return_code=128 + number)

    @cached_property
    def drafts(self) -> Drafts:
        """Half-written texts of this database that this machine keeps."""
        from dispatch_tui.screens.leavings import Drafts

        return Drafts(self.location.name)

    def keep_draft(self, about: str, text: str) -> bool:
        """Keep a text that was left unsaved, or forget it where it is empty; where that is not possible it is said,
        and False."""
        try:
            self.drafts.keep(about, text)
        except OSError as error:
            self.announce(f"What was written could not be kept: {error.strerror}")
            return False
        return True

    def _keep_drafts(self) -> None:
        """Keep what was typed since it was kept last."""
        from dispatch_tui.screens.page import Page

        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.keep_now()

    def fault(self, error: Exception) -> None:
        """A fault of the program in work beside the screen: keep its account, say so, and go on."""
        path = _kept(error, self.clock)
        where = f", see {path}" if path is not None else ""
        self.queue_screen.say(f"A fault of the program ({type(error).__name__}){where}", "error")

    def _fatal_error(self) -> None:
        """A fault of the program: one sentence for the user, the account of it in a file."""
        error = self._exception or RuntimeError("unknown")
        path = _kept(error, self.clock)
        where = f" The details are in {path}." if path is not None else ""
        what = f"The workbench has stopped by a fault of its own ({type(error).__name__})."
        self.panic(Text(f"{what} What you did was kept.{where}"))

    async def on_unmount(self) -> None:
        if self.live is not None:
            self.live.close()
        if self.session is not None:
            self.session.close()


def settle_memory() -> None:
    """What is loaded by now stays: keep the collector from walking it again and again (longest page 45 to 13 ms)."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _kept(error: BaseException, clock: Clock) -> Path | None:
    """Where the account of a fault was written; ``None`` where even that is not possible."""
    from dispatch_tui.settings.state import fault_file, keep_fault

    try:
        keep_fault(error, clock)
    except OSError:
        return None
    return fault_file()


def speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the terminal reads UTF-8, as its locale says; one that says nothing is taken to."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    return not locale or "utf8" in locale.lower().replace("-", "")


def run(
    where: str = "", *, settings: Settings | None = None, clock: Clock | None = None, as_account: str = ""
) -> int:
    """Open the workbench on a database (forms of :func:`.store.location.locate`) and return the exit code.

    Raises :class:`.errors.DatabaseNewer` before anything is drawn.
    """
    location = locate(where)
    first = None if as_account else first_picture(location, account(), FIRST_ROWS)
    app = WorkbenchApp(
        location,
        settings=settings,
        clock=clock,
        as_account=as_account,
        first=first,
        utf8=speaks_utf8(os.environ),
    )
    app.run(mouse=app.settings.mouse)
    return app.return_code or 0
