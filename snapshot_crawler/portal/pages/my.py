"""A reader's subscription: made at /my, and then seen, changed and ended under its secret address /my/TOKEN.

The token stands in the address alone: no other page, no log and no Referer has it (every answer says no-referrer), and
search engines are told to stay away. Forms need nothing else against foreign pages, which do not know the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from snapshot_crawler.library.model import Row
from snapshot_crawler.portal import addresses
from snapshot_crawler.portal.asked import Asked, form, page
from snapshot_crawler.portal.clients import client_of
from snapshot_crawler.portal.feeds import FORMS
from snapshot_crawler.portal.pages import feeds
from snapshot_crawler.portal.subscriptions import tokens
from snapshot_crawler.portal.subscriptions.model import (
    KINDS,
    LONGEST_WISH,
    MOST_KEYWORDS,
    MOST_WISHES,
    State,
    Subscription,
    Wishes,
)
from snapshot_crawler.portal.subscriptions.reading import newest
from snapshot_crawler.portal.subscriptions.receivers import WEBHOOK, WrongAddressError
from snapshot_crawler.portal.subscriptions.store import FullError, Store
from snapshot_crawler.portal.words import Words

CHOICES = 24  # categories, and as many sources, to be ticked; by choice
KEYWORDS_OF_A_REQUEST = 4  # by choice
ROWS = 20  # of the page; by choice
SECRET = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
PRIVATE = "private, max-age=300"  # of its feeds
DONE = {"saved": "my_saved", "stopped": "my_stopped", "deleted": "my_deleted"}  # by ?done=


# --- Making one
def start(asked: Asked) -> Response:
    """The form; ?category=, ?source= and ?keyword= fill it in."""
    try:
        wishes = Wishes.of({kind: asked.query.getlist(kind) for kind in KINDS})
    except ValueError:
        wishes = Wishes()
    return _start(asked, wishes, DONE.get(asked.query.get("done", ""), ""))


def create(asked: Asked) -> Response:
    """A new subscription; the way leads to its address, which is told here once and never again."""
    try:
        wishes = _sent_wishes(asked)
    except ValueError:
        return _start(asked, Wishes(), "my_too_much", 422)
    configuration = asked.site.configuration
    client = client_of(asked.request, configuration)
    if client is not None and not asked.site.subscription_rate.allows(client):
        return _start(asked, wishes, "my_full", 429)
    try:
        with Store(asked.site.root) as store:
            token = store.create(
                wishes,
                asked.language,
                asked.site.clock.now(),
                most=configuration.subscriptions_max,
                most_an_hour=configuration.subscriptions_per_hour,
            )
    except FullError:
        return _start(asked, wishes, "my_full", 503)
    return _to(addresses.my(token))


def _start(asked: Asked, wishes: Wishes, message: str = "", status: int = 200) -> Response:
    response = asked.render(
        "my_start.html",
        status,
        **_form_values(asked, wishes),
        message=message,
        is_trouble=status != 200,
        title=Words(asked.language)("my_title"),
        is_indexed=False,
    )
    response.headers.update(SECRET)
    return response


# --- Its page and its feeds
def own(asked: Asked) -> Response:
    """The page of a subscription."""
    return _own(asked, _subscription(asked), DONE.get(asked.query.get("done", ""), ""))


def feed(asked: Asked, form: str) -> Response:
    """One of its feeds."""
    found = _subscription(asked)
    words, token = Words("zh"), asked.part("token")
    response = feeds.answer(
        asked,
        form,
        _newest(asked, found, feeds.ENTRIES),
        f"{words('my_title')} - {feeds.site_of(asked)}",
        addresses.my(token),
        addresses.my(token, form),
        cached=PRIVATE,
        changed=found.changed,
    )
    response.headers["X-Robots-Tag"] = SECRET["X-Robots-Tag"]
    return response


def _own(asked: Asked, found: Subscription, message: str = "", status: int = 200) -> Response:
    rows = _newest(asked, found, ROWS)
    response = asked.render(
        "my.html",
        status,
        **_form_values(asked, found.wishes),
        found=found,
        rows=rows,
        token=asked.part("token"),
        kinds=asked.site.receivers.kinds,
        signature=_signature(asked, found),
        message=message,
        is_trouble=status != 200,
        title=Words(asked.language)("my_title"),
        is_indexed=False,
        feed_path=addresses.my(asked.part("token")),
    )
    response.headers.update(SECRET)
    return response


def _signature(asked: Asked, found: Subscription) -> str:
    """The key by which a webhook knows our messages; '' where there is none to show."""
    if found.state != State.ON or found.kind != WEBHOOK:
        return ""
    with Store(asked.site.root) as store:
        return tokens.code_of(store.key, tokens.SIGN, found.id, found.address)


# --- Changing it
def change(asked: Asked) -> Response:
    """Other wishes."""
    found = _subscription(asked)
    try:
        wishes = _sent_wishes(asked)
    except ValueError:
        return _own(asked, found, "my_too_much", 422)
    with Store(asked.site.root) as store:
        store.wish(found.id, wishes)
    return _to(addresses.my(asked.part("token")), "saved")


def notify(asked: Asked) -> Response:
    """Have notices sent to an address."""
    found, receivers = _subscription(asked), asked.site.receivers
    kind = asked.sent("kind")
    try:
        address = receivers.checked(kind, asked.sent("address"))
    except WrongAddressError as error:
        return _own(asked, found, f"my_{error}", 422)
    place = asked.library.born, asked.library.last_arrival
    try:
        with Store(asked.site.root) as store:
            store.name_address(
                found.id,
                kind,
                address,
                asked.site.clock.now(),
                place=place,
                asks=receivers.asks(kind),
                most_asked=asked.site.configuration.subscriptions_per_hour,
            )
    except FullError:
        return _own(asked, found, "my_asked_too_often", 429)
    return _to(addresses.my(asked.part("token")))


def stop(asked: Asked) -> Response:
    """No more notices."""
    found = _subscription(asked)
    with Store(asked.site.root) as store:
        store.stop(found.id)
    return _to(addresses.my(asked.part("token")), "stopped")


def delete(asked: Asked) -> Response:
    """The end of a subscription."""
    found = _subscription(asked)
    with Store(asked.site.root) as store:
        store.delete(found.id)
    return _to(addresses.my(), "deleted")


# --- What several need
def _newest(asked: Asked, found: Subscription, most: int) -> list[Row]:
    """Its newest articles. Each few keywords count as one more request of the client: they cost as much as searches."""
    client = client_of(asked.request, asked.site.configuration)
    if client is not None:
        for _ in range(len(found.wishes.keyword) // KEYWORDS_OF_A_REQUEST):
            asked.site.request_rate.wait(client)
    return newest(asked.library, found.wishes, most)


def _subscription(asked: Asked) -> Subscription:
    """The subscription of the address. Raises 404."""
    if Store.is_at(asked.site.root):
        with Store(asked.site.root) as store:
            if (found := store.of_token(asked.part("token"))) is not None:
                return found
    raise HTTPException(404)


def _sent_wishes(asked: Asked) -> Wishes:
    """What the form has. Raises ValueError for too much."""
    return Wishes.of({kind: [value for name, value in asked.form if name == kind] for kind in KINDS})


def _form_values(asked: Asked, wishes: Wishes) -> dict[str, object]:
    """What the form of wishes shows: names to tick, those that are wished first."""

    def choices(kind: str, wished: Iterable[str]) -> list[str]:
        return list(dict.fromkeys([*wished, *(each.name for each in asked.library.facets(kind, CHOICES))]))

    return {
        "wishes": asdict(wishes),
        "choices": {"category": choices("category", wishes.category), "source": choices("source", wishes.source)},
        "bounds": (MOST_WISHES, MOST_KEYWORDS, LONGEST_WISH),
    }


def _to(path: str, done: str = "") -> Response:
    return RedirectResponse(addresses.with_query(path, done=done), 303, headers=SECRET)


def _form(path: str, handler: Callable[[Asked], Response]) -> Route:
    return Route(path, form(handler), methods=["POST"])


ROUTES = [
    Route("/my", page(start)),
    _form("/my", create),
    *(Route(f"/my/{{token}}/{name}", page(partial(feed, form=name))) for name in FORMS),
    Route("/my/{token}", page(own)),
    _form("/my/{token}", change),
    _form("/my/{token}/notice", notify),
    _form("/my/{token}/stop", stop),
    _form("/my/{token}/delete", delete),
]
