"""Reports that come in waves (đợt): which ones count now, and whether a wave was in time."""

from __future__ import annotations

from collections.abc import Sequence

from emubatch.merge.received import Received, sentence
from emubatch.messages import finding
from emubatch.programme.tables import Programme


def set_later_wave_aside(file: Received, programme: Programme) -> list[dict[str, str]]:
    """A report of a wave that is not judged yet waits for its own month."""
    spec = programme.wave_field
    if spec is None or file.status or file.wave in programme.waves:
        return []
    labels = {row.code: row for row in programme.lists.get(spec.list, ())}
    judged = labels[programme.waves[-1]]
    file.status = "superseded"
    note = finding(
        "N516",
        file=file.form.file,
        unit=file.unit,
        wave=labels[file.wave].label_vi,
        wave_en=labels[file.wave].label_en,
        judged=judged.label_vi,
        judged_en=judged.label_en,
    )
    file.findings = [note]
    return [sentence("N516", file, file)]


def first_lateness(claimants: Sequence[Received]) -> str:
    """Lateness of a wave is that of its first report, which is the least late of them."""
    found = {file.late for file in claimants}
    return next((late for late in ("no", "review", "yes") if late in found), "review")
