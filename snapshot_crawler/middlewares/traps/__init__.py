"""Endless families of pages, stopped by what they bring."""
