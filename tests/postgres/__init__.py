"""Tests of snapshot_crawler/postgres."""
