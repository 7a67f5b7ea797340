"""The pages of the portal, asked of the application itself."""

from __future__ import annotations

from tests.library.outputs import name_of
from tests.portal.client import Client


def test_the_front_page_shows_categories_and_the_newest(client: Client) -> None:
    page = client.page("/")
    assert [node.text() for node in page.css(".desk h2")] == ["科技", "体育", "国内"]  # who has the newest is first
    assert len(page.css(".newest .row")) == 30
    assert page.css_first("a[rel=next]").attributes["href"] == "/?page=2"


def test_an_articles_page_has_the_labels_of_a_snapshot(client: Client) -> None:
    page = client.page(f"/detail/{name_of(4)}.html")
    text = page.body.text(separator=" ")
    for label in ("类别：", "发布时间：", "来源：", "快照生成时间：", "信息原文地址："):
        assert label in text
    assert [node.text() for node in page.css(".text p")] == ["苏州实验室第4次会议。", "会议在澄埠市举行。"]


def test_an_unknown_article_is_404(client: Client) -> None:
    assert client.get("/detail/" + "0" * 40 + ".html").status_code == 404
    assert client.get("/category/没有").status_code == 404
    assert client.get("/nothing").status_code == 404
