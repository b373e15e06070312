"""The day: a promise that slips, calls made before it breaks, a bad outcome, an escalation, and how it ends well."""

from __future__ import annotations

from collections.abc import Callable

from dispatch_tui.demo.story import acts
from dispatch_tui.demo.story.acts import Kept
from dispatch_tui.demo.story.scene import Cast, clock_at
from dispatch_tui.demo.story.walk import Step

INTRO = (
    "Berg Print has a press that stands, and an agreement with us. You are beside Dana, who dispatches. Each press of "
    "Enter lets the next thing happen; the clock of the workbench moves with it. Everything is done through the same "
    "desk that you use: open whatever you like in between."
)


def _step(
    day: int, hour: int, minute: int, title: str, told: str, look: str, act: Callable[[Cast, Kept], None]
) -> Step:
    return Step(clock_at(day, hour, minute), title, told, look, act)


STEPS: tuple[Step, ...] = (
    _step(
        0,
        7,
        50,
        "The press stands",
        "Annie Berg calls: press 3 jams at the feeder, two jobs wait. Dana opens the call and gives it to Kim.",
        "Look: Enter on the call shows its story.",
        acts.open,
    ),
    _step(
        0,
        8,
        5,
        "A promise",
        "Dana calls back: Kim comes at nine, and the press runs by half past eleven. The promise is on record.",
        "Look: the story has the visit, the promise and the next update.",
        acts.promise,
    ),
    _step(
        0,
        8,
        30,
        "Kim sets out",
        "The brief asked Kim to confirm what to do on arrival: call Ann's cell before the gate. Without that nobody "
        "can be set to “en route”.",
        "Look: b on the call shows the brief.",
        acts.set_out,
    ),
    _step(0, 9, 5, "On site", "Kim has arrived and works.", "Look: the visit is on site.", acts.arrive),
    _step(
        0,
        9,
        50,
        "A part is missing",
        "The feeder belt is torn, and there is none on the van. A courier brings one at noon, so the call is on hold "
        "until then. Nobody has told the customer yet.",
        "Look: the promise still says half past eleven.",
        acts.part_missing,
    ),
    _step(
        0,
        10,
        0,
        "The finish slips",
        "The belt comes at noon, and work like this takes us more than an hour: the press cannot run by half past "
        "eleven. The list asks for the call an hour and a half before the promise breaks: why, by when, what to say.",
        "Look: f shows whom to call first.",
        acts.nothing,
    ),
    _step(
        0,
        10,
        2,
        "Nobody answers",
        "Dana leaves a message. The e-mail that confirms it is drafted, and the next try booked while it helps.",
        "Look: f again: the try is on the list for its time.",
        acts.voicemail,
    ),
    _step(
        0,
        10,
        46,
        "The conversation",
        "Annie answers. Bad news with a plan and the time of the next update: without both it cannot be saved. The old "
        "promise is settled as kept in part, explained; the new one says three o'clock.",
        "Look: P on the call shows the customer, her ledger and the promises.",
        acts.bad_news,
    ),
    _step(
        0,
        12,
        40,
        "Not done yet",
        "Kim has to go on to another customer. The visit ends incomplete, with a next step: Ola, at two.",
        "Look: f: Berg Print is to be called the same day.",
        acts.incomplete,
    ),
    _step(
        0,
        12,
        50,
        "As promised",
        "Dana gives the update that she owes, before it is due.",
        "Look: f is empty again.",
        acts.update,
    ),
    _step(
        0,
        14,
        5,
        "Stuck on the road",
        "Ola sets out late: the road is closed. Half an hour is usual; the window ends at half past two.",
        "Look: f in a moment.",
        acts.stuck,
    ),
    _step(
        0,
        14,
        20,
        "Told before",
        "Ten minutes before the window ends Dana calls: three o'clock, and why. The promise of three is broken, and "
        "said to be.",
        "Look: P: the ledger has the withdrawal and the deposit.",
        acts.late,
    ),
    _step(
        0,
        15,
        5,
        "Ola arrives",
        "Ola is on site and fits the belt.",
        "Look: the visit is on site.",
        acts.arrive_late,
    ),
    _step(
        0,
        16,
        20,
        "A bad outcome",
        "The motor has burnt against the torn belt. The visit ends bad: a call with a solution is owed the same day.",
        "Look: f: the reason, and the options to offer.",
        acts.bad,
    ),
    _step(
        0,
        16,
        40,
        "The same day, with options",
        "Annie is angry, and believes that nobody looked at the motor. Dana notes what she believes beside what is so, "
        "and offers a motor over night, a loaner, another press.",
        "Look: P: the mood and what was said.",
        acts.same_day,
    ),
    _step(
        0,
        16,
        50,
        "Escalated",
        "Max takes it: one owner, both sides' people, a log, three ways out with cost and time, an action, a check.",
        "Look: E shows the room. Every open session has read that Max owns it.",
        acts.escalate,
    ),
    _step(
        1,
        8,
        25,
        "The morning",
        "The motor has come; Kim is on the way, and Annie knows.",
        "Look: E: the log goes on.",
        acts.morning,
    ),
    _step(
        1, 8, 55, "On site again", "Kim is at Berg Print.", "Look: the visit is on site.", acts.on_site_again
    ),
    _step(
        1,
        9,
        50,
        "Fixed",
        "Motor and belt are new. The visit ends good, the call is resolved, the last promise kept. The matter is "
        "fixed, not closed.",
        "Look: E: what is left is the check, and the report-back.",
        acts.fixed,
    ),
    _step(1, 11, 0, "Checked", "The press has run an hour without a jam.", "Look: E.", acts.checked),
    _step(
        1,
        11,
        15,
        "Report-back",
        "Dana and Annie speak: what failed, why, what we do differently. Only a conversation closes the matter.",
        "Look: E is empty.",
        acts.report_back,
    ),
    _step(
        1,
        11,
        30,
        "Closed",
        "The call is closed; Annie has confirmed it by phone. Aftercare is owed by rule.",
        "Look: the queue.",
        acts.close,
    ),
    _step(
        2,
        10,
        0,
        "Aftercare",
        "Dana asks how the press runs, and Annie rates the work: four of five, late, but always told.",
        "Look: P for the whole timeline, B for what the measures say of it.",
        acts.aftercare,
    ),
)
