"""The documents that can be made, each from one template."""

from __future__ import annotations

from dataclasses import dataclass

NOTICE_FOLDER = "thong-bao"


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document. ``id`` names its template, its file and its own facts.

    ``council``: needs the council's decisions. ``nominees``: only for plans with nominees.
    ``cites``: states number and date of the decision. ``number``: carries a number of its own, so
    that the office states its symbol; a list is attached to another document.
    """

    id: str
    title: str
    council: bool = False
    nominees: bool = True
    cites: bool = False
    number: bool = False

    @property
    def key(self) -> str:
        """The name of the document among the facts: ``to_trinh``."""
        return self.id.replace("-", "_")


DOCUMENTS = (
    Document("to-trinh", "Tờ trình", number=True),
    Document("danh-sach-de-nghi", "Danh sách đề nghị"),
    Document("bao-cao", "Báo cáo tổng kết", nominees=False, number=True),
    Document("thong-bao", "Thông báo kết quả", nominees=False, number=True),
    Document("bien-ban", "Biên bản họp Hội đồng", council=True, number=True),
    Document("quyet-dinh", "Quyết định khen thưởng", council=True, cites=True, number=True),
    Document("danh-sach-khen-thuong", "Danh sách kèm quyết định", council=True, cites=True),
    Document("danh-sach-cap-tren", "Danh sách trình cấp trên", council=True),
    Document("giay-khen", "Giấy khen", council=True, cites=True),
)
BY_ID = {one.id: one for one in DOCUMENTS}
