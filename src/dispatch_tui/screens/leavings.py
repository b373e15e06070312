"""What the program leaves on disk when it has to go at once: a half-written text, the account of a fault."""

from __future__ import annotations

import json
import os
import traceback
from contextlib import suppress
from pathlib import Path

from dispatch_tui.clock import Clock


def state_dir() -> Path:
    """The user's state folder, under the XDG rules."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "dispatch-tui"


class Drafts:
    """Half-written texts of one database, on this machine, by what each is about; ``where`` is the database's name:
    calls of another have the same numbers."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._path = state_dir() / "drafts.json"

    def keep(self, about: str, text: str) -> None:
        """Keep a text in place of the one before; an empty one is none. Raises ``OSError``."""
        if text.strip():
            _write(self._path, {**self._all(), self._key(about): text})

    def take(self, about: str) -> str:
        """The kept text, once; empty where there is none."""
        text = self._all().get(self._key(about), "")
        with suppress(OSError):  # it cannot be dropped: then it is offered again
            self.drop(about)
        return text

    def drop(self, about: str) -> None:
        """Forget a kept text. Raises ``OSError``."""
        drafts = self._all()
        if drafts.pop(self._key(about), ""):
            _write(self._path, drafts)

    def all(self) -> dict[str, str]:
        """Every text kept for this database; they stay."""
        behind = self._key("")
        return {key.removesuffix(behind): text for key, text in self._all().items() if key.endswith(behind)}

    def _key(self, about: str) -> str:
        return f"{about} {self._where}"

    def _all(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # none was kept, or the file is not ours: nothing to offer
        return {str(key): str(text) for key, text in found.items()} if isinstance(found, dict) else {}


def _write(path: Path, drafts: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(drafts, file, ensure_ascii=False)
    fresh.replace(path)


def keep_fault(error: BaseException, clock: Clock) -> Path | None:
    """Write down a fault of the program for whoever mends it; None where even that is not possible."""
    path = state_dir() / "last-fault.txt"
    account = "".join(traceback.format_exception(error))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(f"{clock.now().isoformat()}\n{account}", encoding="utf-8")
    except OSError:
        return None
    return path
