"""What people do in the story, each act through the desk. ``kept`` is what earlier acts have left for later ones.

What the workbench makes of it (prompts, clocks, ledger, measures) is nowhere written here: it follows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dispatch_tui.care.interactions import Direction, Interaction
from dispatch_tui.care.promises import Promise
from dispatch_tui.demo.story.scene import Cast, clock_at
from dispatch_tui.desk import (
    acknowledging,
    calls,
    checklists,
    ending,
    escalation_parts,
    escalations,
    promises,
    visits,
)
from dispatch_tui.desk.conversations import Logged, log_conversation
from dispatch_tui.desk.ratings import rate
from dispatch_tui.store.conversations import partner
from dispatch_tui.store.prompts import prompts_of

Kept = dict[str, Any]


def _said(
    cast: Cast,
    kept: Kept,
    *,
    direction: Direction = "out",
    channel: str = "phone",
    two_way: bool = True,
    promise: tuple[str, datetime, str] | None = None,
    settles: bool = True,
    **more: Any,
) -> Logged:
    """Dana's contact with Annie about the call, now; ``settles`` what the list asks for. A promise is what, by when and
    what of the call it is about."""
    now = cast.clock.now()
    made = () if promise is None else (Promise(promise[0], now, promise[1], cast.contact, about=promise[2]),)
    draft = Interaction(
        direction, channel, now, two_way=two_way, contact_id=cast.contact, promises=made, **more
    )
    with cast.dana.store.read() as connection:
        rows = [one for one in prompts_of(connection, customer_id=cast.customer) if one.prompt_at <= now]
    keys = [one.key for row in rows for one in row.reasons if one.prompt_at <= now] if settles else []
    until = min((row.useful_until for row in rows), default=None)
    return log_conversation(
        cast.dana, draft, call_id=kept["call"], prompt_keys=keys, useful_until=until if settles else None
    )


def open(cast: Cast, kept: Kept) -> None:
    done = calls.open_call(
        cast.dana, title="Press 3 jams at the feeder", priority=2, unit_id=cast.unit, contact_id=cast.contact
    )
    kept["call"] = done.call.id
    checklists.answer(
        cast.dana, "intake", "impact", True, "two jobs wait behind press 3", call_id=kept["call"]
    )
    _said(
        cast,
        kept,
        direction="in",
        mood="worried",
        said="The press stands since six. Two jobs wait.",
        settles=False,
    )
    calls.assign(cast.dana, kept["call"], cast.technician)


def promise(cast: Cast, kept: Kept) -> None:
    visit = visits.plan_visit(cast.dana, kept["call"], cast.technician, clock_at(0, 9), clock_at(0, 9, 30))
    visits.confirm_visit(cast.dana, visit.id)
    kept["first"] = visit.id
    _said(
        cast,
        kept,
        mood="calm",
        said="Kim comes at nine; the press runs by half past eleven.",
        promise=("the press runs again", clock_at(0, 11, 30), "finish"),
    )


def set_out(cast: Cast, kept: Kept) -> None:
    acknowledging.acknowledge(cast.kim, kept["first"])
    visits.start_travel(cast.kim, kept["first"])


def arrive(cast: Cast, kept: Kept) -> None:
    visits.arrive(cast.kim, kept["first"])


def part_missing(cast: Cast, kept: Kept) -> None:
    calls.hold(cast.kim, kept["call"], "waits for the feeder belt, by courier", until=clock_at(0, 12))


def nothing(cast: Cast, kept: Kept) -> None:
    """Only time passes."""


def voicemail(cast: Cast, kept: Kept) -> None:
    kept["tried"] = _said(
        cast, kept, channel="voicemail", two_way=False, said="The belt comes at noon; I try again."
    )


def bad_news(cast: Cast, kept: Kept) -> None:
    open_promise = _open_promise(cast, kept)
    _said(
        cast,
        kept,
        mood="worried",
        bad_news=True,
        said="The belt is torn and comes at noon. Annie moves one job to press 1.",
        plan="A courier brings the belt at noon; Ola fits it in the early afternoon",
        next_update_at=clock_at(0, 13),
        promise=("the press runs again", clock_at(0, 15), "finish"),
    )
    promises.settle_promise(
        cast.dana, open_promise, "partly", explained="told of the new time before the old one had passed"
    )


def incomplete(cast: Cast, kept: Kept) -> None:
    texts = {
        "outcome": "incomplete",
        "problem": "feeder belt torn",
        "cause": "worn out",
        "next_step": "Ola fits the new belt",
    }
    calls.resume(cast.kim, kept["call"])
    answers = ending.Answers(texts, next_step_at=clock_at(0, 14, 30), done="old belt taken out")
    ending.finish_visit(cast.kim, kept["first"], answers)
    kept["second"] = visits.plan_visit(
        cast.dana, kept["call"], cast.helper, clock_at(0, 14), clock_at(0, 14, 30)
    ).id


def update(cast: Cast, kept: Kept) -> None:
    visits.confirm_visit(cast.dana, kept["second"])
    _said(
        cast,
        kept,
        mood="calm",
        said="The belt is here; Ola comes between two and half past.",
        next_update_at=clock_at(0, 15),
    )


def stuck(cast: Cast, kept: Kept) -> None:
    acknowledging.acknowledge(cast.dana, kept["second"])
    visits.start_travel(cast.dana, kept["second"])


def late(cast: Cast, kept: Kept) -> None:
    open_promise = _open_promise(cast, kept)
    _said(
        cast,
        kept,
        mood="upset",
        bad_news=True,
        said="Ola is held up on the road, and comes at three.",
        plan="Ola comes at three with the belt; the shift lead clears the feeder meanwhile",
        next_update_at=clock_at(0, 16, 30),
        promise=("the press runs again", clock_at(0, 17), "finish"),
    )
    promises.settle_promise(cast.dana, open_promise, "broken", explained="told of the road and the new time")


def arrive_late(cast: Cast, kept: Kept) -> None:
    visits.arrive(cast.dana, kept["second"])


def bad(cast: Cast, kept: Kept) -> None:
    texts = {
        "outcome": "bad",
        "problem": "feeder motor burnt",
        "cause": "ran against the torn belt",
        "next_step": "another motor by tomorrow",
    }
    answers = ending.Answers(texts, next_step_at=clock_at(1, 9), done="belt fitted; the motor does not turn")
    ending.finish_visit(cast.dana, kept["second"], answers)


def same_day(cast: Cast, kept: Kept) -> None:
    open_promise = _open_promise(cast, kept)
    _said(
        cast,
        kept,
        mood="angry",
        bad_news=True,
        believes="nobody looked at the motor in the morning",
        true="the motor burnt when it ran against the torn belt",
        said="Annie wants a way out today. Offered: a motor over night, a loaner, another press.",
        plan="A motor comes over night and is fitted at half past eight; the workshop lends a feeder if it fails",
        next_update_at=clock_at(1, 8, 30),
        promise=("the press runs again", clock_at(1, 10), "finish"),
    )
    promises.settle_promise(
        cast.dana, open_promise, "broken", explained="told the same afternoon, with the options"
    )


def escalate(cast: Cast, kept: Kept) -> None:
    matter = escalations.escalate(cast.dana, "Press 3 down for a day", call_id=kept["call"])
    kept["matter"] = matter
    escalations.take(cast.max, matter)
    escalation_parts.add_person(
        cast.max, matter, operator_id=cast.dana.operator.id, part="speaks with the customer"
    )
    escalation_parts.add_person(cast.max, matter, contact_id=cast.contact, part="decides for Berg Print")
    escalations.write_log(cast.dana, matter, "Annie: two jobs must be out by noon tomorrow.")
    ready = {
        "a motor over night": (38_000, 9),
        "a loaner feeder": (12_000, 11),
        "another press": (2_400_000, 17),
    }
    for what, (cost, hour) in ready.items():
        option = escalation_parts.add_option(
            cast.max, matter, what, cost_minor=cost, currency="EUR", ready_at=clock_at(1, hour), risk="low"
        )
        kept.setdefault("option", option)
    escalation_parts.choose_option(cast.max, kept["option"])
    kept["action"] = escalation_parts.add_action(
        cast.max, matter, "Motor on the night courier", owner_id=cast.dana.operator.id, due_at=clock_at(1, 8)
    )
    kept["check"] = escalation_parts.add_check(cast.max, matter, "The press runs an hour without a jam")
    kept["third"] = visits.plan_visit(
        cast.dana, kept["call"], cast.technician, clock_at(1, 8, 30), clock_at(1, 9)
    ).id


def morning(cast: Cast, kept: Kept) -> None:
    escalation_parts.settle_action(cast.dana, kept["action"], done=True)
    escalations.write_log(cast.dana, kept["matter"], "The motor is here; Kim has it.")
    _said(cast, kept, mood="calm", said="The motor is here. Kim sets out.", next_update_at=clock_at(1, 10))
    visits.confirm_visit(cast.dana, kept["third"])
    acknowledging.acknowledge(cast.kim, kept["third"])
    visits.start_travel(cast.kim, kept["third"])


def on_site_again(cast: Cast, kept: Kept) -> None:
    visits.arrive(cast.kim, kept["third"])


def fixed(cast: Cast, kept: Kept) -> None:
    texts = {
        "outcome": "good",
        "problem": "feeder motor burnt",
        "cause": "ran against the torn belt",
        "next_step": "look at the belts of presses 1 and 2",
    }
    ending.finish_visit(cast.kim, kept["third"], ending.Answers(texts, done="motor and belt new, adjusted"))
    promises.settle_promise(cast.dana, _open_promise(cast, kept), "kept")
    ending.end_call(cast.kim, kept["call"], "resolve", ending.Answers())
    escalations.fix(cast.max, kept["matter"])


def checked(cast: Cast, kept: Kept) -> None:
    escalation_parts.look_at(cast.max, kept["check"], passed=True)
    escalations.check(cast.max, kept["matter"])


def report_back(cast: Cast, kept: Kept) -> None:
    logged = _said(
        cast,
        kept,
        mood="calm",
        said="What failed, why, what we changed: belts are looked at on every visit now.",
    )
    escalations.report_back(cast.max, kept["matter"], logged.interaction_id)


def close(cast: Cast, kept: Kept) -> None:
    ending.end_call(cast.dana, kept["call"], "close", ending.Answers({"confirmed": "by phone"}))


def aftercare(cast: Cast, kept: Kept) -> None:
    _said(cast, kept, mood="pleased", said="Runs well. Annie liked to be called before she had to ask.")
    rate(cast.dana, kept["call"], 4, words="late, but always told")


def _open_promise(cast: Cast, kept: Kept) -> int:
    with cast.dana.store.read() as connection:
        (one,) = partner(connection, None, kept["call"]).promises
    return one.id
