"""The index of all exported articles: an article goes in, the decision comes out (new, changed, duplicate, unchanged).

pipelines/deduplicate.py calls it during a crawl, files.py for `scrapy dedup`, and `scrapy forget`. The rules are here
and in guards.py. The storage (rows.py) only keeps rows, so every storage decides alike.

Several crawls share one index. Look-up and entry of a decision happen under one write lock, so no decision is lost or
made twice. Each decision is one short transaction; a crawl that has the index for itself may hold one transaction over
many (`hold`, holding.py). The costly part, the fingerprint, is made before. An entry is unsettled until the
crawl says that its export is committed (`settle`). After a kill, the next start of the job looks at the unsettled
entries (`recover`). So no article counts as a copy of itself, or of an article that was never exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from snapshot_crawler.dedup.decision import Candidate, Decision, Joined, State
from snapshot_crawler.dedup.guards import Match
from snapshot_crawler.dedup.holding import Holding
from snapshot_crawler.dedup.identity import signed_hash
from snapshot_crawler.dedup.renewed import Renewed
from snapshot_crawler.dedup.rows import Entry, InCommits, Rows, Unsettled
from snapshot_crawler.dedup.several import stories_alike
from snapshot_crawler.named_class import named_class
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.urls import article_id, normalise, normalised

SETTING = "DUPLICATES_INDEX"  # the path of the class that keeps the rows
USUAL = "snapshot_crawler.dedup.sqlite.SqliteRows"  # as in settings.py
SHARED = "snapshot_crawler.dedup.postgres.PostgresRows"  # in its place where DATABASE_URL is set
NEWEST = 40  # entries looked at for each key, by choice: thousands share a template, and copies are among the newest
MOST_VERIFIED = 16  # candidates compared, by choice: bounds a decision's time
WEIGHT = 27720  # of a key, shared among its entries, so a rare key weighs more; 27720 divides by each of 1 to 12


def rows_of(settings: Mapping[str, Any]) -> type[Rows]:
    """The storage that the settings name. Raises ConfigurationError."""
    is_usual = (settings.get(SETTING) or USUAL) == USUAL
    found: type[Rows] = named_class({} if is_usual else settings, SETTING, _usual(settings))
    return found


def _usual(settings: Mapping[str, Any]) -> str:
    return SHARED if database_url(settings) else USUAL


def open_index(settings: Mapping[str, Any], root: Path, owner: str) -> Index:
    """The index of a DATA_DIR, in the storage that the settings name. Raises like Rows.at."""
    return Index(rows_of(settings).at(root, settings), owner)


class Index:
    """One open index. owner: the job that exports. The job's lease sees to it that an owner has one process."""

    def __init__(self, rows: Rows, owner: str) -> None:
        """rows: an open storage; the index closes it. Raises StateError, as every call does, when it cannot be used."""
        self._rows = rows
        self._holding = rows if isinstance(rows, Holding) else None
        with ExitStack() as on_failure:
            on_failure.callback(rows.close)
            self._is_present = not isinstance(rows, InCommits)
            self._owner = rows.run(lambda: rows.register(owner), durable=True, keys=())
            on_failure.pop_all()

    def close(self) -> None:
        """Close the storage. Unsettled entries stay unsettled; decisions that are held are forgotten."""
        self._rows.close()

    # --- one transaction for the decisions between two commits of a crawl
    def hold(self) -> None:
        """Decisions need not be committed one by one: flush() is called before the crawl commits what came of them."""
        if self._holding is not None:
            self._holding.hold()

    @property
    def is_held(self) -> bool:
        """Whether decisions wait for flush()."""
        return self._holding is not None and self._holding.is_held

    def let_others_in(self) -> None:
        """Commit what is held where another process waits for the index."""
        if self._holding is not None:
            self._holding.let_others_in()

    def flush(self) -> None:
        """Commit the decisions that are held. Raises StateError, StorageError."""
        if self._holding is not None:
            self._holding.flush()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """One transaction for several decisions, which is faster. Other processes wait: milliseconds only."""
        with self._rows.transaction():
            yield

    # --- decisions
    def decide(self, article: Candidate, *, mark: bool = False) -> Decision:
        """Decide about one article and enter it. mark: duplicates are exported too, and count as published."""
        if not self._is_present:  # nobody has asked what an earlier process left
            self.recover(lambda url: False)
        return self._rows.run(lambda: self._decide(article, mark), keys=self._keys_of(article))

    def _decide(self, article: Candidate, mark: bool) -> Decision:
        numbers = self._found_by(article)
        if numbers and (lost := self._rows.given_up(numbers)):
            self._take_back(lost)
        rows = self._rows.entries(numbers) if numbers else []
        known = next((row for row in rows if row.id == article.id), None)
        if known is None or known.state != State.PUBLISHED:
            return self._place(article, known, rows, mark)
        if known.content == bytes.fromhex(article.content):
            story, source = self._story(known.n)
            return Decision("unchanged", story, article.id, 1.0, "same-address", known.version, None, source)
        return self._new_version(article, known)

    def _keys_of(self, article: Candidate) -> set[int]:
        """All keys under which an article is found."""
        keys = {signed_hash(article.id), *article.fingerprint.keys}
        if article.url != article.id != article_id(article.url):  # an id of another making: found by its address too
            keys.add(signed_hash(article.url))
        return keys

    def _found_by(self, article: Candidate) -> list[int]:
        """Numbers of the entries that share a key. Entries with many or rare keys come first, then the older ones."""
        keys = (signed_hash(article.id), *article.fingerprint.keys)
        sharing = self._rows.sharing(keys, NEWEST)
        same = set(sharing[0])
        if len(same) == NEWEST:
            same = {n for n, _ in self._rows.with_key(keys[0])}
        weights: dict[int, int] = {}
        for numbers in sharing[1:]:
            for n in numbers:
                weights[n] = weights.get(n, 0) + WEIGHT // len(numbers)
        ranked = sorted(weights.keys() - same, key=lambda n: (-weights[n], n))
        return [*same, *ranked[:MOST_VERIFIED]]

    def _place(self, article: Candidate, known: Entry | None, rows: list[Entry], mark: bool) -> Decision:
        """Find the story of an article that is not yet published, and enter the article there."""
        matches = self._matches(article, known, rows)
        heads = [*self._heads_of(known, article), *matches]
        before = [(self._lead_of(head), matches[head]) for head in matches] if len(matches) > 1 else []
        first = self._join(heads) if heads else None
        lead = self._live_lead(first, known) if first is not None else None
        n = self._enter(article, known, first, State.PUBLISHED if lead is None or mark else State.DROPPED)
        if first is None and known is None:
            return Decision("new", article.id, first_source=article.source)
        story, source = self._story(n)
        if lead is None:
            self._rows.change(self._head(n), lead=n)
            return Decision(
                "again" if known else "new", story, version=known.version if known else 1, first_source=source
            )
        best = max(matches.values(), key=lambda match: match.similarity, default=None)
        similarity, rule = (_rounded(best), best.rule) if best else (None, "same-story")
        joined = tuple(
            Joined(self._rows.id(other), self._rows.id(lead), _rounded(found), found.rule)
            for other, found in before
            if other not in (lead, n) and self._is_live(other)
        )
        return Decision("duplicate", story, self._rows.id(lead), similarity, rule, 1, None, source, joined)

    def _matches(self, article: Candidate, known: Entry | None, rows: list[Entry]) -> dict[int, Match]:
        """The best match of each story that the article may belong to, by the number of the story's first entry."""
        others = (row for row in rows if row is not known)
        return stories_alike(article.fingerprint, others, self._head)

    def _heads_of(self, known: Entry | None, article: Candidate) -> list[int]:
        """The story that has the article already: as its first article, or with the same text."""
        if known is None:
            return []
        head = self._head(known.n)
        return [head] if head == known.n or known.content.hex() == article.content else []

    def _new_version(self, article: Candidate, known: Entry) -> Decision:
        self._note(known.n, article.url, known)
        content, version = bytes.fromhex(article.content), known.version + 1
        self._rows.change(known.n, content=content, version=version, print=article.fingerprint.pack())
        self._enter_keys(known.n, article)
        story, source = self._story(known.n)
        return Decision("changed", story, None, None, None, version, known.content.hex(), source)

    def renew(self, versions: Iterable[Renewed]) -> None:
        """These versions are published already, by a commit behind which nothing is undone. Durable when this returns.

        Called by re-parse; a second call with the same changes nothing.
        """
        with self._rows.transaction(durable=True):
            for each in versions:
                content, packed = bytes.fromhex(each.content), bytes.fromhex(each.print)
                numbers = self._at(each.id)
                if not numbers:
                    entry = Entry(0, each.id, content, State.PUBLISHED, each.version, packed)
                    numbers = [self._rows.insert(entry, story=None, source=each.source)]
                for n in numbers:
                    self._rows.change(n, content=content, version=each.version, state=State.PUBLISHED, print=packed)
                    self._rows.add_keys(n, {signed_hash(each.id), signed_hash(normalised(each.url)), *each.keys})

    # --- what the crawl says afterwards
    def settle(self, urls: Iterable[str]) -> None:
        """Note that the exports of these addresses are committed. The note is on disk when this returns."""
        asked = list(urls)
        self._rows.run(lambda: self._settle(asked), durable=True, keys=())

    def _settle(self, urls: list[str]) -> None:
        found = self._rows.settle(self._owner, urls)
        if rest := [other for url in urls if url not in found and (other := normalised(url)) != url]:
            self._rows.settle(self._owner, rest)

    @property
    def settles_in_commits(self) -> bool:
        """Whether settle_within can be used."""
        return isinstance(self._rows, InCommits)

    def trust_only_elsewhere(self, holds: Callable[[str], bool]) -> None:
        """Believe in no note of another process of this job for an address that this one alone may ask for (holds)."""
        assert isinstance(self._rows, InCommits)
        self._rows.holds = holds

    def settle_within(self, transaction: Any, urls: Iterable[str]) -> None:
        """Settle in the frontier's transaction: both come true, or neither. Raises LeaseLostError where others have
        given this process up, and then the commit must not be made."""
        assert isinstance(self._rows, InCommits)
        with self._rows.within(transaction):
            self._settle(list(urls))

    def committed(self) -> None:
        """The frontier's transaction is committed, and with it all that was decided before."""
        if isinstance(self._rows, InCommits):
            self._rows.committed()

    def give_back(self, urls: Iterable[str]) -> int:
        """What these requests brought will not be committed: its entries are what they were before. How many."""
        gone = {name for url in urls for name in (url, normalised(url))}
        return self._rows.run(lambda: self._give_back(gone))

    def _give_back(self, urls: set[str]) -> int:
        lost = [note for note in self._rows.unsettled_of(self._owner) if note.url in urls]
        self._take_back(lost)
        return len(lost)

    def passed(self) -> None:
        """The crawl is at work; to be called every few seconds."""
        self._rows.passed()

    def settle_all(self) -> None:
        """Note that all exports of this owner are committed."""
        self.recover(lambda url: True)

    def recover(self, is_durable: Callable[[str], bool]) -> tuple[int, int]:
        """Settle or withdraw the unsettled entries of this owner; (settled, withdrawn). is_durable: is it exported?"""
        found = self._rows.run(lambda: self._recover(is_durable), durable=True)
        self._is_present = True
        return found

    def _recover(self, is_durable: Callable[[str], bool]) -> tuple[int, int]:
        waiting = self._rows.unsettled_of(self._owner)
        lost = [note for note in waiting if not is_durable(note.url)]
        self._take_back(lost)
        self._rows.settle_entries([note.n for note in waiting])
        if isinstance(self._rows, InCommits):
            self._rows.be_present()
        return len(waiting) - len(lost), len(lost)

    def _take_back(self, lost: list[Unsettled]) -> None:
        """Let the entries of these notes be what they were when they were last settled."""
        for note in lost:
            before = {"content": note.before_content, "version": note.before_version}
            known = {name: value for name, value in before.items() if value is not None}
            state = State.WITHDRAWN if note.before_state is None else note.before_state
            self._rows.change(note.n, state=state, **known)
        self._rows.settle_entries([note.n for note in lost])

    def withdraw(self, urls: Iterable[str]) -> int:
        """Withdraw the articles of these addresses: their lines were lost and will come again. How many were known."""
        found = 0
        with self.batch():
            for url in urls:
                for n in self._at(url):
                    self._rows.change(n, state=State.WITHDRAWN)
                    self._rows.settle_entries([n])
                    found += 1
        return found

    def also_at(self, article_id: str, url: str) -> None:
        """An article's export will be committed under another name than its own address: that of the redirected
        request, or the key of one of several requests for it. It is kept to the letter: recover() asks by it."""
        further = signed_hash(normalised(url))
        self._rows.run(lambda: self._also_at(article_id, url, further), keys=(*_keys_of_name(article_id), further))

    def _also_at(self, name: str, url: str, further: int) -> None:
        for n in self._at(name):
            self._rows.readdress(n, url)
            self._rows.add_keys(n, [further])

    def forget(self, url_or_id: str) -> list[str]:
        """Remove an article; returns the removed ids. Reads every entry, which takes seconds at a million."""
        with self.batch():
            numbers = self._at(url_or_id)
            gone = [self._rows.id(n) for n in numbers]
            for n in numbers:
                heir = self._rows.heir(n)
                if heir is not None:
                    lead = self._lead_of(n)
                    self._rows.repoint("story", n, heir)
                    self._rows.change(heir, story=None, lead=heir if lead == n else lead)
                self._rows.repoint("lead", n, None)
                self._rows.delete(n)
        return gone

    def _at(self, url_or_id: str) -> list[int]:
        """Numbers of the entries with this id, or at this address."""
        address = normalise(url_or_id)
        if address is None:
            return self._with_key(url_or_id, url_or_id)
        return self._with_key(article_id(address), article_id(address)) or self._with_key(address, None)

    def _with_key(self, key: str, exact_id: str | None) -> list[int]:
        return [n for n, stored in self._rows.with_key(signed_hash(key)) if exact_id is None or stored == exact_id]

    def __len__(self) -> int:
        """How many articles the index has."""
        return self._rows.run(lambda: len(self._rows), keys=())

    # --- entries
    def _enter(self, article: Candidate, known: Entry | None, head: int | None, state: State) -> int:
        content, packed = bytes.fromhex(article.content), article.fingerprint.pack()
        if known is None:
            entry = Entry(0, article.id, content, state, 1, packed)
            n = self._rows.insert(entry, story=head, source=article.source or None)
            self._note(n, article.url, None)
        else:
            n = known.n
            self._note(n, article.url, known)
            self._rows.change(n, content=content, state=state, print=packed, story=None if head == n else head)
        self._enter_keys(n, article)
        return n

    def _enter_keys(self, n: int, article: Candidate) -> None:
        self._rows.add_keys(n, self._keys_of(article))

    def _note(self, n: int, url: str, before: Entry | None) -> None:
        """Note that an entry is unsettled, with its last settled content, version and state."""
        was = (before.content, before.version, before.state) if before else (None, None, None)
        self._rows.note(Unsettled(n, self._owner, url, *was))

    # --- stories
    def _head(self, n: int) -> int:
        """The first article of the story of entry n."""
        while (above := self._rows.story(n)) is not None:
            n = above
        return n

    def _join(self, heads: list[int]) -> int:
        """Make one story of several that an article has joined. The oldest keeps its name."""
        first = min(heads)
        for other in set(heads) - {first}:
            self._rows.change(other, story=first)
            if not self._is_live(self._lead_of(first)) and self._is_live(lead := self._lead_of(other)):
                self._rows.change(first, lead=lead)
        return first

    def _lead_of(self, head: int) -> int:
        lead = self._rows.lead(head)
        return head if lead is None else lead

    def _live_lead(self, head: int, known: Entry | None) -> int | None:
        """The story's published article; None when it is the asking article itself, or was never exported."""
        lead = self._lead_of(head)
        return lead if (known is None or lead != known.n) and self._is_live(lead) else None

    def _is_live(self, n: int) -> bool:
        """Whether an entry is exported, or a living run is about to export it."""
        if self._rows.state(n) != State.PUBLISHED:
            return False
        note = self._rows.unsettled(n)
        return (
            note is None
            or note.owner == self._owner
            or note.before_state == State.PUBLISHED  # only its newest version is unsettled
            or self._rows.is_alive(note.owner)
        )

    def _story(self, n: int) -> tuple[str, str | None]:
        """(id of the first article, its source) of the story of entry n."""
        head = self._head(n)
        return self._rows.id(head), self._rows.source(head)


def _keys_of_name(url_or_id: str) -> set[int]:
    """The keys by which `Index._at` looks."""
    address = normalise(url_or_id)
    return {signed_hash(each) for each in ((url_or_id,) if address is None else (article_id(address), address))}


def _rounded(match: Match) -> float:
    return round(match.similarity, 4)
