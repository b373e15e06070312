"""Sessions in a pty, driven by ``tools/ptybench.py`` of the shared folder (its ``--help`` says how it stays honest)."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BARE = [sys.executable, "-P", str(ROOT / "bench" / "bare.py")]
BARE_READY = "READY"
FIRST_ROWS = r"\bC-\d+"
"""A call's number: with it the first queue rows are on the screen."""


class LeftOut(Exception):
    """A part of the table cannot be measured here; the message says why."""


class Failed(Exception):
    """A program did not do what is measured; the message says what was seen instead."""


def shared_folder() -> Path:
    """The folder named by ``DISPATCH_TUI_SHARED``, else ``../shared``."""
    named = os.environ.get("DISPATCH_TUI_SHARED")
    return Path(named) if named else ROOT.parent / "shared"


def load_ptybench() -> ModuleType:
    """The measuring tool as a module. Raises :class:`LeftOut` where it or what it needs is absent."""
    path = shared_folder() / "tools" / "ptybench.py"
    if not path.exists():
        raise LeftOut("tools/ptybench.py of the shared folder is absent (DISPATCH_TUI_SHARED)")
    spec = importlib.util.spec_from_file_location("ptybench", path)
    if spec is None or spec.loader is None:
        raise LeftOut(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except SystemExit as missing:
        raise LeftOut(str(missing.code)) from None
    return module


def workbench(url: str) -> list[str]:
    """The command that opens the workbench on a database."""
    return [sys.executable, "-m", "dispatch_tui", "--db", url]


class Terminal:
    """Starts sessions of 120x40 with an empty home."""

    def __init__(self, home: Path) -> None:
        self._tool = load_ptybench()
        self._home = home

    @contextmanager
    def session(self, argv: list[str], ready: str) -> Iterator[Session]:
        """A running program, from the moment that ``ready`` (a regex) is on its screen."""
        arguments = ["--size", "120x40", "--timeout", "60", "--env", f"HOME={self._home}"]
        for name in ("PYTHONDONTWRITEBYTECODE", "NO_COLOR", *_own_settings()):
            arguments += ["--unset", name]
        options = self._tool.build_parser().parse_args(arguments)
        bench = self._tool.Bench(options, argv)
        try:
            yield Session(self._tool, bench, ready)
        finally:
            bench.close()

    @property
    def busy_ticks(self) -> list[int]:
        """The machine's tick counters: user nice system idle iowait irq softirq steal."""
        ticks: list[int] = self._tool.machine_ticks()
        return ticks


def _own_settings() -> list[str]:
    return [name for name in os.environ if name.startswith(("DISPATCH_TUI_", "XDG_"))]


class Session:
    """One program in its pty, after its first picture."""

    def __init__(self, tool: ModuleType, bench: Any, ready: str) -> None:
        self._tool, self._bench = tool, bench
        first = self._run({"op": "wait", "regex": ready})
        self.first_ms: float = first["ms"]
        self.first_cpu_ms: float = first["cpu_ms"]

    def step(self, text: str) -> dict[str, Any]:
        """One step in the tool's own words, such as ``idle 5``."""
        return self._run(self._tool.parse_step(text))

    def _run(self, step: dict[str, Any]) -> dict[str, Any]:
        try:
            result: dict[str, Any] = self._bench.run_step(step)
        except self._tool.StepFailed as failure:
            raise Failed(str(failure)) from None
        return result

    def press(self, key: str) -> tuple[float | None, float]:
        """One key: milliseconds until the last byte of its answer (``None``: nothing came), and bytes."""
        step = self.step(f"key {key}")
        settled = step.get("settled")
        return (settled["max"] if settled else None), step["bytes"]["max"]

    def strike(self, key: str) -> float:
        """Press a key and wait for nothing; the instant (``time.perf_counter``)."""
        struck: float = self._bench._press(key)
        return struck

    def screen(self) -> list[str]:
        """The screen as lines of text, after everything that was written has been taken in."""
        return str(self.step("dump")["screen"]).split("\n")

    def settle(self, seconds: float = 2.0) -> None:
        """Let the work that follows the first picture come to an end."""
        time.sleep(seconds)
        self._bench.session.parse()

    def watch_line(
        self, marker: str, before: str, act: Callable[[], float], patience: float = 2.0
    ) -> float | None:
        """Seconds from the instant that ``act`` returns (``time.monotonic``) to the byte with which the line that has
        ``marker`` differs from ``before`` or is gone; ``None`` when it never does."""
        session = self._bench.session
        session.parse()
        seen: list[float] = []

        def look(stamp: float) -> bool:
            if line_with(marker, session.screen.text().split("\n")) != before:
                seen.append(stamp)
            return bool(seen)

        start = act()
        deadline = time.perf_counter() + patience
        while not seen and time.perf_counter() < deadline and not session.closed:
            session.wait_bytes(0.25)
            session.wait_quiet(0.02, time.perf_counter() + 0.25)
            session.parse(look)
        return seen[0] - start if seen else None


def line_with(marker: str, lines: list[str]) -> str:
    """The first line that has ``marker`` as a word, or nothing."""
    pattern = re.compile(rf"(?<!\w){re.escape(marker)}(?!\w)")
    return next((line for line in lines if pattern.search(line)), "")
