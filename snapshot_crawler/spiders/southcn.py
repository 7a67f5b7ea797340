"""南方网 (southcn.com): provincial portal.

Held against saved pages: addresses and pages of 2024.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class SouthcnSpider(NewsSpider):
    name = "southcn"
    start_urls = ["https://news.southcn.com/"]
    allowed_domains = ["southcn.com"]
    article_links = r"/node_\w+/[0-9a-f]{8,}\.shtml"
    timezone = "Asia/Shanghai"
