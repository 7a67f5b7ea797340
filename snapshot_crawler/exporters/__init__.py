"""The output: formats (lines.py, documents.py), the file that is committed and cut (files.py), Scrapy's side of it
(storage.py, compression.py), and what was dropped (rejected.py)."""
