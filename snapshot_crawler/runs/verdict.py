"""The verdict on a run: its facts go in; one word, an exit code and a sentence come out. It knows no Scrapy.

report.py calls it at the end of a run. The word stands in the report, the process ends with the exit code.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from snapshot_crawler.exceptions import ExitCode

ARTICLES_FAILED = "articles failed"  # the word of a run in which most articles could not be had
FEWEST_FAILED = 5  # failed articles; by choice: fewer are single broken pages, whatever their share


@dataclass(slots=True)
class Facts:
    """The facts that decide the verdict on a run."""

    reason: str = "finished"  # as Scrapy closes a spider
    pages: int = 0  # answered with content or 304, not changed
    failures: int = 0  # pages that were given up
    refusals: int = 0  # pages that were not requested, or refused: robots.txt, address, type
    pending: int = 0  # pages that are still to be fetched
    pending_because: str | None = None  # hosts that the run stopped asking, and why
    start_problem: str | None = None  # why a start page could not be fetched
    articles_tried: int = 0  # requested pages that are no lists, answered or not
    articles_failed: int = 0  # of them the temporary failures: errors, login and block pages
    callback_errors: int = 0
    articles: int = 0  # written by this run
    known_links: int = 0  # links of lists that were known already, and lists that were unchanged
    lists: int = 0  # list pages read
    article_links: int = 0  # links to articles on them, known ones too
    unmatched_links: int = 0  # links on them that look like articles and that article_links does not take
    unmatched_example: str | None = None
    filled_by_script: str | None = None  # a list without such links that a script seems to fill
    had_articles_before: bool = False
    output_problem: str | None = None  # why the output could not be written, and what to do about it
    is_database_away: bool = False  # the problem is that the shared database was away
    is_crash: bool = False  # the problem is a mistake of this program
    drift: list[str] = field(default_factory=list)
    repair: str | None = None  # the command that brings the articles of a drift right; None where no page is kept
    error_share_max: float | None = None  # ERROR_SHARE_MAX; None: failed pages alone do not count
    article_failure_share_max: float = 0.5  # ARTICLE_FAILURE_SHARE_MAX
    callback_error_share_max: float = 0.5  # CALLBACK_ERROR_SHARE_MAX
    min_articles: int = 0  # MIN_ARTICLES


@dataclass(slots=True, frozen=True)
class Verdict:
    """The word for the report, the exit code of the process, and what to do."""

    word: str
    code: ExitCode
    sentence: str


def judge(facts: Facts) -> Verdict:
    """The verdict on a run; the worst comes first."""
    return (
        _ended_early(facts)
        or _too_little(facts)
        or _articles_failed(facts)
        or _left_over(facts)
        or Verdict("complete", ExitCode.COMPLETE, f"everything was crawled{_left_out(facts)}")
    )


def _left_out(facts: Facts) -> str:
    """What a run that is complete left out by the spider's own pattern: it may be too narrow, and nobody would know."""
    if not facts.unmatched_links:
        return ""
    links = "link" if facts.unmatched_links == 1 else "links"
    return (
        f"; {facts.unmatched_links} {links} like {facts.unmatched_example} look like articles and are not followed, "
        "because article_links does not take them"
    )


def _ended_early(facts: Facts) -> Verdict | None:
    if facts.output_problem is not None:
        if facts.is_database_away:
            return Verdict("database away", ExitCode.DATABASE_AWAY, facts.output_problem)
        if facts.is_crash:
            return Verdict("crashed", ExitCode.CRASHED, facts.output_problem)
        return Verdict("output failed", ExitCode.OUTPUT_FAILED, facts.output_problem)
    if facts.reason in ("shutdown", "cancelled"):
        return Verdict("interrupted", ExitCode.INTERRUPTED, "run the same command again to continue")
    if facts.reason == "start_error":
        return Verdict("crashed", ExitCode.CRASHED, "the spider's start() raised; see the error above")
    if facts.reason != "finished":
        return Verdict("partial", ExitCode.PARTIAL, f"ended by {facts.reason}; run the same command again to continue")
    return None


def _too_little(facts: Facts) -> Verdict | None:
    if facts.pages == 0 and facts.start_problem is not None:
        return Verdict("start page failed", ExitCode.START_FAILED, facts.start_problem)
    tried = facts.pages + facts.failures
    if facts.callback_errors and facts.callback_errors >= facts.callback_error_share_max * max(1, facts.pages):
        return Verdict(
            "too many errors",
            ExitCode.TOO_MANY_ERRORS,
            f"callbacks raised on {facts.callback_errors} of {facts.pages} pages; mend the spider, then run again",
        )
    if facts.error_share_max is not None and facts.failures > facts.error_share_max * tried:
        return Verdict(
            "too many errors", ExitCode.TOO_MANY_ERRORS, f"{facts.failures} of {tried} pages failed (ERROR_SHARE_MAX)"
        )
    if facts.had_articles_before and facts.lists and not facts.articles and not facts.known_links:
        return Verdict(
            "no articles",
            ExitCode.NO_ARTICLES,
            "earlier runs found articles, this one no link to any; look at the site",
        )
    if facts.filled_by_script is not None and not facts.articles and not facts.article_links:
        return Verdict(
            "no articles",
            ExitCode.NO_ARTICLES,
            f"{facts.filled_by_script} shows no link to an article; a script fills it, and scripts are not run: "
            "start at a feed, a sitemap or another list",
        )
    if facts.articles < facts.min_articles:
        return Verdict(
            "no articles",
            ExitCode.NO_ARTICLES,
            f"{facts.articles} articles, under MIN_ARTICLES={facts.min_articles}",
        )
    if facts.drift:
        repair = f"; when the spider is mended: {facts.repair}" if facts.repair is not None else ""
        sentence = f"the site's pages have changed: {facts.drift[0]}{repair}"
        return Verdict("layout drift", ExitCode.LAYOUT_DRIFT, sentence)
    return None


def _left_over(facts: Facts) -> Verdict | None:
    """Partial, if pages are still to be fetched: their host gave pages, and then asked for time or went away."""
    if not facts.pending:
        return None
    why = f" ({facts.pending_because})" if facts.pending_because else ""
    return Verdict(
        "partial", ExitCode.PARTIAL, f"{facts.pending} pages are still to be fetched{why}; run the same command again"
    )


def _articles_failed(facts: Facts) -> Verdict | None:
    """Articles failed, if most articles of the run could not be fetched.

    Where even more pages are still pending, a host has gone away or asked for time, and the failed articles were the
    first sign of it. Then the run is partial.
    """
    failed, tried = facts.articles_failed, facts.articles_tried
    if failed > facts.pending and failed >= FEWEST_FAILED and failed > facts.article_failure_share_max * tried:
        return Verdict(
            ARTICLES_FAILED,
            ExitCode.TOO_MANY_ERRORS,
            f"{failed} of {tried} articles could not be had (ARTICLE_FAILURE_SHARE_MAX); the next runs try them again",
        )
    return None
