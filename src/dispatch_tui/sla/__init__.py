"""Clocks: what is promised and how it is counted.

============  ===================================================================================
`hours`       opening hours and days off as written down, read and checked
`windows`     the same as open stretches of UTC, block by block, with running totals
`calendar`    `BusinessCalendar`: when is a budget due, how much open time lies between, is it open
`months`      a month of it date by date: what is open, why not, what the clocks do
`terms`       one version of an agreement: calendar, budgets, which statuses pause which clock; its
              `warnings`, `cover` and `conditions`, written in the words of `kinds`
`*_edits`     changes to a calendar and to terms as people type them
`precedence`  which of several agreements covers a call, and why not the others
`history`     what happened to a call, folded into what its clocks need to know
`clocks`      the clocks of a call, told from its history
`explain`     the time of a clock cut into what was counted and what was not, and why
`shut`        what shuts a calendar at an instant
`sentence`    the same in one sentence, and words for budgets and hours
`attainment`  what a clock counts as, met or missed, and in which period
`rank`        the clock that matters now, and the instant at which a call should be dealt with
============  ===================================================================================

Values in, values out: no database, no screen, no present time.
"""
