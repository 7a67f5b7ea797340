"""The words of the pages, in Chinese and English: a name in, the word in the reader's language out.

The labels of an article's page (类别, 发布时间, ...) are Chinese in both: they are what makes it a snapshot page, for
readers and for crawlers. An English reader finds the English word beside them (Words.gloss).
"""

from __future__ import annotations

from snapshot_crawler.portal.language import Language

WORDS: dict[str, tuple[str, str]] = {
    "site_name": ("资讯快照", "News Snapshots"),
    "tagline": ("网上资讯的存照，只收录，不改动", "A record of the news, kept as it was published"),
    "skip": ("跳到正文", "Skip to content"),
    "home": ("首页", "Home"),
    "sections": ("栏目", "Sections"),
    "search": ("搜索", "Search"),
    "search_for": ("搜索资讯", "Search the news"),
    "about": ("关于", "About"),
    "about_site": ("关于本站", "About this site"),
    "language": ("语言", "Language"),
    "newest": ("最新收录", "Latest"),
    "all_of": ("更多", "More"),
    "next": ("下一页", "Next page"),
    "previous": ("上一页", "Previous page"),
    "pages": ("翻页", "Pages"),
    "page_number": ("第 {0} 页", "Page {0}"),
    "articles": ("{0} 篇", "{0} articles"),
    "nothing": ("这里还没有资讯。", "There is nothing here yet."),
    "category": ("类别", "Category"),
    "source": ("来源", "Source"),
    "published": ("发布时间", "Published"),
    "taken": ("快照生成时间", "Snapshot taken"),
    "original": ("信息原文地址", "Original"),
    "collected": ("采集自", "Collected from"),
    "unknown": ("未知", "未知"),
    "related": ("相关资讯", "Related"),
    "more_of": ("更多关于{0}的资讯", "More in {0}"),
    "notice": (
        "本页为资讯快照，由爬虫自动采集并收录，本站未改动内容，亦不代表本站立场。",
        "This is a snapshot of news, collected by a crawler and kept unchanged. It does not express our views.",
    ),
    "rights": ("如认为本页侵犯您的权益，请", "If this page infringes your rights, please "),
    "rights_link": ("联系我们删除", "ask us to take it down"),
    "untitled": ("（无标题）", "(untitled)"),
    "not_found": ("没有这个页面", "There is no such page"),
    "not_found_why": (
        "地址可能写错了，或这篇资讯从未收录。可以试试搜索。",
        "The address may be misspelt, or the article was never collected. The search may help.",
    ),
    "gone": ("这篇资讯已删除", "This article was taken down"),
    "gone_why": ("应要求删除，内容不再保存。删除日期：{0}", "It was removed on request, and is kept nowhere. Day: {0}"),
    "bad_request": ("这个请求无法理解", "This request makes no sense"),
    "bad_request_why": (
        "地址太长，或含有不能使用的字符。",
        "The address is too long, or has characters that cannot be used.",
    ),
    "too_many": ("请求太多", "Too many requests"),
    "too_many_why": ("请稍候再试。", "Please wait a little, then try again."),
    "refused": ("这个请求不能接受", "This request is refused"),
    "refused_why": ("表单须从本站的页面提交。", "Forms are sent from pages of this site only."),
    "trouble": ("出了点问题", "Something went wrong"),
    "trouble_why": ("请稍后再试。", "Please try again later."),
    "not_ready": ("资讯库正在准备", "The library is being prepared"),
    "not_ready_why": (
        "暂时没有可显示的内容，请稍后再来。运行者可在日志中看到原因。",
        "There is nothing to show at this moment. Please come back later; the log tells the operator why.",
    ),
}


class Words:
    """The words of one language: word("next"), word("page_number", 3)."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._place = 0 if language == "zh" else 1

    def __call__(self, name: str, *values: object) -> str:
        text = WORDS[name][self._place]
        return text.format(*values) if values else text

    def chinese(self, name: str, *values: object) -> str:
        """The Chinese word, for labels."""
        text = WORDS[name][0]
        return text.format(*values) if values else text

    def gloss(self, name: str, *values: object) -> str:
        """What an English reader needs beside a Chinese label; '' for a Chinese one."""
        return self(name, *values) if self.language == "en" else ""
