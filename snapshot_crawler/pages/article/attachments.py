"""The files that an article offers: links to documents inside its text or straight behind it go in, Attachments out.

reader.py calls find_attachments. Notices of authorities put their tables and forms there (附件1：名单.xlsx).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from snapshot_crawler.items import Attachment
from snapshot_crawler.pages.article.text.body import Body
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.outline import Block, Outline
from snapshot_crawler.urls import normalise

FORMATS = (
    "pdf", "ofd", "docx?", "dotx?", "wps", "rtf", "odt", "xlsx?", "xlsm", "et", "ods", "csv", "pptx?", "dps", "odp",
    "zip", "rar", "7z", "ceb", "hwpx?",
)  # fmt: skip
FILE = re.compile(rf"\.(?:{'|'.join(FORMATS)})$", re.IGNORECASE)
# No link without one of these leads to a file, once it is made absolute and its escapes are resolved.
MAY_BE_FILE = re.compile(rf"\.(?:{'|'.join(FORMATS)})|[%\s]", re.IGNORECASE)
# A link that says no more than that it leads to a file: its line, or else the file, has the name.
ACTION = HanPattern(
    r"\W*(?:点击|點擊|点此|點此)?(?:这里|此处|此處)?(?:下载|下載|查看|预览|附件)(?:附件|文件|全文)?\W*|"
    r"\W*(?:download|view|open|pdf|file)\W*",
    re.IGNORECASE,
)
REACH = 12  # blocks behind the text where files stand; by choice: as far as a note on the original is looked for
LONGEST_NAME = 200  # characters; a longer link is a paragraph
MOST = 50  # files an article keeps, as of pictures


def _is_file(address: str, text: str) -> bool:
    """Whether a link leads to a document: by its path, a value of its query (download?name=a.pdf) or its words."""
    split = urlsplit(address)
    values = [value for _, value in parse_qsl(split.query)]
    return any(FILE.search(value) for value in (split.path, *values, text.strip()))


def _name(block: Block, text: str, address: str) -> str:
    """What the file is called: the link's words, else its line's, else the last part of its address."""
    if text and len(text) <= LONGEST_NAME and not ACTION.fullmatch(text):
        return text
    line = " ".join(part.text.strip() for part in block.parts if part.href is None).strip(" :：()（）[]【】")
    if line and len(line) <= LONGEST_NAME and not ACTION.fullmatch(line):
        return line
    return unquote(urlsplit(address).path.rsplit("/", 1)[-1]) or text


def find_attachments(outline: Outline, body: Body, base: str) -> list[Attachment]:
    """The documents linked from the text and the lines behind it, each address once, in page order."""
    found: dict[str, Attachment] = {}
    for block in outline.blocks[body.first : body.last + REACH]:
        if block.box.hidden or (block.order >= body.last and body.beside[block.box.order]):
            continue
        words: dict[str, str] = {}
        for part in block.parts:
            if part.href:
                words[part.href] = words.get(part.href, "") + part.text
        for href, word in words.items():
            text = " ".join(word.split())
            if not MAY_BE_FILE.search(href) and not FILE.search(text):
                continue
            address = normalise(href, base or None)
            if address and address not in found and _is_file(address, text):
                found[address] = Attachment(address, _name(block, text, address))
    return list(found.values())[:MOST]
