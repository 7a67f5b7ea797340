"""Cleaning takes out what nobody sees, leaves every visible sign, and does it once for all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_crawler.items import Article, DiscoveredBy, Image, LinkRow
from snapshot_crawler.pipelines.clean import CleanPipeline
from snapshot_crawler.text import clean_text

CASES = [
    # (text, cleaned as one line)
    ("港\u200b口\ufeff", "港口"),
    ("a\u00a0\u3000b", "a b"),
    ("\x00\x07ab\x9fc", "abc"),
    ("half \ud83d pair", "half pair"),
    ("so\u00adft", "soft"),
    ("line\u2028break\x85here", "line break here"),
    ("\u202eevil\u202c", "evil"),
    ("non\ufffe\U0001ffffchar", "nonchar"),
    ("broken\ufffd", "broken"),
    ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that Persian needs
    ("ＡＢＣ，", "ＡＢＣ，"),  # width is the author's
    ("👍🏽 ok", "👍🏽 ok"),
]


@pytest.mark.parametrize(("text", "cleaned"), CASES)
def test_invisible_characters_go_and_words_stay(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_a_body_keeps_its_paragraphs_and_no_more() -> None:
    assert clean_text("　　one\r\n\r\n\r\n\r\n two \t x\n", lines=True) == "one\n\ntwo x"


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_cleaning_twice_changes_nothing(text: str, lines: bool) -> None:
    once = clean_text(text, lines=lines)
    assert clean_text(once, lines=lines) == once


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_no_control_or_half_character_is_left(text: str, lines: bool) -> None:
    cleaned = clean_text(text, lines=lines)
    allowed = "\n" if lines else ""
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and c not in allowed]
    cleaned.encode("utf-8")


@given(st.text(st.characters(categories=("L", "N", "P"), exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_letters_digits_and_punctuation_are_never_changed(text: str) -> None:
    assert clean_text(text) == text


def test_every_text_of_an_article_is_cleaned() -> None:
    article = Article(
        title="a\u200bb",
        body="x\x00\n\n\n\ny",
        authors=["\u200b", "c\x07"],
        source="\ufeff",
        images=[Image("https://a.example/i.jpg", "cap\u200btion")],
        related=[LinkRow(title="t\x01", snippet="s\u2028")],
        discovered_by=DiscoveredBy("start"),
    )
    cleaned = CleanPipeline().process_item(article)
    assert (cleaned.title, cleaned.body, cleaned.authors, cleaned.source) == ("ab", "x\n\ny", ["c"], None)
    assert cleaned.images[0].caption == "caption"
    assert (cleaned.related[0].title, cleaned.related[0].snippet) == ("t", "s")


def test_what_a_text_is_decides_how_it_is_cleaned() -> None:
    article = Article(
        url="https://a.example/\u200b x",
        title="\u200b",
        published_at="2026-03-04T12:00:00+08:00\x00",
        suspect=["short \n text"],
        images=[Image("https://a.example/ i.jpg\x07", "\u200b")],
        authors="张 三",  # of a spider's own rule; validation refuses it
    )
    cleaned = CleanPipeline().process_item(article)
    assert (cleaned.url, cleaned.title) == ("https://a.example/ x", None)
    assert cleaned.published_at == "2026-03-04T12:00:00+08:00"
    assert cleaned.suspect == ["short text"]
    assert cleaned.images == [Image("https://a.example/ i.jpg", None)]
    assert cleaned.authors == "张 三"


def test_items_of_other_spiders_keep_their_white_space() -> None:
    item = {"name": " two  words\n", "tags": [" a\xa0b"], "deep": {"er": "\t"}}
    assert CleanPipeline().process_item(dict(item)) == item


def test_items_of_other_spiders_are_cleaned_too() -> None:
    assert CleanPipeline().process_item({"name": "a\x00", "tags": ["b\u200b"], "n": 1}) == {
        "name": "a",
        "tags": ["b"],
        "n": 1,
    }
