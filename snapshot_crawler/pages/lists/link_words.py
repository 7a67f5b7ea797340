"""What links of a list page say, as data: one entry a line, each with what it is for. listing.py compiles them.

An entry is a regular expression; a plain word is one too. A link's words decide whether it turns the page, names a
section, or leads to a service that holds no news.
"""

from __future__ import annotations

# The link to the next page; signs and a page number may stand around it.
NEXT = (
    "下一?[页頁]",  # next page
    "后一?[页頁]",  # page behind
    "下翻",  # turn down
    r"next(?:\s+page)?",
    r"older(?:\s+posts)?",  # blogs
    "加载更多",  # load more
    "查看更多",  # see more
)

# The other links of a pager; nothing else stands in them.
PAGER = (
    "首页",  # first page
    "首頁",  # the same, traditional
    "第一页",
    "尾页",  # last page
    "尾頁",
    "末页",
    "末頁",
    "最后一?页",
    "上一?[页頁]",  # previous page
    "前一?[页頁]",
    "first",
    "last",
    r"prev(?:ious)?(?:\s+page)?",
    r"newer(?:\s+posts)?",  # blogs
    r"第?\s*\d+\s*[页頁]?",  # page 3
)

# Services of a site; searched anywhere in the link's words.
NOT_A_LIST = (
    "登录",  # log in
    "注册",  # register
    "退出",  # log out
    "关于",  # about us
    "联系",  # contact
    "帮助",  # help
    "反馈",  # feedback
    "投稿",  # contribute
    "招聘",  # jobs
    "隐私",  # privacy
    "协议",  # agreement
    "条款",  # terms
    "举报",  # report
    "广告",  # advertising
    "备案",  # registration of the site with the authorities
    "许可",  # licence
    "客户端",  # app
    "下载",  # download
    "设为首页",  # make this your home page
    "收藏",  # bookmark
    "无障碍",  # accessible version
    "订阅",  # subscribe
    "rss",
    r"log\s?in",
    r"sign\s?(?:in|up)",
    "register",
    "about",
    "contact",
    "help",
    "privacy",
    "terms",
    "subscribe",
    "advertis",
    "cookie",
)
