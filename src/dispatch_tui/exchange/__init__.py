"""The import door: files in, validated at the door, handed to the desk as facts.

::

    opening    the bytes of a plain, gzip or zip file, and how far reading has come
    readers    CSV and JSON Lines as (line, fields); ``sheets`` does the same for XLSX
    stamps     dates as a person wrote them, in a stated order and zone
    mapping    what a TOML mapping may say; ``mapping_files`` reads and checks one,
               ``presets`` has those that are shipped and the template for one's own
    columns    the mapping's columns found among a file's headings; how a cell reads
    templates  ``"{street}, {town}"`` filled with a row's cells
    cells      one row of a table, read; ``rowfacts`` makes facts of such rows
    statelog   a log of states folded into calls; ``watched`` are the cells it goes by
    rejects    the rows that were not taken, with line, column and reason
    holidays   days off from a country or an iCalendar file, as dates to review
    run        a whole file into the desk; ``replay`` as if it happened now
"""
