"""The downloader middlewares of a request, called without an await where none is needed: a request in, its answer out.

Scrapy awaits each of the two dozen methods, though most return at once, and makes a coroutine and a name for a warning
for each. Here only what has to be awaited is. What a method may return, and what is refused, is as in Scrapy.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import isawaitable
from typing import Any

from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.http import Request, Response
from scrapy.utils.defer import ensure_awaitable
from scrapy.utils.python import global_object_name
from twisted.internet.defer import Deferred

Send = Callable[[Request], Coroutine[Any, Any, Response]]


class Hooks(DownloaderMiddlewareManager):
    """The methods of all downloader middlewares, in their order."""

    async def _process_request(self, request: Request, download_func: Send) -> Response | Request:
        for method in self.methods["process_request"]:
            assert method is not None
            answer = self._handle_mw_method(method, request=request)
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
        for method in () if isinstance(response, Request) else self.methods["process_response"]:
            assert method is not None
            response = self._handle_mw_method(method, request=request, response=response)
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
    if isinstance(answer, Deferred) or isawaitable(answer):
        return await ensure_awaitable(answer, _warn=global_object_name(method))
    return answer
