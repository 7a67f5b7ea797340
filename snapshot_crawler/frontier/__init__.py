"""Which address comes next: stored, leased, acknowledged."""
