"""Where days off come from: a country's own, or an iCalendar file; each date is reviewed before it counts.

::

    proposals   a date that a source proposes as a day off, and merging these into a calendar's list
    countries   the public holidays of a country and region, from the `holidays` library
    feeds       an iCalendar file: its events as dates
    feed_lines  where in such a file a fault lies
"""
