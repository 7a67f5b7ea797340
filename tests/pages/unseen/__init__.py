"""Invented article pages in the manner of many sites and systems, with what is true of each."""
