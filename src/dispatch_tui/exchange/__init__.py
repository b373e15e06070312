"""The import door: files in, validated at the door, handed to the desk as facts.

::

    opening   the bytes of a plain, gzip or zip file, and how far reading has come
    readers   CSV and JSON Lines as (line, fields); ``sheets`` does the same for XLSX
    stamps    dates as a person wrote them, in a stated order and zone
    mapping   what a TOML mapping may say, checked; ``presets`` finds the shipped ones
    columns   the mapping's columns found among a file's headings, cells made values
    rowfacts  rows to facts by a table of records; ``statelog`` folds a log of states
    run       a whole file into the desk; ``replay`` as if it happened now
"""
