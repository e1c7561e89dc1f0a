"""Parts that several documents share: heading, title, signature, tables and their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from emubatch.letters.drawing import Drawing

_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập – Tự do – Hạnh phúc"
Cells = Sequence[tuple[str, float, str, str]]  # heading, width in mm, style, text


def heading(page: Drawing, *, council: bool = False) -> None:
    """Agency and number on the left; nation, motto, place and date on the right."""
    left, right = page.width * 0.4, page.width * 0.6
    table = page.grid((left, right), lines=False)
    cells = [cell for cell, _ in zip(table.add_row().cells, (left, right), strict=True)]
    for cell, width in zip(cells, (left, right), strict=True):
        cell.width = mm(width)
    first, second = cells
    parent = "co_quan" if council else "co_quan_chu_quan"
    name = "hoi_dong" if council else "co_quan"
    first.paragraphs[0].style = "VB Cơ quan chủ quản"
    first.paragraphs[0].add_run(f"{{%p if {parent} %}}")
    page.text("VB Cơ quan chủ quản", f"{{{{ {parent} | upper }}}}", into=first)
    page.tag("endif", into=first)
    page.text("VB Cơ quan", f"{{{{ {name} | upper }}}}", into=first)
    page.rule(left * 0.4, left, into=first)
    page.text("VB Số", "Số: {{ so }}", into=first)
    second.paragraphs[0].style = "VB Quốc hiệu"
    second.paragraphs[0].add_run(_NATION)
    page.text("VB Tiêu ngữ", _MOTTO, into=second)
    page.rule(56, right, into=second)
    page.text("VB Ngày", "{{ dia_danh }}, {{ ngay }}", into=second)


def mm(size: float) -> Any:
    """A length in millimetres, as python-docx wants it."""
    from docx.shared import Mm

    return Mm(size)


def title(page: Drawing, kind: str, about: str) -> None:
    """Kind of document, what it is about, and a short line."""
    page.text("VB Tên loại", kind)
    page.text("VB Trích yếu", about)
    page.rule(page.width * 0.2, page.width)


def signature(page: Drawing, who: str, *, recipients: bool = True) -> None:
    """Distribution list on the left, post and name of the signer on the right; never alone."""
    page.docx.paragraphs[-1].paragraph_format.keep_with_next = True
    half = page.width / 2
    table = page.grid((half, half), lines=False)
    row = table.add_row()
    keep_row(row)
    left, right = row.cells
    left.width = right.width = mm(half)
    if recipients:
        left.paragraphs[0].style = "VB Lời nhận"
        left.paragraphs[0].add_run("Nơi nhận:")
        page.tag("for noi in noi_nhan", into=left)
        page.text("VB Nơi nhận", "- {{ noi }}", into=left)
        page.tag("endfor", into=left)
    signer(page, right, who)


def keep_row(row: Any) -> None:
    """Keep a row on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def signer(page: Drawing, cell: Any, who: str) -> None:
    """Post, place to sign, name."""
    first = cell.paragraphs[0]
    first.style = "VB Chức vụ ký"
    if who == "nguoi_ky":
        first.add_run("{%p if nguoi_ky.thay %}")
        page.text("VB Chức vụ ký", "{{ nguoi_ky.thay }}", into=cell)
        page.tag("endif", into=cell)
        page.text("VB Chức vụ ký", "{{ nguoi_ky.chuc_vu }}", into=cell)
    else:
        first.add_run(f"{{{{ {who}.chuc_vu }}}}")
    page.text("VB Chỗ ký", "", into=cell)
    page.text("VB Người ký", f"{{{{ {who}.ten }}}}", into=cell)


def table(page: Drawing, loop: str, columns: Cells) -> None:
    """A table with a row for each of a list; its head is repeated on every page."""
    total = sum(width for _, width, _, _ in columns)
    table = page.grid([width * page.width / total for _, width, _, _ in columns])
    page.row(table, [("VB Đầu bảng", head) for head, _, _, _ in columns], head=True)
    page.tag_row(table, f"for {loop}")
    page.row(table, [(style, text) for _, _, style, text in columns])
    page.tag_row(table, "endfor")
    page.after_table()


def parts_table(page: Drawing, parts: str, columns: Cells) -> None:
    """As ``table``, in parts, each under a line with its name and number."""
    total = sum(width for _, width, _, _ in columns)
    table = page.grid([width * page.width / total for _, width, _, _ in columns])
    page.row(table, [("VB Đầu bảng", head) for head, _, _, _ in columns], head=True)
    page.tag_row(table, f"for p in {parts}")
    page.wide_row(table, "VB Ô đậm", "{{ p.thu_tu }}. {{ p.ten }} ({{ p.so_luong }})")
    page.tag_row(table, "for n in p.nguoi")
    page.row(table, [(style, text) for _, _, style, text in columns])
    page.tag_row(table, "endfor")
    page.tag_row(table, "endfor")
    page.after_table()


def when(page: Drawing, condition: str, *parts: Callable[[], None]) -> None:
    """What these draw, only where the condition holds."""
    page.tag(f"if {condition}")
    for part in parts:
        part()
    page.tag("endif")


def titled(page: Drawing, title: str, loop: str, columns: Cells) -> None:
    """A heading and its table."""
    page.text("VB Mục", title)
    table(page, loop, columns)


# --- columns --------------------------------------------------------------------------------------

PERSON: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ n.stt }}"),
    ("Tập thể, cá nhân", 48, "VB Ô", "{{ n.ten }}"),
    ("Chức vụ", 28, "VB Ô", "{{ n.chuc_vu }}"),
    ("Đơn vị", 46, "VB Ô", "{{ n.don_vi }}"),
)
TALLY: Cells = (
    ("Đối tượng", 19, "VB Ô", "{{ b.loai }}"),
    ("Nhóm", 46, "VB Ô", "{{ b.nhom }}"),
    ("Đề nghị", 15, "VB Ô giữa", "{{ b.tong }}"),
    ("Đạt", 13, "VB Ô giữa", "{{ b.dat }}"),
    ("Cần xem xét", 15, "VB Ô giữa", "{{ b.xem_xet }}"),
    ("Không đạt", 18, "VB Ô giữa", "{{ b.khong_dat }}"),
    ("Khác", 14, "VB Ô giữa", "{{ b.khac }}"),
    ("Chỉ tiêu", 14, "VB Ô giữa", "{{ b.chi_tieu }}"),
)
REASON: Cells = (
    ("Điều khoản", 22, "VB Ô giữa", "{{ l.dieu_khoan }}"),
    ("Nội dung", 40, "VB Ô", "{{ l.noi_dung }}"),
    ("Yêu cầu", 52, "VB Ô", "{{ l.yeu_cau }}"),
    ("Thực tế", 36, "VB Ô", "{{ l.hien_co }}"),
    ("Kết luận", 20, "VB Ô giữa", "{{ l.ket_qua }}"),
)
TARGETS: Cells = (
    ("Mã", 18, "VB Ô giữa", "{{ m.ma }}"),
    ("Mục tiêu", 50, "VB Ô", "{{ m.ten }}"),
    ("Cần đạt", 20, "VB Ô giữa", "{{ m.yeu_cau }}"),
    ("Số lượng", 18, "VB Ô giữa", "{{ m.ti_so }}"),
    ("Kết quả", 18, "VB Ô giữa", "{{ m.gia_tri }}"),
    ("Đánh giá", 22, "VB Ô giữa", "{{ m.ket_qua }}"),
    ("Ghi chú", 46, "VB Ô", "{{ m.ghi_chu }}"),
)
INDICATORS: Cells = (
    ("Chỉ tiêu", 74, "VB Ô", "{{ c.ten }}"),
    ("Đơn vị tính", 24, "VB Ô giữa", "{{ c.don_vi_tinh }}"),
    ("Thực hiện", 33, "VB Ô số", "{{ c.thuc_hien }}"),
    ("Năm trước", 26, "VB Ô số", "{{ c.nam_truoc }}"),
    ("Kế hoạch", 26, "VB Ô số", "{{ c.ke_hoach }}"),
    ("So năm trước", 28, "VB Ô số", "{{ c.tang }}"),
    ("So kế hoạch", 24, "VB Ô số", "{{ c.so_ke_hoach }}"),
)
DELEGATES: Cells = (
    ("Cấp", 24, "VB Ô", "{{ d.cap }}"),
    ("Hình thức", 30, "VB Ô", "{{ d.hinh_thuc }}"),
    ("Đại biểu", 16, "VB Ô giữa", "{{ d.dai_bieu }}"),
    ("Điển hình", 16, "VB Ô giữa", "{{ d.dien_hinh }}"),
    ("Khách mời", 16, "VB Ô giữa", "{{ d.khach_moi }}"),
    ("Kết luận", 24, "VB Ô giữa", "{{ d.ket_qua }}"),
    ("Ghi chú", 44, "VB Ô", "{{ d.ghi_chu }}"),
)
AWARDS: Cells = (
    ("Danh hiệu, hình thức", 74, "VB Ô", "{{ k.hinh_thuc }}"),
    ("Đối tượng", 26, "VB Ô giữa", "{{ k.loai }}"),
    ("Đăng ký", 20, "VB Ô giữa", "{{ k.dang_ky }}"),
    ("Đạt được", 20, "VB Ô giữa", "{{ k.dat }}"),
    ("Tỷ lệ", 22, "VB Ô giữa", "{{ k.ti_le }}"),
)
PLAN = (
    "«{{ ke_hoach.ten }}»{% if ke_hoach.so %} (số {{ ke_hoach.so }},"
    " ngày {{ ke_hoach.ngay }}){% endif %}"
)
SHARES = (
    "{% if co_cau.ca_nhan != '0' %}Trong {{ co_cau.ca_nhan }} cá nhân:"
    " giữ chức vụ lãnh đạo {{ co_cau.lanh_dao }}"
    " ({{ co_cau.ti_le_lanh_dao }}), không giữ chức vụ {{ co_cau.khong_lanh_dao }}"
    " ({{ co_cau.ti_le_khong_lanh_dao }}){% if co_cau.chua_ro != '0' %},"
    " chưa rõ {{ co_cau.chua_ro }}{% endif %}.{% endif %}"
)
TOTALS: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ d.stt }}"),
    ("Đơn vị", 100, "VB Ô", "{{ d.don_vi }}"),
    ("Điểm chuẩn", 26, "VB Ô số", "{{ d.diem_chuan }}"),
    ("Điểm cộng", 26, "VB Ô số", "{{ d.diem_cong }}"),
    ("Điểm trừ", 26, "VB Ô số", "{{ d.diem_tru }}"),
    ("Tổng điểm", 28, "VB Ô số", "{{ d.tong }}"),
    ("Tình trạng", 35, "VB Ô giữa", "{{ d.ket_qua }}"),
)
UNITS: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ d.stt }}"),
    ("Mã", 28, "VB Ô", "{{ d.ma }}"),
    ("Đơn vị", 96, "VB Ô", "{{ d.ten }}"),
    ("Tình trạng", 40, "VB Ô giữa", "{{ d.trang_thai }}"),
    ("Ngày nhận", 28, "VB Ô giữa", "{{ d.ngay_nhan }}"),
    ("Thời hạn", 26, "VB Ô giữa", "{{ d.thoi_han }}"),
    ("Số đề nghị", 23, "VB Ô giữa", "{{ d.so_de_nghi }}"),
)
CARD: Cells = (
    ("Mã", 16, "VB Ô", "{{ d.ma }}"),
    ("Tiêu chí", 66, "VB Ô", "{{ d.ten }}"),
    ("Chuẩn", 16, "VB Ô số", "{{ d.diem_chuan }}"),
    ("Cộng", 14, "VB Ô số", "{{ d.diem_cong }}"),
    ("Trừ", 14, "VB Ô số", "{{ d.diem_tru }}"),
    ("Tổng", 16, "VB Ô số", "{{ d.tong }}"),
    ("Tình trạng", 24, "VB Ô giữa", "{{ d.ket_qua }}"),
)
