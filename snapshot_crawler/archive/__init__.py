"""Responses as received: what a fetch was, as WARC records in files that are committed with the frontier, and back."""
