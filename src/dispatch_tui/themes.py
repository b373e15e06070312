"""Looks: colours, glyphs and what they mean, for dark, light, 16-colour and colourless terminals.

One accent colour means "you are here, this is what a key acts on". Red is late, amber is soon,
green is news from another session; everything that needs no attention stays grey. No state is told
by colour alone: a glyph and a word stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs beside the words, each one cell wide."""

    priority: tuple[str, str, str, str, str]
    late: str
    soon: str
    left: str
    paused: str
    none: str
    statuses: Mapping[str, str]
    cursor: str
    selected: str
    news: str
    gone: str
    more: str
    rail: str
    thumb: str
    rule: str
    bullet: str
    kept: str
    broken: str
    down: str
    up: str
    shades: tuple[str, str, str, str]
    """A stretch of the day: shut, open for a part, for most of it, wholly."""
    ascii_only: bool = False


UNICODE = Glyphs(
    priority=("▲", "△", "■", "□", "·"),
    late="✖",
    soon="◆",
    left="○",
    paused="‖",
    none="–",
    statuses={
        "new": "○",
        "acknowledged": "◔",
        "assigned": "◑",
        "in_progress": "▶",
        "on_hold": "‖",
        "resolved": "✓",
        "closed": "●",
        "cancelled": "×",
    },
    cursor="▌",
    selected="✓",
    news="•",
    gone="×",
    more="…",
    rail="│",
    thumb="┃",
    rule="─",
    bullet="•",
    kept="✓",
    broken="✖",
    down="▾",
    up="▴",
    shades=("·", "╌", "╍", "━"),
)

ASCII = Glyphs(
    priority=("!", "^", "=", "-", "."),
    late="X",
    soon="+",
    left="o",
    paused="|",
    none="-",
    statuses={
        "new": "o",
        "acknowledged": "c",
        "assigned": "a",
        "in_progress": ">",
        "on_hold": "|",
        "resolved": "v",
        "closed": "*",
        "cancelled": "x",
    },
    cursor=">",
    selected="*",
    news="+",
    gone="x",
    more="~",
    rail="|",
    thumb="#",
    rule="-",
    bullet="*",
    kept="v",
    broken="X",
    down="v",
    up="^",
    shades=(".", "-", "=", "#"),
    ascii_only=True,
)


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, as CSS hex or ANSI names."""

    background: str
    panel: str
    text: str
    dim: str
    accent: str
    cursor: str
    late: str
    soon: str
    news: str


DARK = Colours(
    "#11161b", "#1a2128", "#d7dde3", "#8b96a2", "#6cb6f2", "#20405c", "#ff7468", "#f0b94d", "#83d08f"
)
LIGHT = Colours(
    "#f8f8f5", "#e9ebea", "#1d2327", "#5f6973", "#0a5fa5", "#cbe1f4", "#b0241b", "#855400", "#1e6b2c"
)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a painter needs: named Rich styles and glyphs.

    ``styles`` holds: text dim bold accent late soon news, and on bars: bar title current key error.
    ``cursor`` (and ``cursor_idle`` while the list has no focus) is laid over a row's styles.
    """

    theme: str
    glyphs: Glyphs
    styles: Mapping[str, Style]
    cursor: Style
    cursor_idle: Style

    def style(self, name: str) -> Style:
        return self.styles[name]

    def over(self, name: str, overlay: Style | None) -> Style:
        """The named style, under the cursor where ``overlay`` is given."""
        return self.styles[name] if overlay is None else _joined(self.styles[name], overlay)


@lru_cache(maxsize=256)
def _joined(style: Style, overlay: Style) -> Style:
    return style + overlay


def _true_colour(theme: str, colours: Colours, glyphs: Glyphs) -> Look:
    def style(colour: str, *, on: str = colours.background, bold: bool = False) -> Style:
        return Style(color=colour, bgcolor=on, bold=bold or None)

    return Look(
        theme,
        glyphs,
        {
            "text": style(colours.text),
            "dim": style(colours.dim),
            "bold": style(colours.text, bold=True),
            "accent": style(colours.accent, bold=True),
            "late": style(colours.late, bold=True),
            "soon": style(colours.soon),
            "news": style(colours.news, bold=True),
            "bar": style(colours.dim, on=colours.panel),
            "title": style(colours.text, on=colours.panel, bold=True),
            "current": style(colours.background, on=colours.accent, bold=True),
            "key": style(colours.accent, on=colours.panel),
            "error": style(colours.late, on=colours.panel, bold=True),
        },
        cursor=Style(bgcolor=colours.cursor),
        cursor_idle=Style(bgcolor=colours.panel),
    )


def _sixteen(glyphs: Glyphs, *, colour: bool) -> Look:
    def style(
        name: str = "default", *, bold: bool = False, reverse: bool = False, dim: bool = False
    ) -> Style:
        return Style(
            color=name if colour else "default",
            bgcolor="default",
            bold=bold or None,
            reverse=reverse or None,
            dim=dim or None,
        )

    return Look(
        "dispatch-16",
        glyphs,
        {
            "text": style(),
            "dim": style(),
            "bold": style(bold=True),
            "accent": style("cyan", bold=True),
            "late": style("red", bold=True),
            "soon": style("yellow"),
            "news": style("green", bold=True),
            "bar": style(),
            "title": style(bold=True),
            "current": style("cyan", bold=True, reverse=True),
            "key": style("cyan", bold=True),
            "error": style("red", bold=True),
        },
        cursor=Style(reverse=True),
        cursor_idle=Style(underline=True),
    )


def look_for(theme: str, *, ascii_only: bool = False, no_color: bool = False, sixteen: bool = False) -> Look:
    """The look of a theme (``dark``, ``light``, ``16``), narrowed by what the terminal can show."""
    glyphs = ASCII if ascii_only else UNICODE
    if no_color or sixteen or theme == "16":
        return _sixteen(glyphs, colour=not no_color)
    if theme == "light":
        return _true_colour("dispatch-light", LIGHT, glyphs)
    return _true_colour("dispatch-dark", DARK, glyphs)


THEME_CHOICES = ("dark", "light", "16")


def _theme(name: str, colours: Colours, *, dark: bool) -> Theme:
    return Theme(
        name=name,
        primary=colours.accent,
        secondary=colours.accent,
        accent=colours.accent,
        warning=colours.soon,
        error=colours.late,
        success=colours.news,
        foreground=colours.text,
        background=colours.background,
        surface=colours.panel,
        panel=colours.panel,
        dark=dark,
        variables={
            "dim": colours.dim,
            "block-cursor-background": colours.cursor,
            "block-cursor-foreground": colours.text,
            "input-selection-background": colours.cursor,
        },
    )


def textual_themes() -> tuple[Theme, ...]:
    """The same colours for the style sheets of ordinary widgets (inputs, dialogs)."""
    sixteen = Theme(
        name="dispatch-16",
        primary="ansi_cyan",
        secondary="ansi_cyan",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={
            "dim": "ansi_default",
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "border-blurred": "ansi_default",
            "input-cursor-background": "ansi_default",
            "input-cursor-foreground": "ansi_default",
            "input-cursor-text-style": "reverse",
            "input-selection-background": "ansi_default",
            "input-selection-foreground": "ansi_cyan",
        },
    )
    return (_theme("dispatch-dark", DARK, dark=True), _theme("dispatch-light", LIGHT, dark=False), sixteen)
