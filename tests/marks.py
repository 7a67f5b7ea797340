"""Which parameters the quick tests take (.ci/run takes all), and which of them a shared fixture is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first_is_quick(values: Iterable[Any], *, quick: int = 1) -> list[Any]:
    """The values for parametrize, the others marked slow. A value that is a tuple stands for several parameters."""
    found = list(values)
    others = [each if isinstance(each, tuple) else (each,) for each in found[quick:]]
    return found[:quick] + [pytest.param(*each, marks=pytest.mark.slow) for each in others]


def selected(request: pytest.FixtureRequest, parameter: str = "name") -> set[Any]:
    """The values of a parameter in the tests that will run: a module's fixture need not make more."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    here = [item.callspec.params for item in items if item.module is request.module and hasattr(item, "callspec")]
    return {params[parameter] for params in here if parameter in params}
