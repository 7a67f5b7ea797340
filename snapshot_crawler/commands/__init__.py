"""The `scrapy` commands of this project: thin, each calls one room."""
