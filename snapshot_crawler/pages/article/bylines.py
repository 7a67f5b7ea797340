"""Who wrote an article: bylines in European languages and the names in metadata. Lines of text in, names out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from snapshot_crawler.lazy_pattern import LazyPattern, any_of
from snapshot_crawler.pages.article.title import bare
from snapshot_crawler.pages.dates.relative import has_words
from snapshot_crawler.pages.metadata import Metadata, squeeze
from snapshot_crawler.pages.outline import Block

META_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "authors", "dcterms.creator",
    "cxenseparse:author", "article.author", "twitter:data1",
)  # fmt: skip
BY = (
    r"(?:(?:written|posted|submitted|published|reported|words|story|text|article|reporting|photos?)\s+)?by",
    r"(?:words|reporter|writer|reporting)(?=\s*:)",
    "von",  # German
    "par",  # French
    "por",  # Spanish, Portuguese
    "di",  # Italian
    "door",  # Dutch
    "av",  # Swedish, Norwegian
    "af",  # Danish
    "autor(?:in|en)?",  # German, Spanish, Polish
    "author",
    "auteur",  # French, Dutch
    r"text(?:\s+(?:von|av|af))?",  # German, Swedish, Norwegian, Danish
    r"(?:texte|texto|testo|tekst|teksti|texte\s+de)(?=\s*:)",  # French, Spanish, Italian, Dutch and Polish, Finnish
    r"escrito\s+por|publicado\s+por|redigido\s+por",  # Spanish, Portuguese
    r"écrit\s+par|propos\s+recueillis\s+par",  # French
    r"a\s+cura\s+di|scritto\s+da",  # Italian
    r"skriven\s+av|skrevet\s+av",  # Swedish, Norwegian
    r"napisał[a]?|opracował[a]?",  # Polish
    r"автор(?:ы)?|текст|подготовил[аи]?|беседовал[аи]?",  # Russian
    r"(?:írta|szerző)(?=\s*:)",  # Hungarian
    r"(?:yazan|haber|muhabir|yazar)(?=\s*:)",  # Turkish
    r"(?:oleh|penulis|reporter|pewarta|laporan)(?=\s*:)|oleh",  # Indonesian, Malay
    r"(?:tác\s+giả|(?:tin|bài)(?:\s*(?:,|và|-|/)\s*(?:ảnh|bài))?|theo|thực\s+hiện)(?=\s*:)",  # Vietnamese
    r"(?:words|text|story|texte|texto|testo|tekst|текст)\s*(?:and|und|et|y|e|i|och|og|и|&|/|,)\s*"
    r"(?:pictures|photos?|photographs|fotos?|bilder|photographies|zdjęcia|фото)(?=\s*:)",  # text and pictures by one
    r"(?:συντάκτης|συντάκτρια|γράφει|του|της)(?=\s*:)|γράφει\s+(?:ο|η)",  # Greek
    r"كتب(?:ت|ها)?|بقلم|إعداد|اعداد|تقرير|حوار|تحقيق",  # Arabic: wrote, by the pen of, prepared by, report
    r"نویسنده|گزارش(?=\s*:)",  # Persian
    r"מאת",  # Hebrew
    r"लेखक|रिपोर्ट(?=\s*:)",  # Hindi
    r"เรื่อง|โดย|ผู้เขียน",  # Thai
    r"oprac(?:owanie|ował[a]?)?",  # Polish: worked out by
    "redacción",  # Spanish: the newsroom
    "autore",  # Italian
)
LABEL = LazyPattern(rf"^\s*(?:{any_of(BY)})\b\s*:?\s*", re.IGNORECASE)
LABEL_WITH_COLON = LazyPattern(rf"^\s*(?:{any_of(BY)})\s*:", re.IGNORECASE)
STROKE = re.compile(r"\s*[/|·•]\s*")
INSIDE = re.compile(r"\b(?:by|von|par|por)\s+(?P<names>(?:[A-ZÀ-Þ][\w.’'-]+\s?){1,4})$")
SPLIT = re.compile(r"\s*(?:,|،|;|\band\b|\be\b|\boch\b|\bog\b|\bdan\b|\bи\b|&|\bund\b|\bet\b|\by\b|\bi\b|\||\n)\s*")
TITLED = re.compile(
    r"^(?:(?:dr|prof|mr|mrs|ms)\.?|\S*(?:expert(?:e|in)|redakteur(?:in)?|reporter(?:in)?|korrespondent(?:in)?|autor(?:in)?))\s+",
    re.IGNORECASE,
)
# Who edited, checked or drew: no authors.
NOT_WRITTEN = r"(?:fact[- ]?checked|reviewed|edited|editing|illustrated|additional\s+reporting|writing)\s+by"
OTHER_CREDIT = LazyPattern(
    rf"[\s.;,|/]+(?:{NOT_WRITTEN}|redakteur|editor:|edición|illustrations?|photo(?:s|graphs?|graphy)?|pictures|images|"
    r"fotos?|bild(?:er)?|videos?|grafik|grafica)\b.*$",
    re.IGNORECASE,
)
BEHIND_OTHER = LazyPattern(rf"{NOT_WRITTEN}\s*:?\s*$", re.IGNORECASE)
# What somebody is, behind the name: By Ada Winterbourne Staff writer, Ada Winterbourne, Political Correspondent
OFFICE_NOUN = r"(?:writers?|reporters?|correspondents?|editors?|columnists?|journalists?|contributors?|producers?)\b"
OFFICE_BEHIND = LazyPattern(
    r"(?:,\s*(?:[^,;&\s]+\s){0,4}?|\s+(?:(?:senior|chief|staff|special|guest|local|foreign|political|business|sports?|"
    r"science|health|education|crime|news|data|environment|economics|deputy|associate|contributing|freelance)\s+)*)"
    rf"{OFFICE_NOUN}(?:(?!\band\b)[^,;&])*",
    re.IGNORECASE,
)
# Words of metadata that name a house, a desk or an account, not a person.
HOUSE_WORDS = (
    r"e\.\s?v\.?$",  # German: a registered society
    r"(?:gmbh|inc|ltd|llc|ag)\b",  # companies
    r"stiftung\b",  # German: foundation
    r"verlag\b",  # German: publisher
    r"(?:agency|agentur|agencia|agence)\b",
    r"(?:zeitung|magazine?|network)\b",
    r"staff\b",
    r"(?:redaktion|redazione|rédaction|redacción|redação|redactie|newsroom|editorial)\b",  # the newsroom
    r"(?:admin|administrator|webmaster|developer)\b",  # accounts of the site's software
)
HOUSE = LazyPattern(rf"\b(?:{any_of(HOUSE_WORDS)})", re.IGNORECASE)
# Whole words of texts that are no name: what somebody is, or a part of the page beside the byline.
NOT_A_NAME_WORDS = (
    "editor",
    "staff writer",
    "reporter",
    "correspondent",
    "updated",
    "published",
    "contributor",
    "min read",
    "minutes?",
    "datum",  # German: date
    "comments?",
    "share",
    "follow",
    "view",
    "more",
    "read",
    "photo",
    "image",
    "illustration",
    "senior",
    "(?:co-?)?founder|ceo|coo|cto",
    "director",
    "associated press writer",
    r"projekt\w+",  # German: of a project
    r"leiter\w*",  # German: head of
)
NOT_A_NAME = LazyPattern(rf"https?:|@|^\d|[0-9]{{2}}|[<>=\"{{}}]|\b(?:{any_of(NOT_A_NAME_WORDS)})\b", re.IGNORECASE)
TOKEN = re.compile(r"[^\W\d_][\w.’'\u064b-\u0652\u0900-\u097f\u0e00-\u0e7f-]*")
MOST_TOKENS = 5  # words of a name
HINT = re.compile(r"(?<![a-z])(?:author|byline|creator|writer|autor|verfasser|rich_media_meta)")
NOT_HINT = re.compile(r"bio|box|image|img|avatar|desc|title|job|role|social|follow|related|more|date|position|location")
LINK = re.compile(
    r"/(?:authors?|autor(?:en|es|a|as|zy|in|innen)?|autori|auteurs?|people|profiles?|perfil|staff|by|contributors?|writers?|"
    r"reporters?|columnists?|journalistes?|firmas?|redakteur\w*)/(?=[^/?#])",
    re.IGNORECASE,
)
LONGEST_SIGNATURE = 40  # characters; by choice
# What a byline goes on with: By Ada Winterbourne on Thu, 11/12/2026
WHEN = re.compile(
    r"\s+(?:on|at|am|le|el|em|den)\s+(?=\d|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mi[ée]|jue|vie|s[áa]b|dom)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|\s*[|·•–—]\s*(?=\d)"
    r"|\s*,\s*(?:lun|mar|mi[ée]|jue|vie|s[áa]b|dom|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so)\b\.?,?\s*(?=\d)",
    re.IGNORECASE,
)
BEFORE_TIME = re.compile(r"^(?P<name>[^\W\d_][^|·•\d\n]{3,40}?)\s*[|·•]\s*(?=[^|·•\n]{0,12}\d{1,4})[^|·•\n]{4,40}$")
IN_BRACKETS = re.compile(r"\s*[(（\[][^()（）\[\]]{0,80}[)）\]]")  # what somebody is, or where
INITIALS = re.compile(r"[A-ZÀ-Þ]{2,4}")  # of a broadcaster or an agency
PLACE_BEFORE_DATE = re.compile(r"\s*[-–—|,]\s*$")
TIME_NEAR = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d{2}|\d{1,2}\s?(?:min|h|hours?)\b")
# What somebody is, in a line below the name.
OFFICE_NEAR = LazyPattern(
    r"\b(?:correspondent|reporter|editor|staff writer|columnist|writer|journalist|"
    r"redakteur(?:in)?|korrespondent(?:in)?|journaliste?|rédact(?:eur|rice)|redactora?|periodista|corresponsal|"
    r"giornalista|repórter|jornalista|корреспондент|обозреватель|muhabir|redacteur|verslaggever|journalist|"
    r"redaktor(?:ka)?|dziennikarka?|reportér(?:ka)?|novinář(?:ka)?|reportasjeleder|toimittaja|újságíró|wartawan)\b",
    re.IGNORECASE,
)
# Von Merle Achtermann und Jost Wiegand, Studio Wehrbach: "and" stands before the last of a list
BEHIND_LIST = re.compile(r"(\s(?:and|und|et|y|och|og|dan|и|&)\s[^,;]+),\s.*$")
PLACE_ALONE = re.compile(r"[^\W\d_][^\W\d]+(?:[\s-][^\W\d]+){0,2}")  # one to three words, no figure
NAME_AND_HOUSE = re.compile(r"\s+[-–—|•·/]\s+[\w.]{3,24}$")  # Ratih Anggraeni - kabarlembah
PARTICLES = frozenset(
    "de da do dos das di du del della la le les van von der den af av bin ibn al el y e zu ter".split()
)
MOST_STANDING = 4  # words of a name that no label vouches for; by choice
ABOUT = LazyPattern(r"\W*(?:about\s+the\s+)?(?:authors?|writers?)\W*", re.IGNORECASE)  # heads of a box with the name
MOST_BELOW_LABEL = 4  # lines: initials or a picture's words, the name
SENTENCE = re.compile(r"[.!?:]$")
LONGEST = 160  # characters of a line with a byline; by choice: longer lines are paragraphs


def is_person(name: str) -> bool:
    """Whether a text has the form of a person's name, in any script: a few words, the last one not in small letters."""
    tokens = name.split()
    return (
        0 < len(tokens) <= MOST_TOKENS
        and all(TOKEN.fullmatch(token) for token in tokens)
        and not tokens[-1][0].islower()
        and (len(tokens) > 1 or len(name) > 1)
    )


def names_in(text: str) -> list[str]:
    """The names in a byline or a metadata value."""
    found = []
    bare_names = OFFICE_BEHIND.sub("", OTHER_CREDIT.sub("", IN_BRACKETS.sub("", LABEL.sub("", squeeze(text)))))
    for name in SPLIT.split(bare_names):
        name = TITLED.sub("", name.strip(" .-–—:|·•/()"))
        # characters, by choice: names are shorter, with five words at most
        if 2 <= len(name) <= 60 and not NOT_A_NAME.search(name) and len(name.split()) <= 5:
            found.append(name)
    return list(dict.fromkeys(found))


def _json_ld(value: Any, people: dict[str, str]) -> list[str]:
    """Names in a JSON-LD author value; people: names of the nodes that it may only point to."""
    names: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        name = one
        if isinstance(one, dict):
            name = one.get("name") or people.get(str(one.get("@id")))
        for text in name if isinstance(name, list) else [name]:
            if isinstance(text, str):
                names.extend(names_in(text))
    return list(dict.fromkeys(names))


def _is_site(name: str, sites: list[str]) -> bool:
    key = bare(name)
    # three letters stand in any word
    return any(key and (key == site or (len(key) > 3 and key in site)) for site in sites)


def declared(found: Metadata, sites: list[str]) -> tuple[list[str], list[str]]:
    """Names in JSON-LD and meta tags: the persons, and the names that are only the site's own."""
    own: list[str] = []
    values = [_json_ld(found.article.get(key), found.people) for key in ("author", "creator")]
    values += [names_in(found.meta[name]) for name in META_NAMES if name in found.meta]
    for names in values:
        persons = [name for name in names if not _is_site(name, sites) and not HOUSE.search(name)]
        if persons:
            return persons, own
        own = own or names
    return [], own


def declared_house(found: Metadata, sites: list[str]) -> str | None:
    """The organisation that JSON-LD names as author, where it is not the site itself."""
    value = found.article.get("author")
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) and one.get("@type") == "Organization" else None
        if isinstance(name, str) and name.strip() and not _is_site(name, sites):
            return name.strip()
    return None


def visible(blocks: Iterable[Block], told: list[str] | None = None) -> list[str]:
    """Names in the lines around the headline: links to authors, elements named so, lines that begin with By.

    told: those of the last, where they are known (labelled).
    """
    lines = [block for block in blocks if len(block.text) <= LONGEST]
    linked: list[str] = []
    named: list[str] = []
    for block in lines:
        around = block.box.hint + (block.box.parent.hint if block.box.parent else "")
        before = ""
        for part in block.parts:
            text = part.text.strip()
            if not text or len(text) > 60:  # characters, by choice: longer lines are sentences
                continue
            is_other, before = BEHIND_OTHER.search(before), text
            if is_other:
                continue
            if part.href and (LINK.search(part.href) or " author" in part.hint):
                linked.extend(name for name in names_in(text) if is_person(name))
            elif HINT.search(part.hint) and not NOT_HINT.search(part.hint):
                named.extend(name for name in names_in(text) if is_person(name))
        # characters, by choice: a byline, not a portrait of the author
        if HINT.search(around) and not NOT_HINT.search(block.box.hint) and len(block.text) < 80:
            named.extend(name for name in names_in(block.text) if is_person(name))
    if linked or named:
        return list(dict.fromkeys(linked or named))[:6]
    return labelled(lines) if told is None else told


def labelled(lines: list[Block]) -> list[str]:
    """Names behind a word such as By, in the line or in the next one."""
    waiting = False
    for block in lines:
        label = LABEL.match(block.text)
        text = block.text[label.end() :] if label else block.text if waiting else ""
        is_teaser = block.link_share > 0.5 and not any(part.href and LINK.search(part.href) for part in block.parts)
        if not text and not is_teaser and (inside := INSIDE.search(block.text)):
            text = inside["names"]
        text = BEHIND_LIST.sub(r"\1", WHEN.split(text)[0])
        names = _linked_in(block) if label else []
        names = names or ([name for name in names_in(text)[:4] if is_person(name)] if text else [])
        if names and len(text) < 100:  # characters, by choice: a signature, not a sentence
            return _without_place(list(takewhile(_begins_as_name, names)) or names)
        waiting = bool(label) and not text.strip()
    return in_parts(lines) or before_time(lines)


def _linked_in(block: Block) -> list[str]:
    """The names that are links of their own in a byline of several: By [Ada Winterbourne] and [Odo Lark]."""
    links = [part.text.strip() for part in block.parts if part.href and part.text.strip()]
    return links if len(links) > 1 and all(" " in text and is_person(text) for text in links) else []


def _begins_as_name(name: str) -> bool:
    """Whether the first word has a capital, if its script has such, or is a particle of names; not: in News."""
    first = name.split()[0]
    return not first[0].islower() or first in PARTICLES


def _without_place(names: list[str]) -> list[str]:
    """Names without a single word behind a whole name: Von Henrike Stolzenau, Wehrbach."""
    return [name for place, name in enumerate(names) if not place or " " in name or " " not in names[0]]


def in_parts(lines: list[Block]) -> list[str]:
    """Names behind such a word in an element of their own or behind a stroke, beside time and source in one line."""
    for block in lines:
        pieces = [piece for piece in STROKE.split(block.text) if LABEL_WITH_COLON.match(piece)]
        for text in [*(part.text.strip() for part in block.parts if len(block.parts) > 1), *pieces]:
            label = LABEL.match(text)
            names = [name for name in names_in(text[label.end() :])[:4] if is_person(name)] if label else []
            if names:
                return names
    return []


def before_time(lines: list[Block]) -> list[str]:
    """The name before a sign and a date in one line: Joan Eddis | 24 Nov 2026, 18:11."""
    for block in lines:
        found = BEFORE_TIME.match(block.text)
        if found is not None and len(found["name"].split()) > 1 and is_person(found["name"]):
            return [found["name"]]
    return []


def standing(lines: list[Block], before: Iterable[Block], sites: list[str], said: str = "") -> list[str]:
    """The name that stands alone between headline and text, beside the time or above what somebody is.

    lines: from the headline on; before: the lines above it, whose words are the site's and its sections'; said: the
    running text, where a place behind the name is named again (Ada Winterbourne, Harrow Point).
    """
    known = {bare(text) for block in before for text in (block.text, *(part.text for part in block.parts))}
    for place, block in enumerate(lines):
        below = lines[place + 1 : place + 3]
        if below and not _is_site(below[0].text, sites) and not PLACE_ALONE.fullmatch(below[0].text):
            del below[1:]  # the house or a place may stand between name and time
        near = [*lines[max(0, place - 1) : place], *below]
        is_near = any(TIME_NEAR.search(line.text) or _is_ago(line.text) for line in near)
        offices = [block.text, *(line.text for line in lines[place + 1 : place + 2])]
        is_office = any(len(text) < LONGEST_SIGNATURE * 2 and OFFICE_NEAR.search(text) for text in offices)
        whole = NAME_AND_HOUSE.sub("", block.text) if is_near else block.text
        name, _, place_named = whole.partition(", ")
        if is_near and place_named and place_named in said:
            whole = name
        if (is_near or is_office) and (found := _whole_name(whole, known)):
            return [found]
        if len(block.parts) < 2 or not (TIME_NEAR.search(_spaced(block)) or OFFICE_NEAR.search(block.parts[-1].text)):
            continue
        for part, following in zip(block.parts, [*block.parts[1:], None], strict=True):
            is_place = (
                following is not None
                and PLACE_BEFORE_DATE.match(following.text)
                and not OFFICE_NEAR.search(block.parts[-1].text)
            )
            if part.tag != block.box.tag and not is_place and (found := _whole_name(part.text, known)):
                return [found]
    return []


def _spaced(block: Block) -> str:
    """The line with a gap between its elements: Dec 17, 2026 and a name may stand in two boxes of a row."""
    return " ".join(part.text for part in block.parts)


def _is_ago(text: str) -> bool:
    """Whether a short line is a time that counts from now: 3 hours ago, hace 2 días."""
    return len(text) < LONGEST_SIGNATURE and any(sign.isdigit() for sign in text) and has_words(text)


def _whole_name(text: str, known: set[str]) -> str | None:
    """The name that a text is, what somebody is in brackets aside; None for other texts."""
    name = IN_BRACKETS.sub("", squeeze(text)).strip(" .,|·•–—-")
    tokens = name.split()
    if not 2 <= len(tokens) <= MOST_STANDING or len(name) > LONGEST_SIGNATURE or bare(text) in known:
        return None
    if any(token[0].islower() and token not in PARTICLES for token in tokens) or NOT_A_NAME.search(name):
        return None
    if not name[0].isupper() or INITIALS.fullmatch(tokens[-1]):
        return None  # scripts without capitals need a label or an element named so
    return name if is_person(name) and not HOUSE.search(name) and not TIME_NEAR.search(name) else None


def signed(tail: Iterable[Block]) -> list[str]:
    """The name that stands alone, in bold or behind a label, as the last line of the text.

    A label may have a line of its own, with the initials of a picture below it and then the name: Author, AW, Ada W.
    """
    lines = list(tail)
    for place, block in enumerate(lines):
        if ABOUT.fullmatch(block.text):
            below = [line.text for line in lines[place + 1 : place + MOST_BELOW_LABEL]]
            if name := next(filter(None, (_whole_name(text, set()) for text in below if len(text) > 3)), None):
                return [name]
    for block in lines:
        if len(block.text) > LONGEST_SIGNATURE:
            continue
        if (names := labelled([block])) and all(len(name.split()) > 1 for name in names):
            return names
        is_bold = block.parts[0].tag in ("b", "strong") or block.box.tag in ("strong", "b")
        if is_bold and not SENTENCE.search(block.text) and (name := _whole_name(block.text, set())):
            return [name]
    return []


def authors(found: Metadata, head: Iterable[Block], sites: list[str], tail: Iterable[Block] = ()) -> list[str]:
    """The article's authors; the site's own name only where no person is named. sites: bare names of the site.

    A byline that begins with By, Von, كتب or the like is what readers are told; metadata often name the desk, the
    agency or who put the page online. tail: the last lines of the text and those behind it.
    """
    lines = [block for block in head if len(block.text) <= LONGEST]
    persons, own = declared(found, sites)
    below = [line for line in lines if line.order >= lines[0].order]
    said = "\n".join(block.text for block in head if len(block.text) > LONGEST_SIGNATURE * 2)
    told = labelled(below)
    sure = [name for place, name in enumerate(told) if not place or name not in said]
    if sure and all(len(name.split()) > 1 and not HOUSE.search(name) for name in sure):
        return _only_persons(visible(below, told), sites)
    if found_here := persons or _only_persons(visible(below, told), sites) or _only_persons(visible(lines), sites):
        return found_here
    above = [line for line in lines if line.order < lines[0].order]
    alone = standing(below, above, sites, said)
    if not alone and above and TIME_NEAR.search(_spaced(above[-1])):  # time and name in the line above the headline
        alone = standing(above[-1:], above[:-1], sites)
    return _only_persons(alone, sites, always=True) or signed(tail) or own


def _only_persons(names: list[str], sites: list[str], *, always: bool = False) -> list[str]:
    """The names without houses, desks and the site's own, where a person is among them; always: or none."""
    persons = [name for name in names if not HOUSE.search(name) and not _is_site(name, sites)]
    if any(" " in name and name[0].isupper() for name in persons):  # Ada Winterbourne, NDX
        persons = [name for name in persons if not INITIALS.fullmatch(name)]
    return persons or ([] if always else names)
