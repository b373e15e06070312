"""What the program leaves on disk of what is typed: texts that are half written."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from dispatch_tui.settings.state import state_folder


class Drafts:
    """Half-written texts of one database, on this machine, by what each is about; ``where`` is the database's name:
    calls of another have the same numbers."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._path = state_folder() / "drafts.json"

    def keep(self, about: str, text: str) -> None:
        """Keep a text in place of the one before; an empty one takes that away. Raises ``OSError``."""
        if self.text(about) == text or not (text.strip() or self.text(about)):
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(
            self._path.with_suffix(".lock"), "a"
        ) as lock:  # another session of this account may write, too
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = _read(self._path)
            here = kept.setdefault(self._where, {})
            here.pop(about, None)
            if text.strip():
                here[about] = text
            _write(self._path, kept)

    def text(self, about: str) -> str:
        """The kept text, which stays; empty where there is none."""
        return self.all().get(about, "")

    def all(self) -> dict[str, str]:
        """Every text kept for this database."""
        return _read(self._path).get(self._where, {})


def _read(path: Path) -> dict[str, dict[str, str]]:
    """The kept texts by database; what is not ours in the file is no text of anybody's."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(where): {str(about): str(text) for about, text in texts.items()}
        for where, texts in found.items()
        if isinstance(texts, dict)
    }


def _write(path: Path, kept: dict[str, dict[str, str]]) -> None:
    fresh = path.with_suffix(".new")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(kept, file, ensure_ascii=False)
    fresh.replace(path)
