"""Native Excel charts over the ranges of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emubatch.xl import style
from emubatch.xl.write import SheetWriter, done

_SHOWN = "General;-General;"  # zeros are not shown


def add_chart(
    sheet: SheetWriter, cell: tuple[int, int], kind: str, options: Mapping[str, Any]
) -> None:
    """Puts a native chart at a cell.

    Args:
        sheet: where.
        cell: row and column of its top left corner.
        kind: ``bar``, ``column`` or ``pie``.
        options: ``title``; ``series``: dicts with ``name``, ``categories``, ``values`` (references
            such as ``Span.column`` gives) and ``role`` for the fill; ``stacked``; ``size`` in
            pixels; ``described``: the words for who cannot see it.
    """
    subtype = {"subtype": "stacked"} if options.get("stacked") else {}
    chart = sheet.book.workbook.add_chart({"type": kind, **subtype})
    for series in options["series"]:
        fill = style.ROLES[series["role"]].get("bg_color") if series.get("role") else None
        chart.add_series(
            {
                "name": series["name"],
                "categories": "=" + series["categories"],
                "values": "=" + series["values"],
                "data_labels": {"value": True, "num_format": _SHOWN},
                "gap": 60,
                **({"fill": {"color": fill}, "border": {"color": style.LINE}} if fill else {}),
            }
        )
    chart.set_title({"name": options["title"], "name_font": {"size": 12}})
    # A bar is as long as its number: left alone, the axis would start near the smallest.
    if kind == "bar":  # from the top down, as the rows of the table are
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "visible": False, "major_gridlines": {"visible": False}})
    elif kind == "column":
        chart.set_y_axis({"min": 0})
    if len(options["series"]) == 1:
        chart.set_legend({"none": True})
    else:
        chart.set_legend({"position": "bottom"})
    width, height = options.get("size", (560, 300))
    chart.set_size({"width": width, "height": height})
    described = {"description": options.get("described", options["title"])}
    done(sheet.worksheet.insert_chart(*cell, chart, described), f"{sheet.name}: chart")
