"""What would block the process is refused or cut before it is parsed, and every real page is parsed as it is."""

from __future__ import annotations

import json
import resource
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from snapshot_crawler.exceptions import UnreadablePageError
from snapshot_crawler.pages import trial
from snapshot_crawler.pages.budget import FORMATTING, HARMLESS_TAGS, _counted, _harmless_attributes, check
from snapshot_crawler.pages.markup import MOST_PIECES, has_short_tags, signs_escaped, tokens
from snapshot_crawler.pages.page import Page
from snapshot_crawler.pages.trial import PARSE_BYTES
from snapshot_crawler.runs.memory import peak_memory_bytes

LONGEST_S = 2.0
MANY = [f"a{number}" for number in range(150_000)]
NESTED = {tag: tag * 100_000 for tag in ("<div>", "<b>", "<p>", "<ul><li>", "<table><tr><td>", "<svg><a>", "<a-b>")}
COSTLY = {
    "attributes": "<div " + " ".join(f"{name}=1" for name in MANY) + ">",
    "attributes without values": "<div " + " ".join(MANY) + ">",
    "attributes behind slashes": "<div/" + "/".join(MANY) + ">",
    "attributes behind a quoted >": "<div t='>' " + "/".join(MANY) + ">",
    "attributes with a quoted > in every hundredth": "<p "
    + " ".join(n if i % 99 else "='>'" for i, n in enumerate(MANY)),
    "attributes that hold a <": "<div " + " ".join(f"{name}<" for name in MANY) + ">",
    "attributes in a false comment": "<!--><div " + " ".join(MANY) + "> -->",
    "attributes in the style of a drawing": "<svg><style><div " + " ".join(MANY) + ">",
    "many tags with many attributes": ("<div " + " ".join(MANY[:4900]) + "></div>") * 100,
    "options": "<select>" + "<option>x" * 100_000,
    "terms and items by turns": "<li>x<dd>y" * 50_000,
    "drawn links": "<svg>" + "<a>" * 100_000,
    "formatting that comes again": "".join(f"<b id={n}>" for n in range(3000)) + "<p>x" * 3000,
    "formatting in many paragraphs": "".join(f"<b id={n}>" for n in range(4900)) + "<p>x" * 50_000,
    "links left open": "".join(f"<a href=/{n}>x<p>" for n in range(60_000)),
    "tags": "<i></i>" * 1_000_000,
    **NESTED,
}


@pytest.mark.parametrize("name", COSTLY)
def test_no_page_blocks_the_process(name: str) -> None:
    text = f"<html><body>{COSTLY[name]}</body></html>"
    body, now = text.encode(), datetime.now(UTC)
    before, largest = process_time() + children_s(), largest_child_bytes()
    try:
        page = Page.from_bytes(body, url="http://a.example/", fetched_at=now)
    except UnreadablePageError as refusal:
        assert refusal.reason == "too-costly"
    else:
        assert page.outline is not None
    assert process_time() + children_s() - before < LONGEST_S
    # a fork counts this process's memory as its own
    assert largest_child_bytes() <= max(largest, peak_memory_bytes() + PARSE_BYTES)


def largest_child_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("rows", [10, HARMLESS_TAGS])
def test_a_long_page_is_parsed_as_it_is(rows: int) -> None:
    text = "<ul>" + "".join(f"<li class='row even'><a href='/{row}.html'>row</a></li>" for row in range(rows)) + "</ul>"
    assert check(text) == text


ARTICLE = "<h1>渡口的第一班船</h1><p>清晨六点，第一班船已经坐满了人。</p>"
TAGS = '<div class="card"><p>船</p><a href=/1.html>开</a></div>'
NO_MARKUP = {
    "a script with the page's data": "<script>window.__DATA__ = {{html: '{}'}}</script>",
    "a script of JSON": '<script id="__NEXT_DATA__" type="application/json">{{"html": "{}"}}</script>',
    "a template in a script": "<script type=text/template>{}</script>",
    "a style": "<style>/* {} */</style>",
    "a text field": "<textarea>{}</textarea>",
    "a frame": "<iframe>{}</iframe>",
    "a comment": "<!-- {} -->",
    "a value": "<div data-html='{}'></div>",
}


@pytest.fixture
def no_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no page be tried by another process."""
    monkeypatch.setattr("snapshot_crawler.pages.budget.parses_in_time", lambda text: pytest.fail("a page was tried"))


@pytest.mark.usefixtures("no_trials")
@pytest.mark.parametrize("name", NO_MARKUP)
def test_two_megabytes_of_what_is_no_markup_hide_no_article(name: str) -> None:
    held = NO_MARKUP[name].replace("{{", "{").replace("}}", "}").replace("{}", TAGS * 40_000)
    text = f"<!DOCTYPE html><html><head><title>船</title></head><body>{held}{ARTICLE}</body></html>"
    page = Page.from_bytes(text.encode(), url="http://a.example/", fetched_at=datetime.now(UTC))
    assert page.text == text
    assert [block.text for block in page.outline.blocks] == ["渡口的第一班船", "清晨六点，第一班船已经坐满了人。"]


def test_json_in_a_script_says_the_same_after_the_count() -> None:
    data = json.dumps([TAGS] * 10_000)
    page = Page.from_bytes(
        f"<html><body><script>{data}</script>{ARTICLE}</body></html>".encode(), url="", fetched_at=datetime.now(UTC)
    )
    script = page.tree.css_first("script")
    assert script is not None
    assert json.loads(script.text()) == json.loads(data)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a < b <b>c</b>", ["b", "/b"]),
        ("<p title='<i>' data-x=\"<u>\">x", ["p"]),
        ("<p ='>'<i>", ["p", "i"]),  # an equals sign without a name begins no value
        ("<p a=b='>'<i>", ["p", "i"]),  # nor do quotes in the middle of one
        ("<p a = '>'><i>", ["p", "i"]),
        ("<!--><i><!---><u><!-- <b> --!><s>", ["", "i", "", "u", "", "s"]),
        ("<!DOCTYPE html><?xml x?></ x><i>", ["", "", "", "i"]),
        ("<script>'</scripty><b>'</script ><i>", ["script", "/script", "i"]),
        ("<svg><title/><g></g></svg><p>", ["svg", "title", "g", "/g", "/svg", "p"]),
        ("<TextArea><b></TEXTAREA><i>", ["textarea", "/textarea", "i"]),
        ("<style><b>", ["style"]),
        ("<p " + "a " * 2000 + "><i>", ["p", "i"]),
    ],
)
def test_what_is_a_tag(source: str, names: list[str]) -> None:
    assert [f"{'/' * token.is_closing}{token.name}" for token in tokens(source)] == names


PIECES = (
    *"<div> <b> </b> <p> <td> </td> <table> </table> <svg> </svg> <style> </style> <script> </script> <title>".split(),
    *"</title> <select> </select> <textarea> </textarea> <!-- --> <![CDATA[ ]]> <a <math> <mi> <noscript>".split(),
    *"</noscript> > = ' \" / <title/> <iframe> </iframe> <!--> <template> </template> x </".split(),
    *("<i x='", "<u y=", " "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_parser_sees_more_tags_than_were_counted(source: str) -> None:
    text, _ = _counted(source)
    unstated = {"html", "head", "body", "tbody", "tr", "colgroup", *FORMATTING}  # the parser adds or repeats these
    own = [node.tag for node in LexborHTMLParser(text).css("*") if node.tag not in unstated]
    counted = [token for token in tokens(source) if token.name and not token.is_closing]
    assert len(own) <= sum(token.name not in unstated for token in counted)
    assert text.count("<") <= source.count("<")


@pytest.mark.parametrize("has_fork", [True, False])
def test_a_long_page_is_read_and_a_costly_one_refused_with_and_without_fork(
    has_fork: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if has_fork and not trial.HAS_FORK:
        pytest.skip("no fork here")
    monkeypatch.setattr(trial, "HAS_FORK", has_fork)
    monkeypatch.setattr(trial, "LONGEST_TRIAL_S", 60.0)  # an interpreter starts slowly on a busy machine
    assert trial.parses_in_time("<p>x</p>" * 20_000)
    monkeypatch.setattr(trial, "LONGEST_TRIAL_S", 2.0)
    assert not trial.parses_in_time(NESTED["<div>"] * 2)


TAG_PIECES = ("<a ", "<b", "</i", "<p>", "<svg>", "<!--", "-->", "<!", "<?", "<3", ">", "/", "=<", '="', "='")
ELEMENTS_OF_TEXT = ("<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>")
PIECES_OF_TAGS = st.lists(
    st.sampled_from([*TAG_PIECES, *ELEMENTS_OF_TEXT, '"', "'", "=", " ", "x", "y ", "\n"]), max_size=60
)


def _with_distinct_names(pieces: list[str]) -> str:
    """The pieces, each letter x and y another attribute's name."""
    return "".join(f"{piece[0]}{n}{piece[1:]}" if piece[0] in "xy" else piece for n, piece in enumerate(pieces))


@given(PIECES_OF_TAGS)
def test_where_all_tags_are_short_no_parser_finds_one_with_many_attributes(pieces: list[str]) -> None:
    text = _with_distinct_names(pieces)
    most = 2
    if not has_short_tags(text, most):
        return
    tree = LexborHTMLParser(text)
    nodes = tree.root.traverse() if tree.root is not None else ()
    assert max((len(node.attributes) for node in nodes if node.tag != "-text"), default=0) <= most


OF_SIGNS = (
    *(
        "<!---->",
        "<!--->",
        "<!-->",
        "--!>",
        "<!-- a < b -->",
        "<!x<y>",
        "</ x>",
        "<script/>",
        "<SCRIPT x='/'>a</Script>",
    ),
    *("<style a/b>x</style\t>", "<script>a</style>b<c</script>", "<titles>", "<title", "<I>", "<Xmp>", "=> ", "a\f"),
)


@given(st.lists(st.sampled_from([*TAG_PIECES, *ELEMENTS_OF_TEXT, *OF_SIGNS, *PIECES]), max_size=60).map("".join))
def test_what_is_escaped_at_once_is_what_is_escaped_tag_by_tag(source: str) -> None:
    assert signs_escaped(source) == _counted(source)[0]


@pytest.mark.parametrize("more", [-2, 0, 2, 2000])
def test_of_a_tag_with_too_many_attributes_the_first_are_kept(more: int) -> None:
    source = "<p>" + "<div" + " abc" * ((MOST_PIECES + more) // 2) + ">x</div>" * 2
    assert signs_escaped(source) == _counted(source)[0]
    assert (signs_escaped(source) == source) == (more <= 0)


@pytest.mark.parametrize(
    ("text", "is_short"),
    [
        ('<p class="a > b">x</p>', True),
        ("<script>for(i=0;i<n;i++){}</script><p>" * 20, True),
        ("<script>" + 'a="<b>";i>n;' * 100 + "</script>", True),  # a quote is open at some signs > only
        ("<img src='data:" + "A" * 5000 + "'>" + "<p>" * 100, True),  # long, with few signs between attributes
        ("<p>" + "x " * 5000 + "</p>", True),
        ("a < b, 3 <4 </ x", True),
        ("<a " + "b " * 500 + ">", False),
        ("<a x='>' " + "b " * 500 + ">", False),
        ('<a x="<b>" ' + "c " * 500 + ">", False),  # the quote is open at the next <
        ('<a b<c="<d>" ' + "e " * 500 + ">", False),
        ("<a " + "b <c " * 500 + ">", False),
    ],
)
def test_a_tag_that_may_be_long_is_seen(text: str, *, is_short: bool) -> None:
    assert has_short_tags(text, 100) is is_short


@pytest.mark.parametrize(
    "unit",
    [
        "<a x='",
        '<a x="y" ',
        "<a b ",
        "<",
        "</",
        "a<b;",
        "<a =",
        "<a/",
        '<!--<a x="',
        "= '",
        "<a\n",
        "<a x='>",
        "<a x='>'",
    ],
)
def test_looking_for_long_tags_takes_linear_time(unit: str) -> None:
    started = process_time()
    for text in (unit * (4_000_000 // len(unit)), "<p>" + unit * 100_000 + ">", f"<p>{unit}>" * 400_000):
        has_short_tags(text, _harmless_attributes(len(text)))
    assert process_time() - started < LONGEST_S
