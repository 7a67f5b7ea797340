"""What web servers are to know of a built portal: articles that were taken down in, rules for nginx and Caddy out.

A file that is not there is answered with 404. What was taken down is to be 410, so that search engines forget it; and
the frame with a page as it was received has a policy that a file cannot bring along.
"""

from __future__ import annotations

from collections.abc import Iterable

from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.built.places import place_of

ARCHIVED_PAGE = "^/archived/[^/]+/page/"


def below(name: str) -> list[str]:
    """The paths, decoded, of an article's pages; those that end with a slash stand for all below them."""
    file = f"/detail/{name}.html"
    return [file, f"/detail/{name}/", f"/archived/{name}/"]


def file_names(gone: Iterable[str]) -> list[str]:
    """The names that the files of these articles had; those of articles with odd ids too."""
    places = [place_of(addresses.article(name)) for name in gone]
    return sorted(place.file.removeprefix("detail/").removesuffix(".html") for place in places if place)


def nginx(gone: Iterable[str], policy: str) -> str:
    """To be included inside a server block. policy: of the frame; empty where there is none."""
    lines = ["# include inside server { }", "location ^~ /.portal-build/ { return 404; }", "error_page 404 /404.html;"]
    if policy:
        lines.append(f'location ~ {ARCHIVED_PAGE} {{ add_header Content-Security-Policy "{policy}" always; }}')
    for name in file_names(gone):
        file, *folders = below(name)
        lines.append(f'location = "{file}" {{ return 410; }}')
        lines += [f'location ^~ "{folder}" {{ return 410; }}' for folder in folders]
    return "\n".join(lines) + "\n"


def caddy(gone: Iterable[str], policy: str) -> str:
    """To be imported inside a site block."""
    lines = ["# import inside a site block", "@ours path /.portal-build/*", "error @ours 404"]
    lines += ["handle_errors {", "\trewrite * /404.html", "\tfile_server", "}"]
    if policy:
        lines += [f"@frame path_regexp {ARCHIVED_PAGE}", f'header @frame Content-Security-Policy "{policy}"']
    paths = [path + "*" if path.endswith("/") else path for name in file_names(gone) for path in below(name)]
    if paths:
        lines += [f"@gone path {' '.join(paths)}", "respond @gone 410"]
    return "\n".join(lines) + "\n"
