"""A date of a business calendar in words: for the month on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch_tui.sla.calendar_edits import written_windows
from dispatch_tui.sla.hours import DAY, Window, written_time
from dispatch_tui.sla.months import Day
from dispatch_tui.text import plain

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""English, whatever this machine's language."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def kind_words(day: Day) -> str:
    """What kind of day it is, in one or two words; a holiday by its name."""
    if day.kind == "holiday":
        return f"holiday: {plain(day.holiday)}" if day.holiday else "holiday"
    if day.kind == "override":
        return "own hours" if day.windows else "own hours: shut"
    return {"open": "open", "shut": "shut", "missing": "no such date"}[day.kind]


def open_words(seconds: int) -> str:
    """Open time of a day or month: ``9h``, ``8h 30m``, ``45m``; empty for none."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(filter(None, (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "")))


def window_words(windows: Sequence[Window]) -> str:
    """Windows spelled out: ``09:00–12:00, 22:00–06:00 next day``; empty for none."""
    return ", ".join(
        written_windows([one]) + (" next day" if one[1] > DAY and one[0] < DAY else "")
        if one[0] < DAY
        else f"{written_time(one[0] - DAY)}–{written_time(one[1] - DAY)} next day"
        for one in windows
    )


def day_sentences(day: Day) -> list[str]:
    """What is open on a date, and why it is not more; the reader knows the date."""
    if day.kind == "missing":
        return ["This date did not happen here: the zone went over it."]
    told = [f"Open {window_words(day.windows)}."] if day.windows else ["Shut."]
    if day.carried_until:
        told.append(f"Open until {written_time(day.carried_until)} from the night before.")
    if day.kind == "override" and day.holiday is not None:
        told.append(f"Own hours beat the holiday{f' {plain(day.holiday)}' if day.holiday else ''}.")
    if day.breaks:
        told.append(f"Break {window_words(day.breaks)}.")
    if day.skipped:
        told.append(f"The clocks go over {written_windows(day.skipped)}, which never counts.")
    if day.repeated:
        told.append(f"The clocks show {written_windows(day.repeated)} twice, and both count.")
    return told
