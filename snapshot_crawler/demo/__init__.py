"""The embedded sample site of `scrapy demo`."""
