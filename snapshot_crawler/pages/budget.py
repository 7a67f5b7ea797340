"""A cheap look at the source before it is parsed: what would block the process is refused or cut.

Lexbor is linear on what real pages hold, and quadratic on what none does (measured with selectolax 1.0): attributes of
one tag (30,000: 1.5 s), open block elements (100,000: 18 s), unclosed <option> in a <select> (30,000: 3.3 s), <li> and
<dd> by turns (100,000: 33 s), and whatever was not found yet. Telling these from the source would take a tokenizer as
exact as lexbor's own: where a tag ends depends on quotes, comments, scripts and SVG. So nothing is told by its form.
All of them need many tags or many places where an attribute can begin; a page with that many is parsed by a child
process first, whose time is bounded. One page in a thousand is.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import warnings
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.exceptions import UnreadablePageError

MOST_TAGS = 60_000  # more are left out: memory and the readers' time grow with them (60,000: 40 MB, 1 s)
DEEPEST = 5_000
FEW_TAGS = 4_000  # a page with fewer tags than this cannot be nested that deep
HARMLESS_TAGS = 10_000  # the worst that so many can cost is 0.4 s
HARMLESS_SEPARATORS = 25_000  # the same for attributes: 1 s
FORMATTING = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/>]", re.IGNORECASE)
FEWEST_TAGS = 1_000
HARMLESS_COPIES = 300_000  # elements; each open one of these comes again in each new paragraph (3,000 of both: 3 GB)
SEPARATORS = " \n\t\r\f/\"'"  # each attribute has one of them before it
LONGEST_PARSE_S = 0.5  # of CPU
PARSE_BYTES = 128 * 1024 * 1024  # a page of MOST_TAGS takes a third of it; formatting that comes again took 3 GB
STATM = Path("/proc/self/statm")  # Linux: memory in pages, all of the address space first
OPENING_OR_CLOSING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
NEVER_NESTED = frozenset("p li br hr img input link meta option dt dd tr td th wbr area base col source a".split())


def check(text: str) -> str:
    """The text to parse: text itself, or as much of it as lies above absurd nesting and within MOST_TAGS.

    Raises UnreadablePageError for a page that cannot be parsed in time.
    """
    tags = text.count("<")
    if tags > MOST_TAGS:
        text = text[: -1 - len(text.split("<", MOST_TAGS)[-1])]
    if tags > FEW_TAGS:
        text = _cut_at_depth(text)
    if not _is_harmless(text, tags) and not _parses_in_time(text):
        raise UnreadablePageError(
            f"too costly to parse: {len(text)} characters take more than {LONGEST_PARSE_S} s", reason="too-costly"
        )
    return text


def _is_harmless(text: str, tags: int) -> bool:
    """Whether no markup could make a page of this size costly. An attribute takes two characters at least."""
    if tags > HARMLESS_TAGS or (tags > FEWEST_TAGS and len(FORMATTING.findall(text)) * tags > HARMLESS_COPIES):
        return False
    return len(text) < 2 * HARMLESS_SEPARATORS or sum(map(text.count, SEPARATORS)) <= HARMLESS_SEPARATORS


def _cut_at_depth(text: str) -> str:
    """The text up to where more than DEEPEST elements are open."""
    depth = 0
    for found in OPENING_OR_CLOSING.finditer(text):
        if found[2].lower() in NEVER_NESTED:
            continue
        depth += -1 if found[1] else 1
        depth = max(depth, 0)
        if depth > DEEPEST:
            return text[: found.start()]
    return text


def _limit_memory() -> None:
    """Let this process have PARSE_BYTES more than it has, where that can be told."""
    if STATM.exists():
        most = int(STATM.read_text().split()[0]) * resource.getpagesize() + PARSE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _parses_in_time(text: str) -> bool:
    """Whether a child process could parse text within LONGEST_PARSE_S and lived; False where there is no fork."""
    if not hasattr(os, "fork"):
        return False
    with warnings.catch_warnings():
        # Python 3.12 warns of locks that other threads hold: the child takes none but malloc's, which survive a fork
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _limit_memory()
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the child in the middle of lexbor's code too
        signal.setitimer(signal.ITIMER_PROF, LONGEST_PARSE_S)
        code = 1
        try:
            LexborHTMLParser(text)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0
