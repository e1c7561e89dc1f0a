"""The templates that ship, drawn anew: ``python -m emubatch.letters.build``.

They are ordinary Word documents, so that an office changes its own copies in Word; this module
keeps the ones that ship in step with each other. A test draws them and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emubatch.letters.drawing import Drawing, frame
from emubatch.letters.parts import (
    AWARDS,
    CARD,
    DELEGATES,
    INDICATORS,
    PERSON,
    PLAN,
    REASON,
    SHARES,
    TALLY,
    TARGETS,
    TOTALS,
    UNITS,
    heading,
    keep_row,
    mm,
    parts_table,
    signature,
    table,
    title,
    titled,
    when,
)

SHIPPED = Path(__file__).parents[1] / "programmes" / "_shared" / "letters"

_END_OF_LIST = "Danh sách có {{ tong }} trường hợp./."


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


# --- the documents -------------------------------------------------------------------------------


def _submission() -> Drawing:
    page = Drawing("Tờ trình")
    heading(page)
    title(page, "TỜ TRÌNH", "Về việc đề nghị xét {{ viec }}")
    page.text("VB Kính gửi", "Kính gửi: {{ kinh_gui }}")
    page.text("VB Thân", f"Thực hiện kế hoạch {PLAN}, bộ phận thường trực đã tổng hợp và đối chiếu"
              " hồ sơ của các đơn vị đến ngày {{ ngay_xet }}, kết quả như sau:")  # fmt: skip
    page.text("VB Mục", "1. Tình hình nộp hồ sơ")
    page.text("VB Thân", "Có {{ nop.da_nop }} trên {{ nop.tong }} đơn vị đã nộp; trong đó"
              " {{ nop.con_loi }} biểu mẫu còn lỗi, {{ nop.muon }} nộp muộn."
              "{% if nop.ten_chua_nop %} Chưa nộp: {{ nop.ten_chua_nop }}.{% endif %}"
              "{% if nop.ten_khong_doc_duoc %} Tệp không đọc được:"
              " {{ nop.ten_khong_doc_duoc }}.{% endif %}")  # fmt: skip
    page.text("VB Mục", "2. Kết quả đối chiếu tiêu chuẩn")
    table(page, "b in bang_xet", TALLY)
    page.text("VB Mục", "3. Đề nghị")
    page.tag("if viec == 'khen thưởng'")
    page.text("VB Thân", "Đề nghị xét khen thưởng {{ de_nghi.tap_the }} tập thể và"
              " {{ de_nghi.ca_nhan }} cá nhân. " + SHARES)  # fmt: skip
    page.tag("endif")
    page.text("VB Thân", "Danh sách kèm theo xếp các trường hợp như sau:", keep=True)
    page.tag("for p in phan")
    page.text("VB Thân", "{{ p.thu_tu }}. {{ p.ten }}: {{ p.so_luong }}.")
    page.tag("endfor")
    page.text("VB Thân", "Kính trình xem xét, quyết định./.")
    signature(page, "trinh")
    return page


def _proposals() -> Drawing:
    page = Drawing("Danh sách đề nghị", wide=True)
    page.text("VB Tên loại", "DANH SÁCH ĐỀ NGHỊ XÉT KHEN THƯỞNG")
    page.text("VB Trích yếu", "{{ ke_hoach.ten }}")
    page.text("VB Chú thích", "(Kèm theo tờ trình; thời điểm xét {{ ngay_xet }};"
              " tất cả {{ tong }} trường hợp)")  # fmt: skip
    parts_table(
        page,
        "phan",
        (
            *PERSON,
            ("Hình thức đề nghị", 30, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Kết quả, lý do", 88, "VB Ô", "{{ n.ghi_chu }}"),
        ),
    )
    page.text("VB Thân", _END_OF_LIST)
    signature(page, "trinh", recipients=False)
    return page


def _minutes() -> Drawing:
    page = Drawing("Biên bản họp Hội đồng")
    heading(page, council=True)
    title(page, "BIÊN BẢN", "Họp xét {{ viec }}: {{ ke_hoach.ten }}")
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
              " kèm kết quả đối chiếu tiêu chuẩn; {% if hop.so_phieu == '0' %}ý kiến của Hội đồng"
              " được ghi chung trong một bản.{% else %}{{ hop.so_phieu }} thành viên gửi ý kiến."
              " Thành viên không tính phiếu với trường hợp của đơn vị mình.{% endif %}"
              " Ý kiến với từng trường hợp ở phụ lục kèm theo biên bản này.")  # fmt: skip
    page.text("VB Mục", "3. Kết quả")
    page.text("VB Thân", "Đồng ý {{ viec }}: {{ tong.khen }}; không đồng ý: {{ tong.khong_khen }};"
              " để lại sau: {{ tong.de_lai }}; chưa thống nhất: {{ tong.chua_thong_nhat }}."
              )  # fmt: skip
    page.tag("for k in khen")
    page.text("VB Thân", "{{ k.thu_tu }}. {{ k.ten }}: {{ k.so_luong }}.")
    page.tag("endfor")
    page.text("VB Thân", SHARES)
    page.tag("for v in vuot")
    page.text("VB Thân", "Vượt chỉ tiêu {{ v.dieu_khoan }} ({{ v.ten }}): {{ v.so_luong }} trên"
              " {{ v.chi_tieu }}, vượt {{ v.vuot }}.")  # fmt: skip
    page.tag("endfor")
    page.text("VB Thân", "Biên bản đã được đọc lại, các thành viên dự họp thống nhất.")
    _minutes_signed(page)
    page.landscape()
    page.text("VB Tên loại", "PHỤ LỤC")
    page.text("VB Trích yếu", "Ý kiến của Hội đồng với từng trường hợp")
    page.text("VB Chú thích", "(Kèm theo biên bản số {{ so }})")
    table(
        page,
        "n in nguoi",
        (
            ("STT", 12, "VB Ô giữa", "{{ n.stt }}"),
            ("Tập thể, cá nhân", 44, "VB Ô", "{{ n.ten }}"),
            ("Chức vụ", 25, "VB Ô", "{{ n.chuc_vu }}"),
            ("Đơn vị", 42, "VB Ô", "{{ n.don_vi }}"),
            ("Đối chiếu", 20, "VB Ô giữa", "{{ n.ket_qua }}"),
            ("Đồng ý", 15, "VB Ô giữa", "{{ n.dong_y }}"),
            ("Không", 16, "VB Ô giữa", "{{ n.khong_dong_y }}"),
            ("Hạ mức", 14, "VB Ô giữa", "{{ n.ha_muc }}"),
            ("Để lại", 13, "VB Ô giữa", "{{ n.de_lai }}"),
            ("Không tính", 16, "VB Ô giữa", "{{ n.khong_tinh }}"),
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
    keep_row(row)
    for cell, who, name in zip(
        row.cells, ("THƯ KÝ", "CHỦ TỌA"), ("hop.thu_ky", "hop.chu_toa"), strict=True
    ):
        cell.width = mm(half)
        cell.paragraphs[0].style = "VB Chức vụ ký"
        cell.paragraphs[0].add_run(who)
        page.text("VB Chỗ ký", "", into=cell)
        page.text("VB Người ký", f"{{{{ {name} }}}}", into=cell)


def _decision() -> Drawing:
    page = Drawing("Quyết định khen thưởng")
    heading(page)
    title(page, "QUYẾT ĐỊNH", "Về việc khen thưởng: {{ ke_hoach.ten }}")
    page.text("VB Giữa", "{{ tham_quyen | upper }}")
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
    signature(page, "nguoi_ky")
    return page


def _award_list() -> Drawing:
    page = Drawing("Danh sách kèm quyết định", wide=True)
    page.text("VB Tên loại", "DANH SÁCH TẬP THỂ, CÁ NHÂN ĐƯỢC KHEN THƯỞNG")
    page.text("VB Chú thích", "(Kèm theo Quyết định số {{ quyet_dinh.so }}, {{ quyet_dinh.ngay }},"
              " của {{ co_quan }}; tất cả {{ tong }} trường hợp)")  # fmt: skip
    form = ("Hình thức", 54, "VB Ô", "{{ n.hinh_thuc }}")
    note = ("Ghi chú", 30, "VB Ô", "")
    page.tag("if tien.tong")
    amount = ("Tiền thưởng (đồng)", 30, "VB Ô số", "{{ n.tien }}")
    parts_table(page, "phan", (*PERSON, form, amount, note))
    page.text("VB Thân", "Tổng tiền thưởng: {{ tien.tong }} đồng.", keep=True)
    page.tag("else")
    parts_table(page, "phan", (*PERSON, form, note))
    page.tag("endif")
    page.text("VB Thân", _END_OF_LIST)
    signature(page, "nguoi_ky", recipients=False)
    return page


def _list_above() -> Drawing:
    page = Drawing("Danh sách trình cấp trên", wide=True)
    page.text("VB Tên loại", "DANH SÁCH TRÌNH CẤP TRÊN XÉT KHEN THƯỞNG")
    page.text("VB Trích yếu", "{{ ke_hoach.ten }}")
    page.text("VB Chú thích", "(Theo kết quả họp của {{ hoi_dong }}; tất cả {{ tong }} trường hợp)")
    parts_table(
        page,
        "phan",
        (
            *PERSON,
            ("Hình thức", 50, "VB Ô", "{{ n.hinh_thuc }}"),
            ("Ý kiến của Hội đồng", 55, "VB Ô", "{{ n.quyet_dinh }}{% if n.ly_do_hop %}:"
             " {{ n.ly_do_hop }}{% endif %}"),
        ),
    )  # fmt: skip
    page.text("VB Thân", _END_OF_LIST)
    signature(page, "nguoi_ky", recipients=False)
    return page


def _report() -> Drawing:
    page = Drawing("Báo cáo tổng kết")
    heading(page)
    title(page, "BÁO CÁO", "Tổng kết: {{ ke_hoach.ten }}")
    page.tag("for k in kinh_gui")
    page.text("VB Kính gửi", "Kính gửi: {{ k }}")
    page.tag("endfor")
    page.text("VB Mục", "Tình hình nộp báo cáo, hồ sơ")
    page.text("VB Thân", "Đến thời điểm xét {{ ngay_xet }}, {{ nop.da_nop }} trên {{ nop.tong }}"
              " đơn vị đã nộp; {{ nop.con_loi }} biểu mẫu còn lỗi, {{ nop.muon }} nộp muộn,"
              " {{ nop.chua_nop }} đơn vị chưa nộp{% if nop.ten_khong_doc_duoc %},"
              " {{ nop.khong_doc_duoc }} đơn vị nộp tệp không đọc được{% endif %}."
              " Chi tiết từng đơn vị ở phụ lục.")  # fmt: skip
    when(page, "bang_xet", lambda: _report_results(page))
    when(page, "khen_thuong", lambda: titled(page, "Danh hiệu, hình thức khen thưởng: đăng ký"
          " và đạt được", "k in khen_thuong", AWARDS))  # fmt: skip
    when(page, "muc_tieu", lambda: titled(page, "Kết quả thực hiện mục tiêu",
          "m in muc_tieu", TARGETS))  # fmt: skip
    when(page, "dai_bieu", lambda: titled(page, "Đăng ký hội nghị", "d in dai_bieu",
          (("Đơn vị", 40, "VB Ô", "{{ d.don_vi }}"), *DELEGATES)))  # fmt: skip
    page.text("VB Thân", "Trên đây là báo cáo tổng kết./.")
    signature(page, "nguoi_ky")
    page.landscape()
    page.text("VB Tên loại", "PHỤ LỤC")
    page.text("VB Trích yếu", "Số liệu kèm theo báo cáo số {{ so }}")
    when(page, "chi_tieu", lambda: titled(page, "Bảng chỉ tiêu", "c in chi_tieu",
          (("STT", 12, "VB Ô giữa", "{{ c.stt }}"), ("Đơn vị", 36, "VB Ô", "{{ c.don_vi }}"),
           *INDICATORS)))  # fmt: skip
    when(page, "diem", lambda: titled(page, "Bảng điểm", "d in diem", TOTALS))
    titled(page, "Tình hình từng đơn vị", "d in don_vi", UNITS)
    return page


def _report_results(page: Drawing) -> None:
    page.text("VB Mục", "Kết quả xét")
    table(page, "b in bang_xet", (*TALLY, ("Khen", 14, "VB Ô giữa", "{{ b.khen }}")))
    page.tag("if da_hop")
    page.text("VB Thân", "Hội đồng đã họp và thống nhất khen thưởng:", keep=True)
    page.tag("for k in khen")
    page.text("VB Thân", "{{ k.thu_tu }}. {{ k.ten }}: {{ k.so_luong }}.")
    page.tag("endfor")
    page.tag("else")
    page.text("VB Thân", "Kết quả trên là kết quả đối chiếu tiêu chuẩn; Hội đồng chưa họp.")
    page.tag("endif")
    page.text("VB Thân", SHARES)


def _notice() -> Drawing:
    page = Drawing("Thông báo kết quả")
    heading(page)
    title(page, "THÔNG BÁO", "Kết quả xét: {{ ke_hoach.ten }}")
    page.text("VB Kính gửi", "Kính gửi: {{ don_vi.ten }}")
    page.tag("if not da_nop")
    page.text("VB Thân", "Đến thời điểm xét {{ ngay_xet }}, chưa nhận được biểu mẫu dùng được của"
              " đơn vị. Đề nghị đơn vị gửi biểu mẫu, hoặc cho biết lý do.")  # fmt: skip
    page.tag("else")
    page.text("VB Thân", "Biểu mẫu của đơn vị{% if nop.ngay_nhan %} nhận ngày {{ nop.ngay_nhan }}"
              "{% endif %}: {{ nop.trang_thai | lower }}{% if nop.so_loi != '0' %}, còn"
              " {{ nop.so_loi }} chỗ cần xem lại, ghi trong biểu mẫu gửi trả{% endif %}."
              "{% if nguoi or diem or muc_tieu or chi_tieu or dai_bieu %} Kết quả đến thời điểm"
              " xét {{ ngay_xet }} như sau:{% else %} Không có trường hợp nào để xét."
              "{% endif %}")  # fmt: skip
    page.tag("endif")
    when(page, "nguoi", lambda: _notice_people(page))
    when(page, "chua_de_nghi", lambda: _notice_reasons(page))
    when(page, "diem", lambda: titled(page, "Bảng điểm", "d in diem", CARD))
    when(page, "muc_tieu", lambda: titled(page, "Kết quả thực hiện mục tiêu",
          "m in muc_tieu", TARGETS))  # fmt: skip
    when(page, "chi_tieu", lambda: titled(page, "Chỉ tiêu", "c in chi_tieu", INDICATORS))
    when(page, "dai_bieu", lambda: titled(page, "Hội nghị đăng ký", "d in dai_bieu", DELEGATES))
    when(page, "ly_do_dai_bieu", lambda: titled(page, "Điểm cần điều chỉnh hoặc làm rõ",
          "l in ly_do_dai_bieu", REASON))  # fmt: skip
    page.text("VB Thân", "Đề nghị đơn vị xem lại; ý kiến khác gửi về {{ co_quan }}./.")
    signature(page, "nguoi_ky")
    return page


def _notice_people(page: Drawing) -> None:
    last = "{% if da_hop %}{{ n.quyet_dinh }}{% else %}{{ n.de_nghi }}{% endif %}"
    titled(
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
    page.text("VB Mục", "Trường hợp {% if da_hop %}không hoặc chưa được khen"
              "{% else %}chưa được đề nghị{% endif %}, lý do")  # fmt: skip
    page.tag("for c in chua_de_nghi")
    page.text("VB Thân", "*{{ c.ten }}*", ": {% if da_hop %}{{ c.quyet_dinh | lower }}"
              "{% if c.ly_do_hop %} ({{ c.ly_do_hop }}){% endif %}{% elif c.ly_do %}"
              "{{ c.ket_qua | lower }}{% else %}{{ c.ghi_chu }}{% endif %}.",
              keep=True)  # fmt: skip
    page.tag("if c.ly_do")
    table(page, "l in c.ly_do", REASON)
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


if __name__ == "__main__":
    main()
