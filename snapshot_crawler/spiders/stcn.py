"""证券时报网 (stcn.com): financial paper.

Held against saved pages: one page's fields; its address form is from general knowledge.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class StcnSpider(NewsSpider):
    name = "stcn"
    start_urls = ["https://www.stcn.com/article/list/yw.html"]
    allowed_domains = ["stcn.com"]
    article_links = r"/article/detail/\d+\.html"
    timezone = "Asia/Shanghai"
