"""How a page is fetched: one HTTP exchange with a judged address, bounded in time and size (docs/threat-model.md).

http1.py (bytes of a response -> head and body), connection.py (one connection and the pool), resolver.py (a name ->
addresses), tls.py, handler.py (Scrapy's download handler, which puts them together).

Why not one of Scrapy's handlers. Measured on loopback, 14 KB pages, CPU of the crawler's process per request: Twisted
HTTP11 0.37 ms, aiohttp 0.22 ms, this 0.15 ms. Twisted keeps headers without any bound, so that a head without end took
1.2 GB. aiohttp bounds them, but refuses pages that every browser shows: a header line without a colon, a value in GBK,
a doubled Content-Length, Content-Length beside chunked. Both look names up again, after whatever a middleware judged.
"""
