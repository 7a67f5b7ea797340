"""One message to one channel: a JSON webhook and mail by ourselves, everything else by the Apprise library.

Addresses are Apprise's (https://appriseit.com): json://host:port/path and mailto://user:password@host are sent here, in
Apprise's own form, so that they work without it; a webhook with a `secret` is signed. For all others Apprise is an
extra: pip install 'snapshot_crawler[notify]'.
"""

from __future__ import annotations

import base64
import contextlib
import email.policy
import hashlib
import hmac
import http.client
import json
import smtplib
import ssl
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

WEBHOOKS = ("json", "jsons")
MAIL = ("mailto", "mailtos")
TIMEOUT_S = 20.0  # of one attempt; the outbox tries again
EXTRA = "pip install 'snapshot_crawler[notify]'"
KINDS = {"recovered": "success", "failed": "failure", "disk": "failure"}  # Apprise's types; all others are a warning
# Mailboxes that Apprise knows by their domain have a server of another name; ours takes only what the address says.
SUBMISSION_PORT, SMTPS_PORT = 587, 465
MAIL_DOMAIN = "snapshot-crawler.invalid"
# Python writes a word of a header that is longer than a line in RFC 2047's code, which no mail program reads as an
# address; lines of 998 characters are allowed (RFC 5322, 2.1.1)
UNFOLDED = email.policy.default.clone(max_line_length=998)


class SendingError(Exception):
    """A message that was not taken, as far as can be known; its text is for a person."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. word: what it is about (model.WORDS), or "test", or "news" to readers of the portal.

    identity: names the message in all attempts, without spaces; unsubscribe: an address that ends such messages by one
    POST (RFC 8058). Only mail has a place for both.
    """

    word: str
    title: str
    body: str
    identity: str = ""
    unsubscribe: str = ""

    @property
    def kind(self) -> str:
        """Apprise's type of message: info, success, warning or failure."""
        return "info" if self.word in ("test", "news") else KINDS.get(self.word, "warning")


def check_address(url: str, *, signed: bool = False) -> None:
    """Raises ValueError for an address that nothing can be sent to, so far as its form tells."""
    scheme, _, rest = url.partition("://")
    if not rest:
        raise ValueError(f"{_shown(url)!r} is no address; write it as json://host/path or mailto://...")
    if signed and scheme not in WEBHOOKS:
        raise ValueError("secret signs json:// and jsons:// only")
    if scheme in WEBHOOKS or _is_plain_mail(url):
        try:
            split = urlsplit(url)
            if not split.hostname or split.port == 0:
                raise ValueError
        except ValueError:
            raise ValueError(f"{_shown(url)!r} has no host, or a wrong port") from None
        return
    if find_spec("apprise") is None:
        raise ValueError(f"{scheme}:// needs the Apprise library: {EXTRA}")
    _apprise_sender(url)


def send(url: str, message: Message, *, secret: str | None = None) -> None:
    """Send one message. Raises SendingError; whether it came all the same, nobody can tell."""
    scheme = url.partition("://")[0]
    try:
        if scheme in WEBHOOKS:
            _post(urlsplit(url), message, secret)
        elif _is_plain_mail(url):
            _mail(urlsplit(url), message)
        else:
            _by_apprise(url, message)
    except (OSError, http.client.HTTPException, smtplib.SMTPException, ValueError) as error:
        raise SendingError(f"{type(error).__name__}: {error}") from error


def _shown(url: str) -> str:
    """An address without what is secret in it."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{'***@' if '@' in rest else ''}{rest.rpartition('@')[2].partition('/')[0].partition('?')[0]}"


def payload(message: Message) -> bytes:
    """The JSON of Apprise's json://, version 1.0."""
    fields = {
        "version": "1.0",
        "title": message.title,
        "message": message.body,
        "attachments": [],
        "type": message.kind,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def signature(body: bytes, secret: str) -> str:
    """The value of X-Signature-256: HMAC-SHA256 of the body, in hex."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _post(split: SplitResult, message: Message, secret: str | None) -> None:
    body = payload(message)
    # Apprise: ?+Name=value is a header, ?-name=value a parameter, ?method= the method
    options = dict(parse_qsl(split.query, keep_blank_values=True))
    headers = {"Content-Type": "application/json", "User-Agent": "snapshot_crawler", **_marked(options, "+ ")}
    if split.username:
        pair = f"{unquote(split.username)}:{unquote(split.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    if secret is not None:
        headers["X-Signature-256"] = signature(body, secret)
    assert split.hostname is not None
    make = http.client.HTTPSConnection if split.scheme == "jsons" else http.client.HTTPConnection
    connection = make(split.hostname, split.port, timeout=TIMEOUT_S)
    with contextlib.closing(connection):
        connection.request(options.get("method", "POST").upper(), split.path or "/", body, headers)
        answer = connection.getresponse()
        answer.read(1)
        if not 200 <= answer.status < 300:
            raise ValueError(f"{split.hostname} answered {answer.status} {answer.reason}")


def _marked(options: Mapping[str, str], marks: str) -> dict[str, str]:
    """The options that begin with a mark, without it; urllib reads a raw + as a space."""
    return {name[1:]: value for name, value in options.items() if name[:1] in marks and name[1:]}


# --- Mail
def _is_plain_mail(url: str) -> bool:
    """Whether an address is mail to a server that it names, which needs no table of providers."""
    if not url.startswith(tuple(f"{scheme}://" for scheme in MAIL)):
        return False
    options = dict(parse_qsl(urlsplit(url).query))
    return "smtp" in options or find_spec("apprise") is None


def _mail(split: SplitResult, message: Message) -> None:
    """mailto://user:password@domain?smtp=SERVER&to=A,B&from=C; mailtos:// is encrypted from the first byte."""
    options = dict(parse_qsl(split.query))
    user = unquote(split.username or "")
    own = user if "@" in user else f"{user or 'snapshot_crawler'}@{split.hostname}"
    to = options.get("to") or ",".join(part for part in unquote(split.path).strip("/").split("/") if part) or own
    mail = EmailMessage(UNFOLDED)
    mail["Subject"], mail["From"], mail["To"] = message.title, options.get("from", own), to
    mail["Date"], mail["Message-ID"] = formatdate(), _message_id(message)
    if message.unsubscribe:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    mail.set_content(message.body, cte=None if message.body.isascii() else "base64")  # not every server takes 8 bits
    server = options.get("smtp") or split.hostname or ""
    is_encrypted = split.scheme == "mailtos"
    mode = options.get("mode", "ssl" if split.port == SMTPS_PORT else "starttls")
    # 25: SMTP's port (RFC 5321)
    port = split.port or (SMTPS_PORT if is_encrypted and mode == "ssl" else SUBMISSION_PORT if is_encrypted else 25)
    context = ssl.create_default_context()
    if is_encrypted and mode == "ssl":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server, port, timeout=TIMEOUT_S, context=context)
    else:
        client = smtplib.SMTP(server, port, timeout=TIMEOUT_S)
    with client:
        if is_encrypted and mode != "ssl":
            client.starttls(context=context)
        if user and split.password:
            client.login(options.get("user", user), unquote(split.password))
        client.send_message(mail)


def _message_id(message: Message) -> str:
    return f"<{message.identity}@{MAIL_DOMAIN}>" if message.identity else make_msgid(domain=MAIL_DOMAIN)


# --- Everything else
def _by_apprise(url: str, message: Message) -> None:
    if find_spec("apprise") is None:
        raise ValueError(f"{url.partition('://')[0]}:// needs the Apprise library: {EXTRA}")
    # It never raises; False may also mean that the message came (caronc/apprise#1685)
    if not _apprise_sender(url).notify(body=message.body, title=message.title, notify_type=message.kind):
        raise ValueError(f"Apprise could not send to {_shown(url)}")


def _apprise_sender(url: str) -> Any:
    """Apprise with one address. Raises ValueError for one that it does not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its plugins import imghdr (apprise 2.3)
        import apprise

        sender = apprise.Apprise()
        if not sender.add(url):
            raise ValueError(f"{_shown(url)!r} is no address that Apprise knows")
    return sender
