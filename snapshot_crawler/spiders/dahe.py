"""大河网 (dahe.cn): provincial paper.

Held against saved pages: two pages' fields; their address form is from general knowledge.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class DaheSpider(NewsSpider):
    name = "dahe"
    start_urls = ["https://news.dahe.cn/"]
    allowed_domains = ["dahe.cn"]
    article_links = r"/20\d{2}/\d{2}-\d{2}/\d+\.html"
    timezone = "Asia/Shanghai"
