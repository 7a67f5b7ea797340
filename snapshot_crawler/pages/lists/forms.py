"""Lists whose later pages come by a form: a page goes in, the fields of the form for the next page come out.

NewsSpider asks it where the spider has next_form, and `scrapy add-site` to propose that line. A form may do anything on
the site's side, so none is sent unless the spider's author has named its field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

from snapshot_crawler.pages.lists.records import PAGE_NAME
from snapshot_crawler.pages.page import Page
from snapshot_crawler.urls import same_site

MOST_FIELDS = 200  # of a form; by choice: forms of lists have some five, those of ASP.NET some twenty
LONGEST_VALUE = 200_000  # characters of a field; ASP.NET keeps a whole list's state in one
SECRET = re.compile(r"pass|token|csrf|captcha|card", re.IGNORECASE)  # fields of forms that do more than turn a page


@dataclass(slots=True, frozen=True)
class FormPage:
    """The next page of a list: where the form goes, and its fields as a body."""

    url: str
    body: str


def pager_field(page: Page) -> str | None:
    """The name of the field that holds the page's number in a form that is sent by POST; None without one."""
    for form in _forms(page):
        for node in form.css("input[name]"):
            name, value = node.attributes.get("name") or "", node.attributes.get("value") or ""
            if PAGE_NAME.match(name) and value.isdigit():
                return name
    return None


def next_by_form(page: Page, field: str) -> FormPage | None:
    """The next page by the form that has the field, its number counted on; None on a page without such a form."""
    for form in _forms(page):
        fields = {
            name: (node.attributes.get("value") or "")[:LONGEST_VALUE]
            for node in form.css("input[name], select[name], textarea[name]")[:MOST_FIELDS]
            if (name := node.attributes.get("name"))
        }
        url = page.absolute(form.attributes.get("action") or page.url)
        if field in fields and fields[field].isdigit() and url is not None and same_site(url, page.url):
            fields[field] = str(int(fields[field]) + 1)
            return FormPage(url, urlencode(fields))
    return None


def _forms(page: Page) -> list[LexborNode]:
    """The page's forms that are sent by POST and do nothing but lead to lists, as far as their fields tell."""
    return [
        form
        for form in page.tree.css("form")
        if (form.attributes.get("method") or "").lower() == "post"
        and form.css_first("input[type=password], input[type=file]") is None
        and not any(SECRET.search(node.attributes.get("name") or "") for node in form.css("input[name]"))
    ]
