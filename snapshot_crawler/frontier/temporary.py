"""What went wrong for the time being and what for good: the words of an outcome and the statuses, told apart.

The scheduler asks it what becomes of an address; the guard against traps asks it what speaks against a family of
addresses. A page that could not be had, or that stood behind a login or a block page, says nothing about itself: it
is tried again in later runs.
"""

from __future__ import annotations

from snapshot_crawler.frontier.outcome import Kind, Outcome

FAILED = "failed"  # given up after all tries
WALLS = frozenset({"login", "block-page"})  # answered with 200, by a page that stands before the one that was meant
BEHIND_WALL = "behind_wall"  # meta of a request that is told as rejected: it was redirected to a wall
LATER_RUN = "later-run"  # not asked for in this run, because others like it could not be had
SHUT_OUT = WALLS | {LATER_RUN}  # nothing was seen of the page, and of those that redirect to it neither
FOR_NOW = SHUT_OUT | {FAILED}  # reasons of page_rejected after which the next runs try again


def is_temporary_status(status: int) -> bool:
    """Whether a status says that the page cannot be had now: faults of the server, and doors that it keeps shut."""
    return status >= 500 or status in (401, 403, 408, 429)


def is_temporary_outcome(outcome: Outcome | None) -> bool:
    """Whether the outcome of an address names a reason for the time being."""
    return outcome is not None and outcome.kind == Kind.REJECTED and outcome.reason in FOR_NOW
