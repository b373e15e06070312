"""A file read by another process: the same rows, the same errors, and no process left behind."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dispatch_tui.errors import DispatchError, HelperFault, ImportProblem
from dispatch_tui.exchange import ahead, presets
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.source import Delivery, Stated, deliveries, open_source

HEADING = "number,incident_state,sys_mod_count,opened_at,sys_updated_at\n"
MAPPING = presets.load("servicenow-incidents")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    rows = [f"I{n},New,0,{n % 28 + 1}/3/2016 08:00,{n % 28 + 1}/3/2016 09:00" for n in range(5_000)]
    rows[3_000] = "I3000,New,0,32/3/2016 08:00,1/3/2016 09:00"
    path.write_text(HEADING + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def read_here(path: Path) -> list[Delivery]:
    rejects: list[Reject] = []
    with open_source(MAPPING, path, Stated(), rejects.append) as source:
        return list(deliveries(source, rejects))


def test_it_delivers_what_reading_here_does(log: Path) -> None:
    there, here = list(ahead.read_ahead(MAPPING, log, Stated())), read_here(log)
    assert [(one.rows, one.rejects) for one in there] == [(one.rows, one.rejects) for one in here]
    assert sum(len(one.rows) for one in there) == 4_999
    assert [reject.line for one in there for reject in one.rejects] == [3_002]


def test_an_error_arrives_with_all_that_it_carries(tmp_path: Path) -> None:
    empty = tmp_path / "none.csv"
    with pytest.raises(ImportProblem) as here:
        read_here(empty)
    with pytest.raises(ImportProblem) as there:
        list(ahead.read_ahead(MAPPING, empty, Stated()))
    assert (there.value.message, there.value.remedy) == (here.value.message, here.value.remedy)
    assert there.value.remedy


def test_a_reader_that_dies_is_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_READER", [*ahead._READER[:2], "import sys; sys.stdin.buffer.read()"])
    with pytest.raises(ImportProblem, match="ended before the file did"):
        list(ahead.read_ahead(MAPPING, log, Stated()))


def test_a_fault_of_the_program_there_is_one_here_with_its_trace(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
from dispatch_tui.exchange import ahead
def odd_column(*_):
    raise KeyError("odd")
ahead.deliveries = odd_column
ahead.serve()
"""
    monkeypatch.setattr(ahead, "_READER", [*ahead._READER[:2], code])
    with pytest.raises(HelperFault, match="KeyError: 'odd'") as fault:
        list(ahead.read_ahead(MAPPING, log, Stated()))
    assert not isinstance(fault.value, DispatchError)
    assert "in odd_column" in "".join(fault.value.__notes__)


def test_whoever_stops_early_leaves_no_process(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def noted(*arguments: object, **named: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **named))  # type: ignore[call-overload]
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", noted)
    reading = ahead.read_ahead(MAPPING, log, Stated())
    assert next(reading).rows
    reading.close()
    assert started[0].returncode is not None
