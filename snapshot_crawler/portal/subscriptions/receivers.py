"""Where a reader may have notices sent, as the operator allows it: an address in, judged; a message in, sent.

PORTAL_NOTICES names the kinds:
- mail: to a mail address, which its owner confirms first; PORTAL_MAIL is the server that sends it
- webhook: JSON to an https:// or http:// address of the open web, signed (hooks.py)
- tgram, slack, discord, dingtalk, wecombot, feishu, lark, pover: chats, by the Apprise library. Each of these services
  has one server. Other schemes of Apprise have addresses that name the server, or a program of this machine: with
  those, strangers would have it connect to whatever they name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.jobs import channels
from snapshot_crawler.jobs.channels import Message, check_address, send
from snapshot_crawler.middlewares.address_guard import AddressGuard, parse_openings
from snapshot_crawler.portal.subscriptions import hooks
from snapshot_crawler.portal.subscriptions.message import Letter
from snapshot_crawler.spelling import did_you_mean

MAIL, WEBHOOK = "mail", "webhook"
CHATS = ("tgram", "slack", "discord", "dingtalk", "wecombot", "feishu", "lark", "pover")  # looked up in apprise 2.3
# What a mail address may look like: no quotes, no comments, no literals. RFC 5321, 4.5.3.1: 64 and 255 bytes at most
MAIL_ADDRESS = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
# Without parameters: some chats of Apprise take ?template=file:///etc/passwd or an address of any network in them
CHAT_ADDRESS = re.compile(r"[a-z]+://[A-Za-z0-9:/@_.+-]{1,500}")


class WrongAddressError(ValueError):
    """An address that nothing can or may be sent to. Its text is a word of portal/words.py."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """What the operator allows. mail: the address of the mail server, as in the job file."""

    kinds: tuple[str, ...]
    mail: str
    guard: AddressGuard

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Receivers:
        """given: the settings. Raises ConfigurationError for kinds and servers that cannot be."""
        kinds = tuple(dict.fromkeys(_list(given.get("PORTAL_NOTICES"))))
        mail = str(given.get("PORTAL_MAIL") or "").strip()
        if MAIL in kinds:
            _check_server(mail)
        for kind in kinds:
            _check_kind(kind)
        return cls(kinds, mail, AddressGuard(parse_openings(_list(given.get("PORTAL_HOOKS_ALLOWED")))))

    @staticmethod
    def asks(kind: str) -> bool:
        """Whether an address of this kind is only used when its owner has confirmed it."""
        return kind == MAIL

    def checked(self, kind: str, address: str) -> str:
        """A reader's address as it is kept. Raises WrongAddressError."""
        address = address.strip()
        if kind not in self.kinds:
            raise WrongAddressError("kind_refused")
        if kind == MAIL:
            if not MAIL_ADDRESS.fullmatch(address):
                raise WrongAddressError("address_wrong")
            return address
        try:
            if kind == WEBHOOK:
                address = hooks.checked(address)
                if hooks.is_surely_private(address, self.guard):
                    raise WrongAddressError("address_private")
                return address
            if not CHAT_ADDRESS.fullmatch(address) or urlsplit(address).scheme != kind:
                raise WrongAddressError("address_wrong")
            check_address(address)
        except WrongAddressError:
            raise
        except ValueError as error:
            raise WrongAddressError("address_wrong") from error
        return address

    def send(self, kind: str, address: str, letter: Letter, secret: str) -> None:
        """Send a message. Raises channels.SendingError; whether it came all the same, nobody can tell."""
        message = Message("news", letter.title, letter.body, letter.identity, letter.stop)
        if kind not in self.kinds:
            raise channels.SendingError(f"{kind} is not in PORTAL_NOTICES any more")
        if kind == WEBHOOK:
            hooks.post(address, message, letter.fields, secret, self.guard)
        elif kind == MAIL:
            send(self._mail_to(address), message)
        else:
            send(address, message)

    def _mail_to(self, address: str) -> str:
        split = urlsplit(self.mail)
        options = {**dict(parse_qsl(split.query, keep_blank_values=True)), "to": address}
        options.setdefault("smtp", split.hostname or "")  # so that channels.py sends it, and not Apprise
        return split._replace(query=urlencode(options, quote_via=quote)).geturl()


def _list(value: Any) -> list[str]:
    """A setting that is a list, or a text with commas."""
    parts: Iterable[Any] = value.split(",") if isinstance(value, str) else value or ()
    return [text for part in parts if (text := str(part).strip())]


def _check_server(address: str) -> None:
    try:
        if not address.startswith(("mailto://", "mailtos://")) or not urlsplit(address).hostname:
            raise ValueError
        check_address(address)
    except ValueError:
        raise ConfigurationError(
            "PORTAL_NOTICES has mail, so PORTAL_MAIL must name the server that sends it: "
            "mailtos://user:password@example.org?smtp=mail.example.org&from=news@example.org"
        ) from None


def _check_kind(kind: str) -> None:
    if kind not in (MAIL, WEBHOOK, *CHATS):
        hint = did_you_mean(kind, (MAIL, WEBHOOK, *CHATS)) or f"; it takes mail, webhook, {', '.join(CHATS)}"
        raise ConfigurationError(f"PORTAL_NOTICES has {kind!r}{hint}")
    if kind in CHATS and find_spec("apprise") is None:
        raise ConfigurationError(f"PORTAL_NOTICES has {kind!r}, which needs the Apprise library: {channels.EXTRA}")
