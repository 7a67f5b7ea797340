"""May we, how fast, and is it safe: one protection a file (docs/threat-model.md)."""
