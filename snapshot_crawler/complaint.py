"""A trouble that lasts, logged once for each of its messages: for loops that try again until it is over."""

from __future__ import annotations

import logging


class Complaint:
    """text: of the log's line, with %s for the error."""

    def __init__(self, logger: logging.Logger, text: str) -> None:
        self.logger, self.text = logger, text
        self._last = ""

    def of(self, error: Exception) -> None:
        """Log an error as a warning, unless it says what the last one said."""
        if str(error) != self._last:
            self._last = str(error)
            self.logger.warning(self.text, error)

    def is_over(self) -> None:
        """It went well: the same error is worth a line again."""
        self._last = ""
