"""The address of the shared database, and how it is shown."""

from __future__ import annotations

import pytest

from snapshot_crawler.exceptions import ConfigurationError
from snapshot_crawler.postgres.address import database_url, without_password


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_the_setting_everything_is_embedded(value: str | None) -> None:
    assert database_url({"DATABASE_URL": value}) is None
    assert database_url({}) is None


def test_the_address_must_be_one_of_postgresql_and_is_told_without_its_password() -> None:
    assert database_url({"DATABASE_URL": " postgresql://me@h/db "}) == "postgresql://me@h/db"
    with pytest.raises(ConfigurationError, match="DATABASE_URL is 'mysql'; it takes") as refused:
        database_url({"DATABASE_URL": "mysql://me:secret@h/db"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:se%40cret@host/db", "postgresql://me@host/db"),
        ("postgresql://me:sec/ret@h/db", "postgresql://me@h/db"),
        ("postgresql://me:sec@ret@h/db", "postgresql://me@h/db"),
        ("postgresql://me:secret@host:5432/db?sslmode=require", "postgresql://me@host:5432/db?sslmode=require"),
        ("postgres:///db?host=/run&password=secret", "postgres:///db?host=/run"),
        ("postgres:///db?password=secret&host=/run", "postgres:///db?host=/run"),
        ("s3://bucket/a:b@c", "s3://bucket/a:b@c"),
    ],
)
def test_no_password_is_written_down(address: str, shown: str) -> None:
    assert without_password(address) == shown
