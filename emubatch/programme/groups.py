"""Groups of units (nhóm đơn vị) as the quotas count them."""

from __future__ import annotations

import re

from emubatch.programme.tables import Programme


def mapped_groups(programme: Programme) -> dict[str, str]:
    """Group -> the group in whose quota it counts, by the setting ``group_map``.

    It is written ``A=B``, with ``|``, ``;`` or ``,`` between.
    """
    text = programme.reading("group_map")
    pairs = (part.partition("=") for part in re.split(r"[|;,]", text) if "=" in part)
    return {one.strip(): whole.strip() for one, _, whole in pairs if whole.strip()}
