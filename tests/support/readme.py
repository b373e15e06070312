"""The README's key table: written from the action registry by ``make readme``, compared with it by a test."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent.parent / "README.md"
_BETWEEN = re.compile(r"(?<=<!-- keys -->\n).*?(?=<!-- /keys -->)", re.DOTALL)


def with_keys(text: str, table: str) -> str:
    """``text`` with ``table`` between its markers. Raises ``ValueError`` where there is not one such place."""
    filled, places = _BETWEEN.subn(lambda _: f"\n{table.strip()}\n\n", text)
    if places != 1:
        raise ValueError(f"{places} places for the key table instead of one")
    return filled


if __name__ == "__main__":
    from dispatch_tui.actions import readme_table

    README.write_text(with_keys(README.read_text(), readme_table()))
