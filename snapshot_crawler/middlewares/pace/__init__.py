"""How fast each host is asked."""
