"""What a start costs: the commands beside plain Scrapy's, and with thousands of site files our loader beside Scrapy's.

    python benchmarks/startup.py [--rounds 5] [--sites 3000]        # --sites 0: the commands alone

Commands: `status`, `explain` and `list` of this project beside `scrapy list` of an empty project; a crawl of one page
on loopback, robots.txt included, beside the same of a plain spider in the empty project. Each is a fresh process of the
real command, in turn; printed are the medians of its CPU seconds (user + system), and how often Scrapy's they are.
Bytecode is kept for the time of the measurement, as on a machine in use, whatever PYTHONDONTWRITEBYTECODE says: without
it each start compiles our own files anew, and Scrapy's, which pip has compiled, not.

Site files: both loaders load one spider by name from the same folder. The site files are compiled before the first
round, as they are on a machine in use. Then what one broken file among them does to each loader.
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
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
PLAIN_SPIDER = """
import scrapy


class One(scrapy.Spider):
    name = "one"
    start_urls = ["http://{address}/"]

    def parse(self, response):
        return []
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


class Page(BaseHTTPRequestHandler):
    """One page without links; no robots.txt."""

    def do_GET(self) -> None:
        """Answer."""
        is_there = self.path == "/"
        body = b"<html><head><title>A list</title></head><body><p>Nothing yet</p></body></html>" if is_there else b""
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def with_bytecode(cache: Path) -> dict[str, str]:
    """The environment of a process that keeps its bytecode in a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(cache)}


def cpu_s(command: list[str], folder: Path, exit_code: int, environment: dict[str, str]) -> float:
    """CPU seconds of a command in a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-m", "scrapy", *command]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == exit_code, (command, done.returncode, done.stderr.decode()[-2000:])
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare_commands(root: Path, rounds: int) -> None:
    """Print the medians of the commands, and their ratios to plain Scrapy's."""
    plain, data = root / "plain", root / "data"
    subprocess.run([sys.executable, "-m", "scrapy", "startproject", "plain", plain], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_port}"
    spider = plain / "plain" / "spiders" / "one.py"
    spider.write_text(PLAIN_SPIDER.format(address=address), encoding="utf-8")
    ours = ["-s", f"DATA_DIR={data}", "-s", f"PRIVATE_NETWORKS_ALLOWED={address}", "-s", "DOWNLOAD_DELAY=0"]
    crawl = ["crawl", "snapshot", "-a", f"start=http://{address}/", *ours]
    commands = {  # name -> command, folder, exit code, the name of what it is compared to
        "plain: scrapy list": (["list"], plain, 0, ""),
        "plain: scrapy crawl, one page": (["crawl", "one"], plain, 0, ""),
        "scrapy crawl, one page": (crawl, ROOT, 0, "plain: scrapy crawl, one page"),
        "scrapy status": (["status", *ours], ROOT, 0, "plain: scrapy list"),
        "scrapy explain": (["explain", f"http://{address}/", *ours], ROOT, 0, "plain: scrapy list"),
        "scrapy list": (["list"], ROOT, 0, "plain: scrapy list"),
    }
    costs: dict[str, list[float]] = {name: [] for name in commands}
    environment = with_bytecode(root / "bytecode")
    for turn in range(rounds + 1):
        for name, (command, folder, exit_code, _) in commands.items():
            taken = cpu_s(command, folder, exit_code, environment)
            if turn:  # the first round compiles
                costs[name].append(taken)
    server.shutdown()
    for name, (_, _, _, beside) in commands.items():
        cost = statistics.median(costs[name])
        ratio = f"{cost / statistics.median(costs[beside]):6.2f} times plain" if beside else ""
        print(f"{name:<42} {cost:6.2f} CPU s {ratio}")


def main() -> None:
    """Print the medians, then what a broken file does."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=3000, help="files in the folder (default: 3000)")
    parser.add_argument("--rounds", type=int, default=5, help="starts of each command and loader (default: 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        compare_commands(Path(root), options.rounds)
    if not options.sites:
        return
    print()
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
