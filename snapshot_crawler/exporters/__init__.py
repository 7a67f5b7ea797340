"""The output: JSON Lines (lines.py), the file that can be cut back and committed (storage.py), what was dropped (rejected.py)."""
