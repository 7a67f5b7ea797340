"""JSON Lines out: one article a line, safe for line-based readers."""
