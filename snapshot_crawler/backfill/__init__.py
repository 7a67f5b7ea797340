"""A crawl that reads WARC files instead of the network: `scrapy crawl NAME -a warc=PATH`. Any spider, no request."""
