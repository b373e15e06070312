"""Clocks: what is promised and how it is counted.

============  ===================================================================================
`hours`       opening hours and days off as written down, read and checked
`windows`     the same as open stretches of UTC, block by block, with running totals
`calendar`    `BusinessCalendar`: when is a budget due, how much open time lies between, is it open
`terms`       one version of an agreement: calendar, budgets, which statuses pause which clock; its
              `warnings`, `cover` and `conditions`, written in the words of `kinds`
`precedence`  which of several agreements covers a call, and why not the others
`clocks`      the clocks of a call, told from its history
`rank`        the clock that matters now, and the instant at which a call should be dealt with
============  ===================================================================================

Values in, values out: no database, no screen, no present time.
"""
