"""What stands in addresses, as data: parameters that name a visit, endings of files, dates, numbers, hashes, titles.

One place for every room that asks something about an address; each room asks its own question:

- urls.py: which addresses are the same page?
- pages/lists/shapes.py: does an address look like an article's, a list's or a file's?
- pages/lists/listing.py: which links of a page are alike?
- authoring/patterns.py: which pattern do the known articles of a site share?
- authoring/probe.py: which links are feeds, sections with news, or a login?
- middlewares/traps/families.py: which addresses of an endless site belong together?

All patterns ignore case.
"""

from __future__ import annotations

import re

from snapshot_crawler.lazy_pattern import LazyPattern, any_of

# -- Parameters --------------------------------------------------------------------------------------------------------

# They say where a reader came from, and never which article is meant.
TRACKING_NAMES = (
    r"utm_\w+",  # Google Analytics: campaigns
    "spm",  # Alibaba: place of the link
    "scm",
    "gclid",  # clicks on adverts: Google, Facebook, Microsoft, Yandex
    "gclsrc",
    "dclid",
    "fbclid",
    "msclkid",
    "yclid",
    "mc_[ce]id",  # Mailchimp: newsletter and reader
    "igshid",  # Instagram
    r"_hs\w+",  # HubSpot
    r"wt_\w+",  # Webtrekk
    r"share_\w+",  # buttons of social networks
    r"sharer\w*",
    "shareto",
    "isappinstalled",  # WeChat
    "nsukey",
    r"wxshare\w*",
    r"wx_\w+",
    "from_source",
    "tracking_?id",
    "ref_src",  # Twitter
    "ref_url",
    "cmpid",  # campaign
    "campaign_?id",
)
# They say who the reader is: the session's number of a server.
SESSION_NAMES = (
    "jsessionid",  # Java
    "phpsessid",  # PHP
    r"aspsessionid\w*",  # ASP
    r"asp\.net_sessionid",
    "sid",
    "sess(?:ion)?_?id",
    "cfid",  # ColdFusion
    "cftoken",
)
TRACKING = LazyPattern(rf"^(?:{any_of((*TRACKING_NAMES, *SESSION_NAMES))})$", re.IGNORECASE)
# The same in words: ref=home, from=timeline. A value with digits may name a page.
WHERE_FROM = LazyPattern(r"^(?:from|ref|referer|referrer|source|src)=[A-Za-z_]*$", re.IGNORECASE)

# Usual names of parameters that are new at each visit. A guess: a page may be named so too, and only its answers tell.
VISIT_NAMES = (
    r"\w*sess(?:ion)?(?:[_-]?(?:id|key|token))?",
    "sid",
    "s_id",
    "zenid",  # Zen Cart
    "oscsid",  # osCommerce
    "cfid",  # ColdFusion
    "cftoken",
    "visit(?:or)?_?id",
    "_?rnd",  # random numbers against caches
    "_?rand(?:om)?",
    "nocache",
    "cachebuster",
    "_",  # jQuery's time against caches
    "_t",
    "ts",
    "timestamp",
)
VISIT_NAME = LazyPattern(rf"^(?:{any_of(VISIT_NAMES)})$", re.IGNORECASE)
MADE_UP = LazyPattern(r"(?=.*[a-z])(?=.*\d).{6,}|\d{9,}|[a-z]{16,}", re.IGNORECASE)  # a value that nobody typed

# ;jsessionid=... in a path: surely a session.
SESSION_IN_PATH = LazyPattern(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
# Any ;name=value, and /(S(...)) of ASP.NET: perhaps one.
VISIT_IN_PATH = LazyPattern(r";[^/;]*=[^/;]*|/\([A-Z]\([^)/]*\)\)", re.IGNORECASE)

# The parameter that says which article is meant.
ID_NAMES = ("id", "aid", "nid", "newsid", "articleid", "contentid", "docid", "infoid")
ID_QUERY = LazyPattern(rf"(?:^|&)(?:{any_of(ID_NAMES)})=[\w-]+", re.IGNORECASE)
POST_QUERY = re.compile(r"p=\d{3,}$")  # WordPress without names in addresses; shorter numbers count pages

# -- Endings and names of files ----------------------------------------------------------------------------------------

NOT_PAGES = (
    "jpe?g", "png", "gif", "webp", "svg", "ico", "bmp",  # pictures
    "css", "js", "json", "xml", "rss", "atom",  # what programs read
    "pdf", "docx?", "xlsx?", "pptx?",  # documents
    "zip", "rar", "7z", "gz", "apk", "exe", "dmg",  # archives and programs
    "mp[34]", "m4a", "avi", "mov", "wmv", "flv", "m3u8",  # sound and films
    "woff2?", "ttf",  # fonts
)  # fmt: skip
NOT_A_PAGE = LazyPattern(rf"\.(?:{any_of(NOT_PAGES)})$", re.IGNORECASE)
FEED_FILE = LazyPattern(r"(?:rss|atom|feed)[\w-]*\.xml$|\.(?:rss|atom)$|/(?:rss|feed|atom)/?$", re.IGNORECASE)
# Names of files that are lists, with or without a number: index_2.html, node_7031.htm, node_A02.html.
LIST_NAMES = ("index", "list", "default", "home", "main", "node", "channel", "category", "tag", "search", "page", "p")
LIST_NAME = LazyPattern(rf"^(?:{any_of(LIST_NAMES)})(?:[_\-]?\d*|[_\-][a-z]\d{{1,3}})$", re.IGNORECASE)

# Words of addresses, searched anywhere: sections with news (xinwen, xw: 新闻; yaowen: 要闻; zixun, zx: 资讯), logins
# (denglu: 登录).
NEWS_LIST = LazyPattern("news|xinwen|xw|article|yaowen|zixun|zx", re.IGNORECASE)
LOGIN_ADDRESS = LazyPattern(r"log[-_]?in|sign[-_]?in|passport|/sso\b|/cas\b|/auth\b|denglu", re.IGNORECASE)

# -- Dates, numbers, hashes and titles ---------------------------------------------------------------------------------

# 2024-05, 202405, 2024/05/01, 20240501: a year alone stands in addresses of lists too.
DATE = LazyPattern(
    r"(?:19|20)\d{2}[-/_]?(?:0[1-9]|1[0-2])(?:[-/_]?(?:0[1-9]|[12]\d|3[01]))?(?=[/_\-t.]|\d{0,9}(?:[/_.\-]|$))"
)
YEAR = LazyPattern(r"(?:19|20)\d{2}(?:$|0[1-9]|1[0-2])")  # a year, or a year and month
LONG_NUMBER = LazyPattern(r"\d{5,}")  # shorter ones count pages
WHOLE_HEX = r"(?<![0-9a-z])[0-9a-f]{12,}(?![0-9a-z])"
HASH = LazyPattern(r"(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{12,}(?![0-9a-z])", re.IGNORECASE)
NUMBERS = LazyPattern(rf"{WHOLE_HEX}|\d+", re.IGNORECASE)  # what tells an address from its neighbours
# A part that is a hash and no number: twelve hexadecimal digits, a letter among them.
HEX = LazyPattern(r"(?=.*[a-f])[0-9a-f]{12,}", re.IGNORECASE)
# A title: two groups or more, parted by hyphens, at least two of them words; letters of other scripts are escaped.
TITLE = LazyPattern(r"(?=(?:.*?(?<![a-z%])[a-z]+){2})(?:\w|%[0-9a-f]{2})+(?:-(?:\w|%[0-9a-f]{2})+)+", re.IGNORECASE)
FOLDER_NAME = r"[a-z_]+(?:-[a-z_]+)?"  # zh-cn, local_news
FOLDER = LazyPattern(FOLDER_NAME, re.IGNORECASE)
# An address taken apart.
PIECES = LazyPattern(
    any_of(
        (
            rf"(?<=/){FOLDER_NAME}(?=/)",
            r"[0-9a-f]*\d[0-9a-f]{11,}",  # a hash
            r"\d+",
            "[a-z]+",
            "[^a-z0-9]",
        )
    ),
    re.IGNORECASE,
)
# What changes from one article of a site to the next.
CHANGING_PARTS = LazyPattern(
    any_of(
        (
            "[0-9a-f]{8,}",  # a hash
            r"(?<=/)(?=[a-z0-9]{6,}(?:[/.]|$))[a-z]*\d+[a-z][a-z0-9]*",  # a made-up name of letters and digits in turn
            r"\d+",
        )
    ),
    re.IGNORECASE,
)
