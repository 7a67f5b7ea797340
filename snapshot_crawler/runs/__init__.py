"""One run, from its lock to its exit code."""
