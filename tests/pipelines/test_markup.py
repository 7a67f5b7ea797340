"""No text of an article keeps markup, whatever a broken page has left in it."""

from __future__ import annotations

from snapshot_crawler.items import Article, Image, LinkRow
from snapshot_crawler.pipelines.validate import ValidatePipeline

NASTY = "<script>alert(1)</script><b onclick=x>好</b><!-- x -->"


def test_every_text_loses_its_markup_and_keeps_its_words() -> None:
    url = "https://news.example/2024/06/1.html"
    article = Article(id="0" * 40, url=url, site="news", title=f"{NASTY}标题", body=f"正文{NASTY}，1 < 2 而 a<b")
    article.category, article.source = f"{NASTY}类", NASTY
    article.authors, article.breadcrumbs = [NASTY, "<br>"], [NASTY]
    article.related = [LinkRow(url, NASTY, "<p>")]
    article.images = [Image(url, NASTY)]
    done = ValidatePipeline().process_item(article)
    assert (done.title, done.body, done.category, done.source) == ("好标题", "正文好，1 < 2 而 a<b", "好类", "好")
    assert (done.authors, done.breadcrumbs) == (["好"], ["好"])
    assert done.related == [LinkRow(url, "好", None)]
    assert done.images == [Image(url, "好")]
