"""Our own signals, sent through Scrapy's signal manager.

page_rejected(request, reason, detail, spider): a page will not become an article. reason is a short fixed word such
as "robots", "address", "too-large", "not-html", "soft-404", "block-page", "trap", "not-article"; detail is a sentence
for a person, or None. Sent by whoever decides it; heard by the rejected-file writer, the frontier (outcome of the
request) and the run report. Never sent for items: a pipeline raises DropItem instead.

list_read(request, links, spider): a page of links was read; links is how many of them lead to articles, known ones
too. Sent by NewsSpider; heard by the watch for layout drift.

frontier_committed(urls, spider): these request URLs are acknowledged and the output lines that came of them are on
disk. Sent by the scheduler after each commit; heard by the de-duplicating pipeline.

storage_failed(error, spider): a file below DATA_DIR or an output cannot be written. Sent by whoever meets it; heard by
the scheduler, which ends the run without committing anything more.
"""

from __future__ import annotations

page_rejected = object()
list_read = object()
frontier_committed = object()
storage_failed = object()
