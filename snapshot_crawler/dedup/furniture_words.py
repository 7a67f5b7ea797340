"""Words of what an outlet puts around a story, as data: one entry a line, each with what it is for.

furniture.py makes its patterns of these tables. They are searched in softened text (folding.py): lower case, half-width
signs, simplified characters. An entry is a regular expression; a plain word is one too.
"""

from __future__ import annotations

from snapshot_crawler.lazy_pattern import any_of

# -- Datelines ---------------------------------------------------------------------------------------------------------

# What the name of an outlet ends with: 青州日报, 青州网.
OUTLET_ENDS = (
    "报",  # paper
    "网",  # site
    "社",  # agency
    "(?<!气象)台",  # station; 气象台 is the weather service
    "客户端",  # app
    "频道",  # channel
    "在线",  # online
    "新闻",  # news
    "日报",  # daily
    "晚报",  # evening paper
    "时报",  # times
    "传媒",  # media
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "june?", "july?", "aug", "sept?", "oct", "nov", "dec")

# -- Credits: a label, and a colon or a stroke behind it ---------------------------------------------------------------

ENGLISH_CREDIT = (
    r"(?:additional )?(?:reporting|writing|editing|edited|written|compiled) by\b",
    r"with assistance from\b",
)
# Up to four other characters may stand before these: 责任编辑, 本文来源.
CREDIT_LABEL = (
    "编辑?",  # editor
    "来源",  # source
    "作者",  # author
    "校对",  # proofread by
    "审核",  # checked by
    "监制",  # producer
    "摄影?",  # photographs
    "记者",  # reporter
    "责编",  # responsible editor
    "编审",  # senior editor
    "通讯员",  # correspondent
    "文字",  # text
    "图片",  # pictures
    "撰文",  # text by
    "翻译",  # translated by
    "摄像",  # camera
    "编导",  # director
    "剪辑",  # cut by
    "主编",  # chief editor
    "策划",  # planned by
    "统筹",  # coordinated by
    "制作",  # made by
    "出品",  # produced by
    "编发",  # edited and sent by
    "[初复终]审",  # first, second, last check
    "原标题",  # the original headline
)
SHORT_CREDIT_LABEL = (
    "图",  # picture
    "文",  # text
    "source",
    "editor",
    "photo",
    "image",
    "credit",
    "by",
)
# A line in brackets that speaks of one of these is a credit.
NEWSROOM = (
    "记者",  # reporter
    "编辑",  # editor
    "实习生",  # trainee
    "通讯员",  # correspondent
    "来源",  # source
    "摄影",  # photographs
    "供稿",  # contributed by
    "作者",  # author
    "转载",  # reprinted
    "editor",
    "report",
    "source",
    "photo",
    "写",  # written by
    "文/",  # text
    "图/",  # picture
)

# -- Between the paragraphs --------------------------------------------------------------------------------------------

CAPTION = (
    r"^(?:[△▲▼▽■●◆]|(?:资料|配|题|组|上|下|左|右)?图(?:片|为|中|[\s:\d(]|$)|(?:file )?(?:photo|picture|image)\b)",
    r"摄\W*$",  # photographed by
    r"(?:资料图|供图|图源)\W*$",  # file picture, picture from
)
PAGES = (
    "上一页",  # previous page
    "下一页",  # next page
    "上页",
    "下页",
    "下转",  # goes on at page
    "上接",  # comes from page
    r"第\s*\d+\s*版",  # page of the paper
    "余下全文",  # the rest of the text
    "未完待续",  # to be continued
    "(?:prev(?:ious)?|next) page",
    r"page \d+ of \d+",
    r"^\W*\d+(?:\s+\d+)*\W*$",  # a pager's numbers
)
# What a page's frame says; each stands at the beginning of a line of its own.
FRAME = (
    r"广告(?:\W|$)",  # advertisement
    "advertisement",
    r"(?:推荐|相关|延伸|更多|热门)(?:阅读|报道|新闻|链接|推荐)(?:\W|$)",  # recommended, related reading, news, links
    "(?:视频)?加载",  # (video) is loading
    "点击(?:查看|播放|进入|下载|关注|阅读)",  # click to see, play, enter, load, follow, read
    "(?:阅读|展开|查看|显示)(?:全文|更多|剩余)",  # read, unfold, show all, more, the rest
    r"返回\S{0,8}(?:首页|查看|搜狐|列表)",  # back to the front page, list
    "分享到",  # share on
    r"微信(?:\W|$)",  # WeChat
    "字号",  # size of the letters
    "纠错",  # report a mistake
    "举报",  # report
    "点赞",  # like
    "收藏",  # bookmark
    r"the end\W*$",
    "(?:story|article) continues",
    "(?:read (?:more|also|next)|related|see also):",
    "share this",
    "follow us",
    "sign up",
    r"facebook\W*$",
    r"twitter\W*$",
    r"whatsapp\W*$",
)
WIRE = (
    r"by [a-z .,'-]{3,50}",
    r"[-\s]*(?:reuters?|ap|afp|upi|xinhua)[\s\d&;/:-]*",  # an agency alone
    "updated? .{0,40}",
)

# -- At the end --------------------------------------------------------------------------------------------------------

NOTICE = (
    "版权",  # rights
    "转载",  # reprint
    "侵权",  # infringement
    "侵犯",
    "免责",  # no liability
    "未经.{0,10}授权",  # not without permission
    "不代表本[网站报]",  # not the view of this site
    "仅供参考",  # for information only
    "不构成投资",  # no advice to invest
    "传递更多信息",  # to pass on more information
    "与本网联系",  # contact this site
    "下载.{0,10}客户端",  # load the app
    "关注.{0,12}(?:微信|公众号)",  # follow our account
    "扫描.{0,6}二维码",  # scan the code
    "all rights reserved",
    "copyright",
    "©",
    "仅代表.{0,20}(?:观点|立场)",  # only the view of
    "本文(?:来自|来源|转自|为|系).{0,20}(?:公众号|平台|作者)",  # this text comes from the account, author
    "提供信息(?:发布|存储)",  # a platform that only stores information
    "our standards:",
    "contact the (?:writer|reporter|author)",
    "follow us",
    "story has been corrected",
    "newsletter",
    "was updated",
    "was corrected",
    "first published",
    "terms of (?:use|service)",
    "subscribe",
)
# A credit in brackets behind the last sentence.
ENDING = (
    "完",  # end
    "全文完",
    "[^()]{0,24}记者[^()]{0,40}",  # reporter
    "来源[^()]{0,40}",  # source
    "编辑[^()]{0,30}",  # editor
    "据[^()]{0,20}",  # according to
)

ENTITIES = ("nbsp", "amp", "lt", "gt", "quot", "ldquo", "rdquo", "middot", r"#\d{1,6}", "lt")
ENTITY = rf"&(?:{any_of(ENTITIES)});"
