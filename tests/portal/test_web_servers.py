"""A built portal on nginx and Caddy, with the rules that the build writes for them; skipped where one is missing.

They listen on a socket of the file system, so no port is taken.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from snapshot_crawler.library.takedown import remove
from snapshot_crawler.portal.built.build import build
from snapshot_crawler.portal.built.folder import OURS
from snapshot_crawler.portal.pages.archived import PAGE_HEADERS
from tests.library.outputs import follow, name_of, own, record
from tests.portal.kept_pages import Kept, keep

NGINX, CADDY = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("caddy")
LONG_S = 60.0  # to begin; it takes a fraction of a second
ODD_ID = 'b"; return 200; #$host {}'  # as a plain spider's item may have it


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built portal of three articles, of which two were taken down afterwards."""
    root, target = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("built") / "site"
    kept = keep(root, [Kept(f"<p>第{n}篇".encode()) for n in range(3)])
    own(root, [record(1, archived=kept[0]), record(2, archived=kept[1]), record(3, id=ODD_ID, archived=kept[2])])
    follow(root)
    settings = {"PORTAL_URL": "https://n.example"}
    build(root, settings, target, "zh", lambda _: None)
    remove(root, [name_of(2), ODD_ID], "asked")
    build(root, settings, target, "zh", lambda _: None)
    return target


@contextmanager
def served(command: list[str], socket: Path, home: Path) -> Iterator[httpx.Client]:
    """A web server, until the block ends, and its client."""
    places = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    with subprocess.Popen(command, env=places, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until = time.monotonic() + LONG_S
            while not socket.exists():
                assert process.poll() is None and time.monotonic() < until, process.communicate()[0]
                time.sleep(0.02)
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), base_url="http://n.example") as client:
                yield client
        finally:
            process.terminate()


@pytest.fixture(params=["nginx", "caddy"])
def client(request: pytest.FixtureRequest, site: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    socket, rules, config = tmp_path / "s", site / OURS / f"{request.param}.conf", tmp_path / "conf"
    if request.param == "nginx":
        if NGINX is None:
            pytest.skip("no nginx on this machine")
        kept_at = "".join(
            f"{kind}_temp_path {tmp_path};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config.write_text(
            f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr;\n"
            f"events {{}}\nhttp {{ access_log off; {kept_at} types {{ text/html html; }}\n"
            f"server {{ listen unix:{socket}; root {site}; include {rules}; }} }}\n"
        )
        told = subprocess.run([NGINX, "-t", "-c", config], capture_output=True, text=True, timeout=60, check=False)
        assert told.returncode == 0, told.stderr
        command = [NGINX, "-c", str(config)]
    else:
        if CADDY is None:
            pytest.skip("no Caddy on this machine")
        config.write_text(
            f"{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {tmp_path}\n}}\n"
            f"http:// {{\n\tbind unix/{socket}\n\troot * {site}\n\timport {rules}\n\tfile_server\n}}\n"
        )
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(config)]
    with served(command, socket, tmp_path) as found:
        yield found


def test_a_built_portal_is_served_as_the_portal_itself_would(client: httpx.Client, site: Path) -> None:
    assert client.get("/").status_code == 200
    assert client.get(f"/detail/{name_of(1)}.html").status_code == 200
    assert client.get(f"/category/{quote('科技')}/").status_code == 200
    # what was taken down
    odd = [path for path in (site / OURS / "nginx.conf").read_text().split('"') if path.startswith("/detail/b-")]
    for path in (f"/detail/{name_of(2)}.html", f"/archived/{name_of(2)}/", f"/archived/{name_of(2)}/page/", *odd):
        assert client.get(path).status_code == 410, path
    assert len(odd) == 2
    # what is not there, and what is nobody's
    for path in ("/nothing", f"/{OURS}/nginx.conf", f"/{OURS}/"):
        found = client.get(path)
        assert (found.status_code, "没有这个页面" in found.text) == (404, True), path
    # the frame's document has its policy
    frame = client.get(f"/archived/{name_of(1)}/page/")
    assert frame.status_code == 200
    assert frame.headers["content-security-policy"] == PAGE_HEADERS["Content-Security-Policy"]
    assert "content-security-policy" not in client.get("/").headers
