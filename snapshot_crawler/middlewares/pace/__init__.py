"""How fast each host is asked: the middleware, the pace of one host, and Retry-After."""
