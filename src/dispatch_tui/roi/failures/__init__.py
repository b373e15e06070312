"""When things fail: what a repair log says about the past, and what a unit will do.

A unit in its fleet: ``records`` (what is known), ``prior``, ``grid`` and ``fleet`` (the fit), ``checks``, ``forecast``,
``clock_choice`` (hours or years) and ``event_costs``.
Repairable systems by themselves, which are mended and go on: ``power_law`` (with ``bounds``, ``goodness`` and
``grouped`` counts), ``mcf`` (the picture without a model), ``trend``, ``gamma_poisson`` (rates of units that differ).
Lives that end: ``exponential``, ``weibull``, ``lognormal``, and ``replaced`` (when people replace).
``optimum`` says at which age replacing is cheapest on failures alone.

Pure: values in, values out; needs numpy, which nothing outside ``roi`` imports. Ages are floats of one
clock (:class:`~dispatch_tui.roi.failures.records.AgeClock`).
"""
