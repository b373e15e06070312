"""What a session costs that nobody touches: memory, bytes, CPU, and the news of others."""

from __future__ import annotations

from bench.figures import Figure, Limit, Line, one
from bench.person import Person
from bench.setting import Setting
from bench.terminal import BARE, BARE_READY, FIRST_ROWS, Failed, Session, workbench

SESSIONS = 10
IDLE_SECONDS = 15
CHANGES_A_SECOND = 50

EARLY = Line("pss_early", "PSS of a session at its first rows", "MB", goals=(Limit("value", most=40),))
ALONE = Line("pss_looks_on", "PSS of one session that looks on", "MB", promises=(Limit("value", most=60),))
WORKED = Line("pss_worked", "PSS of one session that has acted", "MB", goals=(Limit("value", most=60),))
EACH = Line("pss_ten", "PSS each of ten sessions", "MB", promises=(Limit("value", most=55),))
PAGES = Line("pss_pages", "PSS more after 1,000 pages", "MB", goals=(Limit("value", most=10),))
BYTES = Line(
    "idle_bytes",
    "bytes a second, idle, countdowns running",
    "B/s",
    goals=(Limit("value", most=0),),
    promises=(Limit("value", most=200),),
)
CPU = Line("idle_cpu", "CPU, idle, countdowns running", "%", goals=(Limit("value", most=0.05),))
WAKES = Line("idle_wakes", "wake-ups a second, idle", "1/s", goals=(Limit("value", most=2),))
BUSY = Line("news_cpu", "CPU while others make 50 changes a second", "%", goals=(Limit("value", most=5),))
LINES = (EARLY, ALONE, WORKED, EACH, PAGES, BYTES, CPU, WAKES, BUSY)


def measure(setting: Setting) -> list[Figure]:
    """Memory on the large database; idle on a small fresh one, whose clocks run."""
    return [*_memory(setting), *_idle(setting)]


def _memory(setting: Setting) -> list[Figure]:
    with setting.pty.session(BARE, BARE_READY) as bare:
        bare.settle()
        bare_alone = bare.step("mem")["pss_mb"]
        bare.step(f"clones {SESSIONS - 1}")
        bare_each = bare.step("mem")["sum_pss_mb"] / SESSIONS
    with setting.pty.session(workbench(setting.many_calls()), FIRST_ROWS) as session:
        early = session.step("mem")["pss_mb"]
        session.settle(5)
        alone = session.step("mem")["pss_mb"]
        session.step("burst pagedown x1000 rate 60")
        session.settle(1)
        paged = session.step("mem")["pss_mb"]
    with setting.pty.session(workbench(setting.many_calls()), FIRST_ROWS) as session:
        session.step(f"clones {SESSIONS - 1}")
        session.settle(5)
        each = session.step("mem")["sum_pss_mb"] / SESSIONS
    return [
        Figure(EARLY, one(early), one(bare_alone)),
        Figure(ALONE, one(alone), one(bare_alone)),
        Figure(EACH, one(each), one(bare_each)),
        Figure(PAGES, one(paged - alone)),
    ]


def _after_an_act(session: Session) -> float:
    session.step("key t")
    session.settle(2)
    if any("Take it over?" in line for line in session.screen()):
        session.step("key t")
        session.settle(2)
    if not any(" taken" in line for line in session.screen()):
        raise Failed("the first call was not taken")
    return float(session.step("mem")["pss_mb"])


def _idle(setting: Setting) -> list[Figure]:
    with setting.pty.session(BARE, BARE_READY) as bare:
        bare.settle()
        still = bare.step(f"idle {IDLE_SECONDS}")
    url = setting.few_calls("idle", setting.small)
    with setting.pty.session(workbench(url), FIRST_ROWS) as session:
        session.settle(5)
        idle = session.step(f"idle {IDLE_SECONDS}")
        person = Person(
            url, setting.scratch / "busy.log", act="note", pace=CHANGES_A_SECOND, count=CHANGES_A_SECOND * 60
        )
        try:
            person.wait_ready()
            person.go()
            session.settle(1)
            before = len(person.acts())
            busy = session.step(f"idle {IDLE_SECONDS}")
            made = len(person.acts()) - before
        finally:
            person.stop()
        session.settle(1)
        worked = _after_an_act(session)
    note = f"{made / IDLE_SECONDS:.0f} changes a second were made, {busy['bytes_per_s']:.0f} B/s"
    return [
        Figure(WORKED, one(worked)),
        Figure(BYTES, one(idle["bytes_per_s"]), one(still["bytes_per_s"])),
        Figure(CPU, one(idle["cpu_percent"]), one(still["cpu_percent"])),
        Figure(WAKES, one(idle["wakeups_per_s"]), one(still["wakeups_per_s"])),
        Figure(BUSY, one(busy["cpu_percent"]), note=note),
    ]
