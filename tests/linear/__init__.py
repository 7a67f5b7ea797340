"""Whether the cost of a page grows with its size and no faster."""
