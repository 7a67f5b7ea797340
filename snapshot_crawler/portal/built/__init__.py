"""The portal as files for any web server (`scrapy portal build DIR`): the same pages, made by the same application.

build.py walks the portal's links from its front page and writes each page that it comes to:

- asking.py asks the application, in process, without a port;
- places.py says which file and which address a page has on a web server that knows nothing but files;
- links.py turns the addresses in a page into those, and finds the pages to come;
- folder.py keeps the files: it writes only what has changed, and takes away what is gone;
- servers.py writes what nginx and Caddy are to know.

What needs a server is left out: search, subscriptions, forms. Templates ask `is_built` for it.
"""
