"""Repair or replace: what each way forward costs, how sure that is, and what every number is made of.

Pure: values in, values out. ``finance`` knows rates and flows (``finance_arrays`` over many paths, ``loans`` as
payments), ``depreciation`` and ``tax`` what is left of them after tax; ``economic_life`` and ``schedule`` are the
textbooks' replacement; ``failures`` fits and forecasts. ``costs`` and ``capital`` price a year and an ownership,
``replacement`` weighs keeping against replacing on expected costs, ``decision`` on thousands of ``futures``,
``sensitivity`` says what it turns on, ``explain`` opens every number, ``ways`` sets all ways forward side by side.
What people state are ``fields``, ``typed`` into ``inputs``; ``stating`` and ``buying`` make the case of them. What a
screen needs at once (``history``, ``figures``, ``marks``, ``usage``) stays clear of numpy.
"""
