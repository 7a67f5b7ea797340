"""Golden pages of what the archive keeps: a job's archive in, saved pages with what the spider reads from them out.

`scrapy site-test NAME --from-archive N` calls it. The pages are spread over the time that the archive covers, so that
they show a site's layouts and not one day of it.
"""

from __future__ import annotations

from pathlib import Path

from scrapy import Spider
from scrapy.settings import Settings

from snapshot_crawler.archive.find import Indexed, indexed, with_body
from snapshot_crawler.archive.places import jobs_with_archive
from snapshot_crawler.archive.reader import Capture
from snapshot_crawler.authoring.golden import replay
from snapshot_crawler.authoring.saved import SavedPage, saved_pages
from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.meta import DISCOVERED_BY
from snapshot_crawler.pages.kinds import PAGE_LIST_KINDS
from snapshot_crawler.runs.kept import field_of, plain_body
from snapshot_crawler.urls import article_id, normalised

LINKED = "related"  # kind of a page that is surely an article, whatever list led to it


def save_kept(folder: Path, spider_class: type[Spider], settings: Settings, number: int) -> list[str]:
    """Save so many kept article pages that are not there yet, with their records; the names of the pages.

    folder: of the site's saved pages. Raises ConfigurationError where nothing is kept.
    """
    root = Path(settings["DATA_DIR"])
    there = list(saved_pages(folder)) if folder.is_dir() else []
    known = {page.url for page in there}
    kept = [each for job in _jobs(root, spider_class.name, settings["JOB_NAME"]) for each in _articles(root, job)]
    new = {each.url: each for each in kept if each.url not in known}  # the newest capture of each address
    if not kept:
        raise ConfigurationError(f"no article page of {spider_class.name} is kept below {root}; crawl the site first")
    first = max((int(page.name[:3]) for page in there if page.name[:3].isdigit()), default=0) + 1
    names: list[str] = []
    for each in _spread(sorted(new.values(), key=lambda each: each.at), number):
        page = _page(root, each, f"{first + len(names):03d}-kept")
        if page is not None:
            page.expected = replay(page, spider_class, settings)
            page.write(folder)
            names.append(page.name)
    return names


def _jobs(root: Path, spider: str, own: str) -> list[str]:
    """The jobs of a spider that have an archive; own: JOB_NAME, where it is set."""
    jobs = jobs_with_archive(root)
    return [job for job in jobs if (job == own if own else job.partition("@")[0].partition("+")[0] == spider)]


def _articles(root: Path, job: str) -> list[Indexed]:
    """The captures of whole articles, or of their first part."""
    found = (each for each in indexed(root, job) if each.articles and each.status in (0, 200))
    return [each for each in found if article_id(normalised(each.url)) in each.articles]


def _spread(found: list[Indexed], number: int) -> list[Indexed]:
    """So many of them, at even steps, the newest among them."""
    number = min(number, len(found))
    return [found[len(found) - 1 - place * len(found) // number] for place in range(number)][::-1]


def _page(root: Path, place: Indexed, name: str) -> SavedPage | None:
    """The page to save; None for one that is damaged."""
    found = place.capture()
    capture = with_body(root, place.job, found) if isinstance(found, Capture) else found
    if not isinstance(capture, Capture):
        return None
    kind = str((capture.note.get(DISCOVERED_BY) or {}).get("kind") or LINKED)
    declared = b", ".join(field_of(capture, b"content-type")).decode("latin-1")
    return SavedPage(
        name=name,
        url=capture.url,
        body=plain_body(capture),
        fetched_at=capture.fetched_at,
        kind=LINKED if kind in PAGE_LIST_KINDS else kind,
        headers={"Content-Type": declared} if declared else {},
    )
