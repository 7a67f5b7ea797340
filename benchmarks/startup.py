"""What a start costs with thousands of site files: this project's loader against Scrapy's own.

    python benchmarks/startup.py [--sites 3000] [--rounds 3]

Both load one spider by name from the same folder, each in a fresh process, in turn; printed are the medians of the CPU
seconds (user + system) and of the wall seconds of that process. The site files are compiled before the first round, as
they are on a machine in use. Then what one broken file among them does to each loader.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS, SCRAPY = "snapshot_crawler.loader.SiteLoader", "scrapy.spiderloader.SpiderLoader"
LOAD = """
import sys
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings
settings = get_project_settings()
settings.setdict({"SPIDER_MODULES": ["many_sites"], "SPIDER_LOADER_CLASS": sys.argv[1]})
settings.set("SPIDER_LOADER_WARN_ONLY", len(sys.argv) > 3)
print(get_spider_loader(settings).load(sys.argv[2]).name)
"""
SITE = '''"""Site {n} of many."""

from snapshot_crawler.spiders.news import NewsSpider


class Site{n}Spider(NewsSpider):
    name = "site{n}"
    start_urls = ["https://site{n}.example/news/", "https://site{n}.example/city/"]
    article_links = r"/\\d{{4}}/\\d{{2}}/c\\d+\\.html$"
    timezone = "Asia/Shanghai"
'''


def load(folder: Path, loader: str, name: str, *, warn_only: bool = False) -> tuple[float, float, str]:
    """CPU and wall seconds of a process that loads one spider, and its last line."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", LOAD, loader, name, *(["warn"] if warn_only else [])],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = (done.stdout if done.returncode == 0 else done.stderr).strip()
    return cpu, time.monotonic() - began, text.splitlines()[-1] if text else ""


def main() -> None:
    """Print the medians, then what a broken file does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=3000, help="files in the folder (default: 3000)")
    parser.add_argument("--rounds", type=int, default=3, help="starts of each loader (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        package = Path(root) / "many_sites"
        package.mkdir()
        (package / "__init__.py").touch()
        for number in range(options.sites):
            (package / f"site{number}.py").write_text(SITE.format(n=number), encoding="utf-8")
        compileall.compile_dir(package, quiet=2)
        name = f"site{options.sites // 2}"
        costs: dict[str, list[tuple[float, float]]] = {OURS: [], SCRAPY: []}
        for _ in range(options.rounds):
            for loader, taken in costs.items():
                cpu, wall, text = load(Path(root), loader, name)
                assert text == name, text
                taken.append((cpu, wall))
        for loader, taken in costs.items():
            cpu, wall = (statistics.median(column) for column in zip(*taken, strict=True))
            print(f"{loader:<42} {cpu:6.2f} CPU s {wall:6.2f} s to load one of {options.sites} sites")
        (package / "site1.py").write_text("import no_such_module_here\n", encoding="utf-8")
        print("\nwith site1.py broken:")
        for loader, warn_only in ((OURS, False), (SCRAPY, False), (SCRAPY, True)):
            *_, text = load(Path(root), loader, name, warn_only=warn_only)
            result = "loads" if text == name else f"does not load: {text[:80]}"
            print(f"{loader:<42} {'WARN_ONLY: ' if warn_only else ''}{name} {result}")


if __name__ == "__main__":
    main()
