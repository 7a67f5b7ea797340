"""An in-process client over a small library. A test that needs other articles builds its own with portal_of.

Where a package of the portal is missing, test_extra.py says so, and the other files are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.library.outputs import follow, name_of, own, record
from tests.portal.test_extra import MISSING

if TYPE_CHECKING:
    from tests.portal.client import Client

if MISSING:
    collect_ignore = [path.name for path in Path(__file__).parent.glob("test_*.py") if path.name != "test_extra.py"]

CATEGORIES = ("科技", "国内", "体育")
SOURCES = ("溯北周报", "澄埠日报", None)


def articles(most: int = 40) -> list[dict[str, Any]]:
    """Articles of three categories; the first has two versions and another outlet."""
    return [
        record(
            n, category=CATEGORIES[n % 3], source=SOURCES[n % 3], body=f"苏州实验室第{n}次会议。\n\n会议在澄埠市举行。"
        )
        for n in range(1, most + 1)
    ]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR with a library of forty articles; only to be read."""
    root = tmp_path_factory.mktemp("portal")
    own(root, articles())
    own(root, [record(1, title="实验室联盟成立 改", category="国内", version=2)], "run2")
    own(root, [record(2, story=name_of(1), category="体育", source=None)], "run2b")
    follow(root)
    return root


@pytest.fixture(scope="session")
def client(small: Path) -> Iterator[Client]:
    """Asks the portal over the small library."""
    from tests.portal.client import Client

    with Client(small) as found:
        yield found


@pytest.fixture
def portal_of(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Makes a portal over the given records, with settings."""
    from tests.portal.client import Client

    made: list[Client] = []

    def make(records: Iterable[Mapping[str, Any]] = (), **settings: Any) -> Client:
        root = tmp_path / str(len(made))
        root.mkdir()
        if found := list(records):
            own(root, found)
            follow(root)
        made.append(Client(root, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
