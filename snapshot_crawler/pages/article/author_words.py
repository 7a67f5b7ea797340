"""Words of Chinese bylines, as data: one entry a line, each with what it is for. authors.py makes its patterns of them.

An entry is a regular expression; a plain word is one too. \\s? between two characters: pages widen short labels
with a space, so that 作 者 stands as wide as 责任编辑.
"""

from __future__ import annotations

# Labels before a name, with a colon or a stroke between them: 作者：…, 文/…, 採訪、撰文｜…
WRITER = (
    r"作\s{0,4}者",  # author
    r"撰\s?文",  # text by
    r"撰\s?稿",  # copy by
    r"撰\s?述",  # the same, of essays
    r"执\s?笔",  # written by
    r"采\s?写",  # reported and written by
    r"采\s?访",  # reported by
    r"采\s?编",  # reported and edited by
    r"主\s?笔",  # lead writer
    r"文\s?字",  # text, beside 图片 (pictures)
    r"供\s?稿",  # copy given by
    # pictures and text by one, or text, one character; 本文 or 论文 is no label
    r"(?<![\u4e00-\u9fff])(?:[图影摄][、/／&+和]?文|文[、/／&+和]?[图影摄]|文)",
)
# The same before a name with white space alone between them.
WRITER_SPACED = (
    "作者",
    "撰文",
    "文字",
    "采访",
    "采写",
)

# Titles that stand right before a name: 本报记者 …
REPORTER = (
    "记者",  # reporter
    "通讯员",  # correspondent, from outside of the newsroom
    "特约评论员",  # guest commentator
    "特派员",  # special correspondent
    "特约撰稿人?",  # guest writer
    "评论员",  # commentator
    "实习生",  # trainee
    "实习编辑",  # trainee of the desk
    r"编译(?=[\u4e00-\u9fff]{2,4}[／/])",  # who put a foreign report into Chinese: 編譯某某／綜合報導
)

# What begins the next person's title or the next label, and no name.
TITLES = (
    "记者",
    "通讯员",
    "特[约派]",
    "实习",
    "摄[影像]",
    "(?:剪辑|视频|图片|制图|后期|出镜|统筹|监制|校对|审核)",  # edited, video, pictures, ..., checked
    "[初一二三终]审",  # checked in three steps
    "报[道导]",
    "编[辑译]",
    "综合",
    "责任",
    "发[布表]",
)

# Behind a name: the one before took pictures. With 报道 behind it, he wrote as well.
PHOTO = (
    "摄影",  # photographs
    "摄",  # the same, short
    "供图",  # picture given by
    "配图",
    "制图",  # graphics by
    "图",  # picture
)

# What a newsroom's desk is called: 社會中心／某某
DESK = (
    "中心",  # centre
    "组",  # group
    "部",  # department
    "快讯",  # flash
    "新闻网?",  # news
    "[日晚时]?报",  # a paper
    "网",  # a site
    "台",  # a station
    "社",  # an agency
)

# Places that begin as family names do, or follow a name without a sign: 记者王明高雄报道. No part of a name.
PLACES = (
    "台北 新北 桃园 新竹 苗栗 台中 彰化 南投 云林 嘉义 台南 高雄 屏东 台东 花莲 宜兰 "
    "基隆 澎湖 金门 马祖 香港 澳门 北京 上海 天津 重庆 广州 深圳 武汉 郑州 沈阳 温州 "
    "常州 徐州 苏州 杭州 南京 成都 西安 济南 青岛 长沙 昆明 贵阳 南宁 海口 合肥 福州 "
    "厦门 南昌 太原 宁波 金华 石家庄 哈尔滨 长春 大连 包头 银川 西宁 兰州 拉萨 东京 首尔 "
    "纽约 伦敦 巴黎 柏林 曼谷 华盛顿 莫斯科 新加坡 联合国"
).split()
# Family names of two characters; those of married women who keep both names among them.
FAMILY_OF_TWO = (
    "欧阳 司马 上官 诸葛 东方 尉迟 皇甫 令狐 慕容 司徒 夏侯 端木 公孙 范姜 张简 张廖 张陈 "
    "闻人 呼延 宇文 长孙 钟离 轩辕 南宫 独孤 西门 赫连 澹台 公冶 濮阳 淳于 申屠 闾丘 司空 百里 拓跋 万俟"
).split()

# Offices behind which the person's name ends the text: 样例研究院研究员某某
OFFICE = (
    "研究员",  # research fellow
    "教授",  # professor
    "讲师",  # lecturer
    "博士",  # doctor
    "院长",  # dean
    "校长",  # head of a school
    "主任",  # head of an office
    "所长",  # director of an institute
    "会长",  # president of a society
    "主席",  # chairman
    "秘书长",  # secretary
    "书记",  # secretary of the party
    "委员",  # member of a committee
    "律师",  # lawyer
    "学者",  # scholar
    "专家",  # expert
    "分析师",  # analyst
    "经济学家",  # economist
    "评论员",  # commentator
    "主笔",  # lead writer
    "总监",  # director
    "编辑",  # editor
)

# Labels of the editor who answers for the text.
EDITOR = (
    r"责任?\s?编\s?辑?",  # responsible editor, also shortened to 责编
    r"编\s{0,4}辑",  # editor
    r"值班编辑",  # editor on duty
)

# What ends a name that no white space ends. Searched right behind it.
BOUND = (
    r"\s",
    r"[^\u4e00-\u9fff]",  # a sign or a letter of another script
    "$",
    "报[道导]",  # reports
    r"[\u4e00-\u9fff]{2,6}(?:[0-9]{1,2}日)?(?:综合|即时|专题)?(?:报[道导]|专访|特稿|电|连线)",  # from a place: 台北报道
    "综合",  # compiled
    "即时",  # at once
    "整理",  # put in order
    "专访",  # interview
    "摄影",  # photographs
    "摄$",  # the same, short
    "发自",  # reports from
    "通讯员",  # the next person's title
    "实习生",
    "文",  # text by the one before
)

# What ends the list of names behind a label in the same line.
STOP = (
    r"\s{2,}",  # a gap between two elements of the page
    r"来\s?源",  # source
    r"编\s?辑",  # editor
    "责任",  # responsible (editor)
    "责编",
    "时间",  # time
    "日期",  # date
    "发布",  # published
    "浏览",  # views
    "点击",  # clicks
    "阅读",  # times read
    "字[号体]",  # size of the letters
    "分享",  # share
    r"[制供配]?图\s?[/／:：|｜︱丨]",  # pictures by
    "设计",  # design
    "插画",  # drawing
    "发表",  # published
    "摄影",  # photographs
    "评论",  # comments
    "返回",  # back
    "查看",  # look at
    r"[0-9]{2,}",  # a date or a count
    r"[，,]\s?[系为是]",  # "…, is": what the person is
    r"[（(\[【]",  # a note in brackets
    "记者",  # the next person's title
    "通讯员",
    "报道",  # reports
    "发自",  # reports from
    "摄$",  # photographs
)

# What parts two names in a list: signs, and the word for and.
BETWEEN = r"[\s、,，；;&／/]+"
AND = r"(?<=[\u4e00-\u9fff]{2})和(?=[\u4e00-\u9fff]{2})"

# Parts of what stands where a name should, and is none.
NOT_A_PERSON = (
    "记者",  # reporter
    "通讯员",  # correspondent
    "报道",  # report
    "编辑",  # editor
    "来源",  # source
    "未知",  # unknown
    "佚名",  # anonymous
    "不详",  # not known
    "作者",  # author
    "编辑部",  # the newsroom
    "中心$",  # a desk
    "[小本]组$",
    "大学$",  # a university
    "学院$",
    "研究[院所]$",
    "公司$",  # a company
    "协会$",  # a society
    "政府$",  # a government
    "传媒$",  # a publisher
    "媒体$",
    "客户端",  # an app
    "公众号",  # an account of WeChat
    "原创",  # original
    "转载",  # reprint
    "摄影",  # photographs
    "本报",  # this newspaper
    "本网",  # this site
    "本刊",  # this magazine
    "综合",  # compiled
    "整理",  # put in order by
    "编译",  # translated and edited
    "翻译",  # translated
    "网$",  # a site
    "报$",  # a newspaper
    "社$",  # an agency
    r"[=<>\"“”:：/]",  # rest of markup, of an address, of a label
    r"^[a-z]+$",  # a login name
)

# Labels that fill a cell of their own; the name is in the next one.
LABEL_ALONE = (
    r"作\s{0,4}者",  # author
    r"撰\s?文",  # text by
    r"撰\s?稿",  # copy by
    r"记\s?者",  # reporter
    r"文\s?字",  # text by
    r"采\s?访",  # reported by
    "采访撰文",
)

# Words that follow 记者 as names do, and are none: 记者手记, 记者招待会.
NOT_BEHIND_REPORTER = (
    "手记$",  # notes of
    "[调观亲体]?[查察历验]$",  # investigates, looks at, was there himself
    "见闻$|述评$|暗访$|探访$|走访$|采访|直击$|连线$|现场|了解|获悉|表示|提问$",
    "[会部团间站节证室]$",  # a conference, a desk, a group, a room, a station, a day, a card
)

# Two characters in a bracket beside the time that begin as names do.
BUTTONS = (
    "关闭",  # close
    "时[政评事]",  # sections of news
    "易读|连载|详情|单页|全文|原创|高清|白天|江湖|成人",
)
