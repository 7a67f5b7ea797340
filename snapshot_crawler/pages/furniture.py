"""What stands between an article's paragraphs and is none of its text: share bars, tool lines, adverts."""

from __future__ import annotations

import re

from snapshot_crawler.pages.outline import Block

SHARE = re.compile(
    r"^\W*(?:分享(?:到|至|给|：|:|$)|转发(?:到|至)|收藏(?:本|此|$)|打印(?:本|此|$)|关闭(?:窗口|本页)|复制链接|扫一扫|扫码"
    r"|字体|字号|点赞|举报|加入收藏|手机(?:看|查看|阅读)|微信扫|下载(?:客户端|APP)|【?(?:大|中|小)\s+(?:中|小|大)\s)"
)
ADVERT = re.compile(r"^\W*(?:广告|廣告|推广|赞助(?:内容|商)?|sponsored|advertisement|ad)\W*$", re.IGNORECASE)
ADVERT_HINT = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|adv|advert|advertisement|gg|guanggao|banner|sponsor(?:ed)?)(?:$|[\s_\d-])"
)
SHARE_HINT = re.compile(r"share|bdshare|social|toolbar|tool-bar|fenxiang")
SHARE_NAMES = re.compile(
    r"(?:(?:新浪|腾讯)?微博|微信(?:好友)?|QQ(?:空间|好友)?|朋友圈|豆瓣|人人网?|贴吧|更多|分享|打印|收藏|复制(?:链接)?|评论|点赞"
    r"|关闭|[\s|｜/、·])+"
)


def is_furniture(block: Block) -> bool:
    """Share bars, tool lines and adverts: short lines that say so, or that lie in a box named so."""
    text = block.text
    if len(text) <= 60 and SHARE.match(text):
        return True
    if len(text) <= 60 and SHARE_NAMES.fullmatch(text):
        return True
    if block.link_share > 0.5 and ADVERT.match(block.parts[0].text):
        return True
    box, steps = block.box, 0
    while box.parent is not None and steps < 3:
        short = sum(1 for _ in range(box.first, box.last)) <= 12
        if short and (ADVERT_HINT.search(box.hint) or (SHARE_HINT.search(box.hint) and len(text) < 80)):
            return True
        box, steps = box.parent, steps + 1
    return any(ADVERT_HINT.search(part.hint) for part in block.parts) and block.link_share > 0.5
