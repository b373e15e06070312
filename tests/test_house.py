"""What the house promises of itself: lazy imports, docs that match the code, a tree without strays."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.readme import README, with_keys

REPOSITORY = Path(__file__).resolve().parent.parent
HOUSE = REPOSITORY / "src" / "dispatch_tui"
FACE = {"app", "screens", "widgets", "actions", "themes", "driver", "painting", "cli", "walk"}
"""Rooms and files that may know textual (the command line lazily)."""

RUN_AND_LIST_MODULES = """
import json, runpy, sys
sys.argv = ["dispatch-tui", *json.loads(sys.argv[1])]
code = 0
try:
    runpy.run_module("dispatch_tui", run_name="__main__")
except SystemExit as end:
    code = end.code or 0
print("\\n" + json.dumps({"code": code, "roots": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def roots_imported_by(*arguments: str, env: dict[str, str] | None = None) -> tuple[str, set[str]]:
    """Run the command line in a process of its own: what it printed, and the top-level modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST_MODULES, json.dumps(arguments)],
        env={**os.environ, **(env or {})},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed, _, last = done.stdout.rstrip().rpartition("\n")
    report = json.loads(last)
    assert report["code"] == 0, f"{done.stdout}\n{done.stderr}"
    return printed, set(report["roots"])


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository as git knows them, or as they lie in an unpacked archive."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git work tree")
    files = [REPOSITORY / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


# -- lazy imports -----------------------------------------------------------------------------


def test_help_loads_neither_screen_nor_database() -> None:
    printed, roots = roots_imported_by("--help")
    assert "import" in printed
    assert "queue" in printed
    assert not roots & {"textual", "rich", "sqlalchemy", "alembic", "numpy", "pydantic", "psycopg", "plotext"}


def test_queue_as_json_loads_no_screen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    roots_imported_by("demo", "--calls", "30", "--units", "20", "--seed", "1", "--db", url, "--no-open")
    printed, roots = roots_imported_by("queue", "--json", "--db", url)
    assert json.loads(printed)["calls"]
    assert not roots & {"textual", "rich", "numpy", "plotext"}


# -- rooms ------------------------------------------------------------------------------------


def rooms() -> set[str]:
    """Names directly below the package: rooms and single files."""
    found = {path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
    return found | {path.stem for path in HOUSE.glob("*.py") if not path.stem.startswith("__")}


def contracts() -> dict[str, dict[str, list[str]]]:
    """The import contracts by id."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in listed}


def test_every_room_outside_the_face_is_forbidden_to_draw() -> None:
    forbidden = contracts()["face"]["source_modules"] + contracts()["ground"]["source_modules"]
    assert rooms() - FACE == {name.removeprefix("dispatch_tui.") for name in forbidden}


def test_the_map_names_every_room() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    missing = {room for room in rooms() if not re.search(rf"`{room}(/|\.py)?`", text)}
    assert not missing


def test_the_map_names_only_rooms_that_stand() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"^\| `([a-z_]+)(?:/|\.py)` ", text, re.MULTILINE))
    assert named
    assert named <= rooms()


def test_no_module_outside_the_face_names_textual_even_lazily() -> None:
    """The import contracts see modules; this sees the text, imports inside functions included."""
    for file in HOUSE.rglob("*.py"):
        if file.relative_to(HOUSE).parts[0].removesuffix(".py") in FACE:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.partition(".")[0] in {"textual", "rich"}], file


# -- docs and tree ----------------------------------------------------------------------------


def test_readme_has_the_keys_of_the_action_registry() -> None:
    from dispatch_tui.actions import readme_table

    text = README.read_text()
    assert with_keys(text, readme_table()) == text, "run: make readme"


def test_changelog_knows_the_version() -> None:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert f"## {version}" in (REPOSITORY / "CHANGELOG.md").read_text()


def test_links_between_documents_lead_somewhere() -> None:
    for document in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} points to {target}"


def test_make_targets_named_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    for document in tracked("*.md"):
        named = set(re.findall(r"\bmake ([a-z-]+)`", document.read_text()))
        assert named <= targets, document.name


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    place = re.compile(r"(?<![\w.])/(?:home/(?!ann\b)|Users/|root/|work/)[\w.-]+")  # Ann is invented
    allowed = {"tests/test_house.py"}
    for file in tracked(
        "*.py", "*.md", "*.toml", "*.yaml", "*.tcss", "*.svg", "Makefile", ".ci/*", ".gitignore"
    ):
        if str(file.relative_to(REPOSITORY)) in allowed:
            continue
        found = place.search(file.read_text(encoding="utf-8"))
        assert found is None, f"{file.relative_to(REPOSITORY)}: {found and found[0]}"


@pytest.mark.parametrize("name", ["run", "system-deps"])
def test_ci_files_can_be_executed(name: str) -> None:
    assert os.access(REPOSITORY / ".ci" / name, os.X_OK)
