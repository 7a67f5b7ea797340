"""半月谈网 (banyuetan.org): national magazine.

Held against saved pages: one address and page of 2020.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class BanyuetanSpider(NewsSpider):
    name = "banyuetan"
    start_urls = ["http://www.banyuetan.org/"]
    allowed_domains = ["banyuetan.org"]
    article_links = r"/detail/20\d{6}/\d+_\d+\.html"
    timezone = "Asia/Shanghai"
