"""Five sites: an app's JSON lists, a Taiwanese and a Hong Kong paper, a Korean regional paper, an English local one."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.layouts.site import Site, minute, pages
from tests.layouts.words import CHINESE, ENGLISH, KOREAN, TAIWANESE, Story, write


def cloud_app() -> Site:
    """A county's media app: an empty list page, channels and rows by JSON, articles on the server."""
    site = Site("share.ruizhourongmei.example.cn", start="/h5/index.html")
    channels = {"头条": 101, "乡镇": 102, "视界": 103}
    stories = write(CHINESE, "cloud", 24, sections=list(channels), sources=("睿州融媒", "睿州日报"), hours=11)
    address = {s.number: f"/h5/detail/{2026110000 + s.number * 13}" for s in stories}
    tabs = "".join(f'<div class="tab" data-cid="{n}">{name}</div>' for name, n in channels.items())
    site.add(
        "/h5/index.html",
        f'<html><head><title>睿州融媒</title><meta name="viewport" content="width=device-width"></head><body><div id="app">{tabs}'
        '<div id="list"></div></div><script>var cid=101,page=1;function load(){$.getJSON("/h5/api/content/list?cid="+cid+'
        '"&page="+page+"&size=5",function(r){r.data.list.forEach(function(x){$("#list").append("<a href=\'"+x.shareUrl+"\'>"'
        "+x.title+'</a>')});page++})}$('.tab').click(function(){cid=$(this).data('cid');page=1;load()});load();</script>"
        "</body></html>",
    )
    for name, n in channels.items():
        batches = pages([s for s in stories if s.section == name], 5)
        for number, batch in enumerate([*batches, []], 1):
            rows = [
                {
                    "id": 2026110000 + s.number * 13,
                    "title": s.title,
                    "shareUrl": "{root}" + address[s.number],
                    "publishTime": int(s.at.timestamp() * 1000),
                    "sourceName": s.source,
                    "cover": "/c.png",
                    "channelName": name,
                }
                for s in batch
            ]
            answer = {
                "code": 0,
                "msg": "success",
                "data": {"list": rows, "hasMore": number < len(batches), "page": number},
            }
            site.add(
                f"/h5/api/content/list?cid={n}&page={number}&size=5",
                json.dumps(answer, ensure_ascii=False),
                "application/json;charset=UTF-8",
            )
    for s in stories:
        site.article(
            address[s.number],
            s,
            f'<html><head><title>{s.title}</title><meta property="og:site_name" content="睿州融媒"></head><body>'
            f'<div class="open"><span>打开睿州融媒APP，查看更多精彩内容</span><a href="/down">立即打开</a></div><div class="t">{s.title}</div>'
            f'<div class="i"><span>{s.source}</span><span>{s.at:%Y-%m-%d %H:%M}</span><span>阅读 {s.number * 31}</span></div>'
            f'<div class="c">{s.html()}<p>来源：{s.source}</p><p>编辑：{s.author}</p><p>审核：{s.second_author}</p></div>'
            '<div class="z">点赞 收藏</div><div>全部评论（0）</div><div>没有更多了</div></body></html>',
            source=s.source,
            category=s.section,
            authors=[s.author],  # the editor, where no reporter is named
        )
    return site


def taiwan_daily() -> Site:
    """A Taiwanese paper: reporter and place before the text, further reading inside it, ?page=2."""
    site = Site("www.yuchengnews.example.tw")
    kinds = {"政治": "politics", "生活": "life", "地方": "local"}
    stories = write(TAIWANESE, "yucheng", 24, sections=list(kinds), hours=8)
    address = {s.number: f"/news/{kinds[s.section]}/{s.at:%Y%m%d}{s.number:04}" for s in stories}
    bar = "".join(f'<li><a href="/list/{p}">{name}</a></li>' for name, p in kinds.items())

    def frame(title: str, middle: str) -> str:
        rank = "".join(f'<a href="{address[n]}">{n} {stories[n].title}</a>' for n in range(1, 5))
        return (
            f'<!doctype html><html lang="zh-Hant-TW"><head><title>{title}</title><meta property="og:site_name" content="域城新聞網">'
            f'</head><body><div class="q0"><a href="/">域城新聞網</a><ul>{bar}<li><a href="/video">影音</a></li></ul></div>'
            f'<div class="q1">{middle}</div><div class="q2"><div>熱門排行</div>{rank}</div><div class="q3"><a href="/about">關於我們</a>'
            '<a href="/privacy">隱私權政策</a> 域城傳媒股份有限公司 版權所有 未經授權 不得轉載</div></body></html>'
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<a class="q4" href="{address[s.number]}"><div>{s.title}</div><div>{s.at:%Y/%m/%d %H:%M}</div></a>'
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 3)
        for number, batch in enumerate(batches, 1):
            turn = "".join(f'<a href="/list/{path}?page={n}">{n}</a>' for n in range(1, len(batches) + 1))
            page = frame(f"{name} | 域城新聞網", f"<h1>{name}</h1>{rows(batch)}<div class='q5'>{turn}</div>")
            site.add(f"/list/{path}?page={number}", page)
            if number == 1:
                site.add(f"/list/{path}", page)
    site.add("/", frame("域城新聞網", f"<h2>即時新聞</h2>{rows(stories[:8])}"))
    for s in stories:
        more = stories[(s.number + 5) % len(stories)]
        inside = f'<p>▼ 延伸閱讀：<a href="{address[more.number]}">{more.title}</a></p>'
        figure = '<figure><img src="/i.jpg"><figcaption>▲現場畫面。（圖／翻攝畫面）</figcaption></figure>'
        text = "".join(f"<p>{p}</p>" for p in s.paragraphs)
        cut = text.index("</p>") + 4
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | {s.section} | 域城新聞網",
                f'<div class="q6"><a href="/">首頁</a>/<a href="/list/{kinds[s.section]}">{s.section}</a></div><h1>{s.title}</h1>'
                f'<div class="q7"><span>{s.at:%Y/%m/%d %H:%M}</span><span>A- A+</span></div><div class="q8">{figure}'
                f"<p>記者{s.author}／台北報導</p>{text[:cut]}{inside}{text[cut:]}<p>★《域城新聞網》提醒您：飲酒過量，有害健康。</p></div>"
                '<div>加入域城 LINE 好友</div><div>關鍵字：<a href="/tag/a">城市</a><a href="/tag/b">觀光</a></div>'
                f'<div class="q9"><h3>相關新聞</h3>{rows(stories[10:13])}</div>',
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def harbour_post() -> Site:
    """A Hong Kong site: 撰文, 出版 and 更新, the section's name in the address."""
    site = Site("www.wanjingpo.example.hk")
    kinds = {"社會新聞": "社會新聞", "財經快訊": "財經快訊", "藝文": "藝文"}
    stories = write(TAIWANESE, "wanjing", 20, sections=list(kinds), hours=15)
    address = {s.number: f"/{s.section}/{1040011 + 17 * s.number}/{s.title}" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<a href="/channel/{n}/{name}">{name}</a>' for n, name in enumerate(kinds, 2))
        return (
            f'<html lang="zh-HK"><head><title>{title}</title></head><body><nav><a href="/">灣景報</a>{bar}<a href="/login">會員登入</a>'
            f"</nav><main>{middle}</main><footer><p>灣景報有限公司 © 2026</p><p>所有內容受版權保護</p></footer></body></html>"
        )

    def cards(batch: list[Story]) -> str:
        return "".join(
            f'<div class="z1"><a href="{address[s.number]}"><img src="/1.webp"></a><a href="{address[s.number]}"><span>{s.title}'
            f'</span></a><a href="/channel/2/{s.section}">{s.section}</a><time>{s.at:%Y-%m-%d}</time></div>'
            for s in batch
        )

    for n, name in enumerate(kinds, 2):
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            more = f'<a href="/channel/{n}/{name}?p={number + 1}">載入更多</a>' if number < len(batches) else ""
            here = f"/channel/{n}/{name}" + (f"?p={number}" if number > 1 else "")
            site.add(here, frame(f"{name}｜灣景報", f"<h1>{name}</h1>{cards(batch)}{more}"))
    site.add("/", frame("灣景報｜香港新聞", f"<h2>今日焦點</h2>{cards(stories[:7])}"))
    for s in stories:
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title}｜灣景報",
                f'<ol><li><a href="/">主頁</a></li><li><a href="/channel/2/{s.section}">{s.section}</a></li></ol><h1>{s.title}</h1>'
                f"<div><span>撰文：</span><span>{s.author}</span></div><div>出版：<time>{s.at:%Y-%m-%d %H:%M}</time> 更新："
                f"<time>{s.at.replace(minute=59):%Y-%m-%d %H:%M}</time></div><article>{s.html()}</article><div>分享：<a>WhatsApp</a>"
                "<a>Facebook</a><a>複製連結</a></div><div>訂閱《灣景報》電子報，每日精選送到信箱</div>"
                f"<section><h2>其他人也在看</h2>{cards(stories[4:7])}</section>",
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def korean_times() -> Site:
    """A Korean regional paper: articleView.html?idxno=, the reporter's name with 기자, his address under the text."""
    site = Site("www.hanbatsinmun.example.kr", start="/")
    kinds = {"정치": "S1N1", "사회": "S1N2", "문화": "S1N3"}
    stories = write(KOREAN, "hanbat", 22, sections=list(kinds), zone_h=9, hours=10)
    address = {s.number: f"/news/articleView.html?idxno={401200 - 7 * s.number}" for s in stories}
    bar = "".join(
        f'<li><a href="/news/articleList.html?sc_section_code={p}&view_type=sm">{name}</a></li>'
        for name, p in kinds.items()
    )

    def frame(title: str, middle: str) -> str:
        return (
            f'<html lang="ko"><head><title>{title}</title></head><body><header><a href="/">한밭신문</a><ul>{bar}</ul>'
            f'<a href="/member/login.html">로그인</a></header><div class="u1">{middle}</div><footer><ul><li><a href="/com/1">매체소개</a></li>'
            "<li>개인정보처리방침</li></ul><p>대전 어느구 어느로 12 대표전화 : 000-000-0000 발행인 : 표지석</p>"
            "<p>Copyright © 2026 한밭신문. All rights reserved.</p></footer></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<li><h4><a href="{address[s.number]}">{s.title}</a></h4><p><a href="{address[s.number]}">{s.paragraphs[0][:60]}</a></p>'
            f"<span><em>{s.section}</em><em>{s.author} 기자</em><em>{s.at:%m.%d %H:%M}</em></span></li>"
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches, 1):
            turn = "".join(
                f'<li><a href="/news/articleList.html?page={n}&total=22&sc_section_code={path}&view_type=sm">{n}</a></li>'
                for n in range(1, len(batches) + 1)
            )
            page = frame(f"{name} - 한밭신문", f"<ul>{rows(batch)}</ul><ul class='u2'>{turn}</ul>")
            site.add(f"/news/articleList.html?page={number}&total=22&sc_section_code={path}&view_type=sm", page)
            if number == 1:
                site.add(f"/news/articleList.html?sc_section_code={path}&view_type=sm", page)
    site.add("/", frame("한밭신문", f"<ul>{rows(stories[:6])}</ul>"))
    for s in stories:
        code = kinds[s.section]
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} - 한밭신문",
                f'<ul class="u3"><li><a href="/">홈</a></li><li><a href="/news/articleList.html?sc_section_code={code}&view_type=sm">'
                f'{s.section}</a></li></ul><h3>{s.title}</h3><ul class="u4"><li>기자명 {s.author} 기자</li><li>입력 {s.at:%Y.%m.%d %H:%M}'
                f'</li><li>수정 {s.at.replace(minute=58):%Y.%m.%d %H:%M}</li><li>댓글 0</li></ul><div class="u5">{s.html()}'
                f"<p>{s.author} 기자 reporter{s.number}@hanbat.example</p></div><div>저작권자 © 한밭신문 무단전재 및 재배포 금지</div>"
                f'<div class="u6"><h5>관련기사</h5><ul>{rows(stories[3:5])}</ul></div><div>댓글삭제 삭제한 댓글은 다시 복구할 수 없습니다.</div>',
            ),
            category=s.section,
            authors=[s.author],
        )
    return site


def valley_courier() -> Site:
    """An American local paper: AP months, p.m., an advert and a newsletter box inside the text."""
    site = Site("www.valleycourier.example.com")
    kinds = {"Local News": "local-news", "Schools": "schools", "Obituaries": "obituaries"}
    stories = write(ENGLISH, "valley", 24, sections=list(kinds), zone_h=-6, hours=19)
    months = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")

    def slug(s: Story) -> str:
        return "".join(c if c.isalnum() else "-" for c in s.title.lower()).strip("-")

    address = {s.number: f"/{kinds[s.section]}/{slug(s)}/article_{s.number * 7919 + 4096:08x}.html" for s in stories}

    def frame(title: str, middle: str) -> str:
        bar = "".join(f'<a href="/{p}/">{name}</a>' for name, p in kinds.items())
        return (
            f'<!doctype html><html lang="en-US"><head><title>{title}</title></head><body><div class="v1"><a href="/">Valley Courier</a>'
            f'{bar}<a href="/subscribe">Subscribe</a><a href="/e-edition">E-Edition</a></div><div class="v2">{middle}</div>'
            f'<div class="v3"><h4>Most Popular</h4><a href="{address[2]}">{stories[2].title}</a><a href="{address[4]}">{stories[4].title}'
            "</a></div><div class=v4>Valley Courier, 12 Main St. Phone: 555-0100. © Copyright 2026 Valley Courier</div></body></html>"
        )

    def rows(batch: list[Story]) -> str:
        return "".join(
            f'<div class="v5"><a href="/{kinds[s.section]}/">{s.section}</a><h3><a href="{address[s.number]}">{s.title}</a></h3>'
            f"<p>{s.paragraphs[0][:80]}</p></div>"
            for s in batch
        )

    for name, path in kinds.items():
        batches = pages([s for s in stories if s.section == name], 4)
        for number, batch in enumerate(batches):
            ahead = f'<a rel="next" href="/{path}/?o={4 * number + 4}">Older</a>' if number + 1 < len(batches) else ""
            here = f"/{path}/" + (f"?o={4 * number}" if number else "")
            site.add(here, frame(f"{name} | valleycourier.com", f"<h1>{name}</h1>{rows(batch)}{ahead}"))
    site.add("/", frame("Valley Courier", rows(stories[:9])))
    for s in stories:
        stamp = f"{months[s.at.month - 1]} {s.at.day}, {s.at.year} {s.at:%I:%M} {'a.m.' if s.at.hour < 12 else 'p.m.'}"
        parts = s.html().split("</p>", 2)
        text = "</p>".join(
            (parts[0], "<div>Advertisement</div>" + parts[1], "<div><b>Sign up for our morning newsletter</b>"
             "<form><input name=email><button>Sign up</button></form></div>" + parts[2])
        )  # fmt: skip
        site.article(
            address[s.number],
            s,
            frame(
                f"{s.title} | {s.section} | valleycourier.com",
                f'<h1>{s.title}</h1><div class="v6"><span>By {s.author} and {s.second_author} | Staff Writers</span><ul><li>'
                f'<time datetime="{s.at.isoformat()}">{stamp}</time></li><li>Comments</li></ul></div><div class="v7">{text}</div>'
                f'<div>Reach {s.author} at newsroom@valleycourier.example or 555-0100.</div><div>Tags: <a href="/t/1">council</a></div>'
                f"<div><h4>Recommended for you</h4>{rows(stories[6:8])}</div>",
            ),
            category=s.section,
            authors=[s.author, s.second_author],
            published_at=minute(s.at),
        )
    return site


ABROAD: dict[str, Callable[[], Site]] = {
    "cloud-app": cloud_app,
    "taiwan-daily": taiwan_daily,
    "harbour-post": harbour_post,
    "korean-times": korean_times,
    "valley-courier": valley_courier,
}
