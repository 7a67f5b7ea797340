"""环球网 (huanqiu.com): portal of a national paper.

Held against saved pages: one page's fields; its address form is from general knowledge.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class HuanqiuSpider(NewsSpider):
    name = "huanqiu"
    start_urls = ["https://china.huanqiu.com/", "https://world.huanqiu.com/"]
    allowed_domains = ["huanqiu.com"]
    article_links = r"huanqiu\.com/article/\w{8,}$"
    timezone = "Asia/Shanghai"
