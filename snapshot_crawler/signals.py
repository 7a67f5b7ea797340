"""Our own signals, sent through Scrapy's signal manager. Each has its arguments, its senders and its receivers here.

page_rejected(request, reason, detail, spider): a page will not become an article. reason is a short fixed word such
as "robots", "address", "too-large", "not-html", "soft-404", "block-page", "trap", "not-article"; detail is a sentence
for a person, or None. The component that refuses the page sends it. The rejected-file writer, the frontier (outcome of
the request) and the run report receive it. Never for items: a pipeline raises DropItem instead.

list_read(request, links, needs_script, unmatched, spider): a page of links was read. links: how many of them lead to
articles, known ones too. needs_script: it has none, and a script seems to fill it. unmatched: addresses that look like
articles and that the spider's article_links does not take. NewsSpider sends it. The watch for layout drift and the run
report receive it.

links_left(links, found_on, spider): links on the page found_on are not followed; links is a dict of address to reason
("pattern: ..."). The component that leaves them sends it. The frontier receives it, for `scrapy explain`.

frontier_committing(is_last, urls, spider): a commit follows, and notes given to the frontier now
(door.Frontier.remember) are part of it. is_last: the job is worked off; urls: as frontier_committed will have them. The
scheduler sends it before each commit. Components with notes and the de-duplicating pipeline receive it.

frontier_committed(urls, spider): the requests of these URLs are acknowledged, and their output lines are on disk. The
scheduler sends it after each commit. The de-duplicating pipeline receives it.

frontier_dropped(urls, spider): what these requests brought will not be committed, since others have taken their host
over (a frontier that several machines share). The scheduler sends it. The de-duplicating pipeline receives it.

outputs_asked(spider): which outputs will this run write? The scheduler sends it before it cuts or opens any. Each
component with outputs (the feed export and others) answers with a list of frontier.output.PlannedOutput.

outputs_ready(spider): the outputs of earlier runs are recovered and those of this run are claimed: open them. The
scheduler sends it. The components that answered outputs_asked receive it. An error of ours in either of the two
signals ends the run before anything is fetched.

storage_failed(error, spider): a file below DATA_DIR or an output cannot be written. The component that meets the error
sends it. The scheduler receives it, and ends the run without a further commit.
"""

from __future__ import annotations

page_rejected = object()
list_read = object()
links_left = object()
frontier_committing = object()
frontier_committed = object()
frontier_dropped = object()
outputs_asked = object()
outputs_ready = object()
storage_failed = object()
