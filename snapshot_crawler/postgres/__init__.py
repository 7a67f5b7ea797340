"""One PostgreSQL for many machines: connections that come back, transactions that are repeated, tables by version."""
