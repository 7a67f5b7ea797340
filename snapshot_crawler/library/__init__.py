"""The published articles of all jobs as one searchable store: committed output lines in; lists, hits and exports out.

Who reads opens a Library (library.py). Who fills it runs a Follower (follow.py), or `scrapy library build`. The outputs
are the truth: the store may be thrown away, and is made again from them. No Scrapy inside.
"""
