"""The keys of request.meta stand in one file: a literal elsewhere would be a second door."""

from __future__ import annotations

import ast
from pathlib import Path

from snapshot_crawler import meta

ROOT = Path(meta.__file__).parent
KEYS = {value for name, value in vars(meta).items() if name.isupper() and isinstance(value, str)}


def literals(tree: ast.AST) -> set[str]:
    """Keys that are written out where request.meta is read or written: meta["x"], meta.get("x"), "x" in meta."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="meta") | ast.Name(id="meta"), slice=key):
                found.append(key)
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="meta") | ast.Name(id="meta")), args=[key, *_]):
                found.append(key)
            case ast.Compare(left=key, comparators=[ast.Attribute(attr="meta") | ast.Name(id="meta")]):
                found.append(key)
    return {key.value for key in found if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def test_no_key_is_written_out_twice() -> None:
    files = [path for path in ROOT.rglob("*.py") if path != Path(meta.__file__)]
    assert len(files) > 100 and len(KEYS) > 30
    found = {str(path.relative_to(ROOT)): literals(ast.parse(path.read_text(encoding="utf-8"))) for path in files}
    assert {path: keys for path, keys in found.items() if keys} == {}
