"""The downloader middlewares of a request, called without an await where none is needed: a request in, its answer out.

Scrapy awaits each of the two dozen methods, though most return at once, and makes a coroutine and a name for a warning
for each. Here only what has to be awaited is. What a method may return, and what is refused, is as in Scrapy.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import isawaitable
from types import CoroutineType
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.http import Request, Response
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Send = Callable[[Request], Coroutine[Any, Any, Response]]


class Hooks(DownloaderMiddlewareManager):
    """The methods of all downloader middlewares, in their order."""

    def __init__(self, *middlewares: Any, crawler: Crawler) -> None:
        super().__init__(*middlewares, crawler=crawler)
        of_requests, of_responses = self.methods["process_request"], self.methods["process_response"]
        self.of_requests = [method for method in of_requests if method is not None]
        self.of_responses = [method for method in of_responses if method is not None]
        self.old = self._mw_methods_requiring_spider  # as Scrapy has found them (tests/test_scrapy_internals.py)

    async def _process_request(self, request: Request, download_func: Send) -> Response | Request:
        old = self.old
        for method in self.of_requests:
            if old and method in old:
                answer = self._handle_mw_method(method, request=request)
            else:
                answer = method(request=request)
            if answer is None:
                continue
            answer = await _awaited(answer, method)
            if answer is None:
                continue
            if not isinstance(answer, (Response, Request)):
                raise TypeError(
                    f"Middleware {method.__qualname__} must return None, Response or Request, "
                    f"got {type(answer).__name__}"
                )
            return answer
        return await download_func(request)

    async def _process_response(self, response: Response | Request, request: Request) -> Response | Request:
        if response is None:
            raise TypeError("Received None in process_response")
        old = self.old
        for method in () if isinstance(response, Request) else self.of_responses:
            if old and method in old:
                response = self._handle_mw_method(method, request=request, response=response)
            else:
                response = method(request=request, response=response)
            if isinstance(response, Response):
                continue
            response = await _awaited(response, method)
            if isinstance(response, Request):
                break
            if not isinstance(response, Response):
                raise TypeError(
                    f"Middleware {method.__qualname__} must return Response or Request, got {type(response)}"
                )
        return response


async def _awaited(answer: Any, method: Callable[..., Any]) -> Any:
    """What a method has returned, awaited where it must be."""
    if type(answer) is CoroutineType:  # the usual case, without Scrapy's questions
        return await answer
    if isinstance(answer, Deferred) or isawaitable(answer):
        return await ensure_awaitable(answer, _warn=global_object_name(method))
    return answer
