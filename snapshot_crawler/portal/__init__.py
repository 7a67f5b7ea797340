"""The portal: what lies below DATA_DIR as a snapshot site that people read and search. Library in, pages out.

`scrapy portal` starts it (commands/portal.py, serve.py). It only reads: a process of its own fills the library beside
it (following.py), and each request borrows a connection that cannot write (readers.py).

Who adds what, and where:

- A page: a function in pages/ that takes an Asked (asked.py) and gives a Response, with its address in that file's
  ROUTES, and one line in routes.py. Handlers are plain functions: they run in threads, never in the event loop.
- An address: a function in addresses.py. Templates and handlers call it; nothing else writes addresses.
- A template: templates/NAME.html extends base.html. Jinja2's escaping is always on; no `|safe`, no inline script or
  style: the Content-Security-Policy (security.py) lets neither pass. A handler may set a policy of its own.
- Words of the pages: words.py, in Chinese and English, one line each.
- A setting: PORTAL_... in settings.py, read and checked in configuration.py.
- Links in every page's head (feeds): block `head` of base.html. A line below an article: article.html.
- What needs a server (a form, a search): inside `{% if not is_built %}`; built/ makes files of all other pages.
- What waits for the reader's clock (notices): a task in app.py's lifespan.

Tests: tests/portal/conftest.py has an in-process client over a small library.
"""

USUAL = "127.0.0.1:8080"  # where it listens; here, since the command and the deployment's tests need no web server
