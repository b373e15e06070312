"""Where and with what the bench measures: sizes from the environment, databases made by the demo company."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.terminal import ROOT, LeftOut, Terminal

BUILD = ROOT / "build" / "bench"
SMALL = 1_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What every part of the bench gets. ``many`` and ``small`` are numbers of calls."""

    terminal: Terminal | None
    scratch: Path
    many: int
    without_terminal: str = ""
    small: int = SMALL

    @property
    def pty(self) -> Terminal:
        """The terminal, or :class:`LeftOut` with the reason why there is none."""
        if self.terminal is None:
            raise LeftOut(self.without_terminal)
        return self.terminal

    def many_calls(self) -> str:
        """URL of the large database, built once and kept under ``build/``."""
        return _built(str(self.many), _recipe(), lambda url: build(url, self.many))

    def many_customers(self) -> str:
        """URL of the database with many customers and contacts (:mod:`.customers`), built once and kept likewise."""
        from bench import customers

        return _built("customers", _recipe(Path(customers.__file__)), customers.build_customers)

    def few_calls(self, name: str, calls: int = SMALL) -> str:
        """URL of a small database, built now so that its countdowns run."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        url = f"sqlite:///{folder / 'calls.db'}"
        build(url, calls)
        return url

    @contextmanager
    def few_calls_on_a_server(self, calls: int = SMALL) -> Iterator[str]:
        """URL of a small database on a PostgreSQL server of the bench's own."""
        try:
            from tests.support.postgres import PostgresServer

            server = PostgresServer(self.scratch / "pg", connections=400)
        except ImportError as absent:
            raise LeftOut(f"no PostgreSQL: {absent}") from None
        try:
            url = server.create()
            build(url, calls)
            yield url
        finally:
            server.stop()


def sizes() -> int:
    """The number of calls of the large database: ``BENCH_CALLS``, by default a million."""
    return int(os.environ.get("BENCH_CALLS", "1000000").replace("_", "").replace(",", ""))


def build(url: str, calls: int) -> None:
    """Make the demo company with ``calls`` calls in a new database, with its call-first list made."""
    from dispatch_tui.desk.access import open_desk
    from dispatch_tui.desk.prompting import refresh

    command = [sys.executable, "-m", "dispatch_tui", "demo", "--calls", str(calls), "--seed", "1"]
    subprocess.run([*command, "--db", url, "--no-open"], check=True, stdout=subprocess.DEVNULL)
    desk = open_desk(url)
    with desk.store:
        refresh(desk)


def _built(name: str, recipe: str, make: Callable[[str], None]) -> str:
    """URL of a database that is kept as long as its recipe stays the same."""
    folder = BUILD / f"{name}-{recipe}"
    if not folder.exists():
        for old in BUILD.glob(f"{name}-*"):
            shutil.rmtree(old)
        print(f"building {folder.relative_to(ROOT)} ...", file=sys.stderr, flush=True)
        part = folder.with_name(folder.name + ".part")
        part.mkdir(parents=True)
        make(f"sqlite:///{part / 'calls.db'}")
        part.rename(folder)
    return f"sqlite:///{folder / 'calls.db'}"


def _recipe(*more: Path) -> str:
    """A short digest of what decides the contents of a database: the demo company, or ``more``, and the tables."""
    house = ROOT / "src" / "dispatch_tui"
    made_by = more or (house / "demo").glob("*.py")
    files = sorted([*made_by, *(house / "store" / "migrations").rglob("*.py")])
    digest = hashlib.blake2b(digest_size=4)
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
