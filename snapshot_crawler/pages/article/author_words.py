"""Words of Chinese bylines, as data: one entry a line, each with what it is for. authors.py makes its patterns of them.

An entry is a regular expression; a plain word is one too. \\s? between two characters: pages widen short labels
with a space, so that 作 者 stands as wide as 责任编辑.
"""

from __future__ import annotations

# Labels before a name, with a colon or a stroke between them: 作者：…, 文/…
WRITER = (
    r"作\s{0,4}者",  # author
    r"撰\s?文",  # text by
    r"撰\s?稿",  # copy by
    r"执\s?笔",  # written by
    r"采\s?写",  # reported and written by
    r"主\s?笔",  # lead writer
    r"文\s?字",  # text, beside 图片 (pictures)
    r"(?<![\u4e00-\u9fff])文",  # the same, one character; 本文 or 论文 is no label
)

# Titles that stand right before a name: 本报记者 …
REPORTER = (
    "记者",  # reporter
    "記者",  # the same, traditional
    "通讯员",  # correspondent, from outside of the newsroom
    "特约评论员",  # guest commentator
    "特派员",  # special correspondent
    "实习生",  # trainee
)

# Labels of the editor who answers for the text.
EDITOR = (
    r"责任?\s?编\s?辑?",  # responsible editor, also shortened to 责编
    r"責任編輯",  # the same, traditional
    r"编\s{0,4}[辑輯]",  # editor
    r"值班编辑",  # editor on duty
)

# What ends a name that no white space ends. Searched right behind it.
BOUND = (
    r"\s",
    r"[^\u4e00-\u9fff]",  # a sign or a letter of another script
    "$",
    "报道",  # reports
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

# What parts two names in a list.
BETWEEN = (
    r"[\s、,，；;&／/]+",
    r"(?<=[\u4e00-\u9fff]{2})和(?=[\u4e00-\u9fff]{2})",  # and
)

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
)
