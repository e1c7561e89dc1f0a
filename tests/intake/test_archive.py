"""Archives of forms: each form in them is a submission, nothing is unpacked."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from emubatch.intake import identify, read, scan
from emubatch.programme.tables import Programme
from emubatch.xl.form import write_form
from emubatch.xl.limits import MIB, Limits
from emubatch.xl.package import directory_size


def packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory, models: Programme) -> bytes:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_form(path, models, values={"Ca_nhan": [{"ho_ten": "Nguyễn Văn An"}]})
    return path.read_bytes()


def test_forms_in_an_archive_are_submissions(
    tmp_path: Path, models: Programme, form: bytes
) -> None:
    inner = packed({"Sở/bản 2.xlsx": form, "bản 10.xlsx": form + b"x"})
    files = {
        "Phòng.xlsx": form,
        "tờ trình.pdf": b"%PDF-1.7",
        "__MACOSX/._a": b"x",
        "hai.zip": inner,
    }
    (tmp_path / "gói.zip").write_bytes(packed(files))
    found = scan(tmp_path)
    assert [file.name for file in found] == [
        "gói.zip/hai.zip/bản 10.xlsx",
        "gói.zip/hai.zip/Sở/bản 2.xlsx",
        "gói.zip/Phòng.xlsx",
        "gói.zip/tờ trình.pdf",
    ]
    assert found.ignored == ["gói.zip/__MACOSX/._a"]
    for at in (1, 2):
        submission = read(found[at], models)
        assert submission.file == found[at].name
        assert submission.tables["Ca_nhan"].columns["ho_ten"] == ["Nguyễn Văn An"]
        assert identify(found[at]).programme == models.id
    assert [one.code for one in read(found[3], models).findings] == ["N104"]
    assert list(tmp_path.iterdir()) == [tmp_path / "gói.zip"]


def test_the_hash_is_that_of_the_form_itself(tmp_path: Path, form: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(form)
    (tmp_path / "b.zip").write_bytes(packed({"x.xlsx": form}))
    one, two = scan(tmp_path)
    assert (one.sha256, one.size) == (two.sha256, two.size)


def test_an_archive_nested_too_deep_stands_for_itself(
    tmp_path: Path, models: Programme, form: bytes
) -> None:
    deep = packed({"b.zip": packed({"c.zip": packed({"form.xlsx": form})})})
    (tmp_path / "a.zip").write_bytes(deep)
    (only,) = scan(tmp_path)
    assert only.name == "a.zip/b.zip/c.zip"
    assert [one.code for one in read(only, models).findings] == ["F121"]


def bomb() -> bytes:
    return packed({"a.csv": bytes(32 * MIB)})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "F106"),
        (packed({"../../a.xlsx": b"x"}), "F105"),
        (packed({"/etc/a.xlsx": b"x"}), "F105"),
        (packed({"a.xlsx": b"x", "A.XLSX": b"y"}), "F105"),
        (packed({"a.xlsx": b"x" * 99})[:-30], "F103"),
        (packed({}), "F121"),
    ],
)
def test_an_unsafe_archive_is_one_finding(
    tmp_path: Path, models: Programme, data: bytes, code: str
) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    (only,) = scan(tmp_path)
    assert only.name == "a.zip"
    assert [one.code for one in read(only, models).findings] == [code]


def test_many_small_archives_do_not_add_up_to_a_bomb(tmp_path: Path, models: Programme) -> None:
    inner = packed({f"{n}.csv": b"" for n in range(40)})
    (tmp_path / "a.zip").write_bytes(packed({f"{n}.zip": inner for n in range(40)}))
    (only,) = scan(tmp_path, Limits(members=100))
    assert only.name == "a.zip"


def test_a_link_in_an_archive_is_a_file_without_sense(tmp_path: Path, models: Programme) -> None:
    info = zipfile.ZipInfo("form.xlsx")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    (only,) = scan(tmp_path)
    assert [one.code for one in read(only, models).findings] == ["F102"]


def test_an_archive_that_changed_after_it_was_listed_is_told(
    tmp_path: Path, models: Programme, form: bytes
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"x.xlsx": form}))
    (only,) = scan(tmp_path)
    path.write_bytes(b"PK\x03\x04")
    assert [one.code for one in read(only, models).findings] == ["F103"]
    path.unlink()
    assert [one.code for one in read(only, models).findings] == ["F110"]


@pytest.mark.parametrize("name", ["bieu.et", "bieu.xlsb", "bieu.numbers", "thu.wps"])
def test_other_programs_are_asked_to_save_anew(
    tmp_path: Path, models: Programme, name: str
) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)))
    (only,) = scan(tmp_path)
    (found,) = read(only, models).findings
    assert (found.code, dict(found.params)["found"]) == ("F109", Path(name).suffix)


def claiming(size: int, *, large: bool) -> bytes:
    """An archive whose end record claims a directory of this many bytes."""
    data = bytearray(packed({"a.csv": b"x"}))
    end = data.rindex(b"PK\x05\x06")
    if not large:
        data[end + 12 : end + 16] = size.to_bytes(4, "little")
        return bytes(data)
    record = b"PK\x06\x06" + bytes(36) + size.to_bytes(8, "little") + bytes(8)
    locator = b"PK\x06\x07" + bytes(16)
    return bytes(data[:end]) + record + locator + bytes(data[end:])


@pytest.mark.parametrize("large", [False, True])
def test_a_directory_of_millions_is_refused_before_it_is_read(
    tmp_path: Path, models: Programme, large: bool
) -> None:
    (tmp_path / "a.zip").write_bytes(claiming(100 * MIB, large=large))
    (only,) = scan(tmp_path)
    assert [one.code for one in read(only, models).findings] == ["F106"]
    assert directory_size(claiming(3_000_000, large=large)) == 3_000_000
