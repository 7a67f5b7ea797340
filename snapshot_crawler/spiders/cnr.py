"""央广网 (cnr.cn): national radio; GBK pages.

Held against saved pages: one GBK page's fields; its address form is from general knowledge.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class CnrSpider(NewsSpider):
    name = "cnr"
    start_urls = ["https://news.cnr.cn/native/gd/"]
    allowed_domains = ["cnr.cn"]
    article_links = r"/t20\d{6}_\d+\.s?html"
    timezone = "Asia/Shanghai"
