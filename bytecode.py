"""Compiles the package to bytecode when it is installed with `pip install -e`; pyproject.toml names it.

pip compiles what it copies to site-packages, whatever PYTHONDONTWRITEBYTECODE says. An editable install is not copied,
and so it was never compiled where that variable is set, as it is in most containers: every start compiled some 200
files anew, a quarter of its CPU time (docs/performance.md). A file that is edited later is compiled at its next
import, as always.
"""

from __future__ import annotations

import compileall
from pathlib import Path

from setuptools.command.build_py import build_py


class CompiledInPlace(build_py):
    """setuptools' build_py, and the bytecode beside the sources where these stay what is imported."""

    def run(self) -> None:
        """Called by setuptools, for each kind of installation."""
        super().run()
        if self.editable_mode:
            for name in {package.partition(".")[0] for package in self.packages or ()}:
                compileall.compile_dir(Path(self.get_package_dir(name)), quiet=1)
