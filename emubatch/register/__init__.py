"""The register (sổ theo dõi khen thưởng): one SQLite file with the history of awards.

Units, people, collectives, awards, initiatives and discipline as the office's own books state
them, each with file, sheet and row, and the clerk's answers on who is who. Every fact is stored
under a key made of its content, so the order in which books are imported never matters.
"""

from emubatch.register.errors import RegisterError
from emubatch.register.facts import Batch, Facts
from emubatch.register.store import Register, Slice, open_register

__all__ = ["Batch", "Facts", "Register", "RegisterError", "Slice", "open_register"]
