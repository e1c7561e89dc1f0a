"""Makes the pictures of the README from the samples: ``python docs/pictures.py``.

Needs LibreOffice, pdftoppm and pdftotext (poppler-utils), Chromium and Pillow. The pictures are not
compared by a test, because fonts and programs draw a little differently everywhere.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "pictures"
MODELS = "bacgiang-models-2020/ket-qua-thang"
SCORECARD = "bacgiang-scorecard-2017/ket-qua-thang"
# Picture -> workbook, words that only its page has, part of the page height shown.
PAGES = {
    "tong-quan": (f"{MODELS}/ket-qua.xlsx", "Các trang của sổ này", (0.05, 0.65)),
    "can-xem-xet": (f"{MODELS}/ket-qua.xlsx", "Cần Hội đồng xem xét", (0.05, 0.58)),
    "bang-diem": (f"{SCORECARD}/ket-qua.xlsx", "Điểm cộng cho mỗi 1% vượt", (0.05, 0.58)),
    "viec-can-sua": (f"{MODELS}/tra-lai/KT-PLA.xlsx", "Còn ", (0.05, 0.6)),
    "bieu-mau-tra-lai": (f"{MODELS}/tra-lai/KT-PLA.xlsx", "Thành tích – Điển hình", (0.05, 0.6)),
}
SUMMARY = ("bao-cao", f"{MODELS}/bao-cao.html")
DPI, WIDTH, MARGIN, COLOURS = 110, 1200, 12, 48


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(sys.executable, "-m", "emubatch", "demo", str(folder / "demo"))
        for name, (workbook, words, part) in PAGES.items():
            page = page_with(to_pdf(folder / "demo" / workbook, folder), words)
            save(name, draw(folder, name, page), part)
        save(SUMMARY[0], screenshot(folder, folder / "demo" / SUMMARY[1]), (0, 1))


def run(*command: str) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def to_pdf(workbook: Path, folder: Path) -> Path:
    target = folder / workbook.parent.parent.name / f"{workbook.stem}.pdf"
    if not target.exists():
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        convert = ("--headless", "--convert-to", "pdf", "--outdir", str(target.parent))
        run("soffice", profile, *convert, str(workbook))
    return target


def page_with(pdf: Path, words: str) -> tuple[Path, int]:
    """The first page with these words."""
    pages = run("pdftotext", "-layout", str(pdf), "-").split("\f")
    for number, text in enumerate(pages, 1):
        if words in text:
            return pdf, number
    raise SystemExit(f"{pdf.name}: no page with «{words}»")


def draw(folder: Path, name: str, page: tuple[Path, int]) -> Path:
    pdf, number = page
    span = ("-f", str(number), "-l", str(number), "-singlefile")
    run("pdftoppm", "-r", str(DPI), "-png", *span, str(pdf), str(folder / name))
    return folder / f"{name}.png"


def screenshot(folder: Path, page: Path) -> Path:
    target = folder / "screenshot.png"
    switches = ("--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1100,1000")
    run("chromium", *switches, f"--screenshot={target}", page.as_uri())
    return target


def save(name: str, source: Path, part: tuple[float, float]) -> None:
    """White margins off, at most ``WIDTH`` wide, few colours: about 60 KB each."""
    image = Image.open(source).convert("RGB")
    top, bottom = (round(image.height * share) for share in part)
    image = image.crop((0, top, image.width, bottom))
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    image = ImageOps.expand(image.crop(box), MARGIN, "white")
    if image.width > WIDTH:
        size = (WIDTH, round(image.height * WIDTH / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
