"""搜狐 (sohu.com): portal.

Held against saved pages: addresses and pages of 2024; GBK pages of the years before 2010.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class SohuSpider(NewsSpider):
    name = "sohu"
    start_urls = ["https://news.sohu.com/"]
    allowed_domains = ["sohu.com"]
    article_links = r"/a/\d+_\d+(?:$|\?)|/20\d{6}/n\d+\.shtml"
    timezone = "Asia/Shanghai"
