"""Endless pages (calendars, filters, sessions, link farms): known by what they bring, and stopped."""
