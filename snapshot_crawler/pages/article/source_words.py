"""Words around a publisher's name (来源), as data: one entry a line, each with what it is for. source.py compiles them.

An entry is a regular expression; a plain word is one too. \\s{0,4} between two characters: pages widen short labels
with spaces.
"""

from __future__ import annotations

from snapshot_crawler.lazy_pattern import any_of

# -- The label before the name ----------------------------------------------------------------------------------------

# What a label may begin with.
OF_WHAT = (
    "信息",  # information
    "文章",  # article
    "新闻",  # news
    "稿件",  # copy
    "本文",  # this text
    "内容",  # contents
    "資料",  # material, traditional
    "资料",
    "图文",  # pictures and text
    "消息",  # news
    "作品",  # work
    "原文",  # the original
)
# What is before the label of a picture's or a table's origin: 图片来源 names no publisher.
OF_PICTURES = (
    "图",
    "图片",  # picture
    "照片",  # photograph
    "影像",  # picture, in Taiwan
    "视频",  # video
    "数据",  # data
    "封面",  # cover
    "音频",  # sound
)
LABEL = (
    r"来\s{0,4}源",  # source
    r"來\s{0,4}源",  # the same, traditional
    r"稿\s{0,2}源",  # source of the copy
    r"出\s{0,2}[处處]",  # where it comes from
    "转自",  # taken from
    "轉自",
    "转载自",  # reprinted from
    "摘自",  # excerpt from
    "来源于",  # comes from
    r"(?<=[|｜\s])来自(?=\s?[:：])",  # from, in a row of labels
    "原载",  # printed first in
    "供稿单位",  # office that contributed it
    "发布机构",  # office that published it
    "发布单位",
    "信息提供",  # information given by
    "报送单位",  # office that sent it in
)
# Labels that need no colon: a space, the beginning of the line or the time before them shows that they are labels.
LABEL_WITHOUT_COLON = (
    r"(?<![\w])(?:来源|來源|稿源)\s{1,3}(?=[\u4e00-\u9fff])",
    r"(?:^|(?<=[\d\s]))(?:来源于?|來源)(?=[\u4e00-\u9fff《])",
)

# -- What comes behind the name in the same line ----------------------------------------------------------------------

# Labels and buttons; searched with or without white space before them.
NEXT_LABEL = (
    r"作\s{0,4}者",  # author
    r"编\s{0,4}[辑輯]",  # editor
    "責任",  # responsible (editor), traditional
    "责任",
    "责编",
    "记者",  # reporter
    "通讯员",  # correspondent
    "文/",  # text by
    "发布",  # published
    "发表",
    "发稿",
    "更新",  # changed
    "时间",  # time
    "日期",  # date
    "字[体号]",  # size of the letters
    "字號",
    "浏览",  # views
    "点击",  # clicks
    "阅读",  # times read
    "访问",  # visits
    "评论",  # comments
    "分享",  # share
    "打印",  # print
    "收藏",  # bookmark
    "扫",  # scan the code
    "【",
    r"\[",
    r"大\s?中\s?小",  # letters: large, medium, small
    "我要",  # I want to (comment, correct)
    "我有话",  # I have something to say
    "参与",  # take part
    "编辑",  # editor
    "撰文",  # text by
    "摄影",  # photographs by
    "审核",  # checked by
    "校对",  # proofread by
    "查看",  # look at
    "进入",  # enter
    "原标题",  # the original headline
    "手机",  # on the telephone
    "微信",  # WeChat
    "微博",  # Weibo
    "qq",
    "关注",  # follow
    "订阅",  # subscribe
    "举报",  # report
    "纠错",  # correct a mistake
    "原文",  # the original
    r"频道\s?[:：]",  # channel
    "次数",  # how many times
    r"T\|",  # size of the letters
    "A-",
    "阅读量",  # how often read
    "人气",  # popularity
    "热度",
)
BEHIND = (
    r"\s{2,}",  # a gap between two elements of the page
    r"\t",
    r"(?-i:[|｜\]】〕\ue000-\uf8ff])",  # strokes, closing brackets, private characters of icon fonts
    rf"\s*(?:{any_of(NEXT_LABEL)})",
    r"\s*[（(](?![^）)]{1,12}[）)]$)",  # a bracket, but not a short one that ends the line: 样例报（电子版）
    r"\s*(?:19|20)[0-9]{2}\s?[-/.年]",  # a date
    r"\s*[0-9]{1,2}[-:][0-9]{2}",  # a day or a clock
    r"[。；;!！?？]",  # the end of a sentence
)

# -- What stands where a name should, and is none ---------------------------------------------------------------------

# Texts that begin with one of these end at once or soon (at most six characters later).
NO_NAME_WITHIN = (
    "关注",  # follow
    "点击",  # clicks
    "浏览",  # views
    "阅读",  # times read
    "评论",  # comments
    "分享",  # share
    "字号",  # size of the letters
    "字体",
    "打印",  # print
    "收藏",  # bookmark
    "发布",  # published
    "发表",
    "时间",  # time
    "日期",  # date
    "编辑",  # editor
    "作者",  # author
    "记者",  # reporter
    "登录",  # log in
    "注册",  # register
    "投稿",  # contribute
    "举报",  # report
    "我有话",  # I have something to say
    "参与",  # take part
    "查看",  # look at
    "更多",  # more
    "返回",  # back
    "首页",  # front page
    "正文",  # text of the article
    "下载",  # download
    "扫描",  # scan
    "二维码",  # QR code
    "微信",  # WeChat
    "微博",  # Weibo
    "客户端下载",  # load the app
    "订阅",  # subscribe
    "播放",  # play
    "原创",  # original
    "转载",  # reprint
    "官方账号",  # official account
    "已认证",  # verified
    "大中小",  # letters: large, medium, small
    "大 中 小",
    "次",  # times
    "语音",  # voice
    "朗读",  # read aloud
    "来自",  # comes from
    "网络",  # the internet
    "未知",  # unknown
    "不详",  # not known
    "本站",  # this site
    "互联网",  # the internet
    "佚名",  # anonymous
    "null",  # values that a template left
    "undefined",
    "admin",
    "none",
)
# The whole text is one of these.
NO_NAME = (
    "(?:分类|归类|发[表布])[于在]",  # filed under
    "来源",  # source
    "出版",  # when it came out
    "更新",  # when it was changed
    "刊登",
    "上载",
    "来源于",
    "编号",  # number
    "文号",  # number of a document
    "序号",
    "字数",  # how many characters
    "页码",  # page number
    r"第?\d+[期版页]",  # issue, page of a paper
    "标签",  # tags
    "分类",  # category
    "栏目",  # column
    "专题",  # special subject
    "频道",  # channel
    "正文",  # text of the article
    "新闻",  # news
    "资讯",
    r"[A-Za-z.]+\.(?:com|cn|net|org)",  # a host
    r".*[=<>\"].*",  # rest of markup
    r"[\d\s.,:：/-]+",  # numbers
    rf".*(?:{any_of(NO_NAME_WITHIN)}).{{0,6}}",
    r"(?:last\s)?(?:published|updated|posted|modified|written)(?:\s(?:on|at|by))?",
    r"[a-z]{1,3}",  # what an icon's name left
    r"[大中小]",  # letters: large, medium, small
    r"https?:.*",
    r"综合.*",  # compiled from several
    r".*[$}{].*",  # a template that was not filled
    r"[+＋].*",  # + follow
)

# -- The label in other languages ------------------------------------------------------------------------------------

FOREIGN_LABEL = (
    "source",  # English, French
    "quelle",  # German
    "fuente",  # Spanish
    "fonte",  # Portuguese, Italian
    "bron",  # Dutch
    "källa",  # Swedish
    "kilde",  # Danish, Norwegian
    "lähde",  # Finnish
    "źródło",  # Polish
    "zdroj",  # Czech, Slovak
    "forrás",  # Hungarian
    "sursa",  # Romanian
    "источник",  # Russian
    "джерело",  # Ukrainian
    "πηγή",  # Greek
    "kaynak",  # Turkish
    "المصدر",  # Arabic
    "منبع",  # Persian
    "מקור",  # Hebrew
    "स्रोत",  # Hindi
    "ที่มา",  # Thai
    "nguồn",  # Vietnamese
    "sumber",  # Indonesian, Malay
    "출처",  # Korean
    "出典",  # Japanese: origin
    "配信元?",  # Japanese: sent by
    "提供元?",  # Japanese: given by
)

# -- Names ------------------------------------------------------------------------------------------------------------

# Class or id of the element that holds the name.
SOURCE_HINT = (
    "source",
    "laiyuan",  # 来源, source
    "origin",
    r"media[-_]?name",
    "provider",
    "copyfrom",
    "come-?from",
    r"(?:^|[-_ ])ly(?:$|[-_ ])",  # 来源, its initials
    r"(?:^|[-_ ])from(?:$|[-_ ])",
)
# A dateline does not begin its house's name with these.
NOT_HOUSE = (
    "本报",  # this newspaper
    "本社",  # this agency
    "本台",  # this station
    "本网",  # this site
    "本刊",  # this magazine
    "记者",  # reporter
    "据",  # according to
    "近日",  # in these days
    "日前",  # a few days ago
    "今日",  # today
    "昨日",  # yesterday
    r"\d",
)
# Agencies and houses that are named in datelines everywhere; their reports carry no place between name and 电.
AGENCIES = (
    "新华社",
    "新華社",
    "新华网",
    "中新社",
    "中新网",
    "中国新闻网",
    "人民网",
    "央广网",
    "央视网",
    "央视新闻",
    "法新社",
    "路透社",
    "美联社",
    "中央社",
    "共同社",
    "韩联社",
    "塔斯社",
    "俄新社",
    "国际在线",
    "光明网",
    "澎湃新闻",
    "封面新闻",
    "界面新闻",
    "财联社",
    "海外网",
    "环球网",
    "中国网",
    "中青网",
    "央视",
    "CNN",
    "BBC",
)
# What the name of a house ends with or contains.
ORGANISATION = (
    "[社网網报報台臺局部委院会會厅站号刊]$",  # agency, site, paper, station, office, ministry, committee, court, ...
    "新闻",  # news
    "新聞",
    "日报",  # daily
    "在线",  # online
    "财经",  # finance
    "科技",  # technology
    "杂志",  # magazine
    "频道",  # channel
    "中心",  # centre
    "周刊",  # weekly
    "公司",  # company
    "大学",  # university
    "政府",  # government
    "传媒",  # media
    "媒体",
)
