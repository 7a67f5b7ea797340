"""The packages that the portal's tests need: the extras `portal` and `test`."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

NEEDED = ("starlette", "uvicorn", "jinja2", "nh3", "feedgenerator", "httpx", "feedparser")
MISSING = [name for name in NEEDED if find_spec(name) is None]


@pytest.mark.skipif(bool(MISSING), reason=f"the portal is not tested without {', '.join(MISSING)}: the extra `test`")
def test_the_portals_packages_are_there() -> None:
    assert not MISSING
