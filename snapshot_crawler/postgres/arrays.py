"""Lists as parameters of a statement: numbers or bytes go in, PostgreSQL's own text of an array comes out.

psycopg takes lists as they are and looks at each member, which takes longer than the rest of a short statement. The
query must say or imply the type, as `%s::integer[]` or `n = ANY(%s)` do.
"""

from __future__ import annotations

from collections.abc import Iterable


def array(numbers: Iterable[int]) -> str:
    """A list of numbers."""
    return f"{{{','.join(map(str, numbers))}}}"


def array_of_bytes(values: Iterable[bytes]) -> str:
    """A list of bytea."""
    return "{" + ",".join(f'"\\\\x{value.hex()}"' for value in values) + "}"
