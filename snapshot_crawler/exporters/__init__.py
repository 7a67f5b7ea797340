"""The output: formats (lines.py, documents.py), the file that is committed (files.py) and how it is recovered
(remains.py), Scrapy's side of it (feed.py, storage.py, compression.py), and what was dropped (rejected.py)."""
