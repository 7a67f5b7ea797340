"""Exports: articles of the library out, to files, S3-compatible storage or PostgreSQL; all, or only what is new.

`scrapy export` calls run.py. Nothing here is imported by the rest of the library, and an extra package only where the
form or the place asks for it.
"""
