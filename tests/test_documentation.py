"""The README and docs/ speak of what is there: commands, records, settings, packages."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
from scrapy.commands import ScrapyCommand
from scrapy.utils.misc import walk_modules_iter

from snapshot_crawler.demo.check import expected
from snapshot_crawler.demo.stories import sample_site
from snapshot_crawler.exceptions import ExitCode

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
OTHERS = "".join((PROJECT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "CHANGELOG.md"))
CHINESE = (PROJECT / "README.zh.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "docs").glob("*.md")}
PACKAGE = PROJECT / "snapshot_crawler"
NEED_NO_REASON = {"BOT_NAME", "SPIDER_MODULES", "NEWSPIDER_MODULE", "COMMANDS_MODULE"}
COMMANDS = sorted(path.stem for path in (PACKAGE / "commands").glob("*.py") if path.stem != "__init__")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_first_two_commands_set_up_crawl_and_test() -> None:
    first, second = (block.strip() for block in blocks("sh")[:2])
    assert first == "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/scrapy demo"
    assert second == ".venv/bin/python -m pytest"
    assert second.removeprefix(".venv/bin/python ") in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_record_in_the_readme_is_one_that_the_schema_allows() -> None:
    schema = json.loads((PACKAGE / "article.schema.json").read_text(encoding="utf-8"))
    record = json.loads(blocks("json")[0])
    jsonschema.Draft202012Validator(schema).validate(record)
    assert list(record) == list(schema["properties"])


def test_the_record_in_the_readme_is_the_one_that_the_demo_shows() -> None:
    """Texts and lists are cut short there, and end in an ellipsis."""
    shown, site = json.loads(blocks("json")[0]), sample_site()
    with_original = [story for story in site.articles if story.original_url]
    newest = max(with_original, key=lambda story: (story.published.isoformat(), story.name))
    assert disagreements(shown, expected(newest, site, shown["url"].partition("/detail/")[0] + "/")) == []


def disagreements(shown: Any, stated: Any, name: str = "record") -> list[str]:
    """The places at which a value is neither what is stated nor the beginning of it."""
    if isinstance(stated, dict):
        return [each for key, value in stated.items() for each in disagreements(shown[key], value, f"{name}.{key}")]
    if isinstance(stated, list) and stated and isinstance(stated[0], dict):
        return [] if not shown else disagreements(shown[0], stated[0], f"{name}[0]")
    if isinstance(shown, str) and shown.endswith("…"):
        return [] if str(stated).startswith(shown[:-1]) else [name]
    return [] if shown == stated else [name]


def test_both_readmes_have_the_same_commands_records_and_tables() -> None:
    code, row, named = (
        re.compile(r"```\w+\n.*?```", re.DOTALL),
        re.compile(r"^\| .*", re.MULTILINE),
        r"`[^`]+`|\]\([^)]+\)",
    )
    assert code.findall(CHINESE) == code.findall(README)
    assert [re.findall(named, line) for line in row.findall(CHINESE)] == [
        re.findall(named, line) for line in row.findall(README)
    ]


def test_every_command_has_help_and_stands_in_the_documentation() -> None:
    text = README + "".join(DOCS.values())
    for name in COMMANDS:
        assert f"scrapy {name}" in text, name
    for module in walk_modules_iter("snapshot_crawler.commands"):
        command = getattr(module, "Command", None)
        if command is not None and issubclass(command, ScrapyCommand):
            assert len(command().short_desc()) > 10, module


def test_the_readmes_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README + CHINESE + OTHERS + "".join(DOCS.values())):
        assert (PROJECT / target).exists() or (PROJECT / "docs" / target).exists(), target


def test_every_setting_has_its_reason_beside_it() -> None:
    for line in (PACKAGE / "settings.py").read_text(encoding="utf-8").splitlines():
        name, is_setting, _ = line.partition(" = ")
        if is_setting and name.isupper() and name not in NEED_NO_REASON:
            assert "#" in line or line.endswith(("{", "[")), f"{name} has no reason"


def test_every_package_that_is_imported_is_declared_or_comes_with_scrapy() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w.-]", text)[0].lower() for text in project["dependencies"]}
    for name in declared:
        assert name in DOCS["dependencies.md"], f"docs/dependencies.md lacks {name}"
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module] if module else []
            for name in (name.partition(".")[0] for name in names):
                if name in sys.stdlib_module_names or name in ("snapshot_crawler", "compression"):
                    continue
                assert name in declared or name in DOCS["dependencies.md"].lower(), f"{path}: {name}"


def test_every_exit_code_stands_in_the_operators_table() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| ([^|]+) \|", DOCS["operating.md"], re.MULTILINE))
    assert {int(code) for code in rows} == {int(code) for code in ExitCode}
    for code in ExitCode:
        assert rows[str(int(code))].split()[0] in code.name.lower() or code in (ExitCode.START_FAILED,), code


def test_every_package_has_its_line_among_the_rooms() -> None:
    table = DOCS["architecture.md"].partition("## The rooms")[2].partition("\n## ")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    named = {room for cell in first_cells for room in re.findall(r"`(\w+)/`", cell)}
    assert named == {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("__")}


def test_the_picture_of_the_way_of_a_page_shows_rooms_that_exist() -> None:
    (picture,) = re.findall(r"```mermaid\n(.*?)```", DOCS["architecture.md"], re.DOTALL)
    kind, *edges = [line.strip() for line in picture.splitlines()]
    assert kind == "flowchart TD"
    labels = dict(re.findall(r"(\w+)[\[({]+\"([^\"]+)\"[\])}]+", picture))
    for edge in edges:
        left, arrow, right = re.split(r"\s(<?-->)(?:\|[^|]+\|)?\s", edge)
        ends = [re.match(r"\w+", side) for side in (left, right)]
        assert arrow
        assert all(end is not None and end[0] in labels for end in ends), f"an end of {edge!r} is declared nowhere"
    for name, label in labels.items():
        room = label.partition("/")[0]
        assert "<br>" not in label or ((PACKAGE / room).is_dir() and room == name), f"{label!r} is no room"
