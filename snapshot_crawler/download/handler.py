"""Scrapy's download handler for http and https: a Request goes in; the whole Response comes out, or an exception.

Scrapy's downloader calls it for every request. Each connection goes to an address that the guard has judged
(middlewares/address_guard.py). DOWNLOAD_TIMEOUT bounds the exchange from the lookup of the name to the last byte,
without the time in which our own process was busy (deadline.py). A body that is cut, or larger than DOWNLOAD_MAXSIZE,
is a failure.

A failure that may be better next time is raised as one of RETRY_EXCEPTIONS. One that will not (a forbidden address, a
bad certificate, too many bytes) is raised as an IgnoreRequest, and the signal page_rejected tells it.

With each response, request.meta[EXCHANGE] holds what went over the wire (archive/exchange.py).

Stats: download/connections (made), download/reused (requests on a kept connection), download/too-large,
download/certificate (refused for their certificate).
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import ssl
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from snapshot_crawler.archive.exchange import Exchange, kept_head, without_userinfo
from snapshot_crawler.download.connection import (
    Connection,
    Origin,
    PendingResponse,
    Pool,
    StaleConnectionError,
    connect,
)
from snapshot_crawler.download.deadline import Deadline
from snapshot_crawler.download.http1 import (
    IncompleteResponseError,
    MalformedResponseError,
    OversizedResponseError,
    ResponseParser,
)
from snapshot_crawler.download.request import request_bytes
from snapshot_crawler.download.resolver import Resolver
from snapshot_crawler.download.tls import Tls
from snapshot_crawler.frontier.door import frontier_of
from snapshot_crawler.meta import DOWNLOAD_LATENCY, DOWNLOAD_MAXSIZE, DOWNLOAD_TIMEOUT, EXCHANGE, PROXY, ROBOTS_TXT
from snapshot_crawler.middlewares.address_guard import AddressGuard
from snapshot_crawler.middlewares.pace.middleware import PaceMiddleware, pace_of
from snapshot_crawler.postgres.address import database_url
from snapshot_crawler.signals import page_rejected

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

ADDRESSES_TRIED = 4  # of one name, by choice: the timeout bounds all tries together
FIRST_ADDRESSES_S = 4.0  # for each address but the last, by choice: a dead IPv6 route must not use up the whole timeout


class TooLargeError(IgnoreRequest):
    """A head or a body over its bound."""


class CertificateRefusedError(IgnoreRequest):
    """A server whose certificate cannot be verified."""


class HttpDownloadHandler:
    """The download handler. Scrapy builds it at the first request (lazy), when all middlewares are there."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats is not None
        self.crawler, self.stats = crawler, crawler.stats
        settings = crawler.settings
        self.guard = AddressGuard.from_crawler(crawler)
        self.resolver = Resolver(keep=settings.getbool("DNSCACHE_ENABLED"))
        self.tls = Tls(settings)
        self.pool = Pool()
        self.timeout_s = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.longest_body = settings.getint("DOWNLOAD_MAXSIZE")
        bind = settings["DOWNLOAD_BIND_ADDRESS"]
        self.local: tuple[str, int] | None = (bind, 0) if isinstance(bind, str) else bind
        self.pace: PaceMiddleware | None = None  # found at the first page; Scrapy looks through all middlewares for it
        self._hosts_named: set[str] = set()
        self.is_shared = database_url(settings) is not None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HttpDownloadHandler:
        return cls(crawler)

    async def close(self) -> None:
        """Scrapy's hook at the end: close the idle connections."""
        self.pool.close()

    async def download_request(self, request: Request) -> Response:
        """Scrapy's hook: fetch a page. Raises what the module's first lines say."""
        if request.meta.get(PROXY):
            raise NotSupported("proxies are not supported: what a proxy connects to cannot be judged")
        request.meta.pop(EXCHANGE, None)
        timeout_s = request.meta.get(DOWNLOAD_TIMEOUT) or self.timeout_s or None
        try:
            async with Deadline(timeout_s) as deadline:
                return await self._fetch(request, deadline)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"no whole answer within {timeout_s} s: {request.url}") from error
        except MalformedResponseError as error:
            raise DownloadFailedError(str(error)) from error
        except IncompleteResponseError as error:
            raise ResponseDataLossError(str(error)) from error
        except OversizedResponseError as error:
            raise self._refusal(request, TooLargeError(str(error)), "too-large") from error
        except TooLargeError as error:
            raise self._refusal(request, error, "too-large") from None

    async def _fetch(self, request: Request, deadline: Deadline) -> Response:
        split = urlparse_cached(request)
        host = (split.hostname or "").lower()
        is_tls = split.scheme == "https"
        origin = Origin(is_tls, host, split.port or (443 if is_tls else 80))
        wire = request_bytes(request)
        while (kept := self.pool.take(origin)) is not None:
            try:
                response = await self._exchange(request, wire, kept, deadline)
            except StaleConnectionError:
                continue
            self.stats.inc_value("download/reused")
            return response
        connection = await self._connect(request, origin)
        try:
            return await self._exchange(request, wire, connection, deadline)
        except StaleConnectionError as error:
            raise DownloadFailedError(str(error)) from error

    async def _exchange(self, request: Request, wire: bytes, connection: Connection, deadline: Deadline) -> Response:
        reception = Reception(self.crawler, request, self.longest_body)
        pending = PendingResponse(request.method, reception.on_head, reception.on_body)
        stopped: StopDownload | None = None
        certificate = connection.certificate()
        try:
            async with self._turn(request, deadline):
                if self.is_shared:
                    self._make_sure(request)
                reception.begin()
                connection.send(wire, pending)
            if await connection.answered(pending):
                self.pool.put(connection)
            else:
                connection.abort()
        except StopDownload as stop:
            connection.abort()
            stopped = stop
        except BaseException:
            connection.abort()
            raise
        request.meta[EXCHANGE] = reception.exchange(
            wire, connection.address, pending.parser, is_cut=stopped is not None
        )
        return reception.response(connection.address, certificate, pending.parser, stopped)

    def _turn(self, request: Request, deadline: Deadline) -> AbstractAsyncContextManager[None]:
        """The block in which the request's bytes may go out."""
        pace = self.pace
        if pace is None:
            pace = self.pace = pace_of(self.crawler)
        return contextlib.nullcontext() if pace is None else pace.turn_to_send(request, deadline.paused())

    def _make_sure(self, request: Request) -> None:
        """Raises where another process asks the host by now: this one was asleep, or cut off, for too long."""
        frontier = frontier_of(self.crawler)
        if frontier is None or frontier.may_ask(request.url):
            return
        why = f"{request.url} is not asked for: another process has its host now"
        if request.meta.get(ROBOTS_TXT):
            raise DownloadFailedError(why)  # no answer; an IgnoreRequest would be read as "no rules"
        raise IgnoreRequest(why)

    # --- Connecting
    async def _connect(self, request: Request, origin: Origin) -> Connection:
        """A new connection to the first address of the origin's host that answers."""
        found = await self.resolver.addresses(origin.host, origin.port)
        addresses = self.guard.judge(origin.host, origin.port, found)[:ADDRESSES_TRIED]
        tls = self.tls.for_host(origin.host) if origin.is_tls else None
        for address in addresses:
            is_last = address == addresses[-1]
            try:
                async with Deadline(None if is_last else FIRST_ADDRESSES_S):
                    connection = await connect(origin, address, tls, self.local)
            except ssl.SSLCertVerificationError as error:
                raise self._bad_certificate(request, origin.host, error) from error
            except OSError as error:  # TimeoutError is one
                if is_last:
                    self.resolver.forget(origin.host, origin.port)
                    raise self._failure(origin, address, error) from error
            else:
                self.stats.inc_value("download/connections")
                self.resolver.prefer(origin.host, origin.port, address)
                return connection
        raise DownloadFailedError(f"{origin.host} has no address")

    @staticmethod
    def _failure(origin: Origin, address: str, error: Exception) -> Exception:
        what = f"{origin.host}:{origin.port} at {address}: {error or type(error).__name__}"
        if isinstance(error, ConnectionRefusedError):
            return DownloadConnectionRefusedError(what)
        return DownloadTimeoutError(what) if isinstance(error, TimeoutError) else DownloadFailedError(what)

    # --- Refusing
    def _bad_certificate(self, request: Request, host: str, error: ssl.SSLCertVerificationError) -> IgnoreRequest:
        detail = f"certificate of {host}: {error.verify_message or error}"
        if host not in self._hosts_named and len(self._hosts_named) < 1_000:  # by choice: bounds the log and memory
            self._hosts_named.add(host)
            logger.warning("Not fetched: %s. TLS_UNVERIFIED_HOSTS can name the host", detail)
        return self._refusal(request, CertificateRefusedError(detail), "certificate")

    def _refusal(self, request: Request, error: IgnoreRequest, reason: str) -> IgnoreRequest:
        self.stats.inc_value(f"download/{reason}")
        if not request.meta.get(ROBOTS_TXT):
            self.crawler.signals.send_catch_log(
                page_rejected, request=request, reason=reason, detail=str(error), spider=self.crawler.spider
            )
        return error


class Reception:
    """The receiving side of one exchange: sends Scrapy's signals, keeps the body, and makes the Response."""

    __slots__ = ("_asked_at", "_crawler", "_headers", "_kept", "_longest", "_request", "_size")

    def __init__(self, crawler: Crawler, request: Request, longest_body: int) -> None:
        self._crawler = crawler
        self._request = request
        self._longest: int = request.meta.get(DOWNLOAD_MAXSIZE, longest_body)
        self._asked_at = 0.0
        self._headers = Headers()
        self._kept: list[bytes] = []
        self._size = 0

    def begin(self) -> None:
        """The request goes out now."""
        self._asked_at = monotonic()

    def on_head(self, parser: ResponseParser) -> None:
        """The head has come. Raises TooLargeError and StopDownload."""
        self._request.meta[DOWNLOAD_LATENCY] = monotonic() - self._asked_at
        fields: dict[bytes, list[bytes]] = {}
        for name, value in parser.headers:
            fields.setdefault(name.title(), []).append(value)
        self._headers = Headers(fields)
        if self._longest and (parser.length or 0) > self._longest:
            raise TooLargeError(f"a body of {parser.length} bytes is over DOWNLOAD_MAXSIZE ({self._longest})")
        self._send(signals.headers_received, headers=self._headers, body_length=parser.length)

    def on_body(self, data: bytes) -> None:
        """More of the body has come. Raises TooLargeError and StopDownload."""
        self._kept.append(data)
        self._size += len(data)
        self._send(signals.bytes_received, data=data)
        if self._longest and self._size > self._longest:
            self._kept.clear()
            raise TooLargeError(f"a body of more than DOWNLOAD_MAXSIZE ({self._longest} bytes)")

    def exchange(self, wire: bytes, address: str, parser: ResponseParser, *, is_cut: bool) -> Exchange:
        """The exchange as it went over the wire, for the archive. wire: the request as it was sent."""
        return Exchange(
            url=without_userinfo(self._request.url),
            request_head=kept_head(wire.removesuffix(self._request.body)),
            response_head=kept_head(parser.head),
            body=self._body(),
            ip=address,
            fetched_at=datetime.now(UTC),
            is_cut=is_cut,
        )

    def response(
        self, address: str, certificate: bytes | None, parser: ResponseParser, stopped: StopDownload | None
    ) -> Response:
        """The response as it came. Raises StopDownload when a receiver of a signal wants it to be an error."""
        body = self._body()
        url = self._request.url
        cls = responsetypes.from_args(headers=self._headers, url=url, body=body)
        response = cls(
            url,
            status=parser.status,
            body=body,
            flags=["download_stopped"] if stopped else None,
            certificate=certificate,
            ip_address=ipaddress.ip_address(address),
            protocol=f"HTTP/{parser.version[0]}.{parser.version[1]}",
        )
        response.headers = self._headers  # the constructor would copy them, which takes as long as the exchange
        if stopped is not None and stopped.fail:
            stopped.response = response
            raise stopped
        return response

    def _body(self) -> bytes:
        """The body so far; the same bytes each time, not a copy."""
        if len(self._kept) != 1:
            self._kept = [b"".join(self._kept)]
        return self._kept[0]

    def _send(self, signal: object, **arguments: object) -> None:
        answers = self._crawler.signals.send_catch_log(
            signal, request=self._request, spider=self._crawler.spider, **arguments
        )
        for _, answer in answers:
            if isinstance(answer, Failure) and isinstance(answer.value, StopDownload):
                raise answer.value
