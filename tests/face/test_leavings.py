"""Half-written texts on this machine: by database, together with those of other sessions."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from dispatch_tui.desk.recommendations import DECISIONS
from dispatch_tui.screens.leavings import Drafts
from dispatch_tui.screens.roi_keeping import DECISION_WORDS
from dispatch_tui.settings.state import fault_file, keep_fault, state_folder

WRITER = """
import sys
from dispatch_tui.screens.leavings import Drafts
for number in range(40):
    Drafts("/a.db").keep(f"note {sys.argv[1]}-{number}", "text")
"""


def test_each_database_has_its_own() -> None:
    one, other = Drafts("/b.db"), Drafts("/a /b.db")
    one.keep("note C-6", "no part")
    other.keep("note C-6", "of the other")
    assert (one.text("note C-6"), other.text("note C-6")) == ("no part", "of the other")
    one.keep("note C-6", "  ")
    assert (one.all(), other.all()) == ({}, {"note C-6": "of the other"})


def test_a_fault_is_kept_whatever_its_words_are() -> None:
    keep_fault(ValueError("half a letter \udcc3"), None)
    assert "half a letter \\udcc3" in fault_file().read_text()
    assert state_folder().stat().st_mode & 0o777 == 0o700, "for the user alone"


@pytest.mark.parametrize("content", ["", "[1]", '{"hold C-1": "from before"}', "{"])
def test_a_file_that_is_not_ours_holds_no_texts(content: str) -> None:
    state_folder().mkdir(parents=True)
    (state_folder() / "drafts.json").write_text(content)
    assert Drafts("/a.db").all() == {}
    Drafts("/a.db").keep("note C-1", "text")
    assert Drafts("/a.db").all() == {"note C-1": "text"}


def test_sessions_that_write_at_once_keep_each_others_texts() -> None:
    def write(name: str) -> None:
        subprocess.run([sys.executable, "-c", WRITER, name], check=True, timeout=60)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    assert len(Drafts("/a.db").all()) == 160


def test_every_decision_has_its_words() -> None:
    assert tuple(DECISION_WORDS) == DECISIONS
