"""Scrapy's exporters for CSV, JSON and XML that can continue a file of an earlier run: items go in, bytes come out.

Many runs may write to one file. A CSV then still has one header, and a JSON or XML file is still one document. Where
the file takes no part in commits (standard output, a remote storage), they work as Scrapy's exporters do.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Mapping
from dataclasses import is_dataclass
from io import BytesIO
from typing import Any

from itemadapter import ItemAdapter
from scrapy.exporters import CsvItemExporter, JsonItemExporter, XmlItemExporter

from snapshot_crawler.exporters.files import CommittedFile
from snapshot_crawler.exporters.lines import json_line

logger = logging.getLogger(__name__)


class CsvExporter(CsvItemExporter):
    """Scrapy's CSV with lists and rows as JSON in their cell, where Scrapy writes Python's repr.

    A file keeps the header that it has: later rows get the same columns in the same order.
    """

    def __init__(self, file: BytesIO, **options: Any) -> None:
        super().__init__(file, **options)
        self.output: CommittedFile | None = file if isinstance(file, CommittedFile) else None

    def _write_headers_and_set_fields_to_export(self, item: Any) -> None:
        if self.output is None:
            super()._write_headers_and_set_fields_to_export(item)
            return
        if self.include_headers_line and (columns := self._columns_of_before(item)):
            self._autodetected_fields = self.fields_to_export is None
            self.fields_to_export = columns
            return
        with self.output.aside() as header:
            super()._write_headers_and_set_fields_to_export(item)
        self.output.write_first(b"".join(header))

    def _columns_of_before(self, item: Any) -> Any:
        """The columns of the file's header, for fields_to_export; None where the file has no such header."""
        assert self.output is not None
        line = self.output.begin().decode(self.encoding or "utf-8", "replace").rstrip("\r\n")
        names = next(csv.reader([line], **self._kwargs), []) if line else []
        wanted = self.fields_to_export
        field_of = {shown: field for field, shown in wanted.items()} if isinstance(wanted, Mapping) else {}
        known = set(field_of or wanted or ItemAdapter(item).field_names())
        if not known.intersection(names):
            return None
        if wanted and (missing := known.difference(names)):
            logger.warning("%s has no column for %s: they are left out", self.output.path, ", ".join(sorted(missing)))
        return {field_of.get(name, name): name for name in names}

    def serialize_field(self, field: Mapping[str, Any], name: str, value: Any) -> Any:
        """Scrapy's hook: one cell."""
        if isinstance(value, (list, dict)) or is_dataclass(value):
            return json_line(value).decode().rstrip("\n")
        return super().serialize_field(field, name, value)


class JsonExporter(JsonItemExporter):
    """Scrapy's JSON: one list."""

    is_document = True

    def start_exporting(self) -> None:
        """Scrapy's hook."""
        if not isinstance(self.file, CommittedFile):
            super().start_exporting()
            return
        with self.file.aside() as header:
            super().start_exporting()
        self.first_item = False  # every item comes with its separator, also the first of this run
        with self.file.aside() as separator:
            self._add_comma_after_first()
        with self.file.aside() as footer:
            super().finish_exporting()
        self.file.set_frame(b"".join(header), b"".join(separator), b"".join(footer))

    def finish_exporting(self) -> None:
        """Scrapy's hook."""
        if not isinstance(self.file, CommittedFile):
            super().finish_exporting()


class XmlExporter(XmlItemExporter):
    """Scrapy's XML: one element with all items in it."""

    is_document = True

    def __init__(self, file: BytesIO, **options: Any) -> None:
        super().__init__(file, **options)
        self.output: CommittedFile | None = file if isinstance(file, CommittedFile) else None

    def start_exporting(self) -> None:
        """Scrapy's hook."""
        if self.output is None:
            super().start_exporting()
            return
        with self.output.aside() as header:
            super().start_exporting()
        with self.output.aside() as footer:
            self.xg.endElement(self.root_element)
            self.xg.endDocument()
        self.output.set_frame(b"".join(header), b"", b"".join(footer))

    def finish_exporting(self) -> None:
        """Scrapy's hook."""
        if self.output is None:
            super().finish_exporting()
        else:
            self.stream.detach()  # else the file is closed with the stream
