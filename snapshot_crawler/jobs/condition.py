"""What was told of a job, and what is to be told now: changes, not runs.

A trouble is told once when it begins, and again after a day while it lasts or when it comes back; its end is told when
its beginning was. A run can be bad in several words at once (a drift is a failure too): they are one change, and each
channel is told the most particular word that it asked for (model.WORDS, in their order).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.jobs.clock import Moment
from snapshot_crawler.jobs.model import WORDS
from snapshot_crawler.jobs.outcome import Outcome, is_failure, is_good
from snapshot_crawler.jobs.rhythm import Silence

AGAIN_AFTER_S = 86_400.0  # by choice: a trouble that lasts is told once a day
OF_RUNS = frozenset({"failed", "drift", "stuck", "disk"})  # troubles that a good run ends
ADVICE = {  # docs/operating.md says more
    1: "An error of the program or of the spider's code: see the traceback in the log.",
    2: "A setting or argument is wrong: the log names it. Mend the job file.",
    5: "Look at the start page: has it moved, or is it filled by a script?",
    6: "Look at the addresses below; mend the spider, or wait for the site.",
    7: "Check that the start address still answers, in a browser from this machine.",
    9: "Make room on the disk; the next run continues and loses nothing.",
    12: "Another job writes to this output: give each job a file of its own.",
    10: "The site's pages have changed: look at the addresses below and mend the spider.",
}
KILLED_ADVICE = "The process was killed from outside: look for a lack of memory (dmesg). The next run continues."
STUCK_ADVICE = "What is left continues with the next run. If the site is simply large, raise the job's timeout."


@dataclass(slots=True)
class Change:
    """Something to tell: the words it can go by, the most particular first, and the text."""

    words: list[str]
    body: str


@dataclass(slots=True)
class Condition:
    """standing: troubles that last. told: when each word was last told. changes: what this step adds."""

    standing: dict[str, bool] = field(default_factory=dict)  # the word, and whether its beginning was told
    told: dict[str, Moment] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str) -> Condition:
        """From the history's column."""
        values = json.loads(text)
        told = {word: Moment(*moment) for word, moment in values.get("told", {}).items()}
        return cls(values.get("standing", {}), told)

    def text(self) -> str:
        """For the history's column; the changes go into a table of their own."""
        told = {word: [moment.wall, moment.machine, moment.boot] for word, moment in self.told.items()}
        return json.dumps({"standing": self.standing, "told": told})

    def begin(self, words: list[str], body: str, now: Moment) -> None:
        """Troubles that are there now; those that are new, or were told a day ago, become one change."""
        due = [word for word in words if not self._was_told_lately(word, now)]
        for word in words:
            self.standing[word] = self.standing.get(word, False) or word in due
        if due:
            self.told |= dict.fromkeys(due, now)
            self.changes.append(Change(sorted(due, key=WORDS.index), body))

    def end(self, words: frozenset[str], body: str) -> None:
        """Troubles that are over."""
        ended = [self.standing.pop(word) for word in list(self.standing) if word in words]
        if any(ended):
            self.changes.append(Change(["recovered"], body))

    def _was_told_lately(self, word: str, now: Moment) -> bool:
        return word in self.told and now.since(self.told[word]) < AGAIN_AFTER_S

    def after_run(self, job: str, outcome: Outcome, failures: int, now: Moment) -> None:
        """What a run's end changes."""
        words = run_troubles(outcome)
        if words:
            self.begin(words, trouble_text(job, outcome, failures), now)
        elif is_good(outcome.exit_code):
            self.end(OF_RUNS, good_text(job, outcome))
        if outcome.articles:
            self.end(frozenset({"silent"}), good_text(job, outcome))

    def without_articles(self, job: str, found: Silence | None, now: Moment) -> None:
        """A good run brought nothing; found: the silence, where it is too long."""
        if found is not None:
            self.begin(["silent"], silent_text(job, found), now)


def run_troubles(outcome: Outcome) -> list[str]:
    """The words that a run's end goes by."""
    return [
        *(["stuck"] if outcome.is_stuck else []),
        *(["disk"] if outcome.exit_code == ExitCode.OUTPUT_FAILED else []),
        *(["drift"] if outcome.exit_code == ExitCode.LAYOUT_DRIFT else []),
        *(["failed"] if is_failure(outcome.exit_code) else []),
    ]


def trouble_text(job: str, outcome: Outcome, failures: int) -> str:
    """What happened, what to do, and where to look."""
    lines = [
        f"{job}: {outcome.word} (exit code {outcome.exit_code})" + (f": {outcome.sentence}" if outcome.sentence else "")
    ]
    if outcome.is_stuck:
        lines.append(f"It was still at work after its timeout, and was stopped. {STUCK_ADVICE}")
    if is_failure(outcome.exit_code):
        lines.append(KILLED_ADVICE if outcome.word == "killed" else ADVICE.get(outcome.exit_code, ADVICE[1]))
    if failures > 1:
        lines.append(f"{failures} bad runs in a row.")
    for kind, urls in list(outcome.facts.get("examples", {}).items())[:5]:
        lines += [f"{kind}: {url}" for url in urls[:2]]
    lines.append(f"More: scrapy jobs log {job}; scrapy jobs history {job}")
    return "\n".join(lines)


def good_text(job: str, outcome: Outcome) -> str:
    """A good run in a line."""
    return f"{job}: {outcome.word}; {outcome.articles} new articles, {outcome.pages} pages. Nothing is to be done."


def silent_text(job: str, found: Silence) -> str:
    """A silence, with what to do."""
    return (
        f"{job}: no new article for {found.hours / 24:.1f} days; by its rhythm about {found.expected:.0f} hours with "
        "articles were to be expected in that time. Its runs end well.\nLook at the site in a browser: has the list "
        f"moved, does the site write no more?\nMore: scrapy jobs history {job}"
    )
