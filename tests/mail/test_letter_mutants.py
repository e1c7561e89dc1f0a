"""A fixed set of spoilt letters: each is read or refused, and none is a fault of the program."""

from __future__ import annotations

import random
from typing import Any

import pytest

from emubatch.mail.forms import form_suffix, stored_name
from emubatch.mail.letter import Damaged
from emubatch.mail.parse import headline, parse

FORM = b"PK\x03\x04" + bytes(range(256)) * 8
PIECES = (
    *(b"\r\n", b"\n\n", b"\0", b'"', b";", b"''", b"%E1", b"\xff\xfe", b"=?utf-8?b?"),
    *(b"Content-Type: message/rfc822\n", b'charset="x"', b"Content-Type: multipart/mixed\n\n"),
)


def _seeds(post: Any) -> list[bytes]:
    inner = post.simple(FORM)
    head = b"--ranh-gioi\nContent-Type: message/rfc822\n\n"
    return [
        inner,
        post.attached(FORM, "; filename*0*=utf-8''B%E1;\n filename*1*=%BA%A3ng.xlsx"),
        post.attached(post.tnef(("a.xlsx", FORM)), "; filename=winmail.dat"),
        post.msg("oi@dn1.example", "Nộp", [("a.xlsx", FORM)], "Message-ID: <1@x>\n"),
        post.mixed(head + inner + b"\n"),
    ]


def _spoil(data: bytes, rng: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(min(len(found), rng.choice((len(found), 1500))))
        kind = rng.randrange(5)
        if kind == 0:
            found[at] = rng.randrange(256)
        elif kind == 1:
            del found[at : at + rng.randint(1, 60)]
        elif kind == 2:
            found[at:at] = rng.choice(PIECES)
        elif kind == 3:
            other = rng.randrange(len(found))
            found[at:at] = found[other : other + rng.randint(1, 300)]
        elif at > 20:
            del found[at:]
    return bytes(found)


@pytest.mark.parametrize("seed", range(6))
def test_a_spoilt_letter_is_read_or_refused(seed: int, post: Any) -> None:
    rng = random.Random(seed)
    for number in range(100):
        data = _spoil(rng.choice(_seeds(post)), rng)
        try:
            letter = parse(data)
        except Damaged as error:
            assert error.code in ("E901", "E903", "E904"), (seed, number)
            headline(data)
            continue
        for one in letter.attachments:
            name = stored_name(letter, "", 1, one, form_suffix(one) or ".bin")
            assert name.isascii() and not set(name) & set('/\\:*?"<>|\0'), (seed, number)
