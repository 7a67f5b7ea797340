"""The words of the pages, in Chinese and English: a name in, the word in the reader's language out.

The labels of an article's page (类别, 发布时间, ...) are Chinese in both: they are what makes it a snapshot page, for
readers and for crawlers. An English reader finds the English word beside them (Words.gloss).
"""

from __future__ import annotations

from snapshot_crawler.portal.language import Language
from snapshot_crawler.portal.subscriptions.words import WORDS as OF_SUBSCRIPTIONS

WORDS: dict[str, tuple[str, str]] = {
    **OF_SUBSCRIPTIONS,
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
    "here": ("当前位置", "You are here"),
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
    "provenance": ("出处", "Provenance"),
    "unknown": ("未知", "未知"),
    "related": ("相关资讯", "Related"),
    "more_of": ("更多关于{0}的资讯", "More in {0}"),
    "notice": (
        "本页为资讯快照，由爬虫自动采集并收录，本站未改动内容，亦不代表本站立场。",
        "This is a snapshot of news, collected by a crawler and kept unchanged. It does not express our views.",
    ),
    "rights": ("如认为本页侵犯您的权益，请", "If this page infringes your rights, please "),
    "rights_link": ("联系我们删除", "ask us to take it down"),
    "rights_gloss": ("", "Ask us to take it down:"),
    "versions": ("版本", "Versions"),
    "version_number": ("第 {0} 版", "Version {0}"),
    "version_now": ("当前版本", "This version"),
    "version_seen": ("收录于 {0}", "Collected {0}"),
    "version_differs": ("与上一版的不同", "What it changed"),
    "version_first": ("最初的版本", "The first version"),
    "version_same": ("文字没有变化。", "The text is the same."),
    "difference_title": ("“{0}”的修改", "Changes of “{0}”"),
    "difference_how": (
        "删去的文字带删除线，新增的文字带下划线。",
        "What was taken out is struck through, what was added is underlined.",
    ),
    "removed": ("删去", "removed"),
    "added": ("新增", "added"),
    "title": ("标题", "Title"),
    "authors": ("作者", "Authors"),
    "back_to_article": ("回到正文", "Back to the article"),
    "archived_title": ("收到时的页面：{0}", "As received: {0}"),
    "archived": ("收到时的页面", "The page as received"),
    "archived_at": ("收录于 {0}", "Collected {0}"),
    "archived_how": (
        "这是收到时的页面，已去掉脚本、样式、图片与表单，不从别处加载任何内容。链接会打开原来的网站。",
        "The page as it was received, without its scripts, styles, pictures and forms. Nothing is loaded from "
        "elsewhere; links open the sites that they name.",
    ),
    "archived_cut": ("页面很长，这里只有它的开头。", "The page is very long; this is its beginning."),
    "unkept": ("没有保存这个页面", "This page is not kept"),
    "unkept_why": (
        "收到时的页面没有保存，或保存期已过；正文仍在。",
        "The page as it was received was not kept, or no longer is. The article is still here.",
    ),
    "away": ("这个页面暂时读不到", "This page cannot be read at the moment"),
    "away_why": (
        "保存页面的地方现在没有回应，请稍后再试；正文仍在。",
        "The storage that has the page does not answer. Try again later; the article is still here.",
    ),
    "no_page": ("这个页面无法显示", "This page cannot be shown"),
    "no_page_why": (
        "收到的不是网页，或其中的文字无法辨认。",
        "What was received is no web page, or its text cannot be read.",
    ),
    "outlets": ("各家报道", "Other outlets"),
    "story": ("同一新闻的各家报道", "One story, all outlets"),
    "story_title": ("各家报道：{0}", "All outlets: {0}"),
    "story_all": ("按发布先后比较", "Compare by time"),
    "story_how": ("按发布时间排列，最先发布的在前。", "By the time of publication, the first one first."),
    "story_first": ("最先发布", "First"),
    "story_later": ("晚 {0}", "{0} later"),
    "copies": ("其他转载地址", "Further addresses of the same text"),
    "minutes": ("{0} 分钟", "{0} min"),
    "hours": ("{0} 小时", "{0} h"),
    "days_span": ("{0} 天", "{0} d"),
    "pictures": ("原页图片", "Pictures of the page"),
    "picture": ("图片 {0}", "Picture {0}"),
    "attachments": ("附件", "Attachments"),
    "attachment": ("附件 {0}", "Attachment {0}"),
    "days": ("按日期", "By day"),
    "years": ("年份", "Years"),
    "earlier_day": ("前一天：{0}", "Earlier: {0}"),
    "later_day": ("后一天：{0}", "Later: {0}"),
    "day_label": ("日期", "Day"),
    "words_label": ("关键词", "Words"),
    "any_category": ("全部类别", "All categories"),
    "any_source": ("全部来源", "All sources"),
    "from_day": ("起始日期", "From"),
    "to_day": ("截止日期", "To"),
    "order": ("排序", "Order"),
    "order_newest": ("最新在前", "Newest first"),
    "order_best": ("最相关在前", "Best first"),
    "found": ("共 {0} 篇", "{0} found"),
    "found_about": ("约 {0} 篇", "About {0} found"),
    "found_over": ("超过 {0} 篇", "More than {0} found"),
    "found_none": ("没有找到。可以减少关键词，或放宽日期。", "Nothing found. Try fewer words, or other days."),
    "found_for": ("“{0}”的搜索结果", "Results for “{0}”"),
    "search_how": (
        '空格隔开的词须同时出现；引号内的词连在一起；减号排除。例：苏州 "国家实验室" -招聘',
        "Words apart by spaces must all be there; words in quotation marks stand together; a minus takes out. "
        'For example: 苏州 "国家实验室" -招聘',
    ),
    "about_what": (
        "这里是网上资讯的快照：爬虫采集公开的新闻页面，原样收录其标题、来源、时间与正文，供查阅与搜索。",
        "These are snapshots of news: a crawler collects public pages and keeps their title, source, time and text "
        "unchanged, to be looked up and searched.",
    ),
    "about_free": (
        "快照查询不以营利为目的，内容版权归原作者所有。",
        "This service makes no profit. All rights in the texts stay with their authors.",
    ),
    "numbers": ("数字", "Numbers"),
    "count_articles": ("资讯", "Articles"),
    "count_versions": ("版本", "Versions"),
    "count_stories": ("新闻", "Stories"),
    "count_sources": ("来源", "Sources"),
    "count_categories": ("类别", "Categories"),
    "count_days": ("天数", "Days"),
    "count_gone": ("已删除", "Taken down"),
    "count_newest": ("最新", "Newest"),
    "all_categories": ("类别", "Categories"),
    "all_sources": ("主要来源", "Main sources"),
    "take_down": ("申请删除", "Ask for a take-down"),
    "take_down_what": (
        "如某篇快照侵犯您的权益，请填写下表。申请由本站管理者查看处理。",
        "If a snapshot infringes your rights, please fill in this form. The operator of this site reads it.",
    ),
    "take_down_by_contact": (
        "本站由文件组成，没有表单：请写信给本站的运营者，并写明快照地址和理由。",
        "This site is made of files and has no form: please write to its operator, with the snapshot's address and the "
        "reason.",
    ),
    "take_down_article": ("快照地址或编号", "Address or id of the snapshot"),
    "take_down_contact": ("您的姓名与联系方式（可不填）", "Your name and address (optional)"),
    "take_down_reason": ("理由", "Reason"),
    "take_down_send": ("提交申请", "Send the request"),
    "take_down_sent": ("申请已收到，谢谢。", "Your request has been received. Thank you."),
    "take_down_needs_article": (
        "请填写本站快照的地址或编号。",
        "Please name a snapshot of this site, by address or id.",
    ),
    "take_down_needs_reason": ("请填写理由。", "Please give the reason."),
    "take_down_too_many": ("申请太多，请过一小时再试。", "Too many requests. Please try again in an hour."),
    "take_down_full": ("现在无法保存申请，请稍后再试。", "The request cannot be kept now. Please try again later."),
    "contact": ("联系：", "Contact: "),
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
