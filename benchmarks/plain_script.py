"""What an office's IT person writes for the same month: pandas, openpyxl, nothing of emubatch.

``python -m benchmarks.plain_script INBOX OUT`` reads every sheet of every form with
``pandas.read_excel``, looks for faults with masks, applies the criteria with groupby, writes one
merged workbook with ``to_excel`` and colours its faulty rows with openpyxl. With ``--one-pass`` the
colours are set before the workbook is first saved, which fewer people know to do; with
``--returns`` it also sends a coloured copy of each faulty form back.

It is written straight, not slow: frames are concatenated once, cells are coloured by position.
It has no addresses, no unknown values, no intervals, no repairs and no explanations.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

HEADER = 2  # the header stands in the third row of every sheet
SHEETS = (
    "Don_vi",
    "Tap_the",
    "Ca_nhan",
    "Thanh_tich",
    "Xep_loai",
    "Sang_kien",
    "Ky_luat",
    "Qua_trinh",
    "Ho_so",
)
REQUIRED = {
    "Ca_nhan": ["Họ và tên", "Chức vụ", "Cấp vị trí", "Đối tượng"],
    "Thanh_tich": ["Tên", "Danh hiệu / Hình thức"],
    "Xep_loai": ["Tên", "Năm", "Mức"],
    "Sang_kien": ["Tên", "Tên sáng kiến", "Năm"],
}
TITLES = {
    "Không có danh hiệu trong năm",
    "Lao động tiên tiến",
    "Chiến sĩ thi đua cơ sở",
    "Tập thể lao động tiên tiến",
    "Tập thể lao động xuất sắc",
    "Bằng khen của Chủ tịch UBND tỉnh",
}
FIRST, LAST = 2015, 2019
RED = PatternFill("solid", fgColor="D98C5F")
GREEN = PatternFill("solid", fgColor="9CCBEB")


def read(inbox: Path) -> dict[str, pd.DataFrame]:
    """Every sheet of all forms in one frame, with file and row."""
    found: dict[str, list[pd.DataFrame]] = {sheet: [] for sheet in SHEETS}
    for path in sorted(inbox.glob("*.xlsx")):
        for sheet in SHEETS:
            frame = pd.read_excel(path, sheet_name=sheet, header=HEADER, engine="openpyxl")
            frame.columns = [str(c).rstrip("* \xa0") for c in frame.columns]
            frame = frame.dropna(how="all")
            frame.insert(0, "Tệp", path.name)
            frame.insert(1, "Dòng", frame.index + HEADER + 2)
            found[sheet].append(frame)
    return {sheet: pd.concat(frames, ignore_index=True) for sheet, frames in found.items()}


def check(data: dict[str, pd.DataFrame]) -> None:
    """Adds a column of faults to each frame."""
    for frame in data.values():
        frame["Lỗi"] = ""
    for sheet, columns in REQUIRED.items():
        for column in columns:
            mark(data[sheet], data[sheet][column].isna(), f"thiếu {column}")
    people, awards, ratings = data["Ca_nhan"], data["Thanh_tich"], data["Xep_loai"]
    started = pd.to_datetime(people["Ngày vào đơn vị"], format="%d/%m/%Y", errors="coerce")
    mark(people, started.isna() & people["Ngày vào đơn vị"].notna(), "ngày sai")
    title = awards["Danh hiệu / Hình thức"]
    mark(awards, title.notna() & ~title.isin(TITLES), "danh hiệu sai")
    year = pd.to_numeric(ratings["Năm"], errors="coerce")
    mark(ratings, ~year.between(1990, 2030), "năm sai")
    known = set(zip(people["Tệp"], people["Họ và tên"], strict=True))
    known |= set(zip(data["Tap_the"]["Tệp"], data["Tap_the"]["Tên tập thể"], strict=True))
    for sheet in ("Thanh_tich", "Xep_loai", "Sang_kien", "Ky_luat"):
        frame = data[sheet]
        listed = [pair in known for pair in zip(frame["Tệp"], frame["Tên"], strict=True)]
        mark(frame, ~pd.Series(listed, index=frame.index), "không có trong danh sách")


def mark(frame: pd.DataFrame, mask: pd.Series, text: str) -> None:
    frame.loc[mask, "Lỗi"] += text + "; "


def decide(data: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One line a nominee with yes or no: the criteria as counts, a gap counts as no."""
    awards = data["Thanh_tich"].copy()
    awards["Năm thành tích"] = pd.to_numeric(awards["Năm thành tích"], errors="coerce")
    awards = awards[awards["Năm thành tích"].between(FIRST, LAST)]
    key = ["Tệp", "Tên"]
    title = awards["Danh hiệu / Hình thức"]
    counts = pd.DataFrame(
        {
            "lao_dong": years(awards[title.str.contains("tiên tiến|thi đua", na=False)], key),
            "thi_dua": years(awards[title.str.contains("thi đua", na=False)], key),
            "tap_the": years(awards[title.str.contains("Tập thể", na=False)], key),
            "xuat_sac": years(awards[title.str.contains("xuất sắc", na=False)], key),
            "bang_khen": awards[title.str.contains("Bằng khen", na=False)].groupby(key).size(),
            "tot": years(good(data["Xep_loai"]), key),
            "sang_kien": data["Sang_kien"].groupby(key).size(),
            "doan_vien": years(union(data["Xep_loai"]), key),
        }
    )
    people = data["Ca_nhan"].rename(columns={"Họ và tên": "Tên"})
    people = people.join(counts, on=key).fillna({name: 0 for name in counts.columns})
    worker = people["Đối tượng"].astype(str).str.contains("công nhân")
    started = pd.to_datetime(people["Ngày vào đơn vị"], format="%d/%m/%Y", errors="coerce")
    tenure = started <= pd.Timestamp(2014, 12, 30)
    every, good_every = people["lao_dong"] >= 5, people["tot"] >= 5
    official = (people["bang_khen"] >= 1) | (every & good_every & (people["thi_dua"] >= 3))
    union_all = people["doan_vien"] >= 5
    labour = tenure & union_all & good_every & (people["sang_kien"] >= 2)
    people["Kết luận"] = (labour.where(worker, official)).map({True: "ĐẠT", False: "KHÔNG ĐẠT"})
    bodies = data["Tap_the"].rename(columns={"Tên tập thể": "Tên"})
    bodies = bodies.join(counts, on=key).fillna({name: 0 for name in counts.columns})
    passed = (bodies["tap_the"] >= 5) & (bodies["xuat_sac"] >= 1) & (bodies["bang_khen"] >= 1)
    bodies["Kết luận"] = passed.map({True: "ĐẠT", False: "KHÔNG ĐẠT"})
    columns = ["Tệp", "Tên", "Kết luận", *counts.columns]
    return pd.concat([bodies[columns], people[columns]], ignore_index=True)


def years(frame: pd.DataFrame, key: list[str]) -> pd.Series:
    column = "Năm thành tích" if "Năm thành tích" in frame else "Năm"
    return frame.groupby(key)[column].nunique()


def good(ratings: pd.DataFrame) -> pd.DataFrame:
    return ratings[ratings["Mức"].astype(str).str.contains("tốt|xuất sắc")]


def union(ratings: pd.DataFrame) -> pd.DataFrame:
    return ratings[ratings["Đoàn viên CĐ xuất sắc"] == "Có"]


def write(
    data: dict[str, pd.DataFrame], result: pd.DataFrame, path: Path, one_pass: bool = False
) -> None:
    """The merged workbook, faulty rows and verdicts coloured."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        result.to_excel(writer, sheet_name="Ket_qua", index=False)
        for sheet, frame in data.items():
            frame.to_excel(writer, sheet_name=sheet, index=False)
        if one_pass:
            colour_all(writer.book, data, result)
    if not one_pass:
        book = load_workbook(path)
        colour_all(book, data, result)
        book.save(path)


def colour_all(book: Workbook, data: dict[str, pd.DataFrame], result: pd.DataFrame) -> None:
    for sheet, frame in data.items():
        rows = [i + 2 for i, fault in enumerate(frame["Lỗi"]) if fault]
        colour(book[sheet], rows, len(frame.columns))
    for index, verdict in enumerate(result["Kết luận"]):
        book["Ket_qua"].cell(index + 2, 3).fill = GREEN if verdict == "ĐẠT" else RED


def colour(sheet: Worksheet, rows: list[int], width: int) -> None:
    for row in rows:
        for column in range(1, width + 1):
            sheet.cell(row, column).fill = RED


def send_back(data: dict[str, pd.DataFrame], inbox: Path, out: Path) -> None:
    """A coloured copy of each form with faults."""
    faults: dict[str, list[tuple[str, int, str]]] = {}
    for sheet, frame in data.items():
        bad = frame[frame["Lỗi"] != ""]
        for file, row, fault in zip(bad["Tệp"], bad["Dòng"], bad["Lỗi"], strict=True):
            faults.setdefault(file, []).append((sheet, row, fault))
    for file, found in faults.items():
        book = load_workbook(inbox / file)
        for sheet, row, fault in found:
            colour(book[sheet], [row], book[sheet].max_column)
            book[sheet].cell(row, 1).comment = Comment(fault, "Văn phòng")
        book.save(out / file)


def main() -> None:
    inbox, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    data = read(inbox)
    check(data)
    result = decide(data)
    write(data, result, out / "tong-hop.xlsx", one_pass="--one-pass" in sys.argv[3:])
    if "--returns" in sys.argv[3:]:
        send_back(data, inbox, out)
    faulty = sum((frame["Lỗi"] != "").sum() for frame in data.values())
    rows = sum(map(len, data.values()))
    print(f"{rows} dòng, {faulty} dòng lỗi, {(result['Kết luận'] == 'ĐẠT').sum()} đạt")


if __name__ == "__main__":
    main()
