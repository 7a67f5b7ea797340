"""The output: the format (lines.py), the file that can be cut back and committed (storage.py), what was dropped."""
