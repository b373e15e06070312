"""Repair or replace: time value, yearly costs, the comparison, and what each number is made of.

Pure: values in, values out. ``finance`` knows rates and flows (``finance_arrays`` over many paths, ``loans`` as
payments), ``depreciation`` and ``tax`` what is left of them after tax; ``economic_life`` and ``schedule`` are the
textbooks' replacement. ``costs`` turns visits into yearly streams, ``replacement`` compares a repair with a
challenger, ``explain`` opens every number.
"""
