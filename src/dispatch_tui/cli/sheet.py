"""A page about one thing: headings, facts under each other, wrapped text."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from dispatch_tui.cli.output import Output

LABELS = 12


def heading(out: Output, title: str) -> None:
    """A section's title, with a blank line before it."""
    out.line()
    out.line(out.styled(title, "bold"))


def facts(out: Output, values: Mapping[str, str], *, width: int = LABELS) -> None:
    """Labels and values under each other; what is empty is left out. Values are plain already."""
    for label, value in values.items():
        if value:
            first, *others = folded(value, out.width, width + 4)
            out.line(f"  {out.styled(label.ljust(width), 'dim')}  {first}")
            for line in others:
                out.line(" " * (width + 4) + line)


def wrapped(out: Output, text: str) -> None:
    """Text of one or more lines, wrapped to the width; a continuation stands two cells further in."""
    for line in text.splitlines():
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        first = folded(body, out.width, indent)[0]
        out.line(" " * indent + first)
        rest = body[len(first) :].lstrip()
        for other in folded(rest, out.width, indent + 2) if rest else ():
            out.line(" " * (indent + 2) + other)


def folded(text: str, width: int | None, used: int) -> list[str]:
    """``text`` in lines that fit a width of which so many cells are used; at least one line."""
    if width is None:
        return [text]
    return wrap(text, max(10, width - used), break_on_hyphens=False) or [""]
