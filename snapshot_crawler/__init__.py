"""snapshot_crawler: a bulk crawler for news and news-snapshot sites on Scrapy."""

__version__ = "0.1.0"
