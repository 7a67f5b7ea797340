"""A page as a flat list of its lines: lexbor's tree in, boxes and the text blocks inside them out.

Every reader of the generic extractor asks questions about stretches of text: how much, how linked, under which
heading. One walk lays the tree out once; a box then is a range of blocks, and prefix sums answer for any box.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from snapshot_crawler.text import folded

# Elements inside a line of text; everything else starts a new block.
INLINE = frozenset(
    (
        "a abbr acronym b basefont bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr o:p q "
        "rp rt ruby s samp small span st1 strike strong sub sup time tt u var wbr"
    ).split()
)
# Elements whose text is never read.
SKIPPED = frozenset(
    (
        "-comment applet audio base button canvas datalist dialog embed head iframe input link map math meta meter "
        "noframes object optgroup option progress script select style svg template textarea title video"
    ).split()
)
PICTURES = frozenset({"img", "image", "amp-img"})
LEAVES = PICTURES | {"br", "hr"}
# What the walk does with a node.
TEXT, LINE, BOX, LEAF, SKIP = "text", "line", "box", "leaf", "skip"
KINDS = {"-text": TEXT} | dict.fromkeys(INLINE, LINE) | dict.fromkeys(LEAVES, LEAF) | dict.fromkeys(SKIPPED, SKIP)
BOXES = (
    "address article aside blockquote body caption center col colgroup dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav noscript ol p picture pre section source "
    "summary table tbody td tfoot th thead tr ul"
).split()
FEWEST_ADDRESS = 4_096  # lexbor has some 200 numbers for names, by choice more; no address in memory is as low
# Controls, signs of no width in the middle of words, and code points that are not characters.
UNSEEN_SIGNS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# A line break in the source between two Chinese characters is no space, unless a label begins behind it;
# one between two elements may be.
WRAP = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]\s*"
    r"(?=[\u3000-\u9fff\uff00-\uffef])(?![\u4e00-\u9fff]{2,6}\s?[:：])"
)
# Styles that keep an element from being seen: not drawn, of no size, or far outside of the screen.
UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|"
    r"(?:left|top|text-indent|margin-left)\s*:\s*-\d{3}",
    re.IGNORECASE,
)
# A data: address may hold a whole drawing, with styles of its own.
URL_IN_STYLE = re.compile(r"url\(\s*(?:\"[^\"]*\"|'[^']*'|[^)\"']*)\s*\)", re.IGNORECASE)
# Classes that show the element again on wide screens: hidden md:block, d-none d-lg-flex.
SEEN_AGAIN = re.compile(r"(?:^|\s)(?:(?:sm|md|lg|xl|2xl):(?!hidden)\w|d-(?:sm|md|lg|xl)-(?!none)\w)")
# Classes that mean the same in common style sheets (Bootstrap, Tailwind, Bulma, WordPress).
UNSEEN_CLASSES = frozenset(
    "hidden d-none is-hidden invisible visually-hidden visuallyhidden sr-only screen-reader-text".split()
)
LONGEST_HINT = 300  # characters of class and id that are looked at
MOSTLY_LINKED = 0.8  # of the text of a page; no page is, unless an <a> was left open
FEWEST_OPEN = 4  # lines inside one link before it counts as left open; the one row of a short list has up to three
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
    order: int
    link_share: float  # how much of the text is inside links, 0 to 1
    size: int = field(init=False, repr=False)  # set by measure(), for readers that weigh


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


@cache
def kinds_of_numbers() -> dict[int, tuple[str, str]]:
    """What the walk does with nodes, and their names, by lexbor's numbers of names.

    A number costs a third of a name, which is decoded for each node. The numbers differ from version to version, so
    they are read from nodes. A name that lexbor does not know has an address in the tree for a number, and is not here.
    """
    tree = LexborHTMLParser("<p>text<!-- -->")
    nodes = list(tree.root.traverse(include_text=True)) if tree.root is not None else []
    nodes += [tree.create_node(name) for name in (*KINDS, *BOXES) if name[0] != "-"]
    known = {node.tag_id: node.tag for node in nodes if node.tag_id < FEWEST_ADDRESS}
    return {number: kind_of(tag) for number, tag in known.items()}


def kind_of(tag: str | None) -> tuple[str, str]:
    """What the walk does with a node of that name, and the name."""
    return KINDS.get(tag or "", BOX), tag or ""


# What an element is to its children: the box they lie in; hint, tag and link of the innermost element around them;
# and whether a line ends where the element does. The first of a stack's entry is the node behind the element.
Inside = tuple[LexborNode | None, Box, str, str, str | None, bool]


class _Layout:
    """The walk through the tree."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.boxes, self.blocks = self.outline.boxes, self.outline.blocks
        self.parts: list[Part] = []
        self.is_mended = False  # whether a text of the line was not printable, so that white space may be in it

    def flush(self, box: Box) -> None:
        """End the line that is being collected."""
        parts, self.parts = self.parts, []
        is_mended, self.is_mended = self.is_mended, False
        blocks = self.blocks
        if len(parts) == 1:  # most lines
            part = parts[0]
            text = part.text
            if not (is_mended or "  " in text or text[0] == " " or text[-1] == " "):  # folded already
                blocks.append(Block(text, box, parts, len(blocks), 0.0 if part.href is None else 1.0))
            elif text := folded(text):
                share = 0.0 if part.href is None else len(part.text.strip()) / len(text)
                blocks.append(Block(text, box, parts, len(blocks), share))
        elif text := folded("".join([part.text for part in parts])):
            linked = sum([len(part.text.strip()) for part in parts if part.href is not None])
            blocks.append(Block(text, box, parts, len(blocks), linked / len(text)))

    def lay_out(self, root: LexborNode, body: Box) -> None:
        """Read the children of root, which lie in body; iterative, for trees may be 100,000 deep."""
        stack: list[Inside] = []
        kinds, blocks = kinds_of_numbers(), self.blocks
        child = root.first_child
        box, hint, inner_tag, is_block = body, "", "body", False
        href: str | None = None
        while True:
            if child is None:
                if is_block:
                    if self.parts:
                        self.flush(box)
                    box.last = len(blocks)
                if not stack:
                    return
                child, box, hint, inner_tag, href, is_block = stack.pop()
                continue
            kind, tag = kinds.get(child.tag_id) or kind_of(child.tag)
            if kind is TEXT:
                text = child.text_content
                if text and (self.parts or not text.isspace()):
                    if text.isprintable():  # no line break and nothing unseen in it: most texts
                        self.parts.append(Part(text, hint, inner_tag, href))
                    else:
                        self.add_text(Part(text, hint, inner_tag, href), box)
            elif kind is LINE:
                if (inside := self.enter_line(child, tag, box, href)) is not None:
                    stack.append((child.next, box, hint, inner_tag, href, is_block))
                    hint, href = inside
                    inner_tag, is_block = tag, False
                    child = child.first_child
                    continue
            elif kind is BOX:
                if self.parts:
                    self.flush(box)
                stack.append((child.next, box, hint, inner_tag, href, is_block))
                is_block = True
                if box.depth < DEEPEST:
                    box, hint = self.enter(child, tag, box)
                    inner_tag = tag
                child = child.first_child
                continue
            elif kind is LEAF:
                self.add_leaf(child, tag, box)
            child = child.next

    def add_text(self, part: Part, box: Box) -> None:
        """Add a text node that is to be mended first; inside pre every line break ends a line."""
        self.is_mended = True
        text = UNSEEN_SIGNS.sub("", part.text)
        if box.tag == "pre" and "\n" in text:
            for line in text.split("\n"):
                self.parts.append(Part(line, part.hint, part.tag, part.href))
                self.is_mended = True
                self.flush(box)
            return
        if "\n" in text:
            text = WRAP.sub("", text)
        part.text = text
        self.parts.append(part)

    def add_leaf(self, node: LexborNode, tag: str, box: Box) -> None:
        """Add a picture, or end the line at a break."""
        if tag in PICTURES:
            self.outline.pictures.append(Picture(node, len(self.blocks), box))
        elif self.parts:
            self.flush(box)

    def add_time(self, values: dict[str, str | None], box: Box) -> None:
        """Keep the machine-readable time of an element, if it has one."""
        value = values.get("datetime") or values.get("content") or values.get("title")
        if value:
            is_published = (
                "pubdate" in values or "published" in f"{values.get('itemprop')} {values.get('class')}".lower()
            )
            self.outline.times.append(TimeTag(value.strip(), len(self.outline.blocks), box, is_published))

    def enter_line(self, node: LexborNode, tag: str, box: Box, href: str | None) -> tuple[str, str | None] | None:
        """Begin an element inside a line: its hint and link; None for one that nobody sees."""
        values = node.attributes
        if tag == "a":
            href = values.get("href") or ""
            if len(values) == 1:  # as most links
                return ("", href) if "href" in values else self.hint_in_line(values, tag, box, href)
        return self.hint_in_line(values, tag, box, href) if values else ("", href)

    def hint_in_line(
        self, values: dict[str, str | None], tag: str, box: Box, href: str | None
    ) -> tuple[str, str | None] | None:
        """See enter_line, for an element with attributes."""
        if ("style" in values or "hidden" in values) and is_unseen(values):
            return None
        if tag == "time" or ("itemprop" in values and values["itemprop"] == "datePublished"):
            self.add_time(values, box)
        hint = names_of(values.get("class"), values.get("id"))[0] if "class" in values or "id" in values else ""
        if "itemprop" in values or "rel" in values:
            hint = f"{hint} {values.get('itemprop') or ''} {values.get('rel') or ''}"
        return hint, href

    def enter(self, node: LexborNode, tag: str, parent: Box) -> tuple[Box, str]:
        """Begin an element that ends the line before it: its box, and the hint of what stands in it."""
        values = node.attributes
        hint, hidden, role = "", parent.hidden or tag == "noscript", ""
        if values:
            if "class" in values or "id" in values:
                hint, is_unseen_class = names_of(values.get("class"), values.get("id"))
                hidden = hidden or is_unseen_class
            if "style" in values or "hidden" in values:
                hidden = hidden or is_unseen(values)
            if "itemprop" in values or "role" in values:
                role = f"{values.get('itemprop') or ''} {values.get('role') or ''}".strip().lower()
        box = Box(tag, parent, hint, parent.depth + 1, len(self.blocks), hidden, node, len(self.boxes))
        self.boxes.append(box)
        if values and ("itemprop" in values or "role" in values):
            box.role = role
            hint = f"{hint} {role}"
        return box, hint


def measure(blocks: list[Block]) -> None:
    """Set size: the bytes of each text in UTF-8, in which a Chinese character weighs about half an English word."""
    for block in blocks:
        text = block.text
        block.size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def names_of(of_class: str | None, of_id: str | None) -> tuple[str, bool]:
    """Class and id of an element in one text, lower case; and whether its classes keep it from being shown."""
    if (of_class and len(of_class) > LONGEST_HINT) or (of_id and len(of_id) > LONGEST_HINT):
        return _names(of_class, of_id)
    return _kept_names(of_class, of_id)


def _names(of_class: str | None, of_id: str | None) -> tuple[str, bool]:
    hint = f"{(of_class or '')[:LONGEST_HINT]}\n{(of_id or '')[:LONGEST_HINT]}".lower()[:LONGEST_HINT]
    return hint, bool(of_class) and _is_unseen_class(of_class or "")


_kept_names = lru_cache(maxsize=10_000)(_names)  # a site has few classes, a page each of them many times


def is_unseen(values: dict[str, str | None]) -> bool:
    """Whether the attributes of an element keep it from being shown."""
    if "hidden" in values:
        return True
    if (of_class := values.get("class")) and _is_unseen_class(of_class):
        return True
    style = values.get("style")
    if not style:
        return False
    return _is_unseen_style(style) if len(style) > LONGEST_HINT else _kept_style(style)


def _is_unseen_style(style: str) -> bool:
    if "(" in style and "url" in style.lower():
        style = URL_IN_STYLE.sub("", style)
    return bool(UNSEEN.search(style))


_kept_style = lru_cache(maxsize=2_000)(_is_unseen_style)  # a page's paragraphs have the same one


def _is_unseen_class(names: str) -> bool:
    return not UNSEEN_CLASSES.isdisjoint(names.split()) and not SEEN_AGAIN.search(names)


def lay_out(root: LexborNode) -> Outline:
    """Lay out the tree below root (the body element, or the document's root)."""
    layout = _Layout()
    body = Box("body", None, "", 0, 0, False, root, 0)
    layout.outline.boxes.append(body)
    layout.lay_out(root, body)
    if layout.parts:
        layout.flush(body)
    body.last = len(layout.outline.blocks)
    _forget_open_links(layout.outline.blocks)
    return layout.outline


def _forget_open_links(blocks: list[Block]) -> None:
    """Take the link from text that only an <a> which was never closed put into one: most of the page, one address."""
    total = sum([len(block.text) for block in blocks])
    if sum([len(block.text) * block.link_share for block in blocks]) < MOSTLY_LINKED * total:
        return
    sizes: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for block in blocks:
        for part in block.parts:
            if part.href is not None:
                sizes[part.href] += len(part.text.strip())
        lines.update({part.href for part in block.parts if part.href is not None})
    for href, size in sizes.most_common(1):
        if size * 2 > sizes.total() and lines[href] >= FEWEST_OPEN:
            for block in blocks:
                for part in block.parts:
                    if part.href == href:
                        part.href = None
                linked = sum([len(part.text.strip()) for part in block.parts if part.href is not None])
                block.link_share = linked / len(block.text)
