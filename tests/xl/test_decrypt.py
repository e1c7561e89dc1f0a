"""Workbooks with a password to open, and the passwords of the office."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import xlsxwriter

from emubatch.xl.decrypt import passwords
from emubatch.xl.read import Unreadable, read_bytes

RIGHT = "mật khẩu 2026"


def plain() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("S").write_row(0, 0, ["Tên", 1])
    return stream.getvalue()


def locked(password: str = RIGHT) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(plain())).encrypt(password, stream)
    return stream.getvalue()


LOCKED = locked()


@pytest.fixture(autouse=True)
def no_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EMUBATCH_PASSWORD", "EMUBATCH_PASSWORD_FILE", "EMUBATCH_PASSWORD_KEYRING"):
        monkeypatch.delenv(name, raising=False)


def code_of(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    return caught.value.code


def test_without_a_password_the_unit_is_asked_to_remove_it() -> None:
    assert code_of(LOCKED) == "F104"


def test_the_right_password_opens_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMUBATCH_PASSWORD", RIGHT)
    book = read_bytes(LOCKED)
    assert book.grid(book.sheets[0]).rows == [["Tên", 1.0]]
    assert book.notes == [("N106", {})]


def test_one_of_several_in_a_file_opens_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mat-khau.txt"
    path.write_text(f"một\n\n{RIGHT}\n", encoding="utf-8-sig")
    monkeypatch.setenv("EMUBATCH_PASSWORD_FILE", str(path))
    monkeypatch.setenv("EMUBATCH_PASSWORD", "sai")
    assert passwords() == ("sai", "một", RIGHT)
    assert read_bytes(LOCKED).sheets[0].name == "S"


def test_a_wrong_password_is_a_finding_that_does_not_show_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EMUBATCH_PASSWORD", "bí mật riêng")
    with pytest.raises(Unreadable) as caught:
        read_bytes(LOCKED)
    assert caught.value.code == "F122"
    assert "bí mật" not in repr(caught.value) + repr(caught.value.params)


def test_the_password_that_excel_uses_for_everybody_is_known() -> None:
    assert read_bytes(locked("VelvetSweatshop")).sheets[0].name == "S"


def test_passwords_that_cannot_be_had_are_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EMUBATCH_PASSWORD_FILE", str(tmp_path / "none"))
    assert code_of(LOCKED) == "F123"


def test_without_the_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    assert code_of(LOCKED) == "F104"
    monkeypatch.setenv("EMUBATCH_PASSWORD", RIGHT)
    with pytest.raises(Unreadable) as caught:
        read_bytes(LOCKED)
    assert (caught.value.code, "emubatch[crypt]" in caught.value.params["found"]) == ("F123", True)


@pytest.mark.parametrize("cut", [700, 2000, 4000])
def test_a_damaged_one_is_refused(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    monkeypatch.setenv("EMUBATCH_PASSWORD", RIGHT)
    assert code_of(LOCKED[:cut]) in ("F103", "F108", "F122")


def test_what_is_inside_is_judged_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked workbook in a locked workbook is one too many."""
    monkeypatch.setenv("EMUBATCH_PASSWORD", RIGHT)
    monkeypatch.setattr("emubatch.xl.read.decrypted", lambda data: LOCKED)
    assert code_of(LOCKED) == "F104"
