"""Snapshot pages, read by their labels."""
