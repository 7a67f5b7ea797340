"""新华网 (news.cn, xinhuanet.com): state agency.

Held against saved pages: the address forms of 2012, 2020, 2023 and 2024 and pages of all four.
Only a live crawl can show whether the start pages still list articles, and whether the site's robots.txt lets us in.
"""

from snapshot_crawler.spiders.news import NewsSpider


class XinhuaSpider(NewsSpider):
    name = "xinhua"
    start_urls = ["http://www.news.cn/politics/", "http://www.news.cn/local/", "http://www.news.cn/world/"]
    allowed_domains = ["news.cn", "xinhuanet.com"]
    article_links = r"/20\d{6}/[0-9a-f]{32}/c\.html|/20\d{2}-\d{2}/\d{2}/(?:c|content)_\d+\.htm"
    timezone = "Asia/Shanghai"
