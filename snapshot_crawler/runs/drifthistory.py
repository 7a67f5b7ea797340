"""A job's history of drift: the figures of a run go in, the findings and the history for the next run come out.

driftwatch.py calls it; the file is DATA_DIR/drift/JOB.json. It holds the usual figures and the recent runs that differ
from them. A run that looks usual is added to the usual figures. A different run is kept apart, and all runs kept apart
are added up: a job of three bad pages a run is reported after two or three runs, and bad pages never become usual.
Ten good pages in a row end a drift: the bad runs are dropped, and the good ones are added to the usual.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot_crawler.checked import with_check_sum
from snapshot_crawler.exceptions import StateError
from snapshot_crawler.runs.drift import (
    ARTICLE_YIELD,
    FEWEST_BEFORE,
    MOST_EXAMPLES,
    Figures,
    Share,
    binomial_tail,
    drifted,
    fallen,
    merged,
    summed,
)

VERSION = 1
MOST_RECENT = 50  # runs kept apart; by choice: about 1 KB each
RECOVERED = 10  # good pages in a row that end a drift; by choice: as many as tell a dead layout
# A dead layout: not one page gives an article. Reported after DEAD_PAGES pages, or within a day of its first page.
DEAD_PAGES = 10  # by choice: a job of a few pages a run has them within a day
DEAD_CHANCE = 2e-4  # 0.4 to the power of 10 is 1e-4: ten pages are enough where six of ten pages gave an article
FEWEST_DEAD_BEFORE = 10  # pages of history; by choice: half of FEWEST_BEFORE, for no page at all is plainer
DAY_S = 20 * 3600  # by choice: a job that runs daily, at slightly different times, reports it at its second run
DAY_CHANCE = 1e-3  # 0.03 to the power of 2: two pages of a site where 97 of 100 pages gave an article
FEWEST_OF_DAY = 2  # by choice: one bad page says nothing about the layout
FEWEST_SHARE = 0.5  # of pages with an article; by choice: a first run with less does not show what is usual


@dataclass(slots=True)
class Recent:
    """A run that is not part of the usual. at: when it ended, seconds since 1970. examples: pages without article."""

    at: float
    figures: Figures
    examples: list[str] = field(default_factory=list)

    @property
    def articles(self) -> Share:
        """Pages that were to give an article, and those that did."""
        return self.figures.shares.get(ARTICLE_YIELD, Share())


@dataclass(slots=True)
class History:
    """The usual figures, and the runs that differ from them, oldest first. is_told: their drift was reported."""

    usual: Figures = field(default_factory=Figures)
    recent: list[Recent] = field(default_factory=list)
    is_told: bool = False

    def judge(self, run: Recent) -> list[tuple[str, str]]:
        """The shares that fell in this run, or in this and the recent runs together, each with a sentence.

        A fall of the runs together counts only when this run shows it too: a drift that was mended is over.
        """
        found = dict(drifted(self.usual, run.figures))
        if self.recent:
            now = fallen(self.usual, run.figures)
            runs = [*(each.figures for each in self.recent), run.figures]
            for name, sentence in drifted(self.usual, summed(runs)):
                if name in now:
                    found.setdefault(name, f"{sentence} (the last {len(runs)} runs)")
        if ARTICLE_YIELD not in found and (sentence := self._dead(run)):
            found[ARTICLE_YIELD] = sentence
        return list(found.items())

    def _dead(self, run: Recent) -> str:
        """The sentence for a dead layout: no page gives an article any more. '' when that is not sure."""
        before = self.usual.shares.get(ARTICLE_YIELD, Share())
        if before.pages < FEWEST_DEAD_BEFORE or (self.is_told and not run.articles.pages):
            return ""
        pages, since = 0.0, run.at
        for each in reversed([*self.recent, run]):
            if each.articles.hits:
                break
            pages += each.articles.pages
            since = min(since, each.at) if each.articles.pages else since
        usual = (before.hits + 0.5) / (before.pages + 1)  # half a hit added, as in drift.py
        chance = binomial_tail(0, int(pages), usual)
        is_of_a_day = run.at - since >= DAY_S and pages >= FEWEST_OF_DAY and chance < DAY_CHANCE
        if is_of_a_day or (pages >= DEAD_PAGES and chance < DEAD_CHANCE):
            return f"{ARTICLE_YIELD}: 0 of the last {pages:.0f} pages, usually {usual:.0%}"
        return ""

    def examples(self) -> list[str]:
        """A few pages of the recent runs that gave no article, the newest first."""
        return [url for each in reversed(self.recent) for url in each.examples][:MOST_EXAMPLES]

    def learn(self, run: Recent, *, is_drift: bool) -> None:
        """Add the run to the usual, or keep it apart."""
        if not any(share.pages for share in run.figures.shares.values()):
            self.is_told |= is_drift
            return
        runs = [*self.recent, run]
        total = summed([each.figures for each in runs])
        if not is_drift and not fallen(self.usual, total) and self._is_custom(total):
            self.usual, self.recent, self.is_told = merged(self.usual, total), [], False
        elif not is_drift and (good := self._recovered(runs)) is not None:
            self.usual, self.recent, self.is_told = merged(self.usual, good), [], False
        else:
            self.recent, self.is_told = runs[-MOST_RECENT:], self.is_told or is_drift

    def _is_custom(self, total: Figures) -> bool:
        """Whether figures may become the usual ones. Not if the history is short and most pages gave no article."""
        before, now = (each.shares.get(ARTICLE_YIELD, Share()) for each in (self.usual, total))
        return before.pages >= FEWEST_BEFORE or now.hits >= FEWEST_SHARE * now.pages

    def _recovered(self, runs: list[Recent]) -> Figures | None:
        """The last runs with RECOVERED pages, when they look like the usual; None when they do not."""
        last: list[Figures] = []
        pages = 0.0
        for each in reversed(runs):
            last.append(each.figures)
            pages += each.articles.pages
            if pages >= RECOVERED:
                total = summed(last)
                return None if fallen(self.usual, total) or not self._is_custom(total) else total
        return None


def load(path: Path) -> History:
    """A job's history; an empty one when there is none yet. Raises StateError for a file that is not ours."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return History()
    except (OSError, ValueError) as error:
        raise StateError(
            f"{path} cannot be read as a history of drift: {error}. Move it away to begin anew."
        ) from error
    if stored.get("version") != VERSION:
        raise StateError(f"{path} has version {stored.get('version')}, this is {VERSION}. Move it away.")
    recent = [
        Recent(each["at"], Figures.from_json(each), each.get("examples", [])) for each in stored.get("recent", ())
    ]
    return History(Figures.from_json(stored), recent, stored.get("is_told", False))


def save(path: Path, history: History) -> None:
    """Write the history in one step, so that a kill leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    recent: list[dict[str, Any]] = [
        {"at": round(each.at), "examples": each.examples, **each.figures.to_json()} for each in history.recent
    ]
    stored = {"version": VERSION, **history.usual.to_json(), "recent": recent, "is_told": history.is_told}
    new = path.with_suffix(".new")
    new.write_bytes(with_check_sum(stored, lambda value: json.dumps(value, ensure_ascii=False, indent=1).encode()))
    new.replace(path)
