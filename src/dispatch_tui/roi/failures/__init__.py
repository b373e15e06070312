"""When things fail: what a repair log says about the past, and what it makes likely.

Repairable systems, which are mended and go on: ``power_law`` (with ``bounds``, ``goodness`` and ``grouped``
counts), ``mcf`` (the picture that needs no model), ``trend``, ``gamma_poisson`` (rates of units that differ).
Lives that end: ``exponential``, ``weibull``, ``lognormal``, and ``replaced`` (when people replace).
``optimum`` says at which age replacing is cheapest on failures alone.
"""
