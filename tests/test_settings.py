"""Settings: file, environment, help and saving all follow the one declared model."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch_tui.errors import SettingsError
from dispatch_tui.settings import (
    OPTIONS,
    RoiSettings,
    Settings,
    load,
    settings_path,
    stray_variables,
)
from dispatch_tui.settings.lines import line_of
from dispatch_tui.settings.showing import default_file, settings_help, shown, toml
from dispatch_tui.settings.writing import save


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "conf" / "settings.toml"


def _load(file: Path, text: str, environ: Mapping[str, str] | None = None, **checks: Any) -> Settings:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return load(file, environ or {}, checks)


# -- where --------------------------------------------------------------------------------------


def test_the_file_stands_under_the_xdg_folder(tmp_path: Path) -> None:
    assert settings_path({"HOME": "/home/ann"}) == Path("/home/ann/.config/dispatch-tui/settings.toml")
    assert settings_path({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}) == Path("/x/dispatch-tui/settings.toml")
    # the standard says to ignore a relative one
    assert settings_path({"XDG_CONFIG_HOME": "x", "HOME": "/h"}) == Path(
        "/h/.config/dispatch-tui/settings.toml"
    )
    assert settings_path({"DISPATCH_TUI_SETTINGS": "/e/s.toml"}) == Path("/e/s.toml")


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    settings = load(environ={"HOME": str(tmp_path)})
    assert settings == Settings()
    assert settings.roi == RoiSettings(0.08, 10, "EUR", Decimal(0))


def test_a_file_asked_for_by_name_must_exist(file: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load(file, {})
    with pytest.raises(SettingsError, match="no such file"):
        load(environ={"DISPATCH_TUI_SETTINGS": str(file)})


# -- reading ------------------------------------------------------------------------------------

FULL = """
database = "postgresql://ann@db/field"
theme = "light"
mouse = false
slow_poll_seconds = 2

[keys]
take = "t"
"call.assign" = ["A", "ctrl+a"]
undo = []

[queues]
"Acme today" = "cust:acme due:today"

[roi]
rate = 0.065
downtime_cost_per_hour = 120.10
"""


def test_reads_every_kind(file: Path) -> None:
    settings = _load(file, FULL)
    assert settings.database == "postgresql://ann@db/field"
    assert settings.mouse is False
    assert settings.slow_poll_seconds == 2.0
    assert isinstance(settings.slow_poll_seconds, float)
    assert settings.keys == {"take": ("t",), "call.assign": ("A", "ctrl+a"), "undo": ()}
    assert settings.queues == {"Acme today": "cust:acme due:today"}
    assert settings.roi == RoiSettings(0.065, 10, "EUR", Decimal("120.10"))
    assert settings.path == file
    assert settings.sources["roi.rate"] == str(file)
    assert "roi.currency" not in settings.sources


def test_the_environment_wins_over_the_file(file: Path) -> None:
    environ = {
        "DISPATCH_TUI_DB": "/tmp/other.db",
        "DISPATCH_TUI_MOUSE": "Yes",
        "DISPATCH_TUI_ROI_HORIZON_YEARS": "7",
        "DISPATCH_TUI_ROI_DOWNTIME_COST_PER_HOUR": "0.10",
        "DISPATCH_TUI_THEME": "",
    }
    settings = _load(file, FULL, environ)
    assert settings.database == "/tmp/other.db"
    assert settings.mouse is True
    assert settings.roi == RoiSettings(0.065, 7, "EUR", Decimal("0.10"))
    assert settings.theme == "light"  # an empty variable is one that is not set
    assert settings.sources["database"] == "DISPATCH_TUI_DB"


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ('mouse = true\ntheem = "x"', 2, "theem", "did you mean theme?"),
        ("zzz = 1", 1, "zzz", "no such setting"),
        ("\n[roi]\n# why\nrat = 1", 4, "roi.rat", "did you mean rate?"),
        ("[roi]\nrate = -0.1", 2, "roi.rate", "between 0 and 1, not -0.1"),
        ("[roi]\nrate = nan", 2, "roi.rate", "needs a number"),
        ("[roi]\nrate = inf", 2, "roi.rate", "needs a number"),
        ("[roi]\nrate = " + "9" * 400, 2, "roi.rate", "between 0 and 1"),
        ("[roi]\nrate = true", 2, "roi.rate", "needs a number"),
        ("[roi]\nhorizon_years = 2.5", 2, "roi.horizon_years", "a whole number"),
        ("[roi]\nhorizon_years = 0", 2, "roi.horizon_years", "between 1 and 50"),
        ('[roi]\ncurrency = "eur"', 2, "roi.currency", "three capital letters"),
        ("roi.rate = 0.1\nroi.currency = 3", 2, "roi.currency", "text in quotes"),
        ("roi = { rate = 2 }", 1, "roi.rate", "between 0 and 1"),
        ("roi = 3", 1, "roi", "write [roi]"),
        ('mouse = "yes"', 1, "mouse", "true or false"),
        ("mouse = 1", 1, "mouse", "true or false"),
        ("slow_poll_seconds = 0", 1, "slow_poll_seconds", "between 0.2 and 3600"),
        ("keys = 3", 1, "keys", "write [keys]"),
        ("[keys]\ntake = 3", 2, "keys.take", "needs a key"),
        ('[keys]\ntake = [""]', 2, "keys.take", "needs a key"),
        ('[queues]\n"My own" = 4', 2, "queues.My own", "text in quotes"),
        ("mouse = true\nmouse = false", 2, "", "not TOML"),
        ("mouse = true\n\n[roi", 3, "", "not TOML"),
        ('mouse = true\ntheme = "x', 2, "", "not TOML"),
        ('"roi.rate" = 0.1', 1, "roi.rate", "no such setting"),
    ],
)
def test_names_the_line_and_key_at_fault(file: Path, text: str, line: int, key: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(file, text)
    fault = caught.value
    assert (fault.path, fault.line, fault.key) == (str(file), line, key)
    assert says in fault.reason
    assert fault.remedy


def test_what_is_not_near_is_not_suggested(file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        _load(file, "bogus = 1")
    assert caught.value.reason == "no such setting"


def test_what_only_other_rooms_know_is_asked_of_them(file: Path) -> None:
    def keymap(keys: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
        yield from ((action, "no such action") for action in keys if action != "take")

    assert _load(file, '[keys]\ntake = "t"', keys=keymap).keys == {"take": ("t",)}
    with pytest.raises(SettingsError) as caught:
        _load(file, '[keys]\ntake = "t"\nfly = "f"', keys=keymap)
    assert (caught.value.line, caught.value.key, caught.value.reason) == (3, "keys.fly", "no such action")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DISPATCH_TUI_MOUSE", "maybe", "true or false"),
        ("DISPATCH_TUI_ROI_RATE", "8 %", "a number"),
        ("DISPATCH_TUI_ROI_RATE", "sNaN", "a number"),
        ("DISPATCH_TUI_ROI_RATE", "8", "between 0 and 1"),
        ("DISPATCH_TUI_ROI_HORIZON_YEARS", "ten", "a whole number"),
    ],
)
def test_names_the_variable_at_fault(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ={"HOME": str(tmp_path), name: value})
    assert (caught.value.path, caught.value.key) == ("environment", name)
    assert says in caught.value.reason


def test_misspelt_variables_are_found() -> None:
    environ = {"DISPATCH_TUI_THEEM": "x", "DISPATCH_TUI_DB": "y", "DISPATCH_TUI_SHARED": "z", "HOME": "h"}
    assert stray_variables(environ) == ["DISPATCH_TUI_THEEM"]


def test_a_file_that_is_not_text_names_its_line(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b'theme = "dark"\n# \xff\n')
    with pytest.raises(SettingsError, match="line 2: it is not UTF-8"):
        load(file, {})


def test_a_folder_in_its_place_is_said(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match="cannot be read"):
        load(file, {})


@given(st.text())
def test_any_text_is_settings_or_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(SettingsError):  # and nothing else
        load(file, {})


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\n[b]\nc = 2\n[b.d]\ne = 3", ("b", "d", "e"), 5),
        ("a = '''\nb = 1\n'''\nb = 2", ("b",), 4),
        ('a = """x"""\nb = 2', ("b",), 2),
        ('["x.y"]\n"a \\"b\\"" = 2', ("x.y", 'a "b"'), 2),
        ("[b]\nc = [\n  1,\n]\nd = 1", ("b", "d"), 5),
        ("[b]\nc = 1", ("b", "zz"), 1),
        ("a = 1", ("zz",), 0),
    ],
)
def test_finds_lines(text: str, path: tuple[str, ...], line: int) -> None:
    tomllib.loads(text)
    assert line_of(text, path) == line


# -- explaining ---------------------------------------------------------------------------------


def test_the_default_file_says_the_defaults_in_comments(file: Path) -> None:
    assert _load(file, default_file()) == Settings(path=file)
    bare = re.sub(r"^#(?! )", "", default_file(), flags=re.MULTILINE)
    settings = _load(file, bare)
    raw = tomllib.loads(bare)
    assert {line.key for line in OPTIONS.values() if _stands(raw, line.path)} == set(OPTIONS)
    assert settings.keys == {"take": ("t", "ctrl+t")}
    assert (settings.roi, settings.mouse) == (Settings().roi, True)


def _stands(raw: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if name not in raw:
            return False
        raw = raw[name]
    return True


def test_help_names_every_setting_and_its_variable() -> None:
    text = settings_help()
    for option in OPTIONS.values():
        assert option.key in text
        assert option.help in text
        assert option.env in text
    assert max(map(len, text.splitlines())) <= 100


def test_shown_names_where_a_value_came_from(file: Path) -> None:
    text = shown(_load(file, FULL, {"DISPATCH_TUI_DB": "x.db"}))
    assert 'database = "x.db"  # DISPATCH_TUI_DB' in text
    assert f'keys."call.assign" = ["A", "ctrl+a"]  # {file}' in text
    assert 'roi.currency = "EUR"\n' in text
    assert tomllib.loads(text)["roi"]["rate"] == 0.065


@given(st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.booleans(), st.lists(st.text())))
def test_values_are_written_as_toml_reads_them(value: Any) -> None:
    text = f"x = {toml(value)}"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return  # no text file can hold half a character
    assert tomllib.loads(text)["x"] == value


# -- saving -------------------------------------------------------------------------------------


def test_saving_keeps_comments_and_order(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('# mine\ntheme = "dark"  # for the night\n\n[roi]\nrate = 0.1\n', "utf-8")
    save({("theme",): "light", ("mouse",): False, ("queues", "Acme, all"): "cust:acme"}, file)
    text = file.read_text("utf-8")
    assert text.startswith('# mine\ntheme = "light"  # for the night\n')
    settings = load(file, {})
    assert (settings.mouse, settings.roi.rate) == (False, 0.1)
    assert settings.queues == {"Acme, all": "cust:acme"}
    save({("queues", "Acme, all"): None, ("nothing",): None}, file)
    assert load(file, {}).queues == {}


def test_saving_without_a_file_starts_from_the_commented_one(file: Path) -> None:
    save({("roi", "downtime_cost_per_hour"): Decimal("99.90"), ("theme",): "light"}, file)
    settings = load(file, {})
    assert settings.roi.downtime_cost_per_hour == Decimal("99.90")
    assert settings.theme == "light"
    assert "# yearly interest rate" in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600  # a database's address may hold a password


def test_a_refused_change_leaves_the_file_as_it_was(file: Path) -> None:
    _load(file, FULL)
    changes: list[dict[tuple[str, ...], Any]] = [
        {("roi", "rate"): 7},
        {("theem",): "x"},
        {("theme", "x"): "y"},
    ]
    for change in changes:
        with pytest.raises(SettingsError):
            save(change, file)
    assert file.read_text("utf-8") == FULL
    assert os.listdir(file.parent) == ["settings.toml"]


def test_a_failed_write_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(file, FULL)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dispatch_tui.settings.writing.os.fsync", full)
    with pytest.raises(SettingsError, match="No space left"):
        save({("theme",): "x"}, file)
    assert file.read_text("utf-8") == FULL
    assert os.listdir(file.parent) == ["settings.toml"]


def test_a_link_and_its_mode_stay(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text('theme = "dark"\n', "utf-8")
    real.chmod(0o640)
    file.parent.mkdir()
    file.symlink_to(real)
    save({("theme",): "light"}, file)
    assert file.is_symlink()
    assert load(real, {}).theme == "light"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_start_loads_neither_tomlkit_nor_pydantic(tmp_path: Path) -> None:
    program = (
        "import sys, dispatch_tui.settings as s; s.load(); print(*{'tomlkit', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""
