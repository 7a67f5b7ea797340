"""Sites on ordinary days, and the ways in which their pages change or stop coming. Pages in, pages out."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.authoring import layouts, samples, stories
from tests.authoring.samples import Sample

LAYOUTS = {**samples.SITES, **layouts.LAYOUTS}
NAMES = re.compile(r"\b(class|id)=(?:\"([^\"]*)\"|([\w-]+))")
DATES = re.compile(
    r"<time[^>]*>[^<]*</time>|(?:发布时间：|日期：|Published )?"
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*星期.)?|[A-Z][a-z]+ \d{1,2}, \d{4})"
    r"(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*[ap]m)?"
)
META_DATES = re.compile(r'<meta name="PubDate"[^>]*>|"datePublished": "[^"]*",?')
SOURCES = re.compile(r"来源：\S{2,12}?(?=[\s<&])")
WALLS = {
    "block": (
        "<html><head><title>访问验证</title></head><body><h1>您的访问过于频繁</h1><p>请输入验证码后继续。</p></body></html>",
        "<html><head><title>安全验证</title></head><body><div>系统检测到您的网络存在异常访问，请完成滑动验证</div></body></html>",
        "<html><head><title>Just a moment...</title></head><body><h2>Checking your browser before accessing</h2></body></html>",
        "<html><head><title>403</title></head><body><p>请求已被网站防火墙拦截，编号 {n}</p></body></html>",
    ),
    "login": (
        "<html><head><title>用户登录</title></head><body><form><input name=u><input type=password></form></body></html>",
        "<html><head><title>会员中心</title></head><body><p>登录后阅读全文</p><a href=/reg>立即注册</a></body></html>",
        "<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1><form></form></body></html>",
    ),
}


@contextmanager
def other_stories(seed: str) -> Iterator[None]:
    """Let the layouts be filled with other stories than usual: another day of the same site."""
    modules = (layouts, samples)

    def written(name: str, count: int = 30) -> list[stories.Story]:
        return stories.write_stories(f"{name}/{seed}", count)

    for module in modules:
        module.write_stories = written  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in modules:
            module.write_stories = stories.write_stories  # type: ignore[attr-defined]


def day_of(layout: str, seed: str) -> Sample:
    """The site on one day."""
    with other_stories(seed):
        return LAYOUTS[layout]()


def ordinary(text: str, chance: random.Random) -> str:
    """A page as sites have them now and then: without a source, or with a text of a few lines."""
    if chance.random() < 0.08:
        text = SOURCES.sub("", text)
    if chance.random() < 0.05:
        text = re.sub(
            r"((?:<(p|section|div)\b[^>]*>)[^<]{40,}</\2>)(?:<\2\b[^>]*>[^<]{40,}</\2>)+", r"\1", text, count=1
        )
    return text


def renamed(text: str, chance: random.Random) -> str:
    """Every class and id has a new name."""

    def anew(found: re.Match[str]) -> str:
        words = (found[2] or found[3] or "").split()
        return f'{found[1]}="' + " ".join("n" + hashlib.md5(word.encode()).hexdigest()[:6] for word in words) + '"'

    return NAMES.sub(anew, text)


def date_moved(text: str, chance: random.Random) -> str:
    """The date is no longer in the page's text: a script writes it from a number."""
    head, _, body = META_DATES.sub("", text).partition("<body")
    body = DATES.sub("", re.sub(r'datetime="[^"]*"', "", body))
    return f"{head}<body{body}<script>show(1709507550)</script>"


def body_emptied(text: str, chance: random.Random) -> str:
    """The elements are there, and hold nothing: a script fills them."""
    head, _, body = text.partition("<body")
    return f"{head}<body" + re.sub(r">[^<>]{40,}(?=<)", ">", body)


def blocked(text: str, chance: random.Random) -> str:
    """A block page."""
    return chance.choice(WALLS["block"]).replace("{n}", str(chance.randrange(10**6)))


def login(text: str, chance: random.Random) -> str:
    """A login page."""
    return chance.choice(WALLS["login"])


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "classes renamed": renamed,
    "date moved": date_moved,
    "body emptied": body_emptied,
    "block page": blocked,
    "login page": login,
}
