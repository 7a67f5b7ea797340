"""The pages, a file for each kind: handlers that take an Asked, and their addresses (ROUTES)."""
