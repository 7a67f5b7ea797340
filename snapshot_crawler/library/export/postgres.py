"""An export into PostgreSQL: one table with real types; a record in, a row made or brought up to date.

A batch is one transaction: rows go by COPY into a temporary table, and from there with ON CONFLICT into the table. A
row's key is id and content_hash where all versions are exported, else id alone, and the newest version wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from snapshot_crawler.exceptions import ConfigurationError, OutputError
from snapshot_crawler.extras import needed
from snapshot_crawler.library.export.columns import COLUMNS, Kind, values
from snapshot_crawler.library.export.forms import Records

TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "double precision",
    Kind.TIME: "timestamptz",
    Kind.DAY: "date",
    Kind.TEXTS: "text[]",
    Kind.PARTS: "jsonb",
    Kind.PART: "jsonb",
    Kind.JSON: "jsonb",
}
INDEXES = ("published_at", "category", "source", "story")


class Table:
    """A Target: a table of a database, made where it is missing. Columns that a later version of ours has are added."""

    def __init__(self, address: str, table: str, *, all_versions: bool) -> None:
        self.psycopg: Any = needed("psycopg", "postgres")
        self.json: Any = needed("psycopg.types.json", "postgres").Jsonb
        self.sql: Any = needed("psycopg.sql", "postgres")
        self.key = ("id", "content_hash") if all_versions else ("id",)
        self.table = self.sql.Identifier(*table.split("."))
        self.name = table
        try:
            self.db = self.psycopg.connect(address, autocommit=True, connect_timeout=10)
            self._make()
        except self.psycopg.Error as error:
            raise ConfigurationError(f"PostgreSQL cannot be used: {_told(error)}") from error

    def _make(self) -> None:
        columns = self.sql.SQL(", ").join(
            self.sql.SQL("{} " + TYPES[each.kind] + (" NOT NULL" if each.name in self.key else "")).format(
                self.sql.Identifier(each.name)
            )
            for each in COLUMNS
        )
        with self.db.transaction():
            self._do("CREATE TABLE IF NOT EXISTS {table} ({columns}, PRIMARY KEY ({key}))", columns=columns)
            for each in COLUMNS:
                column = self.sql.Identifier(each.name)
                self._do("ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} " + TYPES[each.kind], column=column)
            for name in INDEXES:
                index = self.sql.Identifier(f"{self.name.rpartition('.')[2]}_{name}")
                self._do(
                    "CREATE INDEX IF NOT EXISTS {index} ON {table} ({column})",
                    index=index,
                    column=self.sql.Identifier(name),
                )

    def _do(self, query: str, **parts: Any) -> None:
        key = self.sql.SQL(", ").join(map(self.sql.Identifier, self.key))
        self.db.execute(self.sql.SQL(query).format(table=self.table, key=key, **parts))

    def put(self, name: str, records: Records) -> int:
        """See Target."""
        names = self.sql.SQL(", ").join(self.sql.Identifier(each.name) for each in COLUMNS)
        updates = self.sql.SQL(", ").join(
            self.sql.SQL("{0} = EXCLUDED.{0}").format(self.sql.Identifier(each.name))
            for each in COLUMNS
            if each.name not in self.key
        )
        number = 0
        try:
            with self.db.transaction():
                self._do("CREATE TEMPORARY TABLE batch (LIKE {table}) ON COMMIT DROP")
                copy = self.sql.SQL("COPY batch ({}) FROM STDIN").format(names)
                with self.db.cursor().copy(copy) as rows:
                    rows.set_types([TYPES[each.kind] for each in COLUMNS])
                    for record in records:
                        number += 1
                        rows.write_row(self._row(record))
                self._do(
                    "INSERT INTO {table} AS old ({names}) SELECT DISTINCT ON ({key}) {names} FROM batch"
                    " ORDER BY {key}, version DESC, fetched_at DESC ON CONFLICT ({key}) DO UPDATE SET {updates}"
                    " WHERE (coalesce(EXCLUDED.version, 0), coalesce(EXCLUDED.fetched_at, '-infinity'))"
                    " >= (coalesce(old.version, 0), coalesce(old.fetched_at, '-infinity'))",
                    names=names,
                    updates=updates,
                )
        except self.psycopg.Error as error:
            raise OutputError(f"the table {self.name} cannot be written: {_told(error)}") from error
        return number

    def _row(self, record: dict[str, Any]) -> list[Any]:
        row = []
        for column, value in zip(COLUMNS, values(record), strict=True):
            value = _without_zeros(value)
            if column.name == "content_hash":
                value = value or ""
            if column.kind is Kind.JSON and value is not None:
                value = _without_zeros(orjson.loads(value))
            row.append(self.json(value) if TYPES[column.kind] == "jsonb" and value is not None else value)
        return row

    def drop(self, ids: Iterable[str]) -> None:
        """See Target."""
        wanted = list(ids)
        try:
            if wanted:
                query = self.sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(self.table)
                self.db.execute(query, (wanted,))
        except self.psycopg.Error as error:
            raise OutputError(f"the table {self.name} cannot be written: {_told(error)}") from error

    def close(self) -> None:
        """See Target."""
        self.db.close()


def _without_zeros(value: Any) -> Any:
    """The value without the one character that PostgreSQL's text does not take."""
    if isinstance(value, str):
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, list):
        return [_without_zeros(each) for each in value]
    if isinstance(value, dict):
        return {_without_zeros(name): _without_zeros(each) for name, each in value.items()}
    return value


def _told(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
