"""Invented sites in English, whose pages follow other customs: bylines, time zones, month names, teasers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from snapshot_crawler.demo.grammar import Dice
from tests.authoring.layouts import paragraphs
from tests.authoring.samples import Sample, cut
from tests.authoring.stories import Story

WHO = ("The council", "The ferry company", "A group of parents", "The harbour office", "The library", "A local bakery")
DID = ("has agreed to repair", "will close", "has reopened", "wants to sell", "is looking for", "has counted")
WHAT = ("the old pier", "twelve benches", "the night bus", "a row of lime trees", "the market hall", "two footbridges")
WHY = (
    "after a winter of storms",
    "as costs keep rising",
    "following a vote on Tuesday",
    "for the first time in decades",
)
SAID = (
    "said the mayor, who visited the site twice",
    "according to a report of forty pages",
    "residents told this newspaper",
)
NAMES = ("Ada Winterbourne", "Tom Larkfield", "Priya Marlowe", "Joan Eddis")


def sentence(dice: Dice) -> str:
    """A sentence that nobody else has."""
    number = 10 + dice.below(990)
    return f"{dice.pick(WHO)} {dice.pick(DID)} {dice.pick(WHAT)} {dice.pick(WHY)}, {dice.pick(SAID)}, and {number} people signed."


def write(seed: str, count: int = 24) -> list[Story]:
    """Stories in English, newest first."""
    stories = []
    for number in range(count):
        dice = Dice(f"{seed}/{number}")
        title = f"{dice.pick(WHO)} {dice.pick(DID)} {dice.pick(WHAT)} {dice.pick(WHY)} ({number + 2} photos)"
        text = tuple(" ".join(sentence(dice) for _ in range(3)) for _ in range(6))
        published = datetime(2024, 3, 4, 14, 20, tzinfo=UTC) - timedelta(hours=19 * number, minutes=dice.below(60))
        stories.append(Story(number, ("local", "culture")[number % 2], title, text, published, "", dice.pick(NAMES)))
    return stories


def local_paper() -> Sample:
    """Slugs, a JSON-LD graph with Person nodes, time tags in UTC, "Older" paging, a most-read list and a cookie notice."""
    site, stories = Sample(has_source=False, with_seconds=False), write("local")

    def path(story: Story) -> str:
        words = "-".join(word for word in story.title.lower().split()[:7] if word.isalpha())
        return f"/news/{story.section}/{words}-{5100 + story.number}"

    def shell(title: str, main: str, head: str = "") -> str:
        nav = "".join(f'<li><a href="/news/{k}">{k.title()}</a></li>' for k in ("local", "culture"))
        most = "".join(f'<li><a href="{path(s)}">{s.title}</a></li>' for s in stories[:5])
        return (
            f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{title} | The Pier Gazette</title><meta property="og:site_name" content="The Pier Gazette">{head}</head><body>'
            f'<div id="consent">We value your privacy. <button>Accept all</button></div><header><nav><ul>{nav}<li><a href="/subscribe">Subscribe</a></li></ul></nav></header>{main}'
            f"<aside><h3>Most read</h3><ol>{most}</ol></aside><footer>© 2024 The Pier Gazette. <a href=/terms>Terms</a></footer></body></html>"
        )

    def teasers(found: list[Story]) -> str:
        return "".join(
            f'<div class="teaser"><h2><a href="{path(s)}">{s.title}</a></h2><p>{s.paragraphs[0][:90]}…</p><time datetime="{s.published.isoformat()}">{s.published:%d %b}</time></div>'
            for s in found
        )

    for base, found in [
        ("/", stories),
        *((f"/news/{k}", [s for s in stories if s.section == k]) for k in ("local", "culture")),
    ]:
        pages = cut(found)
        for number, part in enumerate(pages, 1):
            older = f'<a rel="next" href="{base}?page={number + 1}">Older</a>' if number < len(pages) else ""
            site.add(
                base if number == 1 else f"{base}?page={number}", shell("News", f"<main>{teasers(part)}{older}</main>")
            )
    for story in stories:
        graph = {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "NewsArticle",
                    "headline": story.title,
                    "datePublished": story.published.isoformat(),
                    "author": {"@id": "#a"},
                },
                {"@type": "Person", "@id": "#a", "name": story.author},
                {"@type": "Organization", "name": "The Pier Gazette"},
            ],
        }
        main = (
            f'<main><article><h1>{story.title}</h1><p class="byline">By <a href="/authors/x">{story.author}</a>, Local Reporter</p><p class="when"><time datetime="{story.published.isoformat()}">{story.published:%d %B %Y, %H:%M} GMT</time></p>'
            f'<div class="share"><a href="#">Share</a><a href="#">Tweet</a></div>{paragraphs(story)}<p class="tags">Topics: <a href="/topic/pier">Pier</a></p></article></main>'
        )
        site.add(
            path(story), shell(story.title, main, f'<script type="application/ld+json">{json.dumps(graph)}</script>')
        )
        site.articles[path(story)] = story
    return site


def plain_blog() -> Sample:
    """No metadata at all: /2024/03/title.html, "Monday, March 4, 2024 at 2:20 PM UTC by NAME", Previous Posts."""
    site, stories = Sample(has_source=False), write("plain")

    def path(story: Story) -> str:
        return f"/{story.published:%Y/%m}/{'-'.join(story.title.lower().split()[:4])}-{story.number}.html"

    def shell(title: str, main: str) -> str:
        return f'<html><head><title>{title} - Saltmarsh Notes</title></head><body><div class="side"><a href="/">Home</a> <a href="/about.html">About</a></div>{main}<p>Powered by Pages</p></body></html>'

    pages = cut(stories)
    for number, part in enumerate(pages, 1):
        rows = "".join(
            f'<h3><a href="{path(s)}">{s.title}</a></h3><div>{s.paragraphs[0][:120]} <a href="{path(s)}">Read more</a></div>'
            for s in part
        )
        older = f'<a href="/index{number + 1}.html">Older posts &raquo;</a>' if number < len(pages) else ""
        site.add("/" if number == 1 else f"/index{number}.html", shell("Home", rows + older))
    for story in stories:
        at = story.published
        when = (
            f"{at:%A}, {at:%B} {at.day}, {at.year} at {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'} UTC"
        )
        main = f'<h3>{story.title}</h3><div class="stamp">{when} by {story.author}</div><div class="post">{paragraphs(story)}</div><h4>2 comments</h4><div>Nice piece!</div><div>I was there too.</div>'
        site.add(path(story), shell(story.title, main))
        site.articles[path(story)] = story
    return site


FOREIGN: dict[str, Callable[[], Sample]] = {"local-paper": local_paper, "plain-blog": plain_blog}
