"""Tests that need what only the system's packages have: left out with a word, in CI a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable

import pytest

TOOLS = {"needs_tmux": "tmux"}
"""Marker of a test: the command it needs."""


def require(markers: Iterable[str]) -> None:
    """Skip the running test where a tool that one of its ``markers`` asks for is absent; fail it with ``CI=true``."""
    for marker in markers:
        tool = TOOLS.get(marker)
        if tool is None or shutil.which(tool):
            continue
        words = f"{tool} is not installed (make system-deps)"
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
