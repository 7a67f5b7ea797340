"""What a reader sees at once in the records of a new site's samples: records in, a sentence for each oddity out.

`scrapy add-site` shows the sentences as "look at". The judges of one page agree with each other where a whole site
has something odd: one title for all, a date line that begins every text, share words that end it. So the samples are
held against each other here, and against what no text begins or ends with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from snapshot_crawler.items import Article
from snapshot_crawler.pages.article.text.weights import size_of
from snapshot_crawler.pages.dates.times import CHINA, find_times
from snapshot_crawler.pages.page import Page

FEWEST = 2  # samples that must have an oddity in common, and half of them
LONGEST_LINE = 240  # bytes of a line that can be a label line; by choice: eighty Chinese characters
DATED = 0.25  # share of a line that its time takes, where the line is a date line and no sentence; by choice
LABEL = re.compile(
    r"^\W*(?:来源|來源|稿源|出处|出處|作者|记者|記者|责任?编辑|責任編輯|发布|發布|時間|时间|更新|入力|입력|기자|كتب|المصدر|"
    r"автор|источник|von|por|par|by|source|published|updated|posted|author)(?:\b|\s*[:：])",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"分享|转发|轉發|列印|打印|关闭窗口|收藏|点赞|複製|シェア|ポスト|공유|شارك|поделиться|compart|teilen|partager"
    r"|\bshare\b|\btweet\b|facebook|twitter|whatsapp|\bline\b|微信|微博|newsletter|subscribe",
    re.IGNORECASE,
)


def oddities(pages: Sequence[Page], articles: Sequence[Article]) -> list[str]:
    """A sentence for each oddity that at least half of the samples share."""
    bodies = [
        (page, [line for line in (article.body or "").split("\n\n") if line])
        for page, article in zip(pages, articles, strict=True)
    ]
    bodies = [(page, lines) for page, lines in bodies if lines]
    found = [
        _same("title", [article.title for article in articles if article.title]),
        _same("text", [article.body for article in articles if article.body]),
        _those("begins with its date line or labels", [(page, lines[0]) for page, lines in bodies], _is_label_line),
        _those("ends in words of sharing and the like", [(page, lines[-1]) for page, lines in bodies], _is_share_line),
        _line_of_all("begins", [lines[0] for _, lines in bodies]),
        _line_of_all("ends", [lines[-1] for _, lines in bodies]),
    ]
    return [sentence for sentence in found if sentence]


def _same(name: str, values: Sequence[str]) -> str | None:
    if len(values) < FEWEST or len(set(values)) > 1:
        return None
    return f"the {name} is the same on all {len(values)} pages: {values[0][:60]!r}; name its place in fields"


def _those(what: str, lines: Sequence[tuple[Page, str]], is_odd: Callable[[Page, str], bool]) -> str | None:
    odd = [line for page, line in lines if is_odd(page, line)]
    if len(odd) < FEWEST or len(odd) * 2 < len(lines):
        return None
    return f"the body {what} on {len(odd)} of {len(lines)} pages: {odd[0][:60]!r}; name that part in drop"


def _line_of_all(where: str, lines: Sequence[str]) -> str | None:
    """The same line at one end of most texts is the site's, whatever it says."""
    line, times = Counter(lines).most_common(1)[0] if lines else ("", 0)
    if times < FEWEST or times * 2 < len(lines):
        return None
    return (
        f"the body {where} with the same line on {times} of {len(lines)} pages: {line[:60]!r}; name that part in drop"
    )


def _is_label_line(page: Page, line: str) -> bool:
    if size_of(line) > LONGEST_LINE:
        return False
    times = find_times(line, fetched_at=page.fetched_at, zone=CHINA)
    return bool(LABEL.search(line)) or any(time.end - time.start > DATED * len(line) for time in times)


def _is_share_line(page: Page, line: str) -> bool:
    return size_of(line) <= LONGEST_LINE and SHARE.search(line) is not None
