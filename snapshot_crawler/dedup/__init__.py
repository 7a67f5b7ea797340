"""The index of what was seen before, across runs and sites. Knows no Scrapy."""
