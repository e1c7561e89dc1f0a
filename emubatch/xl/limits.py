"""What a form may weigh: one place for every limit of the reader.

Real forms stay far below each of them; files beyond them were made to harm or went wrong.
"""

from __future__ import annotations

MIB = 1 << 20

FILE_BYTES = 20 * MIB
MEMBERS = 2_000
MEMBER_BYTES = 64 * MIB
TOTAL_BYTES = 128 * MIB
# Inflated to compressed size; judged only beyond the grace, since small repetitive parts pack well.
RATIO = 200
RATIO_GRACE_BYTES = 1 * MIB

SHEETS = 100
CELLS = 1_000_000
# The reader keeps a dense rectangle: this many cells of it at most, used or not.
AREA = 5_000_000
SHARED_STRINGS = 500_000
MERGES = 20_000
