"""The mappings that come with the program, and the template for one's own."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from dispatch_tui.errors import ImportProblem
from dispatch_tui.exchange.mapping import Mapping
from dispatch_tui.exchange.mapping_files import parse_mapping, read_mapping

TEMPLATE = "template"


def names() -> tuple[str, ...]:
    """Names of the shipped presets, sorted."""
    files = (one.name for one in resources.files(__name__).iterdir() if one.name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in files if name != f"{TEMPLATE}.toml"))


def titles() -> dict[str, str]:
    """What each shipped preset is for, by name."""
    return {name: str(tomllib.loads(text_of(name))["title"]) for name in names()}


def text_of(name: str) -> str:
    """The TOML text of a shipped preset or of the template. Raises :class:`ImportProblem` for another name."""
    if name != TEMPLATE and name not in names():
        raise _no_such(name)
    return resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


def load(preset: str | Path) -> Mapping:
    """A shipped preset by name, or a mapping file by path (anything with a folder or ``.toml`` in it).

    Raises :class:`ImportProblem` where there is neither and ``SettingsError`` where the file is wrong.
    """
    wanted = str(preset)
    if wanted in names():
        return parse_mapping(text_of(wanted), f"preset {wanted}")
    if wanted.endswith(".toml") or Path(wanted).name != wanted:
        return read_mapping(Path(wanted))
    raise _no_such(wanted)


def _no_such(name: str) -> ImportProblem:
    known = ", ".join(names())
    return ImportProblem(
        f"There is no preset {name!r}.", f"There are: {known}; or name a mapping file (.toml)."
    )
