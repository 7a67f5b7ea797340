"""Shapes of pages that can be made of any size, one function each: a number of pieces in, the bytes of the page out.

Each shape repeats what some reader, filter or pipeline looks at: blocks, rows, links, labels, dates, ... Most stand in
a page that is an article all the same, so that the page goes the whole way; what stands beside the shape does not grow.
tests/linear/test_linear.py and benchmarks/linear.py measure them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

PARAGRAPH = "　　清晨六点，渡口的第一班船已经坐满了人，船工把缆绳收好，岸上的灯一盏接一盏地灭了。"
ENGLISH = "The first boat of the morning was full before six, and the ferryman let go of the rope without a word."
LABELS = "<div class=meta>类别：国内　发布时间：2024-05-01 08:30:00　来源：样例晚报</div>"
NOTICE = "<div>本页是爬虫抓取的快照，本站未做修改，与原作者无关。</div><div>快照生成时间：2024-05-01 09:00:00</div>"
TITLE = "渡口的第一班船今天早上六点开出"

Make = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape by its name. kind: how the address was found, as DiscoveredBy says it."""

    name: str
    make: Callable[[int], bytes]
    kind: str


SHAPES: dict[str, Shape] = {}


def shape(kind: str = "article", encoding: str = "utf-8") -> Callable[[Make], Make]:
    """Register a function that makes a page's source."""

    def register(make: Make) -> Make:
        name = make.__name__.replace("_", " ")
        SHAPES[name] = Shape(name, lambda pieces: make(pieces).encode(encoding, "surrogateescape"), kind)
        return make

    return register


def article(inside: str = "", *, head: str = "", above: str = "", below: str = "", title: str = TITLE) -> str:
    """A page that is an article both by its labels and by its text."""
    text = f"<p>{PARAGRAPH}{PARAGRAPH}</p>" * 3
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{above}"
        f"<h1>{TITLE}</h1>{LABELS}<div class=content>{text}{inside}{text}</div>{NOTICE}{below}</body></html>"
    )


def listing(inside: str) -> str:
    """A page of links."""
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>样例晚报</title></head><body>{inside}</body></html>"


def each(pieces: int, piece: str) -> str:
    """The piece, many times, # in it replaced by its number."""
    return "".join([piece.replace("#", str(number)) for number in range(pieces)])


# --- Text
@shape()
def menus_without_end(pieces: int) -> str:
    return article(above=each(pieces, "<li><a href=/c/#/>第甲</a></li>"), below=each(pieces, "<a href=/d/#>栏目</a> "))


@shape()
def scripts_of_addresses(pieces: int) -> str:
    words = "abcdefgh-" * pieces
    calls = each(pieces, "x='/a/'+row.item.")
    return article(below=f"<script>var u='{words}';{calls}</script><script type=text/xml><a href=/1>{words}</script>")


@shape()
def paragraphs(pieces: int) -> str:
    return article(each(pieces, f"<p>#{PARAGRAPH}</p>"))


@shape()
def tiny_paragraphs_between_label_line_and_notice(pieces: int) -> str:
    return article("<p>船" * pieces)


@shape()
def named_boxes_of_tiny_paragraphs(pieces: int) -> str:
    return article("<div class='share banner'>" + "<p>船开" * pieces + "</div>")


@shape()
def one_long_line(pieces: int) -> str:
    return article(f"<p>{PARAGRAPH * pieces}</p>")


@shape()
def one_long_word(pieces: int) -> str:
    return article(f"<p>{'abcdefgh' * pieces}</p>")


@shape()
def spaces(pieces: int) -> str:
    return article("<p>船" + " \u3000\xa0\n" * pieces + "开</p>", head=f"<meta name=x content='{'  ' * pieces}'>")


@shape()
def line_breaks(pieces: int) -> str:
    return article(each(pieces, "船开了#号<br>"))


@shape()
def preformatted_lines(pieces: int) -> str:
    return article("<pre>" + each(pieces, "船开了#号\n") + "</pre>")


@shape()
def repeated_sentences(pieces: int) -> str:
    return article(f"<p>{PARAGRAPH}</p>" * pieces)


@shape()
def chinese_and_latin_by_turns(pieces: int) -> str:
    return article(each(pieces, "<p>渡口 ferry # 的 boat，第#班 at six；</p>"))


@shape()
def english_paragraphs(pieces: int) -> str:
    return article(each(pieces, f"<p># {ENGLISH}</p>"))


@shape()
def invisible_characters(pieces: int) -> str:
    return article("<p>船\u200b\u200d开\ufeff\u2028了\x07" * pieces)


@shape()
def entities(pieces: int) -> str:
    return article("<p>" + "&#33337;&amp;&nbsp;&copy;&hellip;&bogus;&#x8239" * pieces)


@shape()
def punctuation(pieces: int) -> str:
    return article("<p>" + "｜/·>：】（,；-—" * pieces + "</p>", title="|_-—» : " * pieces)


@shape()
def inline_markup(pieces: int) -> str:
    return article("<p>" + each(pieces, "<span class=s#>船<b>开</b></span>") + "</p>")


@shape()
def escaped_markup(pieces: int) -> str:
    return article("<p>" + each(pieces, "&lt;script&gt;x# &lt;!-- &lt;style&gt;&lt;p 船") + "</p>")


@shape(encoding="gb18030")
def gb18030_text(pieces: int) -> str:
    return article(each(pieces, f"<p>#{PARAGRAPH}</p>")).replace("utf-8", "gb2312", 1)


@shape()
def broken_bytes(pieces: int) -> str:
    return article(f"<p>{PARAGRAPH}\udce6\udc9d\x00" * pieces)


@shape(encoding="utf-16")
def utf_16_text(pieces: int) -> str:
    return article(each(pieces, f"<p>#{PARAGRAPH}</p>"))


# --- Labels, dates, people
@shape()
def labels(pieces: int) -> str:
    return article(each(pieces, "<div>来源：晚报#</div><div>类别：国内</div>"))


@shape()
def labels_below_each_other(pieces: int) -> str:
    return article(above=each(pieces, "<div>类别：</div><div>国内#</div>"))


@shape()
def notices(pieces: int) -> str:
    return article(each(pieces, "<p>第#个爬虫快照，本站未修改，内容与本站无关。</p>" + "<p>船开</p>" * 7))


@shape()
def notices_side_by_side(pieces: int) -> str:
    return article(below=each(pieces, "<p>侵权#请联系删除</p><p>快照生成时间：2024-05-01 09:00:#</p>"))


@shape()
def dates(pieces: int) -> str:
    return article(each(pieces, "<p>2024-05-01 08:30 更新</p><p>#小时前</p>"))


@shape()
def dates_in_one_line(pieces: int) -> str:
    return article("<p>" + "2024年5月1日8时30分 " * pieces + "</p>")


@shape()
def figures(pieces: int) -> str:
    return article("<p>" + "1-2/3.4:5" * pieces + "</p><p>" + "7" * 4 * pieces + "</p>")


@shape()
def lines_above_the_headline(pieces: int) -> str:
    return article(above=each(pieces, "<div>作者：张三 记者#李四 2024-05-01 来源：样例晚报</div>"))


@shape()
def sources_and_authors(pieces: int) -> str:
    return article(each(pieces, "<p>来源：样例晚报# 作者：王五 记者 李四、张三 报道</p><p>（责任编辑：赵六）</p>"))


@shape()
def headings_like_the_title(pieces: int) -> str:
    return article(each(pieces, f"<h1>{TITLE}#</h1><p>船开</p>"))


@shape()
def headings_beside_a_long_title(pieces: int) -> str:
    long = "".join(map(chr, range(0x4E00, 0x4E00 + min(pieces, 20_000)))) * (1 + pieces // 20_000)
    return article(
        each(pieces, "<h2>渡口今天早上第#班船开出</h2>"), title=long, head=f"<meta property=og:title content={long}x>"
    )


@shape()
def breadcrumb_of_many_steps(pieces: int) -> str:
    steps = each(pieces, "<li><a href=/c#/>栏目#</a></li>")
    return article(above=f"<ul class=breadcrumb>{steps}<li><a href=/gn/>国内</a></li></ul>")


@shape()
def breadcrumb_in_one_line(pieces: int) -> str:
    return article(above="<div class=crumb>" + each(pieces, "<a href=/c#/>栏目</a> &gt; ") + "国内</div>")


# --- Links
@shape("listing")
def links(pieces: int) -> str:
    return listing(each(pieces, "<div><a href=/2024/05/01/#.html>渡口的第#班船今天开出</a></div>"))


@shape("listing")
def links_with_deep_paths(pieces: int) -> str:
    deep = each(400, "b#/")  # as deep as an address may be long (urls.LONGEST_URL)
    return listing(each(pieces, f"<div><a href=/{deep}#.html>渡口的第#班船今天开出</a></div>"))


@shape("listing")
def links_with_many_parameters(pieces: int) -> str:
    query = "&".join(f"q{number}=a{number}f7c2b{number}" for number in range(40))
    return listing(each(pieces, f"<div><a href='/show?{query}&id=1000#'>渡口的第#班船今天开出</a></div>"))


@shape("listing")
def links_without_text(pieces: int) -> str:
    return listing("<div>" * 40 + each(pieces, "<a href=/2024/05/01/#.html><i></i></a>"))


@shape("listing")
def links_with_dots_and_escapes(pieces: int) -> str:
    return listing(each(pieces, "<p><a href='/a/./b/../%7e%e4%b8%ad/;jsessionid=#/#.html#x'>渡口的第#班船开出</a>"))


@shape("listing")
def section_links(pieces: int) -> str:
    return listing(each(pieces, "<a href=/s#/>栏目</a> | "))


@shape("listing")
def page_numbers(pieces: int) -> str:
    return listing(each(pieces, "<a href=/list_#.html>#</a><b>#</b>"))


@shape("listing")
def rows_with_times(pieces: int) -> str:
    return listing(
        "<ul>"
        + each(pieces, "<li><a href=/2024/05/01/1#.html>渡口的第#班船开出</a><p>摘要</p><i>2024-05-01 08:30</i></li>")
        + "</ul>"
    )


@shape("listing")
def rows_without_boxes(pieces: int) -> str:
    return listing(each(pieces, "<a href=/2024/05/01/1#.html>渡口的第#班船今天开出</a><br>2024-05-01<br>"))


@shape()
def related_rows(pieces: int) -> str:
    row = "<div><h4><a href=/detail/1#.html>渡口第#班船</a></h4><p>...船开...</p><em>2024-05-01 08:30:00</em></div>"
    return article(below=f"<h3>相关新闻</h3>{each(pieces, row)}<h3>更多关于国内</h3>{each(pieces, row)}")


@shape()
def headings_of_lists(pieces: int) -> str:
    return article(below=each(pieces, "<h3>更多关于栏目</h3><div><a href=/d/1#.html>第#班船</a> 2024-05-01</div>"))


@shape()
def share_bars(pieces: int) -> str:
    return article(each(pieces, "<div class=share-bar><a href=#>分享到微信</a> 微博 广告</div><p>广告</p>"))


# --- Boxes
@shape()
def nested_boxes(pieces: int) -> str:
    return article("<div class=box>" * pieces + "船" + "</div>" * pieces)


@shape()
def nested_boxes_with_lines(pieces: int) -> str:
    return article("<div class=item><p>船开</p><p><a href=/a>船</a></p>" * pieces + "</div>" * pieces)


@shape("listing")
def rows_in_nested_boxes(pieces: int) -> str:
    return listing("<div><a href=/2024/05/01/1.html>渡口的第一班船开出</a> 2024-05-01" * pieces + "</div>" * pieces)


@shape("listing")
def empty_links_in_nested_boxes(pieces: int) -> str:
    return listing("<section><a href=/2024/05/01/1.html></a>" * pieces)


@shape()
def tables(pieces: int) -> str:
    return article("<table>" + each(pieces, "<tr><td>类别</td><td>船#</td><td>2024-05-01</td></tr>") + "</table>")


@shape()
def lists(pieces: int) -> str:
    return article("<ul>" + each(pieces, "<li>第#班船") + "</ul><dl>" + each(pieces, "<dt>船<dd>#") + "</dl>")


@shape()
def alike_boxes_of_teasers(pieces: int) -> str:
    return article(below=each(pieces, "<div class=teaser><a href=/a/1#.html>渡口第#班船</a><p>船开</p></div>"))


@shape()
def hidden_boxes(pieces: int) -> str:
    return article(each(pieces, f"<div style='display:none'><p>{PARAGRAPH}#</p></div>"))


@shape()
def pictures(pieces: int) -> str:
    return article(each(pieces, "<figure><img src=/p#.jpg alt=船 width=600><figcaption>第#班船</figcaption></figure>"))


@shape()
def unclosed_tags(pieces: int) -> str:
    return article(each(pieces, "<p><b>船<i>#<a href=/#>开<font>"))


@shape()
def stray_end_tags(pieces: int) -> str:
    return article("船</div></p></b></table>" * pieces)


@shape()
def attributes_of_one_tag(pieces: int) -> str:
    return article("<div " + each(pieces, "a#=1 ") + ">船</div>")


@shape()
def attributes_of_many_tags(pieces: int) -> str:
    return article(each(pieces, "<p id=p# class='a b c' data-x=1 data-y='>' title=\"<i>\" lang=zh>船</p>"))


@shape()
def classes_of_one_tag(pieces: int) -> str:
    return article("<div class='" + each(pieces, "share nav c# ") + "'>船</div>")


# --- What is no text
@shape()
def scripts_with_markup_in_strings(pieces: int) -> str:
    return article(
        head="<script>window.__DATA__ = [" + each(pieces, "'<div class=\"a\"><p>船#</p></div>',") + "]</script>"
    )


@shape()
def many_scripts(pieces: int) -> str:
    return article(each(pieces, "<script>if (a < #) b = '</p>' + \"<!--\";</script>"))


@shape()
def half_open_scripts(pieces: int) -> str:
    return article(below="<script><!-- " + each(pieces, "<script> x# </script> <style "))


@shape()
def comments(pieces: int) -> str:
    return article(each(pieces, "<!-- <p>#</p> -- > --!><!---->"))


@shape()
def half_open_comments(pieces: int) -> str:
    return article(below="<!-- <!-" * pieces + "<" * pieces)


@shape()
def angle_brackets(pieces: int) -> str:
    return article("<p>" + "1 < 2 <= 3 << 4 <" * pieces)


@shape()
def quotes_in_tags(pieces: int) -> str:
    return article("<p title='" + each(pieces, "\"<p '>\" '") + "'>")


@shape()
def meta_tags(pieces: int) -> str:
    return article(head=each(pieces, "<meta name=m# property=og:x# content='船 # 2024-05-01'>"))


@shape()
def json_ld_blocks(pieces: int) -> str:
    node = json.dumps({"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-05-01T08:30:00+08:00"})
    return article(head=f"<script type=application/ld+json>{node}</script>" * pieces)


@shape()
def json_ld_list(pieces: int) -> str:
    steps = [{"@type": "ListItem", "position": n, "name": f"栏目{n}"} for n in range(pieces)]
    nodes = [{"@type": "BreadcrumbList", "itemListElement": steps}, {"@type": "NewsArticle", "author": steps}]
    return article(head=f"<script type=application/ld+json>{json.dumps({'@graph': nodes})}</script>")


@shape()
def json_ld_nested(pieces: int) -> str:
    return article(head=f"<script type=application/ld+json>{'[' * pieces}{']' * pieces}</script>")


@shape()
def json_ld_text_beside_paragraphs(pieces: int) -> str:
    text = each(pieces, f"第#段{PARAGRAPH}\n")
    node = json.dumps({"@type": "NewsArticle", "articleBody": text})
    return article(each(pieces, f"<p>#{PARAGRAPH}</p>"), head=f"<script type=application/ld+json>{node}</script>")


# --- Feeds
@shape("feed")
def feed(pieces: int) -> str:
    item = "<item><title>第#班船</title><link>/2024/05/01/1#.html</link><pubDate>2024-05-01</pubDate></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{each(pieces, item)}</channel></rss>'


@shape("feed")
def feed_with_raw_ampersands(pieces: int) -> str:
    item = "<item><title>第#班船 & 船</title><link>/a.php?x=1&y=2&id=1000#</link></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{each(pieces, item)}</channel></rss>'


@shape("feed")
def feed_of_nested_entries(pieces: int) -> str:
    return f"<rss><channel>{'<item><title>船</title>' * min(pieces, 250)}{'<item>船</item>' * pieces}"


@shape("feed")
def atom_feed(pieces: int) -> str:
    entry = (
        "<entry><title>第#班船</title><link href='/2024/05/01/1#.html'/><updated>2024-05-01T08:30:00Z</updated></entry>"
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{each(pieces, entry)}</feed>'


@shape("sitemap")
def sitemap(pieces: int) -> str:
    entry = "<url><loc>/2024/05/01/1#.html</loc><lastmod>2024-05-01</lastmod></url>"
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{each(pieces, entry)}</urlset>'


@shape("sitemap")
def sitemap_index(pieces: int) -> str:
    entry = "<sitemap><loc>/sitemap_#.xml</loc></sitemap>"
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{each(pieces, entry)}</sitemapindex>'
