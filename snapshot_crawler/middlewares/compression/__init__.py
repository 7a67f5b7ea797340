"""Compressed answers: the middleware, and the unpacking within a cap."""
