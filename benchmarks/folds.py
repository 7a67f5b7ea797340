"""What was fitted, judged by sites that had no say: used by extraction.py --folds and --ablate.

Folds: the judges of the text vote with weights that were found by trying. Here they are found anew on four fifths of
the sites and judged on the last one, five times. The rest of the reader has no learned number; its words are judged
by --ablate, which takes each out and names how many sites it helped and hurt.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from snapshot_crawler.pages.article.text import body as bodies
from snapshot_crawler.pages.article.text import notice_words, phrases
from snapshot_crawler.pages.article.text.judges import JUDGES
from snapshot_crawler.pages.article.text.weights import running_text, weigh_blocks
from snapshot_crawler.pages.article.title import find_title
from snapshot_crawler.pages.han import HanPattern
from snapshot_crawler.pages.metadata import read_metadata
from snapshot_crawler.pages.page import Page

FOLDS = 5
TRIES = 400  # weights drawn at random for each fold; more change the figure by less than 0.02 points
DIFFERS = 0.002  # F1 by which a page is helped or hurt; less is a line of a few words

Record = dict[str, Any]


def fold_of(site: str) -> int:
    """The fold of a site; all pages of one site are in one."""
    return hashlib.md5(site.encode()).digest()[0] % FOLDS


def _ballot(page: Page, gold: str, scorer: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """What each judge's text scores (true, false and missed shares), and how far each two agree."""
    outline = page.outline
    found = read_metadata(page.tree)
    raw = weigh_blocks(outline)
    title = find_title(outline, found, running_text(outline, raw))
    _, votes = bodies.votes_of(outline, title, raw)
    if len(votes) != len(JUDGES):
        return None
    sizes = [len(block.text) for block in outline.blocks]
    texts = ["\n".join(outline.blocks[order].text for order in sorted(chosen)) for chosen, _ in votes]
    agree = [[bodies.agreement(one, other, sizes) for other, _ in votes] for one, _ in votes]
    return np.array([scorer.body_counts(gold, text) for text in texts]), np.array(agree)


def _chosen(ballots: list[tuple[np.ndarray, np.ndarray]], weights: np.ndarray) -> np.ndarray:
    """The shares of the text that wins with these weights, a row for each page."""
    rows = []
    for shares, agree in ballots:
        scores = (agree @ weights - np.diag(agree) * weights) / (weights.sum() - weights)
        rows.append(shares[int(scores.argmax())])
    return np.array(rows)


def _f1(shares: np.ndarray, scorer: Any) -> float:
    return float(scorer.prf(*shares.mean(axis=0))[2])


def judge_weights(pages: list[tuple[Record, Page]], scorer: Any) -> Iterator[str]:
    """The table of the judges' weights: as shipped, and learned by folds."""
    kept: list[tuple[Record, tuple[np.ndarray, np.ndarray]]] = []
    for gold, page in pages:
        if gold.get("body") and (ballot := _ballot(page, gold["body"], scorer)) is not None:
            kept.append((gold, ballot))
    shipped = np.array([weight for _, weight in JUDGES])
    draws = np.vstack([shipped, np.random.default_rng(1).uniform(0.2, 1.6, (TRIES, len(JUDGES)))])
    rows: dict[str, list[tuple[Record, np.ndarray]]] = {"plain": [], "folds": [], "equal": []}
    for fold in range(FOLDS):
        train = [ballot for gold, ballot in kept if fold_of(gold["site"]) != fold]
        judged = [(gold, ballot) for gold, ballot in kept if fold_of(gold["site"]) == fold]
        best = max(draws, key=lambda weights: _f1(_chosen(train, weights), scorer))
        for name, weights in (("plain", shipped), ("folds", best), ("equal", np.ones(len(JUDGES)))):
            chosen = _chosen([ballot for _, ballot in judged], weights)
            rows[name] += zip([gold for gold, _ in judged], chosen, strict=True)
    yield f"{'the vote alone':16} {'zh F1':>7} {'>=.9':>6} {'other':>7} {'>=.9':>6}   ({len(kept)} pages)"
    for name, found in rows.items():
        line = f"{name:16}"
        for group in ("zh", "other"):
            shares = np.array([row for gold, row in found if scorer.group(gold) == group])
            good = np.mean([scorer.prf(*row)[2] >= 0.9 for row in shares])
            line += f" {100 * _f1(shares, scorer):7.2f} {100 * good:6.1f}"
        yield line


# A table, and the patterns that are made of it: module, attribute, the pattern around the table's entries.
WORDS = {
    "END": [("weights", "END"), ("trimming", "END")],
    "CREDIT": [("trimming", "CREDIT")],
    "NOTICE": [("trimming", "NOTICE")],
    "INSIDE": [("trimming", "INSIDE")],
    "BESIDE": [("weights", "BESIDE")],
    "RIGHTS": [("weights", "RIGHTS")],
    "OF_PICTURE": [("weights", "PICTURE_CREDIT")],
}


def ablate(pages: list[tuple[Record, Page]], scorer: Any, read: Any) -> Iterator[str]:
    """A line for each entry of the tables: how many sites its absence would hurt and help."""
    room = "snapshot_crawler.pages.article.text."
    usual = {gold["id"]: scorer.prf(*scorer.body_counts(gold["body"], read(page)))[2] for gold, page in pages}
    texts = {gold["id"]: "\n".join(block.text for block in page.outline.blocks) for gold, page in pages}
    names = {gold["id"]: "\n".join(box.hint for box in page.outline.boxes) for gold, page in pages}
    for table, places in WORDS.items():
        entries: tuple[str, ...] = getattr(phrases, table, ()) or getattr(notice_words, table)
        for entry in entries:
            word = HanPattern(entry, 2 | 8)  # IGNORECASE | MULTILINE
            where = names if table == "BESIDE" else texts
            met = [(gold, page) for gold, page in pages if word.search(where[gold["id"]])]
            if not met:
                yield f"{table:10} {entry:50} on no page"
                continue
            old = []
            for module_name, attribute in places:
                module = importlib.import_module(room + module_name)
                pattern = getattr(module, attribute)
                old.append((module, attribute, pattern))
                less = "|".join(other for other in entries if other != entry)
                whole = pattern.pattern.replace("|".join(entries), less)
                assert whole != pattern.pattern, (table, entry)
                setattr(module, attribute, type(pattern)(whole, pattern.flags))
            _forget(room)
            changes = {}
            for gold, page in met:
                score = scorer.prf(*scorer.body_counts(gold["body"], read(page)))[2]
                changes.setdefault(gold["site"], []).append(usual[gold["id"]] - score)
            for module, attribute, pattern in old:
                setattr(module, attribute, pattern)
            _forget(room)
            helped = sum(max(each) > DIFFERS for each in changes.values())
            hurt = sum(min(each) < -DIFFERS for each in changes.values())
            yield f"{table:10} {entry:50} on {len(changes):3} sites: helps {helped}, hurts {hurt}"


def _forget(room: str) -> None:
    """Empty the caches that keep what a pattern said of a name."""
    weights = importlib.import_module(room + "weights")
    for value in vars(weights).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
