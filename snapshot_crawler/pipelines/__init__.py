"""Items on their way to the output: clean, validate, de-duplicate; one verb a file."""
