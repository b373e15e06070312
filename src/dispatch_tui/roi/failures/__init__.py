"""What a unit will do: failures fitted over its fleet, forecast with the uncertainty, and checked.

Pure: values in, values out; needs numpy, which nothing outside ``roi`` imports. Ages are floats of one
clock (:class:`~dispatch_tui.roi.failures.records.AgeClock`).
"""
