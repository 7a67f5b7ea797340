"""The embedded sample site of `scrapy demo`.

grammar.py writes the texts and stories.py the facts; shell.py, layouts.py and pages.py make pages of them; server.py
serves these, and check.py holds a crawl's output against the facts.
"""
