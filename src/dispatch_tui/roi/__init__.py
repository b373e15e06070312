"""Repair or replace: time value, yearly costs, the comparison, and what each number is made of.

Pure: values in, values out. ``finance`` knows rates and flows, ``costs`` turns visits into yearly
streams, ``replacement`` compares a repair with a challenger, ``explain`` opens every number.
"""
