"""Which failures are temporary: an outcome or a status goes in, yes or no comes out.

Called by the frontier, which tries such a page again in later runs, and by the guard against traps, which takes it for
no sign of a trap. A page that could not be fetched, or that a login or block page hid, has shown nothing of itself.
"""

from __future__ import annotations

from snapshot_crawler.frontier.outcome import Kind, Outcome

FAILED = "failed"  # given up after all tries
WALLS = frozenset({"login", "block-page"})  # the answer has status 200, but it is a page that hides the wanted one
LATER_RUN = "later-run"  # not asked for in this run, because pages of its family could not be fetched
SHUT_OUT = WALLS | {LATER_RUN}  # the page was not seen, nor were the pages that redirect to it
FOR_NOW = SHUT_OUT | {FAILED}  # reasons of page_rejected after which the next runs try again


def is_temporary_status(status: int) -> bool:
    """Whether a status says that the page cannot be had now: faults of the server, and doors that it keeps shut."""
    return status >= 500 or status in (401, 403, 408, 429)


def is_temporary_outcome(outcome: Outcome | None) -> bool:
    """Whether the outcome of an address names a reason for the time being."""
    return outcome is not None and outcome.kind == Kind.REJECTED and outcome.reason in FOR_NOW
