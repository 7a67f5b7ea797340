"""The record of each family of addresses: pages and articles are noted; go, later or no comes out for a next page.

TrapMiddleware notes and asks. A page that brings an article, itself or through the pages that it links to, is credit
for its family; the family is then proven. A family without credit has few tries. After SOFT tries its further pages
wait until everything else is done, because the pages that they would lead to have been tried by then. After HARD tries
it is closed. A proven family is never closed as a whole: after HARD tries without credit, it refuses only addresses
that were found on pages which brought nothing. So a good section stays open, and an endless chain behind it ends.

A coarse family adds up the tries of its unproven fine families, and closes only those. It counts and closes only
addresses that its own pages have led to, or pages behind two that brought nothing. The reason: an endless trap links
to itself, while a list ends, and bad pages on a list must not close the good ones beside them.

A try without an answer (a fault of the server, no connection, a login page) is no evidence of a trap. It is counted
apart, as unanswered. An unproven family may cost MOST_UNANSWERED tries of all sorts; then its other pages are left for
a later run, and not refused. When one of its pages brings an article, the others may go.

An article in several parts comes with its last part. Until then its first page waits: it is no try without an article.

The numbers were chosen on the traps of tests/hostile/test_traps.py: each trap must cost fewer than 40 requests, and
no good page may be lost. docs/threat-model.md has what each trap costs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from snapshot_crawler.address_parts import VISIT_NAME
from snapshot_crawler.middlewares.traps.families import Family

SOFT = 8  # tries without an article; then the family waits for all others
HARD = 20  # tries without an article; then it is closed. A trap may cost 40 requests at most (the project's contract)
HARD_LISTED = 30  # the same for addresses that other families link to: a good one may stand behind many bad ones
HARD_WHEN_CERTAIN = 10  # the same where the content repeats, or the path only grows
COARSE_SOFT, COARSE_HARD = 12, 30  # SOFT and HARD of a coarse family
COARSE_PER_PROVEN = 3  # for each proven fine family in it, a coarse family may have so many tries without an article
VARIANTS = {True: 3, False: 8}  # second visits of known pages, by whether a usual name says that it is a visit
OWN_PAGES = 100  # articles at addresses that look like visits, none of which was there before: then these are pages
MOST_UNANSWERED = 36  # tries of an unproven family with unanswered ones; below the 40 that any family may cost
FIRST_TRIES = 26  # of MOST_UNANSWERED; the rest is for second tries: one may prove a family that fails now and then
NEW_UNANSWERED = 9  # tries for a family that an earlier run left unanswered: three pages, three tries each
CHAIN = 6  # pages of one family in a row, each found on the one before, that brought nothing
NEW_TRIES = 3  # for a family that an earlier run closed: the site may have changed
MOST_WAITING = 16  # first pages of articles in parts that wait for the last part; as REFUNDS, a trap may not have more
REFUNDS = 16  # pages that showed articles known from elsewhere; so many are not counted as tries
FAMILIES = 5_000  # remembered, of each sort, by choice: about 0.5 KB each
REMEMBERED = 500  # closed families, and proven ones, that are kept for the next run; by choice
GROWING = "growing-path"  # the kind of a family whose paths get longer and longer
SESSION_MARK = " (session)"  # in the name of a family whose repeated visits alone are closed
SAME_CONTENT = 32  # digests of a family's last different pages, by choice: traps repeat sooner

CALENDAR = frozenset({"year", "month", "day", "date", "calendar", "week", "ym", "yyyy", "mm"})
PAGING = frozenset({"page", "p", "pn", "pg", "paged", "offset", "start", "from", "index", "pageno", "pagenum"})


class Decision(Enum):
    """What to do with a request; the higher, the stricter."""

    GO = 0
    LATER = 1  # after all requests that are not suspected
    WAIT = 2  # until the family's requests in progress have shown what they bring
    LATER_RUN = 3  # its family cannot be fetched now
    NO = 4


@dataclass(slots=True)
class Fine:
    """The record of one fine family. dry: tries since the last credit, failed and repeated ones among them."""

    name: str
    dry: int = 0
    total: int = 0
    credits: int = 0
    led: int = 0  # tries since the last credit that count for the coarse families
    failed: int = 0
    repeated: int = 0
    refunds: int = 0
    unanswered: int = 0  # tries that said nothing about their page; not among the dry ones
    again: set[int] = field(default_factory=set)  # pages that this run will try a second time
    variants: int = 0  # pages fetched a second time, for another visit; below 0: they are pages of their own
    digests: OrderedDict[int, None] = field(default_factory=OrderedDict)
    shown: set[int] = field(default_factory=set)  # articles known from elsewhere that its pages have shown
    waiting: int = 0  # pages whose article has further parts; taken back as tries until the last part has come


@dataclass(slots=True)
class Coarse:
    """The record of one coarse family: tries of its unproven fine families, and how many are proven."""

    barren: int = 0
    proven: int = 0


@dataclass(slots=True, frozen=True)
class Stop:
    """A family that was closed: its name, why, one of its addresses, and what it has cost in this run."""

    family: str
    kind: str
    example: str
    requests: int


class Evidence:
    """The records of all families of one crawl."""

    def __init__(self) -> None:
        self.stops: OrderedDict[str, Stop] = OrderedDict()
        self._fine: OrderedDict[str, Fine] = OrderedDict()
        self._coarse: OrderedDict[str, Coarse] = OrderedDict()
        self._closed_before: dict[str, tuple[str, str]] = {}  # by earlier runs: name -> kind and example

    # --- Asking
    def judge(
        self,
        family: Family,
        *,
        found_on_barren: bool,
        chain: int,
        under_way: Callable[[str], int],
        is_inside: bool = True,
        is_second_try: bool = False,
    ) -> tuple[Decision, str]:
        """Whether a page of family may be fetched, and the family's name where it may not.

        found_on_barren: the page with the link to it has brought nothing. chain: how many pages of the same family
        lie behind it, each found on the one before, none of which brought anything. under_way: how many pages of
        the family of a name are being fetched or read now; what they bring is not known yet. is_inside: the way to
        the page leads through its own coarse families, or through pages that brought nothing.
        """
        fine = self.fine(family)
        if fine.credits:
            if not found_on_barren:
                return Decision.GO, ""
            if chain >= CHAIN:
                return Decision.NO, fine.name
            return self._by_tries(fine.name, fine.dry, SOFT, self.limit(fine, family), under_way)
        limit = self.limit(fine, family)
        if not is_inside and limit == HARD:
            limit = HARD_LISTED
        worst = self._by_tries(fine.name, fine.dry, SOFT, limit, under_way)
        if fine.unanswered:
            found = self._by_answers(fine, under_way, is_second_try=is_second_try)
            worst = max(worst, found, key=lambda each: each[0].value)
        for name in family.coarse if is_inside else ():
            if worst[0] is Decision.NO:
                break
            coarse = self.coarse(name)
            most = max(COARSE_HARD, COARSE_PER_PROVEN * coarse.proven)
            found = self._by_tries(name, coarse.barren, COARSE_SOFT, most, under_way)
            worst = max(worst, found, key=lambda each: each[0].value)
        return worst

    @staticmethod
    def _by_tries(name: str, tries: int, soft: int, hard: int, under_way: Callable[[str], int]) -> tuple[Decision, str]:
        """Up to soft tries: go. Then one request at a time, when all else is done. After hard tries: no."""
        if tries < soft:
            return Decision.GO, ""
        open_tries = under_way(name)
        if tries - open_tries >= hard:
            return Decision.NO, name
        return (Decision.WAIT if tries >= hard or open_tries > 1 else Decision.LATER), ""

    @staticmethod
    def _by_answers(fine: Fine, under_way: Callable[[str], int], *, is_second_try: bool) -> tuple[Decision, str]:
        """The same for a family with unanswered tries: when its tries are used up, its other pages are left for a later
        run. The last tries are kept for pages that were requested once."""
        tries, open_tries = fine.dry + fine.unanswered, under_way(fine.name)
        if tries < SOFT:
            return Decision.GO, ""
        if tries - open_tries >= MOST_UNANSWERED:
            return Decision.LATER_RUN, fine.name
        must_wait = tries >= MOST_UNANSWERED or open_tries > 1
        if must_wait or (tries >= FIRST_TRIES and fine.again and not is_second_try):
            return Decision.WAIT, ""
        return Decision.LATER, ""

    def judge_variant(self, family: Family, is_named: bool, under_way: Callable[[str], int]) -> tuple[Decision, str]:
        """Whether a page that was there before may be fetched again for another visit (families.visit)."""
        fine = self.fine(family)
        if fine.variants < VARIANTS[is_named]:
            return Decision.GO, ""
        if under_way(fine.name):
            return Decision.WAIT, ""
        return Decision.NO, f"{fine.name}{SESSION_MARK}"

    def is_visit_proven(self, family: Family) -> bool:
        """Whether the family's second visits have been closed: they have shown nothing but what was there before."""
        return f"{family.fine}{SESSION_MARK}" in self.stops

    def has_pages_of_its_own(self, family: Family) -> bool:
        """Whether addresses of the family that look like visits are known to be pages, each another."""
        fine = self._fine.get(family.fine)
        return fine is not None and (fine.variants < 0 or (fine.variants == 0 and fine.credits >= OWN_PAGES))

    def limit(self, fine: Fine, family: Family) -> int:
        """Pages without credit that a family may cost."""
        # five repeats, at least half of the tries; by choice
        is_certain = family.is_deep or (fine.repeated >= 5 and 2 * fine.repeated >= fine.dry)
        return HARD_WHEN_CERTAIN if is_certain else HARD

    def excess(self, family: Family) -> int:
        """Tries of the fine family above SOFT: the more, the later it comes again."""
        fine = self.fine(family)
        return max(0, fine.dry + fine.unanswered - SOFT)

    def is_proven(self, family: Family) -> bool:
        """Whether the fine family has brought an article, in this run or in one before."""
        fine = self._fine.get(family.fine)
        return fine is not None and fine.credits > 0

    # --- Noting
    def tried(self, family: Family, *, is_inside: bool = True) -> None:
        """A page of the family is fetched (each try counts)."""
        fine = self.fine(family)
        fine.dry += 1
        fine.total += 1
        if is_inside and not fine.credits:
            fine.led += 1
            for name in family.coarse:
                self.coarse(name).barren += 1

    def credit(self, family: Family) -> bool:
        """A page of the family has brought an article. True when this proves the family."""
        fine = self.fine(family)
        is_new = fine.credits == 0
        if is_new:
            for name in family.coarse:
                coarse = self.coarse(name)
                coarse.barren = max(0, coarse.barren - fine.led)
                coarse.proven += 1
        fine.credits += 1
        fine.dry = fine.led = fine.failed = fine.repeated = fine.refunds = fine.unanswered = 0
        return is_new

    def failed(self, family: Family) -> None:
        """A try brought no page, and none will come: 404 and its like."""
        self.fine(family).failed += 1

    def unanswered(self, family: Family) -> None:
        """A try brought no answer about its page: an error, a server's fault, a login page."""
        fine = self.fine(family)
        self.give_back(family)
        if not fine.credits:
            fine.unanswered += 1
        fine.repeated = max(0, fine.repeated - 1)  # login pages are all alike

    def content(self, family: Family, digest: int) -> None:
        """Note the page's content, as a digest; a content that was there before counts as repeated."""
        fine = self.fine(family)
        if digest in fine.digests:
            fine.repeated += 1
            fine.digests.move_to_end(digest)
            return
        fine.digests[digest] = None
        if len(fine.digests) > SAME_CONTENT:
            fine.digests.popitem(last=False)

    def showed(self, family: Family, articles: set[int]) -> bool:
        """A page without anything new shows known articles. True, and the try is given back, when at least half of
        them were not shown by the family before: a list that overlaps with another, not one that turns in circles."""
        fine = self.fine(family)
        fresh = articles - fine.shown
        if fine.refunds >= REFUNDS or len(fresh) < 2 or 2 * len(fresh) < len(articles):
            return False
        fine.shown |= fresh
        fine.refunds += 1
        self.give_back(family)
        return True

    def give_back(self, family: Family) -> None:
        """Take a try back: it says nothing about the family."""
        fine = self.fine(family)
        fine.dry = max(0, fine.dry - 1)
        if fine.led:
            fine.led -= 1
            for name in family.coarse:
                self.coarse(name).barren = max(0, self.coarse(name).barren - 1)

    def waits(self, family: Family) -> bool:
        """A page's article goes on in further parts. True, and the try is given back, when the page may wait for them:
        what it brings is known with the last part, and part_came() says it."""
        fine = self.fine(family)
        if fine.waiting >= MOST_WAITING:
            return False
        fine.waiting += 1
        self.give_back(family)
        return True

    def part_came(self, family: Family, *, is_new: bool | None, is_inside: bool = True) -> None:
        """The last part of a waiting page's article has come. is_new: whether the article was there before; then the
        try counts after all. None: nobody can say it."""
        fine = self.fine(family)
        fine.waiting = max(0, fine.waiting - 1)
        if is_new is False:
            self.tried(family, is_inside=is_inside)
            fine.total -= 1  # it was counted when the page was fetched

    def stop(self, name: str, family: Family, example: str) -> Stop | None:
        """Note that a family is closed; None when that is known."""
        if name in self.stops:
            return None
        fine = self.fine(family)
        if name == fine.name:
            found = Stop(name, kind_of(fine, family), example[:300], fine.total)
        elif name == f"{fine.name}{SESSION_MARK}":
            found = Stop(name, "session", example[:300], fine.variants)
        else:
            kind = "filters" if name.endswith("?*") else "link-farm"
            found = Stop(name, kind, example[:300], self.coarse(name).barren)
        self.stops[name] = found
        if len(self.stops) > REMEMBERED:
            self.stops.popitem(last=False)
        return found

    # --- Records
    def fine(self, family: Family) -> Fine:
        """The record of the fine family."""
        record = self._fine.get(family.fine)
        if record is None:
            record = self._fine[family.fine] = Fine(family.fine)
            if len(self._fine) > FAMILIES:
                self._fine.popitem(last=False)
        else:
            self._fine.move_to_end(family.fine)
        return record

    def coarse(self, name: str) -> Coarse:
        """The record of a coarse family."""
        record = self._coarse.get(name)
        if record is None:
            record = self._coarse[name] = Coarse()
            if len(self._coarse) > FAMILIES:
                self._coarse.popitem(last=False)
        else:
            self._coarse.move_to_end(name)
        return record

    # --- From run to run
    def to_state(self) -> dict[str, Any]:
        """The records that the next run needs, as JSON."""
        proven = [name for name, fine in self._fine.items() if fine.credits]
        of_before = {name: known for name, known in self._closed_before.items() if self._is_still_closed(name)}
        of_now = {stop.family: (stop.kind, stop.example) for stop in self.stops.values()}
        closed = [[name, *known] for name, known in {**of_before, **of_now}.items()]
        unanswered = [name for name, fine in self._fine.items() if fine.unanswered and is_used_up(fine)]
        return {
            "version": 1,
            "proven": proven[-REMEMBERED:],
            "closed": closed[-REMEMBERED:],
            "unanswered": unanswered[-REMEMBERED:],
        }

    def from_state(self, state: dict[str, Any]) -> None:
        """Begin with the records of an earlier run. Closed families get NEW_TRIES, unanswered ones NEW_UNANSWERED."""
        if not isinstance(state, dict) or state.get("version") != 1:
            return
        for name, kind, example in state["closed"]:
            self._closed_before[name] = (kind, example)
            if name.endswith(SESSION_MARK):
                self._stored(name.removesuffix(SESSION_MARK)).variants = VARIANTS[True] - 1
            elif name.endswith("*"):
                self._coarse[name] = Coarse(barren=COARSE_HARD - NEW_TRIES)
            else:
                self._stored(name).dry = (HARD_WHEN_CERTAIN if kind == GROWING else HARD) - NEW_TRIES
        for name in state.get("unanswered", ()):
            self._stored(name).unanswered = MOST_UNANSWERED - NEW_UNANSWERED
        for name in state["proven"]:
            self._stored(name).credits = 1

    def _stored(self, name: str) -> Fine:
        """The first record of the fine family of that name, made from the state of an earlier run."""
        return self._fine.setdefault(name, Fine(name))

    def _is_still_closed(self, name: str) -> bool:
        """Whether this run has found nothing good in a family that an earlier run closed, or has not met it."""
        if name.endswith(SESSION_MARK):
            fine = self._fine.get(name.removesuffix(SESSION_MARK))
            return fine is None or fine.variants >= 0
        if name.endswith("*"):
            coarse = self._coarse.get(name)
            return coarse is None or not coarse.proven
        fine = self._fine.get(name)
        return fine is None or not fine.credits


def is_used_up(fine: Fine) -> bool:
    """Whether a family with unanswered tries has used up its tries."""
    return fine.dry + fine.unanswered >= MOST_UNANSWERED


def kind_of(fine: Fine, family: Family) -> str:
    """The trap's kind, for the report."""
    words = set(fine.name.replace("?", "/").replace("&", "/").split("/"))
    if family.is_deep:
        return GROWING
    if any(VISIT_NAME.match(name) for name in family.names):
        return "session"
    if fine.dry and fine.failed >= 0.8 * fine.dry:  # by choice: nearly all tries failed, a few repeated
        return "dead-links"
    if words & CALENDAR:
        return "calendar"
    if words & PAGING or family.names & PAGING:
        return "paging"
    if len(family.names) > 1:
        return "filters"
    return "repeated-content" if 2 * fine.repeated >= fine.dry > 0 else "nothing-new"
