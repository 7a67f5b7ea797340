"""A page as a flat list of its lines: lexbor's tree in, boxes and the text blocks inside them out.

Every reader of the generic extractor asks questions about stretches of text: how much, how linked, under which
heading. One walk lays the tree out once; a box then is a range of blocks, and prefix sums answer for any box.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

# Elements inside a line of text; everything else starts a new block.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "basefont",
        "bdi",
        "bdo",
        "big",
        "blink",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o:p",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "st1",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
# Elements whose text is never read.
SKIPPED = frozenset(
    [
        "-comment",
        "applet",
        "audio",
        "base",
        "button",
        "canvas",
        "datalist",
        "dialog",
        "embed",
        "head",
        "iframe",
        "input",
        "link",
        "map",
        "math",
        "meta",
        "meter",
        "noframes",
        "object",
        "optgroup",
        "option",
        "progress",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)
SPACES = re.compile(r"[\s\xa0\u200b\ufeff\u200e\u200f]+")
WRAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*(?=[\u3000-\u9fff\uff00-\uffef])")
UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
DEEPEST = 400  # boxes below lie in their ancestor: deeper trees are broken markup, not layout


@dataclass(slots=True, eq=False)
class Box:
    """An element that is no part of a line. blocks[first:last] is the text inside it."""

    tag: str
    parent: Box | None
    hint: str  # class, line break, id; lower case
    depth: int
    first: int
    hidden: bool
    node: LexborNode
    order: int
    last: int = 0
    role: str = ""  # itemprop, role


@dataclass(slots=True)
class Part:
    """The text of one text node inside a block, with the innermost element around it."""

    text: str
    hint: str  # class, id and itemprop of its element, lower case
    tag: str
    href: str | None


@dataclass(slots=True, eq=False)
class Block:
    """One line of text as a reader sees it: between two block elements or line breaks."""

    text: str
    box: Box
    parts: list[Part]
    link_chars: int
    order: int
    broken: bool = False  # a <br> ended it

    @property
    def link_share(self) -> float:
        """How much of the text is inside links, 0 to 1."""
        return self.link_chars / max(1, len(self.text))


@dataclass(slots=True)
class Picture:
    """An image and the place among the blocks where it stands (before blocks[order])."""

    node: LexborNode
    order: int
    box: Box


@dataclass(slots=True)
class TimeTag:
    """A <time datetime=...> or itemprop=datePublished element: its machine-readable value and its place."""

    value: str
    order: int
    box: Box
    is_published: bool


@dataclass(slots=True)
class Outline:
    """The laid-out page."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    times: list[TimeTag] = field(default_factory=list)


class _Layout:
    """The walk through the tree."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.parts: list[Part] = []

    def flush(self, box: Box, *, broken: bool = False) -> None:
        """End the line that is being collected."""
        if not self.parts:
            return
        joined = "".join(part.text for part in self.parts)
        if "\n" in joined:
            joined = WRAP.sub("", joined)
        text = SPACES.sub(" ", joined).strip()
        if text:
            linked = sum(len(SPACES.sub("", part.text)) for part in self.parts if part.href is not None)
            blocks = self.outline.blocks
            blocks.append(Block(text, box, self.parts, linked, len(blocks), broken))
        self.parts = []

    def lay_out(self, node: LexborNode, box: Box, around: Part) -> None:
        """Read the children of node, which lie in box; iterative, for trees may be 100,000 deep."""
        stack: list[tuple[LexborNode | None, Box, Part, bool]] = [(node.first_child, box, around, False)]
        while stack:
            child, box, around, is_block = stack.pop()
            if child is None:
                if is_block:
                    self.flush(box)
                    box.last = len(self.outline.blocks)
                continue
            stack.append((child.next, box, around, is_block))
            tag = child.tag or ""
            if tag == "-text":
                if text := child.text_content:
                    self.add_text(text, box, around)
            elif tag not in SKIPPED:
                self.enter(child, tag, box, around, stack)

    def add_text(self, text: str, box: Box, around: Part) -> None:
        if box.tag == "pre" and "\n" in text:
            for line in text.split("\n"):
                self.parts.append(Part(line, around.hint, around.tag, around.href))
                self.flush(box, broken=True)
            return
        self.parts.append(Part(text, around.hint, around.tag, around.href))

    def add_time(self, values: dict[str, str | None], box: Box) -> None:
        """Keep the machine-readable time of an element, if it has one."""
        value = values.get("datetime") or values.get("content") or values.get("title")
        if value:
            is_published = (
                "pubdate" in values or "published" in f"{values.get('itemprop')} {values.get('class')}".lower()
            )
            self.outline.times.append(TimeTag(value.strip(), len(self.outline.blocks), box, is_published))

    def enter(
        self,
        node: LexborNode,
        tag: str,
        box: Box,
        around: Part,
        stack: list[tuple[LexborNode | None, Box, Part, bool]],
    ) -> None:
        if tag == "br" or tag == "hr":
            self.flush(box, broken=True)
            return
        if tag == "img" or tag == "image":
            self.outline.pictures.append(Picture(node, len(self.outline.blocks), box))
            return
        values = node.attributes
        hint = f"{values.get('class') or ''}\n{values.get('id') or ''}".lower() if values else ""
        if tag in INLINE:
            unseen = UNSEEN.search(values.get("style") or "")
            if unseen or "hidden" in values:
                return
            href = values.get("href") if tag == "a" else around.href
            if tag == "time" or values.get("itemprop") == "datePublished":
                self.add_time(values, box)
            part = Part("", f"{hint} {values.get('itemprop') or ''} {values.get('rel') or ''}", tag, href)
            stack.append((node.first_child, box, part, False))
            return
        self.flush(box)
        if box.depth >= DEEPEST:
            stack.append((node.first_child, box, around, True))
            return
        hidden = box.hidden or tag == "noscript" or "hidden" in values or bool(UNSEEN.search(values.get("style") or ""))
        inner = Box(tag, box, hint, box.depth + 1, len(self.outline.blocks), hidden, node, len(self.outline.boxes))
        inner.role = f"{values.get('itemprop') or ''} {values.get('role') or ''}".strip().lower() if values else ""
        self.outline.boxes.append(inner)
        stack.append((node.first_child, inner, Part("", f"{hint} {inner.role}", tag, around.href), True))


def lay_out(root: LexborNode) -> Outline:
    """Lay out the tree below root (the body element, or the document's root)."""
    layout = _Layout()
    body = Box("body", None, "", 0, 0, False, root, 0)
    layout.outline.boxes.append(body)
    layout.lay_out(root, body, Part("", "", "body", None))
    layout.flush(body)
    body.last = len(layout.outline.blocks)
    return layout.outline
