"""The smallest Textual app that paints and answers a key: what the framework itself costs on this machine.

Run as a program. Every line of the table that says "bare app" was measured on this, in the same run.
"""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One label; ``down`` counts in it."""

    BINDINGS: ClassVar = [("down", "count", "count"), ("q", "quit", "quit")]
    presses = 0

    def compose(self) -> ComposeResult:
        yield Static("READY 0", id="label")

    def action_count(self) -> None:
        self.presses += 1
        self.query_one("#label", Static).update(f"READY {self.presses}")


if __name__ == "__main__":
    app = BareApp()
    app.run()
    sys.exit(app.return_code)
