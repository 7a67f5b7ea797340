"""1905电影网 (1905.com): film news.

Held against saved pages: addresses and pages of 2024.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class Movie1905Spider(NewsSpider):
    name = "movie1905"
    start_urls = ["https://www.1905.com/news/"]
    allowed_domains = ["1905.com"]
    article_links = r"/news/20\d{6}/\d+\.shtml"
    timezone = "Asia/Shanghai"
