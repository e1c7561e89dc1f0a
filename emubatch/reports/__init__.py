"""What the office and the council read: workbooks, a summary page, and the same facts as tables.

Reports show a ``MonthResult``; they compute no verdict, no point and no quota. Sums and counts of
what is shown are the only arithmetic here.

Keys of ``MonthResult.facts`` that the reports know by name, all optional; every other fact is
listed as it stands on the sheet "Nhật ký" and in the table of facts:

- ``as_of``: reference date of the month (ISO).
- ``period``: the month, ``YYYY-MM``.
- ``version``: version of the tool.
- ``overrides``: settings changed on the command line, ``KEY=VALUE`` joined by ``; ``.
"""
