"""Values for callbacks (meta and cb_kwargs of a request): Python values go in, JSON comes out, and back with types.

requests.py calls it for each request that is stored or handed out. JSON knows no tuples, sets, bytes, times or items,
and callbacks rely on their types. So such a value is written as an object with one key that begins with "!". The class
of an item is looked up among the modules that the spider has imported, and must be a class of items. A state file can
therefore neither import a module nor call anything else.
"""

from __future__ import annotations

import base64
import math
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from itemadapter import ItemAdapter

MARK = "!"
LARGEST = 1 << 63  # JSON readers hold 64 bits

WRITE: dict[type, Callable[[Any], tuple[str, Any]]] = {
    tuple: lambda value: ("tuple", [to_json(each) for each in value]),
    set: lambda value: ("set", [to_json(each) for each in value]),
    frozenset: lambda value: ("frozenset", [to_json(each) for each in value]),
    bytes: lambda value: ("bytes", base64.b64encode(value).decode()),
    datetime: lambda value: ("datetime", value.isoformat()),
    date: lambda value: ("date", value.isoformat()),
    time: lambda value: ("time", value.isoformat()),
    timedelta: lambda value: ("timedelta", [value.days, value.seconds, value.microseconds]),
    Decimal: lambda value: ("decimal", str(value)),
}
READ: dict[str, Callable[[Any], Any]] = {
    "tuple": lambda told: tuple(from_json(each) for each in told),
    "set": lambda told: {from_json(each) for each in told},
    "frozenset": lambda told: frozenset(from_json(each) for each in told),
    "bytes": base64.b64decode,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda told: timedelta(*told),
    "decimal": Decimal,
    "int": int,
    "float": float,
    "dict": lambda told: {from_json(key): from_json(value) for key, value in told},
    "item": lambda told: item_class(told[0])(**from_json(told[1])),
}


def to_json(value: Any) -> Any:
    """The value in a form for JSON. Raises TypeError for a value that from_json could not give back."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        return value if -LARGEST <= value < LARGEST else {"!int": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"!float": str(value)}
    if kind is list:
        return [to_json(each) for each in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith(MARK) for key in value):
            return {key: to_json(each) for key, each in value.items()}
        return {"!dict": [[to_json(key), to_json(each)] for key, each in value.items()]}
    if kind in WRITE:
        name, told = WRITE[kind](value)
        return {MARK + name: told}
    if isinstance(value, str):  # such as what lxml gives
        return str(value)
    if ItemAdapter.is_item(value):
        return _item(value, kind)
    raise TypeError(f"a {kind.__name__}")


def _item(item: Any, kind: type) -> dict[str, Any]:
    """A scrapy.Item, dataclass, attrs or pydantic object. Raises TypeError when its fields cannot make it again."""
    name = f"{kind.__module__}:{kind.__qualname__}"
    told = {"!item": [name, to_json(dict(ItemAdapter(item)))]}
    try:
        again = from_json(told)
    except Exception as error:  # whatever the class's own code raises
        raise TypeError(f"a {kind.__name__} that its fields do not make again: {error}") from error
    if dict(ItemAdapter(again)) != dict(ItemAdapter(item)):
        raise TypeError(f"a {kind.__name__} that its fields do not make again")
    return told


def from_json(told: Any) -> Any:
    """The value that to_json was given. Raises ValueError or TypeError for JSON that to_json never writes."""
    if isinstance(told, list):
        return [from_json(each) for each in told]
    if not isinstance(told, dict):
        return told
    if len(told) == 1 and (name := next(iter(told))).startswith(MARK):
        if name[1:] not in READ:
            raise ValueError(f"a stored value of unknown kind {name!r}")
        return READ[name[1:]](told[name])
    return {key: from_json(each) for key, each in told.items()}


def item_class(name: str) -> Any:
    """The class of items with this name (module:qualified.name), from an imported module. Raises ValueError."""
    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type) or not ItemAdapter.is_item_class(found):
        raise ValueError(f"{name} is no class of items")
    return found
