"""bytecode.py: an editable install compiles the package where it stands."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("setuptools", reason="setuptools is not installed here; pip brings it where it installs us")

PROJECT = Path(__file__).parents[1]


@pytest.mark.parametrize("is_editable", [True, False])
def test_the_sources_of_an_editable_install_are_compiled(tmp_path: Path, is_editable: bool) -> None:
    from setuptools import Distribution

    from bytecode import CompiledInPlace

    room = tmp_path / "sample" / "room"
    room.mkdir(parents=True)
    sources = [room.parent / "__init__.py", room / "__init__.py", room / "door.py"]
    for source in sources:
        source.touch()
    packages = {"packages": ["sample", "sample.room"], "package_dir": {"": str(tmp_path)}, "script_name": "setup.py"}
    command = CompiledInPlace(Distribution(packages))
    command.ensure_finalized()
    command.build_lib = str(tmp_path / "build")
    command.editable_mode = is_editable
    command.run()
    compiled = [Path(importlib.util.cache_from_source(str(source))).exists() for source in sources]
    assert compiled == [is_editable] * 3


def test_whoever_installs_the_project_gets_it() -> None:
    known = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert known["cmdclass"] == {"build_py": "bytecode.CompiledInPlace"}
    assert "include bytecode.py" in (PROJECT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    assert " bytecode.py " in (PROJECT / "deploy" / "Containerfile").read_text(encoding="utf-8")
