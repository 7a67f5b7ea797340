"""Subscriptions as a reader sees them: a secret address that is page and feeds, notices that begin and end, bounds."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from snapshot_crawler.dedup.tombstones import Tombstone, keep
from snapshot_crawler.exceptions import ConfigurationError, StateError, StorageError
from snapshot_crawler.portal.subscriptions import tokens
from snapshot_crawler.portal.subscriptions.model import LONGEST_WISH, MOST_KEYWORDS, MOST_WISHES, State, Subscription
from snapshot_crawler.portal.subscriptions.store import ASKED_A_DAY, NAME, Store
from tests.library.outputs import name_of, record
from tests.portal.client import Client
from tests.portal.test_feed_pages import FORMS, ids

URL = {"PORTAL_URL": "https://portal.example"}
MAIL = {**URL, "PORTAL_NOTICES": ["mail"], "PORTAL_MAIL": "mailto://news@portal.example?smtp=127.0.0.1"}
HOOK = {**URL, "PORTAL_NOTICES": "webhook"}
RECORDS = [
    record(1, category="科技", source="甲"),
    record(2, category="体育", source="乙"),
    record(3, category="国内", source="丙", body="苏州的会议。"),
    record(4, category="国内", source="丙", body="别处的会议。"),
]


@pytest.fixture
def client(portal_of: Callable[..., Client]) -> Client:
    return portal_of(RECORDS)


def subscribe(client: Client, *wishes: tuple[str, str], peer: str = "127.0.0.1") -> str:
    """A new subscription; its address."""
    answer = sent(client, "/my", *wishes, peer=peer)
    assert answer.status_code == 303
    return answer.headers["location"]


def sent(
    client: Client, path: str, *fields: tuple[str, str], peer: str = "127.0.0.1", **headers: str
) -> httpx.Response:
    """The answer to a form; names of fields may come again."""
    named = {"content_type": "application/x-www-form-urlencoded", **headers}
    return client.ask("POST", path, peer, named, content=urlencode(fields))


def kept(client: Client, address: str) -> Subscription:
    with Store(client.root) as store:
        found = store.of_token(address.rpartition("/")[2])
        assert found is not None
        return found


# --- The secret address
def test_made_by_a_form_it_is_a_page_and_three_feeds(client: Client) -> None:
    form = client.page("/my").css_first("main form[method=post]")
    assert form.attributes["action"] == "/my"
    address = subscribe(client, ("category", "科技"), ("source", "乙"), ("keyword", "苏州\n不存在的词"))
    assert re.fullmatch(r"/my/[A-Za-z0-9_-]{43}", address)
    wanted = {name_of(1), name_of(2), name_of(3)}
    page = client.page(address)
    shown = {link.attributes["href"] for link in page.css("main a") if "/detail/" in (link.attributes["href"] or "")}
    assert shown == {f"/detail/{name}.html" for name in wanted}
    for form_name in FORMS:
        assert set(ids(client, f"{address}/{form_name}")) == wanted
    assert page.css_first("link[type='application/atom+xml']").attributes["href"] == f"{address}/atom.xml"


def test_its_rows_are_in_the_librarys_order(portal_of: Callable[..., Client]) -> None:
    client = portal_of(
        [record(n, category="科技" if n % 2 else "体育", source=None if n % 3 else "甲") for n in range(1, 20)]
    )
    address = subscribe(client, ("category", "科技"), ("category", "体育"), ("source", "甲"), ("keyword", "联盟"))
    assert ids(client, f"{address}/feed.xml") == ids(client, "/feed.xml")


def test_nobody_else_sees_it(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = subscribe(client, ("category", "科技"))
    token = address.rpartition("/")[2]
    page = client.get(address)
    for answer in (page, client.get("/my"), client.get(f"{address}/feed.xml")):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["cache-control"].startswith("private")
    assert page.headers["cache-control"] == "private, no-store"
    for path in ("/", "/my", "/feed.xml", "/opml.xml", f"/detail/{name_of(1)}.html", "/my/other"):
        assert token not in client.get(path).text
    files = b"".join(path.read_bytes() for path in client.root.rglob("*") if path.is_file())
    assert token.encode() not in files
    (client.root / "library.sqlite").write_bytes(b"damaged" * 1000)  # what goes wrong is logged, with a path
    client.app.state.site.readers.close()
    assert client.get(address).status_code == 503
    # httpx, the client of these tests, is not the portal
    assert caplog.text and token not in "".join(each.getMessage() for each in caplog.records if each.name != "httpx")


@pytest.mark.parametrize("token", ["a" * 43, "a", "a" * 44, "%E4%BD%A0", "' OR 1=1 --", "a" * 43 + "/feed.xml"])
def test_another_address_is_none(client: Client, token: str) -> None:
    assert client.get(f"/my/{token}").status_code == 404
    assert not (client.root / NAME).exists()  # to ask makes nothing
    subscribe(client)
    assert client.get(f"/my/{token}").status_code == 404
    if "/" not in token:
        assert sent(client, f"/my/{token}/delete").status_code == 404


def test_only_its_owner_reads_the_file(client: Client) -> None:
    subscribe(client)
    assert (client.root / NAME).stat().st_mode & 0o077 == 0


def test_lists_and_searches_lead_to_the_form(client: Client) -> None:
    for page, field, value in (
        (f"/category/{quote('科技')}", "category", "科技"),
        (f"/source/{quote('甲')}", "source", "甲"),
        (f"/search?q={quote('会议')}", "keyword", "会议"),
    ):
        (link,) = {each.attributes["href"] for each in client.page(page).css("main a[href^='/my?']")}
        assert link == f"/my?{urlencode({field: value})}"


def test_a_link_fills_the_form_in(client: Client) -> None:
    page = client.page(f"/my?category={quote('科技')}&keyword={quote('苏州')}&source={quote('没有的')}")
    ticked = {box.attributes["value"] for box in page.css("input[type=checkbox]") if "checked" in box.attributes}
    assert ticked == {"科技", "没有的"} and "苏州" in page.css_first("textarea[name=keyword]").text()


def test_wishes_change_and_are_shown_as_they_are(client: Client) -> None:
    address = subscribe(client, ("category", "科技"))
    evil = "<script>'\"&"
    before = client.get(f"{address}/feed.xml")
    assert sent(client, address, ("keyword", f"苏州\r\n\r\n  {evil} \n苏州")).status_code == 303
    assert kept(client, address).wishes.keyword == ("苏州", evil) and not kept(client, address).wishes.category
    assert "<script>" not in client.get(address).text and client.page(address).css_first("textarea[name=keyword]")
    assert ids(client, f"{address}/feed.xml") == [name_of(3)]
    assert client.get(f"{address}/feed.xml", **{"If-None-Match": before.headers["etag"]}).status_code == 200
    assert sent(client, address).status_code == 303
    assert ids(client, f"{address}/feed.xml") == []


def test_what_was_taken_down_is_not_on_its_page(client: Client) -> None:
    address = subscribe(client, ("category", "科技"), ("category", "体育"))
    keep(client.root, [Tombstone(name_of(1), (), "2026-02-02", "asked")])
    assert name_of(1) not in client.get(address).text and name_of(2) in client.get(address).text
    assert ids(client, f"{address}/feed.json") == [name_of(2)]


def test_deleted_nothing_of_it_stays(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, **HOOK)
    address = subscribe(client, ("keyword", "只有我知道的词"))
    sent(client, f"{address}/notice", ("kind", "webhook"), ("address", "https://hook.example/only-mine"))
    raw = (client.root / NAME).read_bytes()
    assert b"only-mine" in raw
    assert sent(client, f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404
    raw = b"".join(path.read_bytes() for path in client.root.glob("subscriptions*"))
    assert b"only-mine" not in raw and "只有我知道的词".encode() not in raw


# --- Bounds
@pytest.mark.parametrize(
    "fields",
    [
        [("source", "\n".join(f"词{number}" for number in range(MOST_WISHES + 1)))],
        [("keyword", "\n".join(f"词{number}" for number in range(MOST_KEYWORDS + 1)))],
        [("category", "长" * (LONGEST_WISH + 1))],
    ],
)
def test_too_much_is_refused_with_a_word(client: Client, fields: list[tuple[str, str]]) -> None:
    answer = sent(client, "/my", *fields)
    assert answer.status_code == 422 and str(MOST_WISHES) in answer.text
    assert not (client.root / NAME).exists()
    address = subscribe(client, ("category", "科技"))
    assert sent(client, address, *fields).status_code == 422
    assert kept(client, address).wishes.category == ("科技",)
    assert sent(client, "/my", ("keyword", "长" * 30_000)).status_code == 413


def test_as_many_as_there_may_be(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, PORTAL_SUBSCRIPTIONS_MAX=2)
    first, _ = subscribe(client), subscribe(client)
    assert sent(client, "/my").status_code == 503
    with Store(client.root) as store, store.transaction() as db:
        db.execute("UPDATE subscription SET used = used - 181 WHERE id = 1")  # nobody has opened it for half a year
    subscribe(client)
    assert client.get(first).status_code == 404
    assert sent(client, "/my").status_code == 503


def test_so_many_an_hour_of_all_and_of_one(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, PORTAL_SUBSCRIPTIONS_PER_HOUR=3)
    for _ in range(3):
        subscribe(client)
    assert sent(client, "/my").status_code == 503
    client = portal_of(RECORDS)
    client.app.state.site.subscription_rate.clock = lambda: 0.0  # however slow the machine is
    answers = [sent(client, "/my", peer="203.0.113.7").status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    assert sent(client, "/my", peer="203.0.113.8").status_code == 303


def test_a_page_of_many_keywords_counts_as_many_requests(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, PORTAL_REQUESTS_PER_MINUTE=30)
    mine = subscribe(client, ("keyword", "\n".join(f"词{number}" for number in range(MOST_KEYWORDS))))
    client.app.state.site.request_rate.clock = lambda: 0.0  # nothing comes again meanwhile, however slow the machine is
    answers = [client.get(mine, peer="203.0.113.9").status_code for _ in range(10)]
    assert answers[:2] == [200, 200] and answers[-1] == 429
    assert client.get(mine, peer="203.0.113.10").status_code == 200


def test_no_subscriptions_by_setting(portal_of: Callable[..., Client]) -> None:
    for settings in ({"PORTAL_SUBSCRIPTIONS_MAX": 0}, {"PORTAL_SUBSCRIPTIONS_PER_HOUR": 0}):
        client = portal_of(RECORDS, **settings)
        assert sent(client, "/my", ("category", "科技")).status_code == 503


def test_forms_of_other_sites_are_refused(client: Client) -> None:
    assert sent(client, "/my", sec_fetch_site="cross-site").status_code == 403
    address = subscribe(client)
    assert sent(client, f"{address}/delete", sec_fetch_site="cross-site").status_code == 403
    assert client.ask("POST", "/my", "127.0.0.1", {"content_type": "text/plain"}, content="x").status_code == 415
    assert client.get(f"{address}/delete").status_code in (404, 405)
    assert client.ask("POST", "/my", "127.0.0.1", {}).status_code == 303  # nothing chosen yet, and no form's type


# --- Notices
def test_without_the_setting_there_are_none(client: Client) -> None:
    address = subscribe(client)
    assert not client.page(address).css("#notices")
    answer = sent(client, f"{address}/notice", ("kind", "mail"), ("address", "a@example.org"))
    assert answer.status_code == 422 and kept(client, address).state == State.NONE


NO_MAIL = [
    *("", "a", "a@b", "a b@example.org", "a@example.org,b@example.org", '"a"@example.org', "a@[127.0.0.1]"),
    *("<a@example.org>", "a@-x.org", "甲@example.org", "a@example.org\nBcc: b@example.org", "a@example.org\x00"),
    "a" * 65 + "@example.org",
]
PRIVATE = """http://127.0.0.1/ http://localhost:8080/ http://a.localhost/ https://[::1]/ http://0x7f.1/ http://10.1.2.3/
http://2130706433/ http://127.1/ http://169.254.169.254/latest/ http://[::ffff:10.0.0.1]/ http://0/ json://127.0.0.1/
http://192.168.1.1./x http://[fd00::1]:80/ http://100.64.0.1/""".split()
NO_HOOK = [
    *("ftp://h.example/", "file:///etc/passwd", "https://", "https://u:p@h.example/", "h.example", "https://["),
    *(
        "https://h.example:0/",
        "https://h.example:99999/",
        "https://例子.example/",
        "javascript:alert(1)",
        "tgram://a/b",
    ),
    *("mailto://a@example.org", "https://h.example/ x", "https://h.example/" + "a" * 600),
]


@pytest.mark.parametrize(
    ("settings", "kind", "addresses", "word"),
    [
        (MAIL, "mail", NO_MAIL, "这个地址无法使用"),
        (HOOK, "webhook", PRIVATE, "不能使用内部网络的地址"),
        (HOOK, "webhook", NO_HOOK, "这个地址无法使用"),
    ],
)
def test_addresses_that_nothing_is_sent_to(
    portal_of: Callable[..., Client], settings: dict[str, Any], kind: str, addresses: list[str], word: str
) -> None:
    client = portal_of(RECORDS, **settings)
    mine = subscribe(client)
    for address in addresses:
        answer = sent(client, f"{mine}/notice", ("kind", kind), ("address", address))
        assert (answer.status_code, word in answer.text) == (422, True), address
    assert kept(client, mine).state == State.NONE


TOKEN = "123456789:abcdefg_hijklmnopqrstuvwxyz-01234"


@pytest.mark.skipif(find_spec("apprise") is None, reason="the extra `notify` is not installed")
def test_a_chat_is_named_without_parameters(portal_of: Callable[..., Client]) -> None:
    """With parameters, Apprise reads files of this machine and addresses of its network: ?template= of Slack, say."""
    client = portal_of(RECORDS, **URL, PORTAL_NOTICES="tgram,slack")
    mine = subscribe(client)
    slack = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/general"
    for kind, address in (
        ("slack", f"{slack}?template=file:///etc/passwd"),
        ("slack", f"{slack}%3Ftemplate=http://127.0.0.1/"),
        ("slack", f"{slack}#x"),
        ("tgram", slack),
        ("slack", "json://127.0.0.1/"),
        ("tgram", "tgram://"),
        ("tgram", "tgram://" + "a" * 600),
        ("json", "json://127.0.0.1/"),
        ("mail", "a@example.org"),
    ):
        answer = sent(client, f"{mine}/notice", ("kind", kind), ("address", address))
        assert answer.status_code == 422, address
    for kind, address in (("slack", slack), ("tgram", f"tgram://{TOKEN}/-1001234")):
        assert sent(client, f"{mine}/notice", ("kind", kind), ("address", address)).status_code == 303
        assert (kept(client, mine).kind, kept(client, mine).state) == (kind, State.ON)


def test_a_file_of_another_version_or_program_is_told(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StateError, match="was written by version 99"):
        Store(tmp_path)
    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("PRAGMA user_version = 1")
        db.execute("PRAGMA application_id = 7")
    db.close()
    with pytest.raises(StateError, match="another program"):
        Store(tmp_path)
    (tmp_path / NAME).write_bytes(b"no database" * 1_000)
    with pytest.raises(StorageError):
        Store(tmp_path)


def codes(client: Client, address: str) -> tuple[str, str]:
    """The links of messages to a subscription's address: to confirm and to stop."""
    found = kept(client, address)
    with Store(client.root) as store:
        made = [tokens.code_of(store.key, each, found.id, found.address) for each in (tokens.CONFIRM, tokens.STOP)]
    return f"/my/confirm/{found.id}/{made[0]}", f"/my/stop/{found.id}/{made[1]}"


def test_mail_is_confirmed_by_a_click_and_ended_by_one(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, **MAIL)
    mine = subscribe(client)
    assert sent(client, f"{mine}/notice", ("kind", "mail"), ("address", " a@example.org ")).status_code == 303
    assert kept(client, mine).state == State.UNCONFIRMED and "a@example.org" in client.get(mine).text
    confirm, stop = codes(client, mine)
    assert len(client.page(confirm).css("main form[method=post]")) == 1
    assert kept(client, mine).state == State.UNCONFIRMED  # programs that look at mails open links
    assert sent(client, confirm + "x").status_code == 404
    assert client.post(confirm, {}).status_code == 200 and kept(client, mine).state == State.ON
    assert client.post(confirm, {}).status_code == 200  # twice is no harm
    assert len(client.page(stop).css("main form[method=post]")) == 1
    assert kept(client, mine).state == State.ON
    assert sent(client, stop + "x").status_code == 404 and kept(client, mine).state == State.ON
    one_click = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"  # RFC 8058, 3.1
    answer = client.ask("POST", stop, "203.0.113.5", {"content_type": kind}, content=one_click)
    assert answer.status_code == 200 and kept(client, mine).state == State.NONE
    assert kept(client, mine).address == "" and client.get(mine).status_code == 200
    assert client.get(stop).status_code == client.post(stop, {}).status_code == 200
    assert client.post(confirm, {}).status_code == 404  # an address that was forgotten does not come back
    assert kept(client, mine).state == State.NONE


def test_a_link_is_good_for_its_address_alone(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, **HOOK)
    mine, other = subscribe(client), subscribe(client)
    for number in (1, 2):
        sent(client, f"{other}/notice", ("kind", "webhook"), ("address", f"https://other.example/{number}"))
    links = []
    for number in (1, 2):
        sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", f"https://hook.example/{number}"))
        links.append(codes(client, mine)[1])
    assert client.post(links[0], {}).status_code == 404 and kept(client, mine).state == State.ON
    code = links[1].rpartition("/")[2]
    assert client.post(f"/my/stop/{kept(client, other).id}/{code}", {}).status_code == 404
    assert kept(client, other).state == State.ON
    for number in ("0", "-1", "9" * 30, "x", "１"):
        assert client.post(f"/my/stop/{quote(number)}/{code}", {}).status_code == 404
    assert client.post(links[1], {}).status_code == 200 and kept(client, mine).state == State.NONE


def test_nobodys_mailbox_is_filled_by_others(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, **MAIL)
    for number in range(ASKED_A_DAY + 1):
        spelling = ["Victim@Example.org", "victim@example.org", " VICTIM@EXAMPLE.ORG"][number % 3]
        answer = sent(client, f"{subscribe(client)}/notice", ("kind", "mail"), ("address", spelling))
        assert answer.status_code == (303 if number < ASKED_A_DAY else 429)
    mine = subscribe(client)
    answers = [
        sent(client, f"{mine}/notice", ("kind", "mail"), ("address", f"a{number}@example.org")).status_code
        for number in range(ASKED_A_DAY + 1)
    ]
    assert answers == [303] * ASKED_A_DAY + [429]


def test_the_webhooks_key_is_shown_to_its_owner(portal_of: Callable[..., Client]) -> None:
    client = portal_of(RECORDS, **HOOK)
    mine = subscribe(client)
    sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", "https://hook.example/a"))
    found = kept(client, mine)
    with Store(client.root) as store:
        key = tokens.code_of(store.key, tokens.SIGN, found.id, found.address)
    assert client.page(mine).css_first("#notices code").text() == key
    assert sent(client, f"{mine}/stop").status_code == 303
    assert kept(client, mine).state == State.NONE and key not in client.get(mine).text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"PORTAL_NOTICES": ["mail"], "PORTAL_MAIL": MAIL["PORTAL_MAIL"]}, "PORTAL_NOTICES needs PORTAL_URL"),
        ({**URL, "PORTAL_NOTICES": "mail"}, "PORTAL_MAIL must name the server"),
        ({**MAIL, "PORTAL_MAIL": "json://h/"}, "PORTAL_MAIL must name the server"),
        ({**URL, "PORTAL_NOTICES": "webhok"}, "did you mean webhook?"),
        ({**URL, "PORTAL_NOTICES": "syslog"}, "it takes mail, webhook, tgram"),
        ({**HOOK, "PORTAL_HOOKS_ALLOWED": "everything"}, "everything"),
        ({"PORTAL_SUBSCRIPTIONS_MAX": -1}, "PORTAL_SUBSCRIPTIONS_MAX is -1"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        Client(tmp_path, **settings)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_speak_both_languages(portal_of: Callable[..., Client], language: str) -> None:
    client = portal_of(RECORDS, **MAIL)
    mine = subscribe(client)
    sent(client, f"{mine}/notice", ("kind", "mail"), ("address", "a@example.org"))
    for path in ("/my", mine, *codes(client, mine)):
        page = client.page(path, accept_language=language)
        for label in page.css("main label[for]"):
            assert page.css_first(f"#{label.attributes['for']}") is not None
        assert page.css_first("html").attributes["lang"].startswith(language)
        assert len(page.css("h1")) == 1
