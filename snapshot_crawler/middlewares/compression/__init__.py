"""Compressed answers made plain."""
