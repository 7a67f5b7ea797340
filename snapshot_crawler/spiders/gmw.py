"""光明网 (gmw.cn): national paper.

Held against saved pages: addresses and pages of 2024.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class GmwSpider(NewsSpider):
    name = "gmw"
    start_urls = ["https://politics.gmw.cn/", "https://news.gmw.cn/"]
    allowed_domains = ["gmw.cn"]
    article_links = r"/20\d{2}-\d{2}/\d{2}/content_\d+\.htm"
    timezone = "Asia/Shanghai"
