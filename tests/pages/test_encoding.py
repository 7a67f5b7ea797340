"""Bytes to text: what the bytes show counts before what is declared."""

from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages.encoding import _broken, decode

TEXT = "望汀区农机共享：9台机器歇人不歇机，农机手的排班表贴在村口。" * 5
BOM = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


def page(charset: str) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="{charset}"></head><body><p>{TEXT}</p></body></html>'


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "gbk", "iso-8859-1", "utf-16", "big5", "none", ""])
@pytest.mark.parametrize("sent", ["utf-8", "gb18030"])
def test_the_bytes_count_before_the_declaration(sent: str, declared: str) -> None:
    text, codec = decode(page(declared).encode(sent), f"text/html; charset={declared}")
    assert (text, codec) == (page(declared), sent)


# No charsets, or such as unescape or move ASCII: Python knows them, pages do not have them.
@pytest.mark.parametrize(
    "declared",
    [
        *"zlib hex bz2 uu rot13 base64 quopri idna punycode undefined unicode_escape raw_unicode_escape utf-7".split(),
        *("cp037", "mbcs", "charmap", "x" * 200, "utf-8\0"),
    ],
)
def test_what_is_no_charset_of_pages_is_not_believed(declared: str) -> None:
    for body in (page(declared), page("")):
        assert decode(body.encode("gbk"), f"text/html; charset={declared}") == (body, "gb18030")


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_bytes(charset: str) -> None:
    body = page("utf-8").encode(charset)
    assert decode(body, "text/html; charset=gbk") == (page("utf-8"), charset)


@pytest.mark.parametrize("charset", BOM)
def test_a_byte_order_mark_counts_first(charset: str) -> None:
    body = BOM[charset] + page("gb2312").encode(charset)
    assert decode(body, "text/html; charset=gbk") == (page("gb2312"), charset)


def test_one_broken_place_is_left_out_and_many_are_no_text() -> None:
    good = page("utf-8").encode()
    assert "\ufffd" not in decode(good.replace("村".encode(), b"\xe6\x9d", 1))[0]
    with pytest.raises(UnreadablePageError, match="broken encoding"):
        decode(b"<html><body>" + bytes(range(128, 256)) * 20)


# Bytes as pages have them: ASCII between runs of high bytes, some of which are pairs of GB18030 and some are not
PIECES = st.sampled_from([b"a", b"<p>", b"\xe9", b"\xd6\xd0", b"\xb9\xfa\xc4", b"\x81\x30\x81\x30", b"\xff\xff"])


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_what_is_broken_is_counted_as_run_by_run(body: bytes) -> None:
    """Runs of high bytes are counted by translate; here they are looked at one by one."""
    runs = re.findall(rb"[\x80-\xff]+", body)
    high = sum(map(len, runs)) or 1
    lone = sum(len(run) == 1 for run in runs) / high
    signs = body.decode("gb18030", "replace").count("\ufffd")
    assert _broken(body, "gb18030")[1] == max(signs * 2 / high, lone if lone > 0.3 else 0.0)
    signs, long = body.decode("cp1252", "replace").count("\ufffd"), sum(len(run) > 2 for run in runs)
    assert _broken(body, "cp1252")[1] == max(signs / high, min(1.0, long * 6 / high))
    text = body.decode("utf-8", "replace")
    assert _broken(body, "utf-8")[1] == min(1.0, text.count("\ufffd") / (sum(sign > "\x7f" for sign in text) or 1))
