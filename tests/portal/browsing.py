"""What the tests in a real browser share: the browser, a portal on a port, and a look at a page by axe-core.

They need Debian's Chromium (apt install chromium) and the extra `dev`; without them they are skipped, and say so. A
file of such tests has `pytestmark = IN_A_BROWSER`. While the browser is open, its thread can run no event loop of its
own: these tests ask no tests.portal.client.Client.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from snapshot_crawler.portal.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]  # axe-core's names
NEW_RULES = {"target-size": {"enabled": True}}  # of WCAG 2.2; axe-core leaves it off
HAS_DRIVER = all(find_spec(name) for name in ("playwright", "axe_playwright_python"))
IN_A_BROWSER = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not HAS_DRIVER, reason="the extra `dev` is not installed"),
]


@contextmanager
def serving(root: Path, **settings: Any) -> Iterator[str]:
    """The portal over a DATA_DIR on a port of loopback: its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(root, {"PORTAL_URL": address, **settings}, follows=False)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        thread.start()
        yield address
        server.should_exit = True
        thread.join(60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield opened
        opened.close()


def accessible(page: Any) -> None:
    """No violation of WCAG 2.2 AA that axe-core finds, and nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    # what stands in the frame of a kept page is another site's, and no script may look at it
    options = {"runOnly": RULES, "rules": NEW_RULES, "iframes": False, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
