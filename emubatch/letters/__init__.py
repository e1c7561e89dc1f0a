"""Official documents (.docx) of a month, in the layout that Vietnamese offices use.

``documents`` lists them, ``fields.csv`` what their templates may show, ``facts`` what the office
states about itself; ``people``, ``figures`` and ``contexts`` turn a run's tables into plain texts,
``template`` checks and fills a template, ``drawing`` and ``build`` draw the templates that ship.
"""

from emubatch.letters.errors import LettersError, Trouble

__all__ = ["LettersError", "Trouble"]
