"""The lease of a job: what stays of a start that was refused, beside others that begin at the same moment."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.runs.lease import Lease


def test_a_start_whose_folder_is_taken_away_by_another_makes_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened, taken = tmp_path / "data" / "leases" / "a.json", Path.open, []

    def open_late(self: Path, *args: Any, **kwargs: Any) -> IO[Any]:
        if self == path and len(taken) < 2:
            taken.append(self)
            self.parent.rmdir()
            self.parent.parent.rmdir()
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_late)
    with Lease(path, "a") as lease:
        assert path.exists() and len(taken) == 2
        lease.leave_nothing()
        assert not (tmp_path / "data").exists() and tmp_path.exists()


def test_folders_that_hold_something_stay(tmp_path: Path) -> None:
    path = tmp_path / "data" / "leases" / "a.json"
    with Lease(path, "a") as lease:
        (path.parent / "b.json").touch()
        lease.leave_nothing()
    assert [found.name for found in path.parent.iterdir()] == ["b.json"]


def test_a_data_dir_where_no_folder_can_be_made_is_told() -> None:
    with pytest.raises(ConfigurationError, match="DATA_DIR cannot be written"), Lease(Path("/proc/leases/a.json"), "a"):
        pass
