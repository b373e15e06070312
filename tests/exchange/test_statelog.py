"""A log of states folded into calls: order, changes, acts, and what is kept though odd."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dispatch_tui.clock import to_us
from dispatch_tui.exchange import presets
from dispatch_tui.exchange.readers import Reject
from dispatch_tui.exchange.stamps import Stamps
from dispatch_tui.exchange.statelog import StateLog
from dispatch_tui.records import Fact, Ref, SourceRow

HEADINGS = (
    "number",
    "incident_state",
    "sys_mod_count",
    "opened_at",
    "sys_updated_at",
    "priority",
    "assignment_group",
    "assigned_to",
    "resolved_at",
    "closed_at",
    "closed_code",
    "category",
    "made_sla",
    "sys_created_at",
)
BLANK = dict.fromkeys(HEADINGS, "?") | {"opened_at": "1/3/2016 08:00", "priority": "3 - Moderate"}


def line(number: str, state: str, mod: int | str, updated: str, **cells: str) -> list[str]:
    row = BLANK | {"number": number, "incident_state": state, "sys_mod_count": str(mod)}
    return list((row | {"sys_updated_at": f"1/3/2016 {updated}"} | cells).values())


def told(*rows: list[str], headings: tuple[str, ...] = HEADINGS) -> tuple[list[SourceRow], list[Reject]]:
    rejects: list[Reject] = []
    mapping = presets.load("servicenow-incidents")
    maker = StateLog(mapping, headings, "log.csv", Stamps("d/m/yyyy", "UTC"), rejects.append)
    found = [one for batch in maker.batches(iter(enumerate(rows, 2))) for one in batch]
    return found, rejects


def call_facts(rows: list[SourceRow]) -> list[Fact]:
    return [fact for row in rows for fact in row.facts if fact.kind == "call"]


def us(hour: int, minute: int = 0) -> int:
    return to_us(datetime(2016, 3, 1, hour, minute, tzinfo=UTC))


def test_a_call_from_new_to_closed() -> None:
    rows, rejects = told(
        line("I1", "New", 0, "08:05", assignment_group="Group 1"),
        line("I1", "Active", 1, "09:00", assignment_group="Group 2", assigned_to="Ann"),
        line("I1", "Awaiting User Info", 2, "09:30", assignment_group="Group 2", assigned_to="Ann"),
        line("I1", "Awaiting Vendor", 3, "09:40", assignment_group="Group 2", assigned_to="Ann"),
        line("I1", "Active", 4, "10:00", priority="1 - Critical", assignment_group="Group 2", assigned_to="Ann"),
        line("I1", "Resolved", 5, "11:00", closed_code="code 5", resolved_at="1/3/2016 11:00"),
        line(
            "I1", "Closed", 6, "12:00", closed_code="code 5", resolved_at="1/3/2016 11:00", made_sla="true",
            closed_at="1/3/2016 12:00",
        ),
    )  # fmt: skip
    assert rejects == []
    assert [row.key for row in rows] == [f"I1/{n}#0" for n in range(7)]
    facts = call_facts(rows)
    assert [fact.act for fact in facts] == ["open", "start", "hold", "hold", "resume", "resolve", "close"]
    assert [fact.happened_us for fact in facts] == [
        us(8), us(9), us(9, 30), us(9, 40), us(10), us(11), us(12)
    ]  # fmt: skip
    opened = facts[0].values
    assert (opened["status"], opened["priority"], opened["opened_at"]) == ("new", 3, us(8))
    assert opened["team_id"] == Ref("team", "servicenow:Group 1")
    assert "technician_id" not in opened
    assert facts[1].values == {
        "team_id": Ref("team", "servicenow:Group 2"),
        "technician_id": Ref("technician", "servicenow:Ann"),
        "status": "in_progress",
    }
    assert facts[2].values == {"status": "on_hold", "held_reason": "Awaiting User Info"}
    assert facts[3].values == {"status": "on_hold", "held_reason": "Awaiting Vendor"}
    assert facts[4].values == {"priority": 1, "status": "in_progress", "held_reason": ""}
    assert facts[5].values["status"] == "resolved"
    assert facts[5].values["team_id"] is None
    assert facts[5].values["resolution"] == "code 5"
    assert facts[6].values["closed_at"] == us(12)
    assert facts[6].values["extra_json"] == '{"made_sla":"true"}'


def test_rows_are_put_in_order_of_instant_and_count() -> None:
    rows, _ = told(
        line("I1", "Resolved", 3, "09:00"),
        line("I1", "New", 0, "08:00"),
        line("I1", "Active", 10, "09:00"),
        line("I1", "Active", 2, "09:00"),
    )
    assert [(row.line, row.key) for row in rows] == [
        (3, "I1/0#0"),
        (5, "I1/2#0"),
        (2, "I1/3#0"),
        (4, "I1/10#0"),
    ]
    assert [fact.act for fact in call_facts(rows)] == ["open", "start", "resolve", "reopen"]


def test_a_reopened_call_is_no_longer_resolved() -> None:
    rows, _ = told(
        line("I1", "New", 0, "08:00"), line("I1", "Closed", 1, "09:00"), line("I1", "Active", 2, "10:00")
    )
    (*_, last) = call_facts(rows)
    assert last.values == {"status": "in_progress", "resolved_at": None, "closed_at": None}


def test_a_first_row_that_is_not_new_opens_the_call_before_it() -> None:
    rows, _ = told(line("I1", "Active", 2, "09:00"), line("I1", "Active", 3, "09:10"))
    assert len(rows) == 2
    facts = call_facts(rows)
    assert [(fact.act, fact.happened_us) for fact in facts] == [
        ("open", us(8)),
        ("start", us(9)),
        ("update", us(9, 10)),
    ]
    assert facts[0].values["status"] == "new"
    assert facts[1].values == {"status": "in_progress"}
    assert facts[2].values == {}


def test_an_unknown_state_is_kept_and_flagged_and_changes_nothing() -> None:
    rows, rejects = told(
        line("I1", "Active", 1, "09:00"),
        line("I1", "-100", 2, "09:10"),
        line("I1", "-100", 3, "09:20", priority="2 - High"),
        line("I1", "Active", 4, "09:30", priority="2 - High"),
        line("I1", "Resolved", 5, "09:40", priority="2 - High"),
    )
    assert rejects == []
    facts = call_facts(rows)[2:]
    assert [fact.flag for fact in facts] == ["state -100", "state -100", "", ""]
    assert facts[0].values == {"flag": "state -100"}
    assert facts[1].values == {"priority": 2}
    assert [fact.act for fact in facts] == ["update", "set_priority", "update", "resolve"]


def test_a_first_row_of_an_unknown_state_opens_a_new_call() -> None:
    rows, _ = told(line("I1", "-100", 1, "09:00"))
    opened, as_it_is = call_facts(rows)
    assert (opened.values["status"], opened.flag) == ("new", "state -100")
    assert (as_it_is.act, as_it_is.happened_us, as_it_is.values) == ("state", us(9), {})


def test_counts_that_come_again_are_kept_and_flagged() -> None:
    rows, _ = told(
        line("I1", "New", 1, "08:00"), line("I1", "Active", 1, "08:00"), line("I1", "Active", 0, "09:00")
    )
    assert [row.key for row in rows] == ["I1/1#0", "I1/1#1", "I1/0#0"]
    assert [fact.flag for fact in call_facts(rows)] == [
        "",
        "a second row with sys_mod_count 1",
        "sys_mod_count goes back to 0",
    ]


def test_a_call_updated_before_it_was_opened_is_kept_and_flagged() -> None:
    rows, _ = told(line("I1", "New", 0, "07:00", sys_created_at="1/3/2016 07:00"))
    (opened,) = call_facts(rows)
    assert opened.happened_us == us(7)
    assert opened.values["opened_at"] == us(8)
    assert opened.flag == "updated before it was opened; created before it was opened"


def test_only_rows_at_fault_are_rejected() -> None:
    rows, rejects = told(
        line("I1", "New", 0, "08:00"),
        line("I1", "Active", 1, "99:00"),
        line("I1", "Active", "one", "09:00"),
        line("I1", "Active", 2, "09:00", priority="7 - None"),
        line("I1", "?", 3, "09:10"),
        line("?", "Active", 3, "09:10"),
        line("I1", "Resolved", 4, "10:00"),
    )
    assert [row.line for row in rows] == [2, 8]
    assert [fact.act for fact in call_facts(rows)] == ["open", "resolve"]
    assert [(one.line, one.column) for one in rejects] == [
        (3, "sys_updated_at"),
        (4, "sys_mod_count"),
        (5, "priority"),
        (6, "incident_state"),
        (7, "number"),
    ]
    assert "'7 - None' is not a known word" in rejects[2].reason
    assert rejects[2].raw == ",".join(line("I1", "Active", 2, "09:00", priority="7 - None"))


def test_a_log_in_which_calls_are_mixed_comes_out_the_same() -> None:
    one = [
        line("I1", "New", 0, "08:00"),
        line("I1", "Active", 1, "09:00"),
        line("I1", "Resolved", 2, "10:00"),
    ]
    two = [line("I2", "New", 0, "08:30"), line("I2", "Active", 1, "09:30")]
    apart, _ = told(*(row.copy() for row in (*one, *two)))
    mixed, _ = told(one[0], two[0], one[1], two[1], one[2])
    assert sorted(row[1:] for row in mixed) == sorted(row[1:] for row in apart)


def test_a_count_that_comes_again_after_another_call_has_an_identity_of_its_own() -> None:
    rows, _ = told(
        line("I1", "New", 0, "08:00"),
        line("I2", "New", 0, "08:30"),
        line("I1", "Active", 0, "09:00"),
        line("I2", "Active", 1, "09:30"),
    )
    assert sorted(row.key for row in rows) == ["I1/0#0", "I1/0#1", "I2/0#0", "I2/1#0"]


def test_only_a_first_row_that_was_changed_since_tells_of_its_own_instant() -> None:
    as_created, changed, at_once = (
        [(fact.act, fact.happened_us, fact.values.get("status")) for fact in call_facts(told(row)[0])]
        for row in (
            line("I1", "New", 0, "08:05"),
            line("I1", "New", 3, "09:00"),
            line("I1", "New", 3, "08:00"),
        )
    )
    assert as_created == at_once == [("open", us(8), "new")]
    assert changed == [("open", us(8), "new"), ("state", us(9), "new")]


def test_a_plain_export_tells_when_calls_were_resolved_and_closed() -> None:
    """List exports have labels for headings, one row per incident, and no count of updates."""
    headings = (
        "Number",
        "Opened",
        "State",
        "Priority",
        "Short description",
        "Caller",
        "Resolved",
        "Closed",
        "Updated",
    )
    day = "2024-05-01"
    times = [f"{day} 10:00:00", "2024-05-03 10:00:00", "2024-05-03 10:00:01"]
    rows, rejects = told(
        ["INC1", f"{day} 08:00:00", "Closed", "2 - High", "No cooling", "Ann", *times],
        ["INC2", f"{day} 08:00:00", "In Progress", "1 - Critical", "Leak", "Bob", "", "", f"{day} 09:00:00"],
        ["INC3", f"{day} 08:00:00", "6", "5", "Noise", "", "", "", f"{day} 09:00:00"],
        ["INC4", f"{day} 08:00:00", "Canceled", "", "", "", "", "", f"{day} 09:00:00"],
        headings=headings,
    )
    assert rejects == []
    acts = {row.key: [(f.act, f.values.get("status")) for f in row.facts if f.kind == "call"] for row in rows}
    assert acts == {
        "INC1/2024-05-03 10:00:01#0": [
            ("open", "new"),
            ("resolve", "resolved"),
            ("close", "closed"),
            ("state", None),  # what the row says holds from when it was written
        ],
        "INC2/2024-05-01 09:00:00#0": [("open", "new"), ("start", "in_progress")],
        "INC3/2024-05-01 09:00:00#0": [("open", "new"), ("resolve", "resolved")],
        "INC4/2024-05-01 09:00:00#0": [("open", "new"), ("cancel", "cancelled")],
    }
    opened, resolved, closed = call_facts(rows)[:3]
    assert opened.values["title"] == "No cooling"
    assert opened.values["contact_id"] == Ref("contact", "servicenow:Ann")
    assert resolved.happened_us == to_us(datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert closed.values["closed_at"] == closed.happened_us == to_us(datetime(2024, 5, 3, 10, tzinfo=UTC))


def test_what_a_call_refers_to_is_told_of_once_until_it_is_forgotten() -> None:
    mapping = presets.load("servicenow-incidents")
    maker = StateLog(mapping, HEADINGS, "log.csv", Stamps("d/m/yyyy", "UTC"), lambda reject: None)

    def teams(number: str) -> list[Fact]:
        batches = maker.batches(iter([(2, line(number, "New", 0, "08:00", assignment_group="G"))]))
        return [fact for batch in batches for row in batch for fact in row.facts if fact.kind == "team"]

    (team,) = teams("I1")
    assert (team.external_id, team.values) == ("servicenow:G", {"name": "G"})
    assert teams("I2") == []
    maker.forget([team])
    assert teams("I3") == [team]


@pytest.mark.parametrize(
    "missing", ["sys_mod_count", "sys_updated_at", "priority", "assignment_group", "made_sla"]
)
def test_a_log_may_lack_what_is_not_needed(missing: str) -> None:
    place = HEADINGS.index(missing)
    rows = [line("I1", "New", 0, "08:00"), line("I1", "Closed", 1, "09:00")]
    found, rejects = told(
        *(row[:place] + row[place + 1 :] for row in rows), headings=HEADINGS[:place] + HEADINGS[place + 1 :]
    )
    assert rejects == []
    assert len({row.key for row in found}) == 2
    assert [fact.act for fact in call_facts(found)] == ["open", "close"]
