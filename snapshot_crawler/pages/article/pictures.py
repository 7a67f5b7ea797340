"""The images of an article: the pictures inside its text, with addresses and captions."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from snapshot_crawler.items import Image
from snapshot_crawler.pages.article.text.body import Body
from snapshot_crawler.pages.article.text.weights import is_caption
from snapshot_crawler.pages.outline import Outline, Picture

# Lazy loading keeps the real address here and a placeholder in src.
ADDRESSES = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url", "data-echo", "src")
SMALLEST = 60  # pixels; icons and counters are smaller
DECORATION = re.compile(
    r"(?:^|[/_.-])(?:icon|logo|avatar|blank|spacer|pixel|loading|placeholder|qrcode|ewm|erweima|share|weixin|"
    r"wechat|weibo|"
    r"arrow|btn|button|transparent|1x1|grey|space)(?:$|[/_.0-9-])",
    re.IGNORECASE,
)
MOST = 50  # images an article keeps


def _address(picture: Picture, base: str) -> str | None:
    """The absolute address of a picture; None for placeholders, icons and inlined data."""
    values = picture.node.attributes
    for name in ADDRESSES:
        value = (values.get(name) or "").strip()
        if (
            not value
            or value.startswith(("data:", "about:", "javascript:"))
            or DECORATION.search(value.split("?", 1)[0])
        ):
            continue
        try:
            address = urljoin(base, value)
        except ValueError:
            continue
        return address if address.startswith(("http://", "https://")) or not base else None
    return None


def _is_small(picture: Picture) -> bool:
    values = picture.node.attributes
    sizes = [(values.get(name) or "").strip().removesuffix("px") for name in ("width", "height")]
    # digits: a size in pixels, and int() stays cheap
    return any(size.isdecimal() and len(size) < 6 and int(size) < SMALLEST for size in sizes)


def _caption(outline: Outline, picture: Picture) -> str | None:
    """The caption that stands in the same figure or straight below the picture."""
    for block in outline.blocks[picture.order : picture.order + 2]:
        if is_caption(block):
            return block.text
        if len(block.text) > 40:  # characters, by choice: a longer line is a paragraph
            break
    return None


def find_pictures(outline: Outline, body: Body, base: str, title: int | None) -> list[Image]:
    """The images between the headline and the end of the text, each address once, in page order."""
    # blocks, by choice: a leading picture stands just above the text
    start = body.first - 3 if title is None else title
    found: dict[str, Image] = {}
    for picture in outline.pictures:
        if not start < picture.order <= body.last or body.beside[picture.box.order] or _is_small(picture):
            continue
        address = _address(picture, base)
        if address and address not in found:
            found[address] = Image(address, _caption(outline, picture))
    return list(found.values())[:MOST]
