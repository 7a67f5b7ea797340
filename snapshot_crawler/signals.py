"""Our own signals, sent through Scrapy's signal manager.

page_rejected(request, reason, detail, spider): a page will not become an article. reason is a short fixed word such
as "robots", "address", "too-large", "not-html", "soft-404", "block-page", "trap", "not-article"; detail is a sentence
for a person, or None. Sent by whoever decides it; heard by the rejected-file writer, the frontier (outcome of the
request) and the run report. Never sent for items: a pipeline raises DropItem instead.

list_read(request, links, needs_script, unmatched, spider): a page of links was read; links is how many of them lead to
articles, known ones too; needs_script: it has none and looks as if a script filled it; unmatched: addresses that look
like articles and that the spider's article_links does not take. Sent by NewsSpider; heard by the watch for
layout drift and the run report.

links_left(links, found_on, spider): links that stand on the page found_on and are not followed, a dict of address to
reason ("pattern: ..."). Sent by whoever leaves them; heard by the frontier, for `scrapy explain`.

frontier_committing(is_last, spider): what is handed to the frontier now (door.Frontier.remember) goes into the commit
that follows. is_last: the job is worked off. Sent by the scheduler before each commit; heard by who keeps notes.

frontier_committed(urls, spider): these request URLs are acknowledged and the output lines that came of them are on
disk. Sent by the scheduler after each commit; heard by the de-duplicating pipeline.

outputs_asked(spider): which outputs will this run write to? Sent by the scheduler before it cuts or opens any. Whoever
has outputs (the feed export, others beside it) answers with a list of frontier.output.PlannedOutput.

outputs_ready(spider): the outputs of earlier runs are recovered, those of this run claimed: open them. Sent by the
scheduler; heard by whoever answered outputs_asked. An error of ours in either of the two ends the run before anything
is fetched.

storage_failed(error, spider): a file below DATA_DIR or an output cannot be written. Sent by whoever meets it; heard by
the scheduler, which ends the run without committing anything more.
"""

from __future__ import annotations

page_rejected = object()
list_read = object()
links_left = object()
frontier_committing = object()
frontier_committed = object()
outputs_asked = object()
outputs_ready = object()
storage_failed = object()
