"""A fetched page, read once: bytes in, text, fields and links out. Knows no Scrapy."""
