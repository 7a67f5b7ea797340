"""腾讯新闻 (news.qq.com, new.qq.com): portal.

Held against saved pages: addresses and pages of 2024.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class TencentSpider(NewsSpider):
    name = "tencent"
    start_urls = ["https://news.qq.com/"]
    allowed_domains = ["qq.com"]
    article_links = r"/rain/a/20\d{6}\w{8}|/(?:omn|cmsn)/20\d{6}/\w+\.html|/a/20\d{6}/\d+\.htm"
    timezone = "Asia/Shanghai"
