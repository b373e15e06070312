"""``python -m bench``: measure, print the table; ``--check`` fails where a promise is broken, or was not looked at."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import (
    clocks,
    customer,
    decision,
    first,
    fleet,
    importing,
    kept,
    keys,
    news,
    painting,
    panel,
    people,
    rest,
    start,
)
from bench.figures import Figure, Line
from bench.setting import Setting, sizes
from bench.table import as_json, broken, render
from bench.terminal import Failed, LeftOut, Terminal
from dispatch_tui.errors import DispatchError

Part = tuple[Sequence[Line], Callable[[Setting], list[Figure]]]

PARTS: dict[str, Part] = {
    "start": (start.LINES, start.measure),
    "keys": (keys.LINES, keys.measure),
    "rest": (rest.LINES, rest.measure),
    "news": (news.LINES, news.measure),
    "painting": (painting.LINES, painting.measure),
    "painting-server": (painting.SERVER_LINES, painting.measure_on_a_server),
    "people": (people.LINES, people.measure),
    "first": (first.LINES, first.measure),
    "customer": (customer.LINES, customer.measure),
    "clocks": (clocks.LINES, clocks.measure),
    "attainment": (kept.LINES, kept.measure),
    "roi": (decision.LINES, decision.measure),
    "panel": (panel.LINES, panel.measure),
    "fleet": (fleet.LINES, fleet.measure),
    "import": (importing.LINES, importing.measure),
    "import-server": (importing.SERVER_LINES, importing.measure_on_a_server),
}


ATTEMPTS = 3
"""How often ``--check`` measures a part that misses a promise."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 where a part failed, or ``--check`` found a promise broken or not measured."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    left_out: dict[str, str] = {}
    unmeasured: list[Line] = []
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        scratch = Path(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["HOME"] = str(scratch)
        setting = _setting(scratch)
        for name in options.only or PARTS:
            lines, measure = PARTS[name]
            print(f"{name} ...", file=sys.stderr, flush=True)
            try:
                figures += _measured(measure, setting, attempts=ATTEMPTS if options.check else 1)
            except LeftOut as reason:
                left_out |= {line.words: str(reason) for line in lines}
                unmeasured += [line for line in lines if line.promises]
            except (Failed, DispatchError, subprocess.SubprocessError) as failure:
                failed[name] = str(failure)
    facts = {"many": setting.many, "small": setting.small}
    machine = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("textual", "sqlalchemy")},
        **facts,
    }
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    print(render(figures, left_out, facts))
    if options.json:
        options.json.write_text(json.dumps(as_json(figures, left_out, machine), indent=1) + "\n")
    for name, words in failed.items():
        print(f"\n{name} FAILED: {words}")
    if not options.check:
        return 1 if failed else 0
    return 1 if failed or _missing(broken(figures), unmeasured, facts) else 0


def _missing(lines_broken: Sequence[Line], unmeasured: Sequence[Line], facts: Mapping[str, int]) -> bool:
    """Whether a promise does not hold, or nobody could look: a promise that was not measured is not kept."""
    for words, lines in (("that do not hold", lines_broken), ("that were not measured", unmeasured)):
        if lines:
            print(f"\nPromises {words}: " + "; ".join(line.words.format_map(facts) for line in lines))
    return bool(lines_broken or unmeasured)


def _measured(measure: Callable[[Setting], list[Figure]], setting: Setting, attempts: int) -> list[Figure]:
    """A part's figures. Other programs on the machine only ever add time, so a missed figure may be measured
    again; what is counted rather than timed (changes missed, acts lost) gets no second chance."""
    figures = measure(setting)
    while attempts > 1 and (missed := broken(figures)) and all(line.unit for line in missed):
        attempts -= 1
        print(f"  again: {'; '.join(line.key for line in missed)}", file=sys.stderr, flush=True)
        once_more = measure(setting)
        if len(broken(once_more)) <= len(missed):
            figures = once_more
    return figures


def _setting(scratch: Path) -> Setting:
    try:
        return Setting(Terminal(scratch), scratch, sizes())
    except LeftOut as reason:
        return Setting(None, scratch, sizes(), str(reason))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures the workbench beside a bare Textual app and the project's goals.",
        epilog="BENCH_CALLS sets the size of the large database (default 1,000,000); it is kept under build/bench.",
    )
    parser.add_argument("only", nargs="*", metavar="PART", help=f"measure only these of {', '.join(PARTS)}")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a promised figure is missed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
