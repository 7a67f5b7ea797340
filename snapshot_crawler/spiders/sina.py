"""新浪 (sina.com.cn): portal.

Held against saved pages: addresses and pages of 2016 to 2024; the GBK pages before 2010 too.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class SinaSpider(NewsSpider):
    name = "sina"
    start_urls = ["https://news.sina.com.cn/china/", "https://news.sina.com.cn/world/"]
    allowed_domains = ["sina.com.cn"]
    article_links = r"/20\d{2}-\d{2}-\d{2}/(?:doc|detail)-\w+\.s?html"
    timezone = "Asia/Shanghai"
