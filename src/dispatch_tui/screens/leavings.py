"""What the program leaves on disk when it has to go at once: a half-written text, the account of a fault."""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path

from dispatch_tui.clock import Clock


def state_dir() -> Path:
    """The user's state folder, under the XDG rules."""
    base = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return Path(base) / "dispatch-tui"


def keep_draft(about: str, text: str) -> None:
    """Keep a text that was being written when the terminal went away; ``about`` says where it belongs."""
    if not text.strip():
        return
    path = state_dir() / "drafts.json"
    drafts = _drafts(path)
    drafts[about] = text
    _write(path, drafts)


def take_draft(about: str) -> str:
    """The kept text, once; empty where there is none."""
    path = state_dir() / "drafts.json"
    drafts = _drafts(path)
    text = drafts.pop(about, "")
    if text:
        _write(path, drafts)
    return text


def left_drafts() -> dict[str, str]:
    """All kept texts, by what they are about; they stay."""
    return _drafts(state_dir() / "drafts.json")


def drop_left(about: str) -> None:
    """Forget a kept text. Raises ``OSError``."""
    path = state_dir() / "drafts.json"
    drafts = _drafts(path)
    if drafts.pop(about, ""):
        _write(path, drafts)


def _drafts(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
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
