"""Any news article: a page in, the record of the article out; one field a file."""
