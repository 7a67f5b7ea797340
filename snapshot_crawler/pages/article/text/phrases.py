"""Words by which a page's furniture is known, as data: one entry a line, each with what it is for.

weights.py, judges.py and trimming.py make one pattern of each table and search it in names of boxes or in lines of
text. An entry is a regular expression; a plain word is one too. To teach the readers another word, add a line.
"""

from __future__ import annotations

from snapshot_crawler.lazy_pattern import any_of

SIGNS_BEFORE = r"^[\s【\[（(<>《#*|·•-]*"  # what a heading or a label may begin with

# -- Names (class or id) of boxes that lie beside the article; searched in each name by itself ----------------------

# Whole words of a name: side, left-nav, ad_box; not "inside" or "download".
BESIDE_WORDS = (
    "side",  # side column
    "nav",  # menu
    "ads?",  # advertisement
    "tags?",  # keywords of the article
    "more",  # link to a list
    "menu",
    "prev",  # link to the article before
    "next",  # link to the article after
    "toc",  # table of contents
    "pager",  # numbers of further pages
    "page[-_]?nav",
    "pages",
    "meta",  # line of author and time
    "fixed",  # bar that stays on the screen
    "float",  # box that floats over the page
    "pop",  # pop-up
)
BESIDE = (
    "comment",  # readers' comments
    "reply",
    "disqus",  # a service for comments
    "respond",  # WordPress: the form for a comment
    "related",  # other articles
    "recommend",
    "tuijian",  # 推荐, recommended
    "xiangguan",  # 相关, related
    "guess",  # "guess what you like"
    r"\bhot",  # most read articles
    "hot[-_]",
    "rank",  # list of the most read
    "paihang",  # 排行, ranking
    "side[-_]?bar",
    "aside",
    rf"(?:^|[-_])(?:{any_of(BESIDE_WORDS)})(?:$|[-_])",
    "navbar",
    "navigation",
    "submenu",
    "bread",  # breadcrumbs
    "crumb",
    "foot",  # footer
    "copyright",
    "share",  # buttons of social networks
    "sharing",
    "social",
    "advert",
    "banner",
    "promo",  # the site's own advertisement
    "sponsor",
    "subscri",  # offer of a subscription
    "newsletter",
    "popup",
    "modal",  # window over the page
    "cookie",  # question for consent
    "consent",
    "gdpr",
    "toolbar",
    "pagin",  # pagination
    "login",
    "outbrain",  # services that sell links to other articles
    "taboola",
    "read-?(?:next|more)",
    "most-?(?:read|popular)",
    "trending",
    "popular",
    "tag-?(?:list|cloud)",
    "author[-_]*(?:bio|box|info|card|detail|summary|desc)",  # a portrait of the author
    "about-?author",
    "disclaimer",
    "shengming",  # 声明, legal notice
    "qrcode",
    "ewm",  # 二维码, QR code
    "print-?(?:hidden|only)",
    "screen-?reader",  # texts for blind readers only
    "visually-?hidden",
    "sr-only",
    "topbar",
    "skip-",  # "skip to content"
    "teaser",  # short piece of another article
    "latest",  # newest articles
    "paywall",
    "signup",
    "sign-up",
    "by-?line",  # the author's line
    "follow",  # "follow us"
    "player",  # of a video
    "feedback",
    "rating",
    "vote",
    "survey",
    "donat",  # request for a donation
    "support-us",
    "correction",  # form to report a mistake
    "report-error",
    "jiucuo",  # 纠错, correction
    "fenxiang",  # 分享, share
    "pinglun",  # 评论, comments
    "tishi",  # 提示, hint
    r"zan\b",  # 赞, like
)

# These words count even where a word of TEXT stands in the same name: article-comment.
STRONG = (
    "comment",  # readers' comments
    "reply",
    "disqus",  # a service for comments
    "foot",  # footer
    "pinglun",  # 评论, comments
    "related",  # other articles
    "recommend",
    "side-?bar",
)

# -- Names of boxes that may hold the article ------------------------------------------------------------------------

TEXT = (
    "article",
    "content",
    "post",
    "body",
    "entry",  # WordPress
    "text",
    "story",
    "detail",
    "editor",  # what an editor for the web wrote
    "zhengwen",  # 正文, text of the article
    "wenzhang",  # 文章, article
    "neirong",  # 内容, contents
    "main",
    "wrapper",  # boxes of the layout, around everything
    "container",
    "page",
    "layout",
    "grid",
    "col-",  # column
)

# Names of the one box that holds the article and nothing else.
ARTICLE_BOX = (
    "(?:article|post|entry|story|news|detail|main|text|rich[-_]?media)[-_]?(?:body|content|text|main|detail|area|box)",
    "content[-_]?(?:main|body|text|article|detail)",
    "articlebody",
    "artibody",
    "(?:trs|ueb)[-_]?editor",  # two editors that Chinese offices use
    "zhengwen",  # 正文, text of the article
    "neirong",  # 内容, contents
    r"(?:^|\s)(?:article|content|post|story|entry|text)(?:$|\s)",  # the whole name
)

# -- Words of lines about the site and its rights; searched anywhere in a line ----------------------------------------

LEGAL = (
    "copyright",
    "©",
    "all rights reserved",
    "版权所有",  # all rights reserved
    "备案号",  # number of the site's registration
    "ICP[备證证]",  # registration with the authorities
    "许可证号",  # number of a licence
    "免责声明",  # disclaimer
    "违法和不良信息",  # where to report unlawful contents
    "本网站?转载",  # what this site reprints
    r"\bcookies?\b",
    "privacy policy",
    "terms of (?:use|service)",
)
# These stand in the text of a news article too.
RIGHTS = (
    "著作权",  # copyright
    "未经.{0,12}(?:授权|许可|同意)",  # not without permission
    "转载请注明",  # name the source when you reprint
    "版权归.{0,10}所有",  # the rights belong to
    "许可证(?:编?号|书|[:：]|[0-9])",  # licence, with its number
    "备案(?:编?号|[:：])",  # registration, with its number
)

# -- Headings behind which the article has ended; searched at the beginning of a short line ---------------------------

END = (
    "相关(?:新闻|阅读|文章|链接|报道|推荐|专题|内容|资讯|信息)",  # related news, reading, links, ...
    "延伸阅读",  # further reading
    "推荐阅读",  # recommended reading
    "热门推荐",  # popular
    "精彩推荐",
    "猜你喜欢",  # you may like
    "大家都在看",  # everybody reads
    "热点推荐",
    "今日推荐",
    "热点新闻",  # hot news
    "热门文章",
    "热门新闻",
    "最新文章",  # newest articles
    "最新新闻",
    "更多新闻",  # more news
    "更多精彩",
    "网友评论",  # readers' comments
    "评论列表",
    "最新评论",
    "发表评论",  # write a comment
    "我要评论",
    "热门评论",
    r"责任?编辑\s*[:：]",  # responsible editor: the last line of many Chinese articles
    r"责编\s*[:：]",
    "本文责编",
    "分享到",  # share on
    "分享至",
    "打印本页",  # print this page
    "关闭窗口",  # close the window
    "上一篇",  # article before
    "下一篇",  # article after
    "返回列表",  # back to the list
    "免责声明",  # disclaimer
    "版权声明",  # copyright notice
    "特别声明",  # special notice
    "热门点[阅击]",  # most clicked
    "热门话题",  # popular subjects
    "编辑部?推荐",  # recommended by the editors
    "小编推荐",
    "你可能(?:也|会|还)?(?:喜欢|感兴趣|想看)",  # you might like
    "看更多",  # see more
    "更多(?:相关|热门|同类|报道|内容|资讯|文章|精选)",  # more on this, popular, of this kind, ...
    "往期(?:回顾|推荐|精选)",  # earlier issues
    "精选(?:文章|新闻|留言)",  # selected articles
    "推广信息",  # promotion
    r"最新(?:消息|报道|资讯|动态)\W*$",  # newest
    "关联(?:阅读|新闻|文章|报道)",  # connected articles
    "更多(?:阅读|精彩|资讯)",
    "关键?字[:：]",  # keywords
    "相关(?:标签|词条|关键[字词])",  # related keywords
    "发表(?:意见|留言|回应)",  # write a comment
    "(?:网友|读者|最新|精选)?留言(?:区|板|列表)",  # comments
    "本文标签",  # tags of this text
    "参考(?:资料|文献|来源|链接)",  # references
    "会员(?:专享|专属|限定|登录)",  # for members
    "作者简介",  # about the author
    "関連(?:記事|ニュース|リンク|キーワード)",  # Japanese: related articles
    "あわせて読みたい",  # Japanese: read too
    r"おすすめ(?:記事|情報|の記事)?\W*$",  # Japanese: recommended
    "こちらもおすすめ",
    "の?新着",  # Japanese: newest
    r"ランキング\W*$",  # Japanese: most read
    "この記事をシェア",  # Japanese: share this article
    r"관련\s?(?:기사|뉴스)",  # Korean: related articles
    "コメントを(?:書く|投稿|見る)",  # Japanese: write a comment
    "カテゴリーをフォロー",  # Japanese: follow this section
    "많이\\s?본\\s?(?:기사|뉴스)",  # Korean: most read
    "추천\\s?(?:기사|뉴스)",  # Korean: recommended
    "이\\s?시각\\s?(?:주요|많이)",  # Korean: at this hour
    r"댓글\s*\d*\W*$",  # Korean: comments
    "اقرأ أيضا",  # Arabic: read too
    "مواضيع ذات صلة",  # Arabic: related subjects
    "أخبار ذات صلة",  # Arabic: related news
    "الأكثر قراءة",  # Arabic: most read
    "you may also like",
    "references$",
    "related (?:articles|stories|posts|news|content|topics)",
    r"read (?:more|next)\b",
    r"more (?:from|on|stories)\b",
    r"most (?:read|popular)",
    "recommended",
    r"comments?\s*(?:\(\d+\))?$",
    "leave a (?:reply|comment)",
    r"\d+\s(?:thoughts?|comments?|responses?|replies) (?:on|to)\b",  # WordPress: above the comments
    r"comentar\W*$|comentarios\s*(?:\(\d+\))?$|(?:deja|escribe) (?:un|tu) comentario",  # Spanish: comments
    r"commentaires?\s*(?:\(\d+\))?$|laisser un commentaire",  # French
    r"comentários?\s*(?:\(\d+\))?$|deixe um comentário",  # Portuguese
    r"commenti\s*(?:\(\d+\))?$|lascia un commento",  # Italian
    r"комментари[ийев]+\s*(?:\(?\d+\)?)?$|оставить комментарий",  # Russian
    "share this",
    "about the author",
    "subscribe",
    "sign up",
    "trending",
    "mehr zum thema",  # German: more on this
    "lesen sie auch",  # German: read too
    "das könnte sie",  # German: this might interest you
    "kommentare",  # German: comments
    "auch interessant",  # German: interesting too
    "lire aussi",  # French: read too
    "à lire aussi",
    "sur le même (?:sujet|thème)",  # French: on the same subject
    "leia (?:também|mais)",  # Portuguese
    "(?:veja|saiba) (?:também|mais)",
    r"(?:lea|lee|vea|ver) (?:también|más)|te puede interesar|más (?:noticias|información)\b",  # Spanish
    "читайте также",  # Russian: read too
    r"по теме\W*$",  # Russian: on this subject
    "читайте також",  # Ukrainian
    "czytaj (?:także|też|również)",  # Polish
    "lees (?:ook|meer)",  # Dutch
    "läs (?:också|även|mer)",  # Swedish
    "les også",  # Norwegian
    "læs også",  # Danish
    "baca juga",  # Indonesian
    "berita (?:terkait|lainnya)",
    "xem thêm",  # Vietnamese
    "tin (?:liên quan|cùng chuyên mục)",
    "ilgili haberler",  # Turkish
    "διαβάστε (?:επίσης|ακόμη)",  # Greek
    "यह भी पढ़ें",  # Hindi
    "leggi anche",  # Italian
)

# -- Labels of lines that speak about the article; at the beginning of a short line, a colon or nothing behind ---------

CREDIT = (
    "原标题",  # the original headline
    "原題",  # the same, traditional
    "责任?编辑?",  # responsible editor
    "責任編輯",  # the same, traditional
    "责编",
    r"编\s{0,4}[辑輯]",  # editor
    "本文责编",
    "值班编辑",  # editor on duty
    r"审\s{0,4}核",  # checked by
    r"校\s{0,4}对",  # proofread by
    "编审",  # senior editor
    "监制",  # producer
    r"(?:文章|信息|新闻|稿件|本文|资料|内容)?(?:来\s{0,4}源|來源|稿源|出处)",  # source
    r"作\s{0,4}者",  # author
    "(?:发布|发表|发稿|更新)(?:时间|日期)",  # time of publishing, of the last change
    "时间",  # time
    "日期",  # date
    "浏览",  # views
    "点击",  # clicks
    "阅读(?:量|数|次数)?",  # times read
    "字[体号]",  # size of the letters
    "關鍵字",  # keywords, traditional
    "关键[词字]",
    "标签",  # tags
    "分享(?:到|至)?",  # share
    "打印",  # print
    "关闭",  # close
    "纠错",  # report a mistake
    "收藏",  # bookmark
    "转载",  # reprint
    "tags?",
    "keywords?",
    "published",
    "updated",
    "by",
    "photo",
    "share",
    "source",
    "copyright",
    "©",
    "advertisement",
    "anzeige",  # German: advertisement
    "publicidad",  # Spanish
    "werbung",  # German
    "loading",
    "print",
    "follow us",
    "reading time",
    "listen",
)

# -- Words in the bracket that ends a picture's caption: who took it, or that it is an old one ----------------------

OF_PICTURE = (
    "摄",  # photographed by
    "图",  # picture
    "照片",  # photograph
    "资料照",  # from the archive
    "资料画面",
    "视频截",  # taken from a video
    "示意",  # a picture that only illustrates
    "翻摄",  # taken from another picture
    "取自",  # taken from
    "提供",  # given by
    r"photos?\b",
    r"pictures?\b",
    r"image\b",
    "courtesy",
    "getty",
    "shutterstock",
    "reuters",
    "写真",  # Japanese: photograph
    "撮影",  # Japanese: photographed by
    "사진",  # Korean: photograph
)
