"""The invented site of spiders.py: small pages, forms, feeds, errors."""

from __future__ import annotations

import asyncio
import gzip
import json
from urllib.parse import parse_qs

from tests.server import Request, Server, response

AUTHORS = ("Ada Reed", "Bo Lind", "Cy Marsh")
SHOP_ITEMS = 6


def page(title: str, body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


def furnish(server: Server) -> None:
    """Put all pages on the server."""
    for number in range(4):
        server.page(f"/quotes/{number}", quotes(number))
        for of in range(4):
            for tail in ("", "&meta=1"):
                server.page(f"/quotes/{number}?of={of}{tail}", quotes(number))
    for author in AUTHORS:
        slug = author.split()[0].lower()
        server.page(f"/author/{slug}", f"<html><h3> {author}\n</h3><i>19{len(author)}0</i></html>")
    links = "".join(f"<a href=/shop/item-{number}>Thing {number}</a> " for number in range(SHOP_ITEMS))
    home = "<a href=/shop/>Home</a> <a href=/shop/about>About</a> "
    server.page("/shop/", page("Shop", home + links))
    server.page("/shop/about", page("About", home))
    for number in range(SHOP_ITEMS):
        server.page(f"/shop/item-{number}", page(f"Thing {number}", home + links))
    rows = [(str(number), f"Name {number}") for number in range(5)]
    entries = "".join(f'<entry id="{row}"><name>{name}</name></entry>' for row, name in rows)
    server.page("/feeds/all.xml", f"<?xml version='1.0'?><all>{entries}</all>", content_type="text/xml")
    server.page("/feeds/all.csv", "\n".join(";".join(row) for row in rows), content_type="text/csv")
    maps(server)
    server.handle("/login", login)
    server.handle("/members", members)
    server.handle("/api", api)
    server.page("/broken", page("Broken"), status="500 Internal Server Error")
    for path in ("fine", "other"):
        server.page(f"/errbacks/{path}", page(path.title()))
    for name in ("start", "once", "often", "retry"):
        server.page(f"/counted/{name}", page(name))
    server.fallback = rest


def quotes(number: int) -> str:
    rows = "".join(
        f"<div class=quote><span>Words {number} {row % 3}</span> by <small>{author}</small> "
        f"<a href=/author/{author.split()[0].lower()}>about</a> <a class=tag>t{row}</a><a class=tag>all</a></div>"
        for row, author in enumerate(AUTHORS)
    )
    alike = "<div class=quote><span>The same</span> by <small>Nobody</small></div>" * 2
    following = f"<li class=next><a href=/quotes/{number + 1}>Next</a></li>" if number < 3 else ""
    return page(f"Quotes {number}", rows + alike + following)


def maps(server: Server) -> None:
    around = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
    urls = {"shop": ["/map/shop/1", "/map/shop/2"], "other": ["/map/3", "/map/4"]}
    for name, paths in urls.items():
        text = around.format("".join(f"<url><loc>{server.url(path)}</loc></url>" for path in paths)).encode()
        packed = name == "other"
        server.page(
            f"/map/{name}.xml{'.gz' if packed else ''}",
            gzip.compress(text) if packed else text,
            content_type="application/gzip" if packed else "text/xml",
        )
        for path in paths:
            server.page(path, page(f"At {path}"))
    places = "".join(
        f"<sitemap><loc>{server.url(f'/map/{name}')}</loc></sitemap>" for name in ("shop.xml", "other.xml.gz")
    )
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</sitemapindex>'
    server.page("/map/index.xml", index, content_type="text/xml")
    server.page(
        "/robots.txt", f"User-agent: *\nDisallow:\nSitemap: {server.url('/map/index.xml')}\n", content_type="text/plain"
    )


async def send(writer: asyncio.StreamWriter, answer: bytes) -> None:
    writer.write(answer)
    await writer.drain()


async def login(request: Request, writer: asyncio.StreamWriter) -> None:
    if request.method == "POST":
        sent = parse_qs(request.body.decode())
        right = sent == {"token": ["abc"], "user": ["me"], "pass": ["secret"]}
        headers = {"Location": "/login", "Set-Cookie": f"who={'me' if right else 'nobody'}; Path=/"}
        await send(writer, response("", status="302 Found", headers=headers))
        return
    fields = "<input type=hidden name=token value=abc><input name=user><input name=pass>"
    form = f'<form action="/login" method="post">{fields}</form>'
    is_in = "who=me" in request.headers.get("cookie", "")
    await send(writer, response(page("Welcome" if is_in else "Log in", form)))


async def members(request: Request, writer: asyncio.StreamWriter) -> None:
    is_in = "who=me" in request.headers.get("cookie", "")
    await send(writer, response(page("Members" if is_in else "Go away")))


async def api(request: Request, writer: asyncio.StreamWriter) -> None:
    number = json.loads(request.body)["page"]
    body = json.dumps({"rows": [number * 10, number * 10 + 1]})
    await send(writer, response(body, content_type="application/json"))


async def rest(request: Request, writer: asyncio.StreamWriter) -> None:
    """Pages whose answer depends on the request, and 404 for all others."""
    path = request.path
    if path.startswith("/jar/set?"):
        headers = {"Set-Cookie": f"jar={path[-1]}; Path=/"}
        await send(writer, response(page("Set"), headers=headers))
    elif path == "/jar/show":
        cookies = "; ".join(sorted(request.headers.get("cookie", "").split("; ")))
        await send(writer, response(cookies, content_type="text/plain"))
    elif path.startswith("/hooked/"):
        await send(writer, response(request.headers.get("x-own", "no"), content_type="text/plain"))
    elif path == "/moved":
        await send(writer, response("", status="301 Moved Permanently", headers={"Location": "/quotes/0"}))
    else:
        await send(writer, response(page("Not here"), status="404 Not Found"))
