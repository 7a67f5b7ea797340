"""The real tags in the source of a page: text in, tokens out, in linear time.

budget.py asks how much markup a page really has. A script that carries the page's data as a string is full of tags,
and so are templates, comments and values of attributes; a browser makes no element of any of these. The tokens are
those of the HTML standard (13.2.5), without the tree: inside a drawing (svg) a style holds tags, here it does not.
So that no parser can see more tags than are counted here, budget.py hands on the source with every other < escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

SPACE = r" \t\n\f\r"  # white space of the standard; \s holds more
NAME_END = rf"{SPACE}/>"
# One attribute, or what stands between two. A quote begins a value only behind a name and a sign of equality.
ATTRIBUTE = re.compile(
    rf"[{SPACE}/]+"
    rf"|[^{NAME_END}][^{NAME_END}=]*"
    rf"""(?:[{SPACE}]*=[{SPACE}]*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^{SPACE}>"'][^{SPACE}>]*)?)?"""
)
PIECES = 500  # attributes and gaps that are matched at once: the pattern remembers each, 8 MiB of them would take 1 GB
START = re.compile(
    rf"<(?:(?P<comment>!--)|[!?][^>]*(?:>|\Z)|/(?![a-zA-Z])[^>]*(?:>|\Z)"
    rf"|(?P<closing>/?)(?P<name>[a-zA-Z][^{NAME_END}]*)(?:{ATTRIBUTE.pattern}){{0,{PIECES}}}(?P<end>>?))"
)
TAG_BEGINS = re.compile("</?[a-zA-Z]")
WHITE = " \t\n\f\r"
BETWEEN_ATTRIBUTES = WHITE + "/="  # each attribute has one before it; = is the one before a value in quotes
MOST_TRIED = 8  # signs > at which a stretch may end; by choice: most end at the first, in scripts at one of a few
MOST_SPACES = 40  # between = and a quote; by choice, where there are more a quote may be open
FURTHER = re.compile(rf"(?:{ATTRIBUTE.pattern}){{1,{PIECES}}}")
COMMENT_END = re.compile(r"--!?>")
# Elements whose content is text up to their own end tag.
OF_TEXT = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
TEXT_END = {
    name: re.compile(f"</{''.join(f'[{letter}{letter.upper()}]' for letter in name)}(?=[{NAME_END}])")
    for name in OF_TEXT
}
LONG = 500  # characters of a tag whose attributes are worth counting
MOST_PIECES = 400  # attributes and gaps of a tag that are kept, about 200 attributes; the most of a saved page were 67


@dataclass(slots=True)
class Token:
    """A tag, with the text up to its end tag where it is of OF_TEXT; or a comment, whose name is ''.

    source[start:end] is all of it. cut: the place behind its first MOST_PIECES attributes and gaps, and that of the
    > behind its last attribute; None where it has no more of them.
    """

    name: str
    is_closing: bool
    start: int
    end: int
    cut: tuple[int, int] | None = None

    def has_signs(self, source: str) -> bool:
        """Whether it is to be escaped: a < stands inside it, or it has too many attributes."""
        return self.cut is not None or source.find("<", self.start + 1, self.end) >= 0


def tokens(source: str) -> Iterator[Token]:
    """The tags and comments of a page in order, each read once."""
    position = 0
    while (found := START.search(source, position)) is not None:
        token = _token(source, found)
        yield token
        position = token.end


def _token(source: str, found: re.Match[str]) -> Token:
    """The token that begins where START was found."""
    start, end = found.span()
    cut = None
    name = (found["name"] or "").lower()
    if found["comment"]:
        end = _end_of_comment(source, end)
    elif name:
        if not found["end"]:
            end = _end_of_tag(source, end)
        if end - start > LONG:
            pieces = ATTRIBUTE.finditer(source, found.start("name") + len(name), end)
            last = next(islice(pieces, MOST_PIECES, None), None)
            cut = (last.start(), end) if last else None
        if name in TEXT_END and not found["closing"] and source[end - 2 : end] != "/>":  # <title/> of a drawing
            closed = TEXT_END[name].search(source, end)
            end = closed.start() if closed else len(source)
    return Token(name, bool(found["closing"]), start, end, cut)


def _short() -> str:
    """A pattern of at most MOST_PIECES attributes and gaps of a tag without a < in them; every quote is closed."""
    # A sign of equality is never a name's first here, so that an open quote behind one ends the match.
    return (
        rf"(?:[{SPACE}/]++|[^<={NAME_END}][^<{NAME_END}=]*+"
        rf"""(?:[{SPACE}]*+=[{SPACE}]*+(?:"[^"<]*+"|'[^'<]*+'|[^<{SPACE}>"'][^<{SPACE}>]*+|(?=[<>])))?+){{0,{MOST_PIECES}}}+"""
    )


@cache
def plain_tokens() -> re.Pattern[str]:
    """Matches text and whole tokens as long as none has a < inside it, or too many attributes: most of a page, at once.

    A tag of OF_TEXT ends the match, but for a script and a style whose whole text is without a <.
    """
    short = _short()
    of_text = "".join(sorted({name[0] for name in OF_TEXT}))
    other = "".join(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in of_text)
    names = "|".join(OF_TEXT)
    held = "|".join(
        rf"<(?i:{name})(?=[{NAME_END}]){short}(?<!/)>[^<]*+(?=</(?i:{name})[{NAME_END}])"
        for name in ("script", "style")
    )
    return re.compile(
        rf"(?:[^<]++"
        rf"|</?[{other}{other.upper()}][^<{NAME_END}]*+{short}>"
        rf"|</[a-zA-Z][^<{NAME_END}]*+{short}>"
        rf"|<(?!(?i:{names})(?![^{NAME_END}]))[a-zA-Z][^<{NAME_END}]*+{short}>"
        rf"|{held}"
        r"|<!--(?!-?>)(?:[^<-]++|-(?!-!?>))*+-->"
        r"|<(?:[?]|!(?!--)|/(?=[^a-zA-Z]))[^<>]*+>"
        r"|<(?![a-zA-Z/!?]))*+"
    )


def signs_escaped(source: str) -> str:
    """The source with every < inside a token escaped, and of one tag the first MOST_PIECES attributes and gaps."""
    pieces: list[str] = []
    copied = position = 0
    run = plain_tokens()
    while True:
        plain = run.match(source, position)
        found = START.search(source, plain.end() if plain else position)
        if found is None:
            break
        token = _token(source, found)
        if token.has_signs(source):
            pieces += (source[copied : token.start], escaped(source, token))
            copied = token.end
        position = token.end
    return "".join((*pieces, source[copied:])) if pieces else source


def has_short_tags(source: str, most: int) -> bool:
    """Whether no tag has more than `most` attributes, however a parser takes comments and scripts.

    False where it may have. Only one stretch after the other is asked whether it ends where no tag can be open: few
    places of a page are looked at.
    """
    at, end = 0, len(source)
    while (begun := TAG_BEGINS.search(source, at)) is not None and begun.start() + 2 * most < end:
        ended = _end_of_stretch(source, begun.start(), most)
        if ended is None:
            return False
        at = ended
    return True


def _end_of_stretch(source: str, start: int, most: int) -> int | None:
    """A place behind start, where a tag may begin, at which none is open, with at most that many attributes between.

    The last one that is near enough, for an attribute takes two characters; or one farther away, where the attributes'
    separators are few: behind a long address or a script.
    """
    place = start + 2 * most
    for _ in range(MOST_TRIED):
        place = source.rfind(">", start, place)
        if place < 0:
            break
        if _ends_all(source, start, place):
            return place + 1
    place = start + 2 * most - 1
    for _ in range(MOST_TRIED):
        place = source.find(">", place + 1)
        if place < 0 or sum([source.count(sign, start, place) for sign in BETWEEN_ATTRIBUTES]) > most:
            return None
        if _ends_all(source, start, place):
            return place + 1
    return None


def _ends_all(source: str, start: int, place: int) -> bool:
    """Whether the > at place ends every tag that has begun at start or later: it stands in no quotes.

    A quote that is still open is the last of its kind, and stands behind a sign of equality.
    """
    for quote in "\"'":
        if (at := source.rfind(quote, start, place)) >= 0:
            before = source[max(start, at - MOST_SPACES) : at].rstrip(WHITE)
            if not before or before[-1] == "=":
                return False
    return True


def _end_of_comment(source: str, after: int) -> int:
    """The place behind a comment whose content begins at after; <!--> and <!---> are whole."""
    for empty in (">", "->"):
        if source.startswith(empty, after):
            return after + len(empty)
    found = COMMENT_END.search(source, after)
    return found.end() if found else len(source)


def _end_of_tag(source: str, after: int) -> int:
    """The place behind a tag that has more than PIECES attributes."""
    while (found := FURTHER.match(source, after)) is not None:
        after = found.end()
    return after + source.startswith(">", after)


def escaped(source: str, token: Token) -> str:
    """The token's source with every < escaped but its first: JSON and values of attributes stay what they are.

    A tag's attributes over MOST_PIECES are left out.
    """
    if token.cut is None:
        inner = source[token.start + 1 : token.end]
    else:
        inner = f"{source[token.start + 1 : token.cut[0]]}>{source[token.cut[1] : token.end]}"
    return "<" + inner.replace("<", r"\u003c" if token.name == "script" else "&lt;")
