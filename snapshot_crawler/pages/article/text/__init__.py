"""The article's own text: where it lies, and what does not belong to it."""
