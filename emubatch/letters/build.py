"""The templates that ship, drawn anew: ``python -m emubatch.letters.build``.

They are ordinary Word documents, so that an office changes its own copies in Word; this module
keeps the ones that ship in step with each other. A test draws them and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from emubatch.letters.drawing import MARGINS, WIDE, WIDTH, Drawing, frame

SHIPPED = Path(__file__).parents[1] / "programmes" / "_shared" / "letters"
_NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập – Tự do – Hạnh phúc"
Cells = Sequence[tuple[str, float, str, str]]  # heading, width in mm, style, text


def build() -> dict[str, bytes]:
    """Document -> its template."""
    makers: dict[str, Callable[[], Drawing]] = {
        "to-trinh": _submission,
        "danh-sach-de-nghi": _proposals,
        "bao-cao": _report,
        "thong-bao": _notice,
        "bien-ban": _minutes,
        "quyet-dinh": _decision,
        "danh-sach-khen-thuong": _award_list,
        "danh-sach-cap-tren": _list_above,
        "giay-khen": _certificate,
    }
    return {document: make().bytes() for document, make in makers.items()}


# --- parts that documents share ------------------------------------------------------------------


def _heading(page: Drawing, *, council: bool = False) -> None:
    """Agency and number on the left; nation, motto, place and date on the right."""
    left, right = page.width * 0.4, page.width * 0.6
    table = page.grid((left, right), lines=False)
    cells = [cell for cell, _ in zip(table.add_row().cells, (left, right), strict=True)]
    for cell, width in zip(cells, (left, right), strict=True):
        cell.width = _mm(width)
    first, second = cells
    parent = "co_quan" if council else "co_quan_chu_quan"
    name = "hoi_dong" if council else "co_quan"
    first.paragraphs[0].style = "VB Cơ quan chủ quản"
    first.paragraphs[0].add_run(f"{{{{ {parent} | upper }}}}")
    page.text("VB Cơ quan", f"{{{{ {name} | upper }}}}", into=first)
    page.rule(left * 0.4, left, into=first)
    page.text("VB Số", "Số: {{ so }}", into=first)
    second.paragraphs[0].style = "VB Quốc hiệu"
    second.paragraphs[0].add_run(_NATION)
    page.text("VB Tiêu ngữ", _MOTTO, into=second)
    page.rule(56, right, into=second)
    page.text("VB Ngày", "{{ dia_danh }}, {{ ngay }}", into=second)


def _mm(size: float) -> object:
    from docx.shared import Mm

    return Mm(size)


def _title(page: Drawing, kind: str, about: str) -> None:
    page.text("VB Tên loại", kind)
    page.text("VB Trích yếu", about)
    page.rule(page.width * 0.2, page.width)


def _signature(page: Drawing, who: str, *, recipients: bool = True) -> None:
    """Distribution list on the left, post and name of the signer on the right; never alone."""
    page.docx.paragraphs[-1].paragraph_format.keep_with_next = True
    half = page.width / 2
    table = page.grid((half, half), lines=False)
    row = table.add_row()
    _keep_row(row)
    left, right = row.cells
    left.width = right.width = _mm(half)
    if recipients:
        left.paragraphs[0].style = "VB Lời nhận"
        left.paragraphs[0].add_run("Nơi nhận:")
        page.tag("for noi in noi_nhan", into=left)
        page.text("VB Nơi nhận", "- {{ noi }}", into=left)
        page.tag("endfor", into=left)
    _signer(page, right, who)


def _keep_row(row: object) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # type: ignore[attr-defined]


def _signer(page: Drawing, cell: object, who: str) -> None:
    first = cell.paragraphs[0]  # type: ignore[attr-defined]
    first.style = "VB Chức vụ ký"
    if who == "nguoi_ky":
        first.add_run("{% if nguoi_ky.thay %}{{ nguoi_ky.thay }}{% endif %}")
        page.text("VB Chức vụ ký", "{{ nguoi_ky.chuc_vu }}", into=cell)
    else:
        first.add_run(f"{{{{ {who}.chuc_vu }}}}")
    page.text("VB Chỗ ký", "", into=cell)
    page.text("VB Người ký", f"{{{{ {who}.ten }}}}", into=cell)


def _table(page: Drawing, loop: str, columns: Cells) -> None:
    """A table with a row for each of a list; its head is repeated on every page."""
    total = sum(width for _, width, _, _ in columns)
    table = page.grid([width * page.width / total for _, width, _, _ in columns])
    page.row(table, [("VB Đầu bảng", head) for head, _, _, _ in columns], head=True)
    page.tag_row(table, f"for {loop}")
    page.row(table, [(style, text) for _, _, style, text in columns])
    page.tag_row(table, "endfor")
    page.after_table()


def _parts_table(page: Drawing, parts: str, columns: Cells) -> None:
    """As ``_table``, in parts, each under a line with its name and number."""
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


def _when(page: Drawing, condition: str, *parts: Callable[[], None]) -> None:
    page.tag(f"if {condition}")
    for part in parts:
        part()
    page.tag("endif")


_PERSON: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ n.stt }}"),
    ("Tập thể, cá nhân", 48, "VB Ô", "{{ n.ten }}"),
    ("Chức vụ", 28, "VB Ô", "{{ n.chuc_vu }}"),
    ("Đơn vị", 46, "VB Ô", "{{ n.don_vi }}"),
)
_TALLY: Cells = (
    ("Đối tượng", 22, "VB Ô", "{{ b.loai }}"),
    ("Nhóm", 48, "VB Ô", "{{ b.nhom }}"),
    ("Đề nghị", 15, "VB Ô giữa", "{{ b.tong }}"),
    ("Đạt", 13, "VB Ô giữa", "{{ b.dat }}"),
    ("Cần xem xét", 15, "VB Ô giữa", "{{ b.xem_xet }}"),
    ("Không đạt", 15, "VB Ô giữa", "{{ b.khong_dat }}"),
    ("Khác", 14, "VB Ô giữa", "{{ b.khac }}"),
    ("Chỉ tiêu", 14, "VB Ô giữa", "{{ b.chi_tieu }}"),
)
_REASON: Cells = (
    ("Điều khoản", 22, "VB Ô giữa", "{{ l.dieu_khoan }}"),
    ("Nội dung", 40, "VB Ô", "{{ l.noi_dung }}"),
    ("Yêu cầu", 52, "VB Ô", "{{ l.yeu_cau }}"),
    ("Thực tế", 36, "VB Ô", "{{ l.hien_co }}"),
    ("Kết luận", 20, "VB Ô giữa", "{{ l.ket_qua }}"),
)
_TARGETS: Cells = (
    ("Mã", 12, "VB Ô giữa", "{{ m.ma }}"),
    ("Mục tiêu", 58, "VB Ô", "{{ m.ten }}"),
    ("Cần đạt", 18, "VB Ô giữa", "{{ m.yeu_cau }}"),
    ("Số lượng", 18, "VB Ô giữa", "{{ m.ti_so }}"),
    ("Kết quả", 18, "VB Ô giữa", "{{ m.gia_tri }}"),
    ("Đánh giá", 22, "VB Ô giữa", "{{ m.ket_qua }}"),
    ("Ghi chú", 46, "VB Ô", "{{ m.ghi_chu }}"),
)
_INDICATORS: Cells = (
    ("Chỉ tiêu", 74, "VB Ô", "{{ c.ten }}"),
    ("Đơn vị tính", 24, "VB Ô giữa", "{{ c.don_vi_tinh }}"),
    ("Thực hiện", 33, "VB Ô số", "{{ c.thuc_hien }}"),
    ("Năm trước", 26, "VB Ô số", "{{ c.nam_truoc }}"),
    ("Kế hoạch", 26, "VB Ô số", "{{ c.ke_hoach }}"),
    ("So năm trước", 28, "VB Ô số", "{{ c.tang }}"),
    ("So kế hoạch", 24, "VB Ô số", "{{ c.so_ke_hoach }}"),
)
_DELEGATES: Cells = (
    ("Cấp", 24, "VB Ô", "{{ d.cap }}"),
    ("Hình thức", 30, "VB Ô", "{{ d.hinh_thuc }}"),
    ("Đại biểu", 16, "VB Ô giữa", "{{ d.dai_bieu }}"),
    ("Điển hình", 16, "VB Ô giữa", "{{ d.dien_hinh }}"),
    ("Khách mời", 16, "VB Ô giữa", "{{ d.khach_moi }}"),
    ("Kết luận", 24, "VB Ô giữa", "{{ d.ket_qua }}"),
    ("Ghi chú", 44, "VB Ô", "{{ d.ghi_chu }}"),
)
_AWARDS: Cells = (
    ("Danh hiệu, hình thức", 74, "VB Ô", "{{ k.hinh_thuc }}"),
    ("Đối tượng", 26, "VB Ô giữa", "{{ k.loai }}"),
    ("Đăng ký", 20, "VB Ô giữa", "{{ k.dang_ky }}"),
    ("Đạt được", 20, "VB Ô giữa", "{{ k.dat }}"),
    ("Tỷ lệ", 22, "VB Ô giữa", "{{ k.ti_le }}"),
)
_PLAN = (
    "{{ ke_hoach.ten }}{% if ke_hoach.so %} (số {{ ke_hoach.so }},"
    " ngày {{ ke_hoach.ngay }}){% endif %}"
)
_SHARES = (
    "Trong {{ co_cau.ca_nhan }} cá nhân: giữ chức vụ lãnh đạo {{ co_cau.lanh_dao }}"
    " ({{ co_cau.ti_le_lanh_dao }}), không giữ chức vụ {{ co_cau.khong_lanh_dao }}"
    " ({{ co_cau.ti_le_khong_lanh_dao }}){% if co_cau.chua_ro != '0' %},"
    " chưa rõ {{ co_cau.chua_ro }}{% endif %}."
)


# --- the documents -------------------------------------------------------------------------------


def _submission() -> Drawing:
    page = Drawing("Tờ trình")
    _heading(page)
    _title(page, "TỜ TRÌNH", "Về việc đề nghị xét khen thưởng")
    page.text("VB Kính gửi", "Kính gửi: {{ kinh_gui }}")
    page.text("VB Thân", f"Thực hiện {_PLAN}, bộ phận thường trực đã tổng hợp và đối chiếu"
              " hồ sơ của các đơn vị đến ngày {{ ngay_xet }}, kết quả như sau:")  # fmt: skip
    page.text("VB Mục", "1. Tình hình nộp hồ sơ")
    page.text("VB Thân", "Có {{ nop.da_nop }} trên {{ nop.tong }} đơn vị đã nộp; trong đó"
              " {{ nop.con_loi }} biểu mẫu còn lỗi, {{ nop.muon }} nộp muộn."
              "{% if nop.ten_chua_nop %} Chưa nộp: {{ nop.ten_chua_nop }}.{% endif %}")  # fmt: skip
    page.text("VB Mục", "2. Kết quả đối chiếu tiêu chuẩn")
    _table(page, "b in bang_xet", _TALLY)
    page.text("VB Mục", "3. Đề nghị")
    page.text("VB Thân", "Đề nghị xét khen thưởng {{ de_nghi.tap_the }} tập thể và"
              " {{ de_nghi.ca_nhan }} cá nhân. " + _SHARES)  # fmt: skip
    page.text("VB Thân", "Danh sách kèm theo xếp các trường hợp như sau:", keep=True)
    page.tag("for p in phan")
    page.text("VB Thân", "{{ p.thu_tu }}. {{ p.ten }}: {{ p.so_luong }}.")
    page.tag("endfor")
    page.text("VB Thân", "Kính trình xem xét, quyết định./.")
    _signature(page, "trinh")
    return page


def _proposals() -> Drawing:
    page = Drawing("Danh sách đề nghị", wide=True)
    page.text("VB Tên loại", "DANH SÁCH ĐỀ NGHỊ XÉT KHEN THƯỞNG")
    page.text("VB Trích yếu", "{{ ke_hoach.ten }}")
    page.text("VB Chú thích", "(Kèm theo tờ trình; thời điểm xét {{ ngay_xet }};"
              " tất cả {{ tong }} trường hợp)")  # fmt: skip
    _parts_table(
        page,
        "phan",
        (
            *_PERSON,
            ("Hình thức đề nghị", 30, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Kết quả, lý do", 88, "VB Ô", "{{ n.ghi_chu }}"),
        ),
    )
    _signature(page, "trinh", recipients=False)
    return page


def _minutes() -> Drawing:
    page = Drawing("Biên bản họp Hội đồng")
    _heading(page, council=True)
    _title(page, "BIÊN BẢN", "Họp xét khen thưởng: {{ ke_hoach.ten }}")
    page.text("VB Mục", "1. Thời gian, địa điểm, thành phần")
    page.text("VB Thân", "Thời gian: {{ hop.ngay }}. Địa điểm: {{ hop.dia_diem }}.")
    page.text("VB Thân", "Chủ tọa: {{ hop.chu_toa }}, {{ hop.chu_toa_chuc_vu }}."
              " Thư ký: {{ hop.thu_ky }}.")  # fmt: skip
    page.text("VB Thân", "Thành viên dự họp:", keep=True)
    page.tag("for t in hop.thanh_phan")
    page.text("VB Thân", "– {{ t }}")
    page.tag("endfor")
    page.text("VB Mục", "2. Nội dung")
    page.text("VB Thân", "Hội đồng xem xét {{ tong.tat_ca }} trường hợp do các đơn vị đề nghị,"
              " kèm kết quả đối chiếu tiêu chuẩn; {{ hop.so_phieu }} thành viên gửi ý kiến."
              " Thành viên không tính phiếu với trường hợp của đơn vị mình. Ý kiến với từng"
              " trường hợp ở phụ lục kèm theo biên bản này.")  # fmt: skip
    page.text("VB Mục", "3. Kết quả")
    page.text("VB Thân", "Đồng ý khen: {{ tong.khen }}; không khen: {{ tong.khong_khen }};"
              " để lại sau: {{ tong.de_lai }}; chưa thống nhất: {{ tong.chua_thong_nhat }}."
              )  # fmt: skip
    page.tag("for k in khen")
    page.text("VB Thân", "{{ k.thu_tu }}. {{ k.ten }}: {{ k.so_luong }}.")
    page.tag("endfor")
    page.text("VB Thân", _SHARES)
    page.text("VB Thân", "Biên bản đã được đọc lại, các thành viên dự họp thống nhất.")
    _minutes_signed(page)
    page.landscape()
    page.text("VB Tên loại", "PHỤ LỤC")
    page.text("VB Trích yếu", "Ý kiến của Hội đồng với từng trường hợp")
    page.text("VB Chú thích", "(Kèm theo biên bản số {{ so }})")
    _table(
        page,
        "n in nguoi",
        (
            *_PERSON,
            ("Đối chiếu", 20, "VB Ô giữa", "{{ n.ket_qua }}"),
            ("Đồng ý", 13, "VB Ô giữa", "{{ n.dong_y }}"),
            ("Không", 14, "VB Ô giữa", "{{ n.khong_dong_y }}"),
            ("Hạ mức", 13, "VB Ô giữa", "{{ n.ha_muc }}"),
            ("Để lại", 13, "VB Ô giữa", "{{ n.de_lai }}"),
            ("Không tính", 14, "VB Ô giữa", "{{ n.khong_tinh }}"),
            ("Quyết định", 24, "VB Ô giữa", "{{ n.quyet_dinh }}"),
            ("Lý do", 34, "VB Ô", "{{ n.ly_do_hop }}"),
        ),
    )
    return page


def _minutes_signed(page: Drawing) -> None:
    page.docx.paragraphs[-1].paragraph_format.keep_with_next = True
    half = page.width / 2
    table = page.grid((half, half), lines=False)
    row = table.add_row()
    _keep_row(row)
    for cell, title, name in zip(
        row.cells, ("THƯ KÝ", "CHỦ TỌA"), ("hop.thu_ky", "hop.chu_toa"), strict=True
    ):
        cell.width = _mm(half)
        cell.paragraphs[0].style = "VB Chức vụ ký"
        cell.paragraphs[0].add_run(title)
        page.text("VB Chỗ ký", "", into=cell)
        page.text("VB Người ký", f"{{{{ {name} }}}}", into=cell)


def _decision() -> Drawing:
    page = Drawing("Quyết định khen thưởng")
    _heading(page)
    _title(page, "QUYẾT ĐỊNH", "Về việc khen thưởng: {{ ke_hoach.ten }}")
    page.text("VB Giữa", "{{ nguoi_ky.chuc_vu | upper }} {{ co_quan | upper }}")
    page.tag("for c in can_cu")
    page.text("VB Căn cứ", "Căn cứ {{ c }}")
    page.tag("endfor")
    page.text("VB Căn cứ", "Xét kết quả họp của {{ hoi_dong }}.")
    page.text("VB Giữa", "QUYẾT ĐỊNH:")
    page.text("VB Thân", "*Điều 1.*", " Khen thưởng {{ tong.tap_the }} tập thể và"
              " {{ tong.ca_nhan }} cá nhân có tên trong danh sách kèm theo:")  # fmt: skip
    page.tag("for p in phan")
    page.text("VB Thân", "– {{ p.ten }}: {{ p.so_luong }}.")
    page.tag("endfor")
    page.tag("if tien.tong")
    page.text("VB Thân", "*Điều 2.*", " Tổng tiền thưởng {{ tien.tong }} đồng, chi từ"
              " {{ tien.nguon }}; mức từng trường hợp ghi trong danh sách.")  # fmt: skip
    page.tag("else")
    page.text("VB Thân", "*Điều 2.*", " Tiền thưởng kèm theo thực hiện theo quy định hiện hành.")
    page.tag("endif")
    page.text("VB Thân", "*Điều 3.*", " Quyết định có hiệu lực từ ngày ký. Các đơn vị liên quan và"
              " tập thể, cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành./.")  # fmt: skip
    _signature(page, "nguoi_ky")
    return page


def _award_list() -> Drawing:
    page = Drawing("Danh sách kèm quyết định", wide=True)
    page.text("VB Tên loại", "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC KHEN THƯỞNG")
    page.text("VB Chú thích", "(Kèm theo Quyết định số {{ quyet_dinh.so }}, {{ quyet_dinh.ngay }},"
              " của {{ co_quan }}; tất cả {{ tong }} trường hợp)")  # fmt: skip
    _parts_table(
        page,
        "phan",
        (
            *_PERSON,
            ("Hình thức", 54, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Tiền thưởng (đồng)", 30, "VB Ô số", "{{ n.tien }}"),
            ("Ghi chú", 21, "VB Ô", ""),
        ),
    )
    page.tag("if tien.tong")
    page.text("VB Thân", "Tổng tiền thưởng: {{ tien.tong }} đồng.")
    page.tag("endif")
    page.text("VB Sau bảng", "")
    _signature(page, "nguoi_ky", recipients=False)
    return page


def _list_above() -> Drawing:
    page = Drawing("Danh sách trình cấp trên", wide=True)
    page.text("VB Tên loại", "DANH SÁCH TRÌNH CẤP TRÊN XÉT KHEN THƯỞNG")
    page.text("VB Trích yếu", "{{ ke_hoach.ten }}")
    page.text("VB Chú thích", "(Theo kết quả họp của {{ hoi_dong }}; tất cả {{ tong }} trường hợp)")
    _parts_table(
        page,
        "phan",
        (
            *_PERSON,
            ("Hình thức", 50, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Ý kiến của Hội đồng", 55, "VB Ô", "{{ n.quyet_dinh }}{% if n.ly_do_hop %}:"
             " {{ n.ly_do_hop }}{% endif %}"),
        ),
    )  # fmt: skip
    _signature(page, "nguoi_ky", recipients=False)
    return page


def _report() -> Drawing:
    page = Drawing("Báo cáo tổng kết")
    _heading(page)
    _title(page, "BÁO CÁO", "Tổng kết: {{ ke_hoach.ten }}")
    page.tag("for k in kinh_gui")
    page.text("VB Kính gửi", "Kính gửi: {{ k }}")
    page.tag("endfor")
    page.text("VB Mục", "Tình hình nộp báo cáo, hồ sơ")
    page.text("VB Thân", "Đến thời điểm xét {{ ngay_xet }}, {{ nop.da_nop }} trên {{ nop.tong }}"
              " đơn vị đã nộp; {{ nop.con_loi }} biểu mẫu còn lỗi, {{ nop.muon }} nộp muộn,"
              " {{ nop.chua_nop }} đơn vị chưa nộp. Chi tiết từng đơn vị ở phụ lục.")  # fmt: skip
    _when(page, "bang_xet", lambda: _report_results(page))
    _when(page, "khen_thuong", lambda: _titled(page, "Danh hiệu, hình thức khen thưởng: đăng ký"
          " và đạt được", "k in khen_thuong", _AWARDS))  # fmt: skip
    _when(page, "muc_tieu", lambda: _titled(page, "Kết quả thực hiện mục tiêu",
          "m in muc_tieu", _TARGETS))  # fmt: skip
    _when(page, "dai_bieu", lambda: _titled(page, "Đăng ký hội nghị", "d in dai_bieu",
          (("Đơn vị", 40, "VB Ô", "{{ d.don_vi }}"), *_DELEGATES)))  # fmt: skip
    page.text("VB Thân", "Trên đây là báo cáo tổng kết./.")
    _signature(page, "nguoi_ky")
    page.landscape()
    page.text("VB Tên loại", "PHỤ LỤC")
    page.text("VB Trích yếu", "Số liệu kèm theo báo cáo số {{ so }}")
    _when(page, "chi_tieu", lambda: _titled(page, "Bảng chỉ tiêu", "c in chi_tieu",
          (("STT", 12, "VB Ô giữa", "{{ c.stt }}"), ("Đơn vị", 36, "VB Ô", "{{ c.don_vi }}"),
           *_INDICATORS)))  # fmt: skip
    _when(page, "diem", lambda: _titled(page, "Bảng điểm", "d in diem", _TOTALS))
    _titled(page, "Đơn vị", "d in don_vi", _UNITS)
    return page


_TOTALS: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ d.stt }}"),
    ("Đơn vị", 100, "VB Ô", "{{ d.don_vi }}"),
    ("Điểm chuẩn", 26, "VB Ô số", "{{ d.diem_chuan }}"),
    ("Điểm cộng", 26, "VB Ô số", "{{ d.diem_cong }}"),
    ("Điểm trừ", 26, "VB Ô số", "{{ d.diem_tru }}"),
    ("Tổng điểm", 28, "VB Ô số", "{{ d.tong }}"),
    ("Tình trạng", 35, "VB Ô giữa", "{{ d.ket_qua }}"),
)
_UNITS: Cells = (
    ("STT", 12, "VB Ô giữa", "{{ d.stt }}"),
    ("Mã", 28, "VB Ô", "{{ d.ma }}"),
    ("Đơn vị", 96, "VB Ô", "{{ d.ten }}"),
    ("Tình trạng", 40, "VB Ô giữa", "{{ d.trang_thai }}"),
    ("Ngày nhận", 28, "VB Ô giữa", "{{ d.ngay_nhan }}"),
    ("Thời hạn", 26, "VB Ô giữa", "{{ d.thoi_han }}"),
    ("Số đề nghị", 23, "VB Ô giữa", "{{ d.so_de_nghi }}"),
)


def _report_results(page: Drawing) -> None:
    page.text("VB Mục", "Kết quả xét")
    _table(page, "b in bang_xet", (*_TALLY, ("Khen", 14, "VB Ô giữa", "{{ b.khen }}")))
    page.tag("if da_hop")
    page.text("VB Thân", "Hội đồng đã họp và thống nhất khen thưởng:", keep=True)
    page.tag("for k in khen")
    page.text("VB Thân", "{{ k.thu_tu }}. {{ k.ten }}: {{ k.so_luong }}.")
    page.tag("endfor")
    page.tag("else")
    page.text("VB Thân", "Kết quả trên là kết quả đối chiếu tiêu chuẩn; Hội đồng chưa họp.")
    page.tag("endif")
    page.text("VB Thân", _SHARES)


def _titled(page: Drawing, title: str, loop: str, columns: Cells) -> None:
    page.text("VB Mục", title)
    _table(page, loop, columns)


def _notice() -> Drawing:
    page = Drawing("Thông báo kết quả")
    _heading(page)
    _title(page, "THÔNG BÁO", "Kết quả xét: {{ ke_hoach.ten }}")
    page.text("VB Kính gửi", "Kính gửi: {{ don_vi.ten }}")
    page.tag("if not da_nop")
    page.text("VB Thân", "Đến thời điểm xét {{ ngay_xet }}, chưa nhận được biểu mẫu dùng được của"
              " đơn vị. Đề nghị đơn vị gửi biểu mẫu, hoặc cho biết lý do.")  # fmt: skip
    page.tag("else")
    page.text("VB Thân", "Biểu mẫu của đơn vị{% if nop.ngay_nhan %} nhận ngày {{ nop.ngay_nhan }}"
              "{% endif %}: {{ nop.trang_thai | lower }}{% if nop.so_loi != '0' %}, còn"
              " {{ nop.so_loi }} chỗ cần xem lại, ghi trong biểu mẫu gửi trả{% endif %}."
              " Kết quả đến thời điểm xét {{ ngay_xet }} như sau:")  # fmt: skip
    page.tag("endif")
    _when(page, "nguoi", lambda: _notice_people(page))
    _when(page, "chua_de_nghi", lambda: _notice_reasons(page))
    _when(page, "diem", lambda: _titled(page, "Bảng điểm", "d in diem", _CARD))
    _when(page, "muc_tieu", lambda: _titled(page, "Kết quả thực hiện mục tiêu",
          "m in muc_tieu", _TARGETS))  # fmt: skip
    _when(page, "chi_tieu", lambda: _titled(page, "Chỉ tiêu", "c in chi_tieu", _INDICATORS))
    _when(page, "dai_bieu", lambda: _titled(page, "Hội nghị đăng ký", "d in dai_bieu", _DELEGATES))
    _when(page, "ly_do_dai_bieu", lambda: _titled(page, "Điểm cần điều chỉnh hoặc làm rõ",
          "l in ly_do_dai_bieu", _REASON))  # fmt: skip
    page.text("VB Thân", "Đề nghị đơn vị xem lại; ý kiến khác gửi về {{ co_quan }}./.")
    _signature(page, "nguoi_ky")
    return page


_CARD: Cells = (
    ("Mã", 16, "VB Ô", "{{ d.ma }}"),
    ("Tiêu chí", 66, "VB Ô", "{{ d.ten }}"),
    ("Chuẩn", 16, "VB Ô số", "{{ d.diem_chuan }}"),
    ("Cộng", 14, "VB Ô số", "{{ d.diem_cong }}"),
    ("Trừ", 14, "VB Ô số", "{{ d.diem_tru }}"),
    ("Tổng", 16, "VB Ô số", "{{ d.tong }}"),
    ("Tình trạng", 24, "VB Ô giữa", "{{ d.ket_qua }}"),
)


def _notice_people(page: Drawing) -> None:
    last = "{% if da_hop %}{{ n.quyet_dinh }}{% else %}{{ n.de_nghi }}{% endif %}"
    _titled(
        page,
        "Tập thể, cá nhân của đơn vị",
        "n in nguoi",
        (
            ("STT", 12, "VB Ô giữa", "{{ n.stt }}"),
            ("Tập thể, cá nhân", 50, "VB Ô", "{{ n.ten }}"),
            ("Hình thức", 46, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Đối chiếu tiêu chuẩn", 28, "VB Ô giữa", "{{ n.ket_qua }}"),
            ("Kết quả", 28, "VB Ô giữa", last),
        ),
    )


def _notice_reasons(page: Drawing) -> None:
    page.text("VB Mục", "Trường hợp chưa được đề nghị, lý do")
    page.tag("for c in chua_de_nghi")
    page.text("VB Thân", "*{{ c.ten }}*", ": {% if da_hop %}{{ c.quyet_dinh | lower }}"
              "{% if c.ly_do_hop %} ({{ c.ly_do_hop }}){% endif %}{% elif c.ly_do %}"
              "{{ c.ket_qua | lower }}{% else %}{{ c.ghi_chu }}{% endif %}.", keep=True)  # fmt: skip
    page.tag("if c.ly_do")
    _table(page, "l in c.ly_do", _REASON)
    page.tag("endif")
    page.tag("endfor")


# A certificate is printed on stock that bears everything but these fields: style, x, y, width in
# mm from the corner of the page, text. In Word each is a frame that the mouse moves.
_FIELDS = (
    ("GK Tên", 38.5, 92, 220, "{{ t.ten }}", "t.ten | length <= 42"),
    ("GK Tên dài", 38.5, 92, 220, "{{ t.ten }}", "t.ten | length > 42"),
    ("GK Chức vụ", 38.5, 112, 220, "{{ t.chuc_vu }}{% if t.chuc_vu %}, {% endif %}{{ t.don_vi }}",
     "t.loai == 'Cá nhân'"),
    ("GK Nội dung", 48.5, 126, 200, "{{ t.noi_dung }}", ""),
    ("GK Số", 34, 172, 100, "Quyết định số {{ quyet_dinh.so }}", ""),
    ("GK Số", 34, 179, 100, "{{ quyet_dinh.ngay }}", ""),
    ("GK Số", 34, 186, 100, "Vào sổ số: {{ t.stt }}", ""),
    ("GK Ngày", 158, 150, 110, "{{ dia_danh }}, {{ ngay }}", ""),
    ("GK Ký", 158, 157, 110, "{{ nguoi_ky.thay }}", "nguoi_ky.thay"),
    ("GK Ký", 158, 163, 110, "{{ nguoi_ky.chuc_vu }}", ""),
    ("GK Ký", 158, 190, 110, "{{ nguoi_ky.ten }}", ""),
)  # fmt: skip


def _certificate() -> Drawing:
    page = Drawing("Giấy khen", wide=True, numbered=False)
    page.tag("for t in trang")
    for style, x, y, width, text, condition in _FIELDS:
        if condition:
            page.tag(f"if {condition}")
        frame(page.text(style, text), x, y, width)
        if condition:
            page.tag("endif")
    anchor = page.text("GK Trang", "")
    anchor.add_run("{% if not loop.last %}")
    anchor.add_run().add_break(_page_break())
    anchor.add_run("{% endif %}")
    page.tag("endfor")
    return page


def _page_break() -> object:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE


def main() -> None:
    """Write the templates where programmes find them."""
    SHIPPED.mkdir(parents=True, exist_ok=True)
    for document, content in build().items():
        (SHIPPED / f"{document}.docx").write_bytes(content)


assert WIDTH + MARGINS["left"] + MARGINS["right"] == 210
assert WIDE + MARGINS["left"] + MARGINS["right"] == 297

if __name__ == "__main__":
    main()
