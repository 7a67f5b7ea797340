"""Times as pages write them, in many languages: text in, aware datetime out."""
