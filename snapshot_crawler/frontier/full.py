"""What `-a full=1` means: everything is fetched anew, once; killed or stopped, the same command goes on with it.

Into a *fresh* file (-O, a new or empty one, standard output) every article comes once, also those that earlier runs
published elsewhere: they are withdrawn from the index and published again. Into what the job has written before (the
default output, whose files belong together, or the file of earlier runs) only new and changed ones come.

Called by the scheduler, before and after a run.
"""

from __future__ import annotations

from scrapy import Spider

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.frontier.output import PlannedOutput
from snapshot_crawler.frontier.store import Store

NOTE = "full"  # of the frontier: which outputs the full crawl that is under way writes to
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off", "none"})


def yes_or_no(name: str, value: str | int) -> bool:
    """What a switch such as full=1 says. Raises ConfigurationError for a word that is neither yes nor no."""
    word = str(value).strip().lower()
    if word in YES or word in NO:
        return word in YES
    raise ConfigurationError(f"{name} is {value!r}; it takes 1, true or yes, else 0, false or no")


def is_full(spider: Spider) -> bool:
    """Whether the run is to fetch everything anew. Raises ConfigurationError for an argument that is no yes or no."""
    value = getattr(spider, "full", None)
    return yes_or_no("full", value) if isinstance(value, (str, int)) else False  # a method of that name says nothing


def begin_full_crawl(
    store: Store, planned: list[PlannedOutput], *, is_shared: bool = False, is_first: bool = True
) -> None:
    """Make everything pending, unless a full crawl into the same outputs is under way. Raises ConfigurationError.

    is_shared: other processes have outputs of their own, so one full crawl at a time is under way. is_first: none of
    them is at work now.
    """
    planned = [output for output in planned if output.holds_items]
    outputs = sorted(output.uri for output in planned)
    noted = store.get_state(NOTE)
    if (noted or {}).get("outputs") == outputs or (is_shared and noted is not None):
        return
    if not is_first:
        raise ConfigurationError(
            "other processes work on this job without full=1; wait for their end, then start them with it"
        )
    files = [output for output in planned if output.path is not None]
    fresh = [output for output in files if _is_fresh(output, store)]
    if fresh and len(fresh) < len(files):
        old = next(output for output in files if output not in fresh)
        raise ConfigurationError(
            f"with full=1 {old.path} gets only new articles, but {fresh[0].path} is new and gets all. "
            "Name one of them, or begin both anew with -O."
        )
    store.revive_all()
    if len(fresh) == len(files):
        for output in fresh:
            store.reset_output(output.key)
        store.publish_all_again()
    store.set_state(NOTE, {"outputs": outputs})


def end_full_crawl(store: Store) -> None:
    """The frontier is worked off: the next full=1 begins another full crawl."""
    if store.get_state(NOTE) is not None and not store.counts().get("pending"):
        store.set_state(NOTE, None)


def _is_fresh(output: PlannedOutput, store: Store) -> bool:
    assert output.path is not None
    if output.is_own:
        return False  # a file of this run alone, but one of the job's many
    if output.overwrite or not output.path.exists() or not output.path.stat().st_size:
        return True
    commits = store.boundaries(output.key, most=1)
    return not commits or not commits[0][1]
