"""中国青年网 (youth.cn): national portal.

Held against saved pages: addresses and pages of 2024.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class YouthSpider(NewsSpider):
    name = "youth"
    start_urls = ["https://news.youth.cn/gn/", "https://news.youth.cn/gj/"]
    allowed_domains = ["youth.cn"]
    article_links = r"/20\d{4}/t20\d{6}_\d+\.htm"
    timezone = "Asia/Shanghai"
