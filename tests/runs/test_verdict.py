"""What a run's facts come to, where a threshold decides."""

from __future__ import annotations

import pytest

from snapshot_crawler.exceptions import ExitCode
from snapshot_crawler.runs.verdict import FEWEST_FAILED, Facts, judge


@pytest.mark.parametrize(
    ("tried", "failed", "word"),
    [
        (12, 12, "articles failed"),  # an outage
        (12, 7, "articles failed"),
        (12, 6, "complete"),  # half is not most
        (FEWEST_FAILED - 1, FEWEST_FAILED - 1, "complete"),  # single pages, though all there were
        (40, 8, "complete"),  # a host that is gone beside good ones
        (0, 0, "complete"),
    ],
)
def test_a_run_in_which_most_articles_failed_is_not_complete(tried: int, failed: int, word: str) -> None:
    verdict = judge(Facts(pages=50, articles_tried=tried, articles_failed=failed))
    assert verdict.word == word
    assert verdict.code == (ExitCode.TOO_MANY_ERRORS if word == "articles failed" else ExitCode.COMPLETE)


def test_drift_says_more_than_failed_articles_and_the_threshold_is_the_operators() -> None:
    assert judge(Facts(pages=9, articles_tried=9, articles_failed=9, drift=["login on 9"])).word == "layout drift"
    facts = Facts(pages=9, articles_tried=9, articles_failed=9, article_failure_share_max=1)
    assert judge(facts).word == "complete"


@pytest.mark.parametrize(
    ("pending", "failed", "word"),
    [(40, 0, "partial"), (40, 8, "partial"), (1, 12, "articles failed"), (0, 2, "complete")],
)
def test_what_is_still_to_be_fetched_is_never_complete_and_the_larger_trouble_is_told(
    pending: int, failed: int, word: str
) -> None:
    facts = Facts(pages=9, pending=pending, articles_tried=failed, articles_failed=failed)
    facts.pending_because = "h.example: asked to wait 86400 s"
    verdict = judge(facts)
    assert verdict.word == word
    if word == "partial":
        assert verdict.code == ExitCode.PARTIAL
        assert verdict.sentence.startswith("40 pages are still to be fetched (h.example: asked to wait 86400 s)")


def test_a_start_that_failed_says_more_than_pages_that_are_left() -> None:
    assert judge(Facts(pages=0, pending=5, start_problem="gone")).code == ExitCode.START_FAILED
    assert judge(Facts(pages=9, pending=5, start_problem="gone")).code == ExitCode.PARTIAL
