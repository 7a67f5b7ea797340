"""Notices on real wires: mail over SMTP, JSON to a web address, a process that is killed; and what is never reached."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import hmac
import json
import re
import signal
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from snapshot_crawler.jobs.channels import Message, SendingError
from snapshot_crawler.middlewares.address_guard import AddressGuard, parse_openings
from snapshot_crawler.portal import app as app_module
from snapshot_crawler.portal.subscriptions import courier, hooks
from snapshot_crawler.portal.subscriptions.courier import Courier
from snapshot_crawler.portal.subscriptions.model import State
from tests.jobs.test_notices import Postbox
from tests.jobs.world import MovableClock, Webhook, wait_until
from tests.library.outputs import follow, name_of, own, record
from tests.portal.client import Client
from tests.portal.courier_world import World
from tests.portal.test_feeds import DELETED, check_atom
from tests.portal.test_subscriptions import kept, sent, subscribe
from tests.process import run, scrapy

HOUR = 3600.0
ORIGIN = "https://portal.example"


@pytest.fixture
def postbox() -> Iterator[Any]:
    """An SMTP server on loopback; `mails` are what it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postbox) as server:
        server.mails = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(60)


def parsed(mail: str) -> EmailMessage:
    found = email.message_from_string(mail, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


class Portal:
    """A portal with its courier, whose clock is moved."""

    def __init__(self, client: Client) -> None:
        self.client, self.clock = client, MovableClock()
        self.runs = 0
        client.app.state.site.clock = self.clock
        self.round()

    def round(self) -> None:
        with Courier(self.client.root, self.client.app.state.site.post, self.clock) as opened:
            opened.round()

    def publish(self, *records: dict[str, Any]) -> None:
        self.runs += 1
        own(self.client.root, records, f"later{self.runs}")
        follow(self.client.root)
        self.round()

    def follow_link(self, link: str) -> None:
        """Open a message's link and click the button."""
        path = link.removeprefix(ORIGIN)
        assert link.startswith(ORIGIN) and len(self.client.page(path).css("main form button")) == 1
        assert self.client.post(path, {}).status_code == 200


def test_a_subscription_delivered_by_mail(portal_of: Callable[..., Client], postbox: Any) -> None:
    """The whole way: subscribe, confirm by the mail's link, get the news, stop by the mail's link."""
    server = f"mailto://news@portal.example:{postbox.server_address[1]}?smtp=127.0.0.1&from=news@portal.example"
    client = portal_of([record(0)], PORTAL_URL=ORIGIN, PORTAL_NOTICES="mail", PORTAL_MAIL=server)
    portal, mine = Portal(client), subscribe(client, ("category", "科技"), ("keyword", '"澄埠市" 会议'))
    sent(client, f"{mine}/notice", ("kind", "mail"), ("address", "reader+news@example.org"))
    portal.publish(record(1))
    question = parsed(postbox.mails[0])
    assert (question["To"], question["From"]) == ("reader+news@example.org", "news@portal.example")
    assert question["Subject"] == "资讯快照：请确认接收通知" and question["List-Unsubscribe"] is None
    (link,) = re.findall(r"https://\S+", question.get_content())
    portal.follow_link(link)
    portal.publish(record(2), record(3, category="体育"), record(4, category="国内", body="澄埠市的会议开了三天。"))
    assert len(postbox.mails) == 2
    news = parsed(postbox.mails[1])
    assert news["Subject"] == "资讯快照：2 篇新文章" and news["To"] == "reader+news@example.org"
    text = news.get_content()
    assert f"{ORIGIN}/detail/{name_of(2)}.html" in text and f"{ORIGIN}/detail/{name_of(4)}.html" in text
    assert name_of(1) not in text and name_of(3) not in text and mine.rpartition("/")[2] not in postbox.mails[1]
    # RFC 8058: the address as it is, on one line, and the word that lets a mail program post to it
    stop = news["List-Unsubscribe"].strip("<>")
    assert f"List-Unsubscribe: <{stop}>" in postbox.mails[1].splitlines() and stop in text
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[\w.-]+@snapshot-crawler\.invalid>", news["Message-ID"])
    portal.follow_link(stop)
    assert kept(client, mine).state == State.NONE
    portal.clock.wait(HOUR)
    portal.publish(record(5))
    assert len(postbox.mails) == 2


def test_a_subscription_delivered_to_a_web_address(portal_of: Callable[..., Client]) -> None:
    with Webhook() as hook:
        place = hook.url.removeprefix("json://").partition("/")[0]
        client = portal_of([record(0)], PORTAL_URL=ORIGIN, PORTAL_NOTICES="webhook", PORTAL_HOOKS_ALLOWED=place)
        portal, mine = Portal(client), subscribe(client, ("source", "溯北周报"))
        answer = sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", f"http://{place}/hook?key=a%20b"))
        assert answer.status_code == 303
        key = client.page(mine).css_first("#notices code").text()
        hook.answer = 503
        portal.publish(record(1))
        hook.answer = 204
        portal.publish(record(2))
        portal.clock.wait(60)
        portal.round()
        portal.clock.wait(HOUR)
        portal.round()
        told = [[each["id"] for each in message["articles"]] for message in hook.messages]
        assert told == [[name_of(1)], [name_of(1)], [name_of(2)]]
        assert hook.bodies[0] == hook.bodies[1] and hook.messages[0]["id"] != hook.messages[2]["id"]
        assert hook.headers[0]["Idempotency-Key"] == hook.headers[1]["Idempotency-Key"] == hook.messages[0]["id"]
        for body, headers in zip(hook.bodies, hook.headers, strict=True):
            signed = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            assert headers["X-Signature-256"] == signed
        message = hook.messages[0]
        assert message["articles"][0]["url"] == f"{ORIGIN}/detail/{name_of(1)}.html"
        assert {"version", "title", "message", "type"} <= set(message) and message["type"] == "info"
        portal.follow_link(message["unsubscribe"])
        portal.clock.wait(HOUR)
        portal.publish(record(3))
        assert len(hook.messages) == 3


def test_the_portal_sends_while_it_runs(portal_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """The courier is a thread of the running application, and ends with it."""
    monkeypatch.setattr(courier, "EVERY_S", 0.02)
    monkeypatch.setattr(app_module, "Following", lambda root, settings: Quiet())
    with Webhook() as hook:
        place = hook.url.removeprefix("json://").partition("/")[0]
        settings = {"PORTAL_URL": ORIGIN, "PORTAL_NOTICES": "webhook", "PORTAL_HOOKS_ALLOWED": place}
        client = portal_of([record(0)], **settings)
        mine = subscribe(client, ("category", "科技"))
        Portal(client)  # what is there already is known
        sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", f"http://{place}/"))
        app = app_module.create_app(client.root, settings)

        async def live() -> None:
            async with app.router.lifespan_context(app):
                own(client.root, [record(1)], "run2")
                follow(client.root)
                await asyncio.to_thread(wait_until, lambda: hook.messages)

        asyncio.run(live())
        assert [each["id"] for each in hook.messages[0]["articles"]] == [name_of(1)]
        wait_until(lambda: not [each for each in threading.enumerate() if each.name == "courier"])
        with Courier(client.root, client.app.state.site.post):
            pass  # its lock is free


class Quiet:
    """In the place of the process that fills the library."""

    def start(self) -> None: ...

    def close(self) -> None: ...


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.portal.courier_world import World
world = World(Path(sys.argv[1]))
world.receiver.at_sending = lambda: os.kill(os.getpid(), signal.SIGKILL)
world.round()
"""


def test_a_killed_process_loses_no_article_and_leaves_no_lock(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    world.subscribe(category=["科技"])
    (name,) = world.publish(record(1))
    done = run([sys.executable, "-c", KILLED, str(tmp_path)])
    assert done.returncode == -signal.SIGKILL
    world.round()
    assert world.receiver.told() == []  # it was in the killed one's hands a moment ago
    world.clock.wait(60)
    world.round()
    world.clock.wait(HOUR)
    world.round()
    assert world.receiver.told() == [[name]]


def test_a_take_down_reaches_feeds_pages_and_waiting_notices(portal_of: Callable[..., Client]) -> None:
    """By the real command; afterwards no file below DATA_DIR has the words, and nothing of it is sent."""
    words = "隐秘词甲", "隐秘词乙", "隐秘词丙"
    with Webhook() as hook:
        place = hook.url.removeprefix("json://").partition("/")[0]
        client = portal_of([record(0)], PORTAL_URL=ORIGIN, PORTAL_NOTICES="webhook", PORTAL_HOOKS_ALLOWED=place)
        portal, mine = Portal(client), subscribe(client, ("category", "科技"))
        sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", f"http://{place}/"))
        hook.answer = 503
        portal.publish(record(1, title=words[0], body=f"{words[1]}的正文。", source=words[2]), record(2))
        hook.answer = 204
        paths = ["/feed.xml", "/atom.xml", "/feed.json", f"{mine}/feed.xml", f"{mine}/atom.xml", mine]
        assert all(words[0] in client.get(path).text for path in paths)
        done = scrapy("takedown", name_of(1), "--reason", "asked", "-s", f"DATA_DIR={client.root}")
        assert done.returncode == 0, done.stderr
        for path in paths:
            text = client.get(path).text
            assert not any(word in text for word in words) and name_of(2) in text
        (gone,) = check_atom(client.get(f"{mine}/atom.xml").content).findall(DELETED)
        assert gone.get("ref").endswith(name_of(1))
        portal.clock.wait(HOUR)
        portal.round()
        assert [[each["id"] for each in message["articles"]] for message in hook.messages[1:]] == [[name_of(2)]]
        assert not any(word in str(hook.messages[1]) for word in words)
    files = {path: path.read_bytes() for path in client.root.rglob("*") if path.is_file()}
    assert any(path.name == "subscriptions.sqlite" for path in files)
    for word in words:
        spellings = (word.encode(), json.dumps(word).strip('"').encode(), word.encode("utf-16-le"))
        assert [path for path, data in files.items() if any(each in data for each in spellings)] == []


# --- What is never reached
class Elsewhere(BaseHTTPRequestHandler):
    """Leads to another address, or speaks a byte at a time."""

    def do_POST(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.server.ended.wait(0.02):  # type: ignore[attr-defined]
                try:
                    self.wfile.write(b"X-A: b\r\n")
                except OSError:
                    return
            return
        self.send_response(307)
        self.send_header("Location", "/secret")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        server.asked, server.ended = [], threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join(60)


def post(address: str, *openings: str) -> None:
    hooks.post(address, Message("news", "t", "b", "1"), {}, "key", AddressGuard(parse_openings(openings)))


def test_a_name_that_leads_to_this_machine_is_not_contacted(elsewhere: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged is what the name means when the message is sent, and the connection goes there: no second look-up."""
    port = elsewhere.server_port
    looked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        looked.append(host)
        return ["127.0.0.1"] if len(looked) % 2 else ["10.0.0.1"]

    monkeypatch.setattr(hooks, "look_up", look_up)
    with pytest.raises(SendingError, match="which is not public"):
        post(f"http://hook.example:{port}/")
    assert elsewhere.asked == []
    looked.clear()
    with pytest.raises(SendingError, match="answered 307"):
        post(f"http://hook.example:{port}/", f"hook.example:{port}")
    assert looked == ["hook.example"] and elsewhere.asked == ["/"]  # nor is the redirect followed
    monkeypatch.setattr(hooks, "look_up", lambda host, port: ["93.184.215.14", "127.0.0.1"])
    with pytest.raises(SendingError, match="beside a public one"):
        post(f"http://hook.example:{port}/")


def test_a_receiver_that_speaks_slowly_is_cut_off(elsewhere: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its bytes comes in time, and the whole would never end."""
    monkeypatch.setattr(hooks, "TOTAL_S", 0.2)
    port = elsewhere.server_port
    with pytest.raises(SendingError):
        post(f"http://127.0.0.1:{port}/slow", f"127.0.0.1:{port}")


def test_an_encrypted_receiver_must_be_who_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """No TLS behind the port: the handshake fails, and nothing is sent in the clear."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        got: list[bytes] = []

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                got.append(connection.recv(4_096))
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(SendingError, match="SSL"):
            post(f"https://127.0.0.1:{port}/secret-path", f"127.0.0.1:{port}")
        thread.join(60)
    assert got and b"secret-path" not in got[0]


def test_the_pages_of_a_portal_without_its_courier_do_not_send(portal_of: Callable[..., Client]) -> None:
    with Webhook() as hook:
        place = hook.url.removeprefix("json://").partition("/")[0]
        client = portal_of([record(0)], PORTAL_URL=ORIGIN, PORTAL_NOTICES="webhook", PORTAL_HOOKS_ALLOWED=place)
        mine = subscribe(client, ("category", "科技"))
        sent(client, f"{mine}/notice", ("kind", "webhook"), ("address", f"http://{place}/"))
        client.get(mine)
        assert hook.messages == []
