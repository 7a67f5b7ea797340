"""The links of messages to readers: one that lets notices begin, and one that ends them.

To open such a link changes nothing: programs that look at mails open all links in them. The page has one button. Mail
programs that know List-Unsubscribe-Post (RFC 8058) end notices by one click of their own, which is a POST to the same
address; it needs no form's fields, and its code in the address is all that it needs to know.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from snapshot_crawler.portal.asked import Asked, page
from snapshot_crawler.portal.pages.my import SECRET
from snapshot_crawler.portal.subscriptions.model import State
from snapshot_crawler.portal.subscriptions.store import Store
from snapshot_crawler.portal.subscriptions.tokens import CONFIRM, STOP
from snapshot_crawler.portal.words import Words

LONGEST_NUMBER = 18  # digits, so that SQLite can hold it


def ask_to_stop(asked: Asked) -> Response:
    """The page with the button."""
    with _store(asked) as store:
        found = store.of_number(_number(asked))
        is_good = found is not None and (
            found.state == State.NONE or store.of_code(STOP, found.id, asked.part("code")) is not None
        )
        if found is not None and found.state == State.NONE:
            return _shown(asked, "my_stopped")
    return _shown(asked, "my_stop_question", "my_stop") if is_good else _shown(asked, "my_link_old", status=404)


def stop(asked: Asked) -> Response:
    """The click."""
    with _store(asked) as store:
        is_good = store.stop_by_code(_number(asked), asked.part("code"))
    return _shown(asked, "my_stopped") if is_good else _shown(asked, "my_link_old", status=404)


def ask_to_confirm(asked: Asked) -> Response:
    """The page with the button."""
    with _store(asked) as store:
        found = store.of_code(CONFIRM, _number(asked), asked.part("code"))
    if found is None:
        return _shown(asked, "my_link_old", status=404)
    return _shown(asked, "my_confirm_question", "my_confirm")


def confirm(asked: Asked) -> Response:
    """The click."""
    place = asked.library.born, asked.library.last_arrival
    with _store(asked) as store:
        is_good = store.confirm(_number(asked), asked.part("code"), place)
    return _shown(asked, "my_confirmed") if is_good else _shown(asked, "my_link_old", status=404)


def _store(asked: Asked) -> Store:
    """The store. Raises 404 where there is none."""
    if not Store.is_at(asked.site.root):
        raise HTTPException(404)
    return Store(asked.site.root)


def _number(asked: Asked) -> int:
    text = asked.part("number")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise HTTPException(404)
    return int(text)


def _shown(asked: Asked, heading: str, button: str = "", status: int = 200) -> Response:
    words = Words(asked.language)
    site = asked.site.configuration.name or words("site_name")
    response = asked.render(
        "my_link.html",
        status,
        heading=words(heading, site) if heading.endswith("_question") else words(heading),
        why=words("my_link_old_why") if status != 200 else "",
        button=button,
        title=words("my_notices"),
        is_indexed=False,
    )
    response.headers.update(SECRET)
    return response


ROUTES = [
    Route("/my/stop/{number}/{code}", page(ask_to_stop)),
    Route("/my/stop/{number}/{code}", page(stop), methods=["POST"]),
    Route("/my/confirm/{number}/{code}", page(ask_to_confirm)),
    Route("/my/confirm/{number}/{code}", page(confirm), methods=["POST"]),
]
