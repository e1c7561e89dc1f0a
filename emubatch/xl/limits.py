"""What a form may weigh: one value for every limit of the reader and of the process around it.

Real forms stay far below each of them; files beyond them were made to harm or went wrong. An
office may set each: in ``emubatch.toml``, in the environment, on the command line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

MIB = 1 << 20
ENVIRONMENT = "EMUBATCH_LIMIT_"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file, all of them whole numbers; sizes in MiB.

    Attributes:
        file_mb: of the file as it came.
        members: parts of a package, or files of an archive.
        member_mb: of one part when it is inflated; of a CSV or HTML file.
        total_mb: of all parts.
        ratio: inflated to compressed size; not judged below ``RATIO_GRACE_BYTES``.
        sheets: sheets of a workbook.
        cells: cells with a value in one sheet.
        area: cells of the used rectangle, used or not: the reader keeps all of it.
        strings: strings that a workbook claims to share.
        merges: merged ranges of a sheet.
        merged_cells: cells that merged ranges of a sheet cover.
        archive_mb: of an archive with forms in it, as it came and when its files are taken out.
        seconds: for reading and checking one file, in a worker process.
        memory_mb: of a worker process, where the system can bound it.
    """

    file_mb: int = 20
    members: int = 2_000
    member_mb: int = 64
    total_mb: int = 128
    ratio: int = 200
    sheets: int = 100
    cells: int = 1_000_000
    area: int = 5_000_000
    strings: int = 500_000
    merges: int = 20_000
    merged_cells: int = 1_000_000
    archive_mb: int = 200
    seconds: int = 30
    memory_mb: int = 2_048

    @property
    def file_bytes(self) -> int:
        """``file_mb`` in bytes."""
        return self.file_mb * MIB

    def as_dict(self) -> dict[str, int]:
        """Every limit by name, for the manifest."""
        return asdict(self)


DEFAULT = Limits()
# Small repetitive parts pack well; nobody is harmed by them.
RATIO_GRACE_BYTES = 1 * MIB
NAMES = tuple(field.name for field in fields(Limits))


class LimitError(ValueError):
    """A limit that cannot be set: ``key`` is not one, or ``value`` no whole number above 0."""

    def __init__(self, key: str, value: str) -> None:
        self.key = key
        self.value = value
        super().__init__(f"{key}={value}")

    @property
    def unknown(self) -> bool:
        """Whether there is no limit of that name."""
        return self.key not in NAMES


def limits_of(*settings: Iterable[tuple[str, str]]) -> Limits:
    """The limits as set: later settings go before earlier ones.

    Raises:
        LimitError: on the first that is unknown or no whole number above 0.
    """
    stated = {key: value for pairs in settings for key, value in pairs}
    return Limits(**{key: _whole(key, value) for key, value in stated.items()})


def _whole(key: str, value: str) -> int:
    text = value.replace("_", "")
    if key not in NAMES or not (text.isascii() and text.isdigit() and 0 < int(text[:16]) < 1 << 40):
        raise LimitError(key, value)
    return int(text)


def of_environment(environment: Mapping[str, str] = os.environ) -> tuple[tuple[str, str], ...]:
    """Limits that the environment sets: ``EMUBATCH_LIMIT_FILE_MB=50``."""
    return tuple(
        sorted(
            (name.removeprefix(ENVIRONMENT).lower(), value)
            for name, value in environment.items()
            if name.startswith(ENVIRONMENT)
        )
    )
